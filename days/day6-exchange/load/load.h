/**
 * @file load.h
 * Given: the parts of unpark-load, which sends orders at a pace that no answer
 * changes, and counts the time from when each was due.
 *
 * Read next: days/day4-histogram/pace.h.
 */
#ifndef DAY6_LOAD_H
#define DAY6_LOAD_H

#include "hist.h"
#include "precise.h"

#include "kit/compiler.h"

#define LOAD_CONNS_MAX 64 /**< connections at most */

/** What a run is to be. */
struct load_options {
	uint16_t port;	      /**< of the exchange, on the loopback address */
	unsigned int rate;    /**< events a second */
	double seconds;	      /**< how long they are sent */
	unsigned int conns;   /**< connections, 1 to LOAD_CONNS_MAX */
	unsigned int symbols; /**< 1 to LINE_SYMBOLS */
};

/** What came of it. */
struct load_result {
	uint64_t sent;	       /**< events, as many as were due */
	uint64_t answered;     /**< of these */
	uint64_t refused;      /**< answers that were REJECT, UNKNOWN apart */
	uint64_t other;	       /**< lines that were no answers: FILL, ... */
	double seconds;	       /**< from the first one due to the last answer */
	struct precise *times; /**< ns from due to answered; the caller's */
	struct hist late;      /**< ns from due to sent: the load's own fault */
	uint64_t ticks;	       /**< how often it woke up to send */
	bool is_cut;	       /**< the exchange has cut a connection off */
};

/* plan.c: what event n of a connection is ------------------------------------ */

/** plan_text() - event @n's line into @text, @size bytes; Return: its length */
size_t plan_text(char *text, size_t size, uint64_t n, unsigned int symbols);

/**
 * plan_event_of() - which event an answer is of
 * @line: a line without its LF, with a NUL
 * @n: receives the number
 *
 * Return: 'A' answered; 'R' refused; 0: it is no event's answer.
 */
char plan_event_of(const char *line, uint64_t *n);

/* run.c ------------------------------------------------------------------------ */

/**
 * load_run() - send, and wait for the answers
 *
 * A connection that is cut off ends it, and is no error: ->is_cut says so.
 *
 * Return: 0 or -errno.
 */
int load_run(const struct load_options *o, struct load_result *r) __must_check;

/** load_end() - send no more, and wait for the answers; from a signal, too */
void load_end(void);

/* health.c ---------------------------------------------------------------------- */

/** health_run() - ask /health at a pace; times go to @times; 0 or -errno */
int health_run(uint16_t port, unsigned int rate, double seconds,
	       struct precise *times) __must_check;

/* print.c ------------------------------------------------------------------------ */

/** print_head() - the titles of print_row() */
void print_head(void);

/** print_row() - a run in a line */
void print_row(const struct load_options *o, const struct load_result *r);

/** print_break() - why a run has not held its rate */
void print_break(const struct load_options *o, const struct load_result *r);

/** print_chart() - its times, a line a doubling */
void print_chart(const struct load_result *r);

/** print_pace() - how well it kept its schedule */
void print_pace(const struct load_options *o, const struct load_result *r);

/** us_of() - a quantile of @times, in microseconds; 0 of none */
double us_of(const struct precise *times, double q);

#endif
