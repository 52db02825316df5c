/**
 * @file json.h
 * A snapshot as JSON: what api.c puts into its answers.
 *
 * Times are integers in ns, and their names end in _ns; no number is made
 * pretty. Each function returns an answer that the caller owns, with the head
 * that json_head() makes; NULL: no memory.
 */
#ifndef DAY5_SERVE_JSON_H
#define DAY5_SERVE_JSON_H

#include <jansson.h>

#include "api.h"
#include "feed.h"

/** Which tasks, in which order, and how many. */
struct json_tasks_query {
	unsigned int states; /**< bits 1 << enum task_state */
	unsigned int sort;   /**< number of the column, see json_sort() */
	bool is_smallest;    /**< the smallest first */
	uint64_t limit;	     /**< at most so many */
	const char *filter;  /**< only those whose names or id have this */
};

/** Which histograms. 0 stands for "not said". */
struct json_hist_query {
	const char *kind; /**< "polls", "delays", or NULL: both */
	uint64_t runtime; /**< its number, from 1 */
	uint64_t worker;  /**< its number, from 1 */
	uint64_t task;	  /**< id */
};

/** json_n() - set @key of @o to a number; what does not fit is the largest */
void json_n(json_t *o, const char *key, uint64_t n);
/** json_s() - set @key of @o to a string */
void json_s(json_t *o, const char *key, const char *s);
/** json_b() - set @key of @o to a truth value */
void json_b(json_t *o, const char *key, bool b);
/** json_add() - set @key of @o to @v, consumed; return @v, borrowed */
json_t *json_add(json_t *o, const char *key, json_t *v);
/** json_push() - append @v, consumed, to @list; return @v, borrowed */
json_t *json_push(json_t *list, json_t *v);
/** json_place() - set what and where of @o to those of place @nr */
void json_place(json_t *o, const struct snapshot *s, unsigned int nr);

/** json_head() - the head of every answer: which snapshot of which run */
json_t *json_head(const struct feed *f);
/** json_runtime() - the program, its runtimes, the pool */
json_t *json_runtime(const struct feed *f);
/** json_workers() - each worker, its counters, and its last window */
json_t *json_workers(const struct feed *f);
/** json_history() - the windows that are remembered */
json_t *json_history(const struct feed *f);
/** json_tasks() - a list of tasks */
json_t *json_tasks(const struct feed *f, const struct json_tasks_query *q);
/** json_task() - one task, with its histograms and its last polls */
json_t *json_task(const struct feed *f, const struct snap_task *t);
/** json_resources() - channels and locks */
json_t *json_resources(const struct feed *f);
/** json_places() - where tasks are spawned */
json_t *json_places(const struct feed *f);
/** json_spans() - named stretches of code */
json_t *json_spans(const struct feed *f);
/** json_waits() - who waits for whom, and circles among them */
json_t *json_waits(const struct feed *f);
/** json_warnings() - the findings */
json_t *json_warnings(const struct feed *f);
/** json_explain() - finding @nr, from 1, or all that touch task @id */
json_t *json_explain(const struct feed *f, uint64_t nr, uint64_t id);
/** json_histograms() - of workers, or of one task */
json_t *json_histograms(const struct feed *f, const struct json_hist_query *q);

/** json_state() - a task's state in a word */
const char *json_state(unsigned int state);
/** json_wait() - what a task waits for, in a word */
const char *json_wait(unsigned int wait);
/** json_states() - the bits of a state's name, "scheduled", or 0 */
unsigned int json_states(const char *name);
/** json_sort() - the number of a column, or -1 */
int json_sort(const char *name);
/** json_quantiles() - set p50_ns ... of @o from a histogram of day 4 */
void json_quantiles(json_t *o, const struct hist *h);

#endif
