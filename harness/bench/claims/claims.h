/**
 * @file claims.h
 * What the reading claims, beside what is measured here.
 *
 * A claim has cases, and a case says from which figure to which it holds. The
 * verdict is never written down: it follows from the figures (rules.c). A figure
 * is either counted, and then it is exact, or the median of several runs with an
 * interval, and then a case whose edge lies within the interval stays open.
 *
 * Read next: rules.c, then a group of claims: tail.c is the simplest.
 */
#ifndef BENCH_CLAIMS_H
#define BENCH_CLAIMS_H

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "kit/compiler.h"
#include "kit/container.h"

/** Runs of a figure that is timed. */
#define CLAIM_RUNS 21
/** Cases of a claim, at most. */
#define CLAIM_CASES 4

/** Characters of a case's words, at most: a line has 72 columns. */
#define CLAIM_WHAT 38

/** Who is measured. */
enum side {
	OURS,  /**< the reference of this kit */
	TOKIO, /**< Debian's Tokio, where it is installed */
	SIDES
};

/** What can be said of a case, or of a claim. */
enum verdict {
	HOLDS,	   /**< in each case */
	IN_PART,   /**< in some cases, and not in others */
	HOLDS_NOT, /**< in none */
	UNSAID,	   /**< the figures are too rough: run it again */
	UNTESTED,  /**< there is no figure */
	VERDICTS
};

/** A text of the reading. */
enum text { COURSE, TUNING, CPU_BOUND, METRICS, SOURCES };

/** A figure, and how sure it is. */
struct figure {
	unsigned int n;		/**< runs so far; 0: there is none */
	bool is_counted;	/**< exact: one run says it all */
	double run[CLAIM_RUNS]; /**< sorted by figure_settle() */
	double median;		/**< of the runs */
	double lo;		/**< with 95 %, the median is from here ... */
	double hi;		/**< ... to here */
	const char *lacking;	/**< why there is none, or NULL */
};

/** One case of a claim. */
struct claim_case {
	const char *what; /**< what is measured */
	const char *unit; /**< of it */
	double lo;	  /**< the claim holds from here ... */
	double hi;	  /**< ... to here */
	struct figure figure[SIDES];
};

/** A claim. */
struct claim {
	const char *id;	      /**< a word or two */
	enum text source;     /**< where it is made */
	const char *text;     /**< the claim, in our words */
	const char *how;      /**< how it is measured */
	const char *means;    /**< what the figures mean */
	const char *untested; /**< why it cannot be tested here, or NULL */
	void (*measure)(struct claim *c); /**< gives the cases their figures */
	struct claim_case cases[CLAIM_CASES];
};

/** Claims on one subject. */
struct claim_group {
	const char *title;     /**< of the subject */
	struct claim *claims;  /**< them */
	const unsigned int *n; /**< how many */
};

extern struct claim claims_spawn[];
extern const unsigned int nr_claims_spawn;
extern struct claim claims_order[];
extern const unsigned int nr_claims_order;
extern struct claim claims_holding[];
extern const unsigned int nr_claims_holding;
extern struct claim claims_sharing[];
extern const unsigned int nr_claims_sharing;
extern struct claim claims_tail[];
extern const unsigned int nr_claims_tail;

/* rules.c ------------------------------------------------------------------- */

/** figure_settle() - the median of the runs, and its interval */
void figure_settle(struct figure *f);
/** figure_verdict() - does a settled figure lie from @lo to @hi? */
enum verdict figure_verdict(const struct figure *f, double lo, double hi);
/** side_verdict() - of all cases of one side */
enum verdict side_verdict(const struct claim *c, enum side side);
/** claim_verdict() - of all cases of both */
enum verdict claim_verdict(const struct claim *c);
/** verdict_name() - in words */
const char *verdict_name(enum verdict v);
/** claim_prove() - do planted figures change the verdict? Number of failures */
unsigned int claim_prove(const struct claim *c);

/* measure.c ----------------------------------------------------------------- */

/** claim_count() - a figure that is exact */
void claim_count(struct claim *c, unsigned int nr, enum side side, double v);
/** claim_run() - one more run of a figure that is timed */
void claim_run(struct claim *c, unsigned int nr, enum side side, double v);
/** claim_lacks() - there is no figure, and why */
void claim_lacks(struct claim *c, unsigned int nr, enum side side,
		 const char *why);
/** claims_open() - find the peers in the build folder @build */
void claims_open(const char *build);
/** claims_close() - end them */
void claims_close(void);

/** What answers in a line. */
enum peer_kind {
	PEER_TOKIO,	  /**< peers/claims */
	PEER_TOKIO_DEBUG, /**< the same, not optimised */
	PEER_GATHER,	  /**< peers/tokio */
	PEER_OURS_DEBUG,  /**< serve.c, not optimised */
	PEERS
};

/**
 * peer_ask() - let a peer run something
 * @second: receives its second number; may be NULL
 *
 * Return: false, and @first is untouched, when there is no such peer.
 */
bool peer_ask(enum peer_kind peer, const char *way, const char *kind,
	      unsigned int n, unsigned int k, double *first, double *second);
/** peer_counters() - the same of the counters of Tokio's debug build */
void peer_counters(struct claim *c, unsigned int nr, double scale,
		   const char *kind, unsigned int n, unsigned int k);
/** peer_count() - the first over the second number of a peer, as a count */
void peer_count(struct claim *c, unsigned int nr, double scale, const char *way,
		const char *kind, unsigned int n, unsigned int k);

/* counted.c ------------------------------------------------------------------ */

/** counted_open() - the programs are in the build folder @build */
void counted_open(const char *build);
/** count_syscalls() - for each of what @format has a number of */
void count_syscalls(struct claim *c, unsigned int nr, const char *format);
/** count_tokio() - calls of a @function, whose name begins so, in Tokio */
void count_tokio(struct claim *c, unsigned int nr, const char *format,
		 const char *function);
/** A lock of Rust's standard library is taken. */
#define TOKIO_LOCKS "std::sync::mutex::Mutex<T>::lock"
/** There is one waker more, so one reference more. */
#define TOKIO_CLONES "<core::task::wake::Waker as core::clone::Clone>::clone"

/* heard.c: what our own runtime says of itself ---------------------------- */

/** What was heard since heard_start(). */
struct heard {
	unsigned long clones;	  /**< of tasks' wakers */
	unsigned long queued[3];  /**< by enum tp_queue */
	unsigned long polls;	  /**< of tasks */
	unsigned long yields;	  /**< forced: the budget was spent */
	unsigned long overflows;  /**< of a ring */
	unsigned long overflowed; /**< tasks that it moved, the last time */
	unsigned long steals;	  /**< operations */
	unsigned long stolen;	  /**< tasks */
	unsigned long parks;	  /**< of workers */
	unsigned long locks;	  /**< of mutexes, by whoever runs */
};

/** heard_start() - listen from here on */
void heard_start(void);
/** heard_stop() - what was heard; nobody listens any more */
struct heard heard_stop(void);
/** virtual_start() - from here on the clock is moved by hand */
void virtual_start(void);
/** virtual_pass() - so many ns go by */
void virtual_pass(uint64_t ns);
/** virtual_stop() - the real clock again */
void virtual_stop(void);

/* work.c: programs that are measured ---------------------------------------- */

/** work_spawn() - CPU ns of @n spawns, each joined, by a task of @workers */
double work_spawn(unsigned int n, unsigned int workers);
/** work_inline() - CPU ns of @n polls of the same future in place */
double work_inline(unsigned int n);
/** work_items() - CPU ns of @n items of @turns: a task each, or a loop */
double work_items(bool is_spawned, unsigned int n, unsigned int turns);
/** work_locks() - @tasks tasks take a lock @n times: async, or plain */
double work_locks(bool is_async, unsigned int n, unsigned int tasks);
/** work_task() - run a copy of a machine as a task on @workers, to its end */
void work_task(unsigned int workers, const void *machine);

/* waits.c, health.c: claims in virtual time ------------------------------- */

void claim_over_100us(struct claim *c);
void claim_between_awaits(struct claim *c);
void claim_two_numbers(struct claim *c);
void claim_health(struct claim *c);

/* show.c, page.c, json.c: the result ----------------------------------------- */

/** Where a text stands. */
struct source_name {
	const char *letter; /**< as in the tables */
	const char *name;   /**< author, title, year */
};
extern const struct source_name source_names[SOURCES];
extern const struct claim_group claim_groups[];
extern const unsigned int nr_claim_groups;

/** figure_text() - "12.3 [11.9, 12.6]", or "-" */
const char *figure_text(const struct figure *f, char *buf, size_t size);
/** bound_text() - "at least 5 times" */
const char *bound_text(const struct claim_case *k, char *buf, size_t size);
/** machine_text() - processor, kernel, compiler */
const char *machine_text(char *buf, size_t size);
/** claim_show() - a claim on the terminal, 72 columns */
void claim_show(const struct claim *c, unsigned int number);
/** sources_show() - the texts */
void sources_show(void);
/** claims_page() - the page; 0 or -errno */
int claims_page(const char *path);
/** claims_markdown() - the page of the handbook; without figures, too */
void claims_markdown(FILE *to, bool has_figures);
/** claims_json() - all of it */
json_t *claims_json(void);

#endif
