/**
 * @file lint.h
 * What is wrong, from two snapshots: findings, each with its evidence.
 *
 * A warning that is false costs more than one that is missing: whoever has
 * seen three of them looks at none. So a rule speaks only when what it saw
 * leaves no other reading, each names its thresholds, and each says what to
 * try next.
 *
 * Source: five of the rules are those of tokio-console (src/warnings.rs),
 * without what its users report as false.
 */
#ifndef DAY5_LINT_H
#define DAY5_LINT_H

#include "snapshot.h"

/**
 * The rules: X(NAME, name, title). The first is the one that is told first of
 * findings that are equally bad.
 */
#define LINTS(X)                                                             \
	X(DEADLOCK, deadlock, "tasks wait for each other")                   \
	X(LOST_WAKER, lost_waker, "waits, and nobody has a waker of it")     \
	X(BLOCKING, blocking, "a poll holds its worker")                     \
	X(SATURATION, saturation, "more work than the workers can do")       \
	X(LONG_POLL, long_poll, "polls take too long")                       \
	X(LONG_DELAY, long_delay, "scheduled tasks wait too long")           \
	X(NEVER_YIELDED, never_yielded, "is still in its first poll")        \
	X(SELF_WAKES, self_wakes, "wakes itself more than others do")        \
	X(IMBALANCE, imbalance, "one worker works, others do not")           \
	X(STEALING, stealing, "most tasks are stolen before they run")       \
	X(FLAT_PARKS, flat_parks, "never idle, and a queue is there")        \
	X(QUEUE_GROWTH, queue_growth, "a queue only grows")                  \
	X(POOL_EXHAUSTED, pool_exhausted, "blocking jobs wait for a thread") \
	X(INJECTION, injection, "the injection queue is not served")         \
	X(LOCK_HELD, lock_held, "a lock is held while tasks wait for it")    \
	X(CHANNEL_FULL, channel_full, "senders wait: a receiver is too slow")

/** A rule's number. */
enum lint_rule {
#define X(NAME, name, title) LINT_##NAME,
	LINTS(X)
#undef X
		LINT_NR
};

/** How bad it is. */
enum lint_level {
	LINT_INFO,     /**< worth knowing */
	LINT_WARN,     /**< to be looked into */
	LINT_ERROR,    /**< felt by users */
	LINT_CRITICAL, /**< something stands still */
};

/** What is known of a rule. */
struct lint_info {
	const char *name;  /**< for the command line, and JSON */
	const char *title; /**< after the name of a task or worker */
};

/** Of each rule, by enum lint_rule. */
extern const struct lint_info lint_info[LINT_NR];

/** All thresholds. */
struct lint_params {
	uint64_t poll_info;	    /**< ns: a poll is worth knowing: 100 us */
	uint64_t poll_warn;	    /**< ns: a poll is too long: 1 ms */
	uint64_t poll_error;	    /**< ns: 10 ms */
	uint64_t poll_critical;	    /**< ns: 50 ms */
	uint64_t delay_warn;	    /**< ns: a scheduled task waits: 5 ms */
	uint64_t delay_error;	    /**< ns: 50 ms */
	unsigned int busy_percent;  /**< of a worker that is busy: 90 */
	unsigned int idle_percent;  /**< of one that is not: 50 */
	unsigned int self_percent;  /**< self_wakes of all wakes: 50 */
	unsigned int steal_percent; /**< stolen of all polls: 50 */
	uint64_t min_wakes; /**< before a share of wakes says anything: 100 */
	uint64_t min_polls; /**< before a share of polls says anything: 100 */
	uint64_t queue_min; /**< tasks: shorter queues are none: 16 */
	uint64_t never_yielded; /**< ns: 1 s */
	uint64_t lost_waker;	/**< ns: has waited without a waker: 1 s */
	uint64_t lock_held;	/**< ns: 10 ms */
	unsigned int silenced;	/**< bits 1 << enum lint_rule: not applied */
};

/** The defaults, as said above. */
extern const struct lint_params lint_defaults;

/** A finding. What does not apply is 0. */
struct finding {
	enum lint_rule rule;   /**< which rule speaks */
	enum lint_level level; /**< how bad */
	uint64_t task;	       /**< id of the task that is the reason */
	uint64_t victim;       /**< id of a task that suffers */
	unsigned int worker;   /**< number in snapshot->workers, from 1 */
	unsigned int runtime;  /**< number in snapshot->runtimes, from 1 */
	uint64_t resource;     /**< id */
	unsigned int place;    /**< where the task was spawned */
	uint64_t ns;	       /**< how long */
	uint64_t count;	       /**< how many */
	uint64_t threshold;    /**< of the rule, in ns or what count counts */
	bool is_off_cpu;       /**< the thread was not running meanwhile */
};

/** What was found: the worst first. */
struct findings {
	struct finding *list; /**< the findings' own */
	size_t n;	      /**< how many */
	size_t room;	      /**< private */
};

/** What a rule looks at. */
struct lint_window {
	const struct snapshot *before; /**< the older one, or NULL */
	const struct snapshot *now;    /**< the newer one */
	const struct lint_params *p;   /**< the thresholds */
	/** of each worker of ->now; all zeros without ->before */
	const struct metrics_rates *rates;
	struct findings *out; /**< where findings go */
};

/** Which of the two a runtime suffers from. */
enum lint_load {
	LOAD_FINE,	/**< neither */
	LOAD_BLOCKING,	/**< single polls hold single workers */
	LOAD_SATURATED, /**< short polls, and more of them than fit */
};

/* lint.c: yours ------------------------------------------------------------ */

/**
 * lint_load() - blocking, or saturated?
 * @w: what is looked at; borrowed; both snapshots are there
 * @runtime: number of the runtime
 * @worker: receives, if BLOCKING, the number of the worker that is held longest
 *          by the poll it is in now; else untouched
 *
 * BLOCKING: a worker is inside a poll for poll_warn or longer, while tasks are
 * scheduled somewhere in this runtime.
 * SATURATED: no such poll; each worker was busy for busy_percent or more of the
 * window; and at least queue_min tasks are in the queues of the runtime.
 * Else FINE: work that is done in time is no finding, however much it is.
 *
 * Context: any thread; does not block.
 * Return: which.
 */
enum lint_load lint_load(const struct lint_window *w, unsigned int runtime,
			 unsigned int *worker);

/**
 * lint_is_lost() - can nobody wake this task any more?
 * @w: what is looked at; borrowed
 * @t: a task of w->now; borrowed
 *
 * It is WAITING, since lost_waker at least; as many of its wakers are gone as
 * were made; and nothing that the runtime knows of will make one: it does not
 * wait for a blocking job. In the older snapshot, if there is one, it was the
 * same wait with the same counts: a waker that is being handed over just now
 * is not lost.
 *
 * Context: any thread; does not block.
 * Return: true when it is lost.
 */
bool lint_is_lost(const struct lint_window *w, const struct snap_task *t);

/* rules.c: given ----------------------------------------------------------- */

/**
 * lint_run() - apply all rules
 * @out: receives the findings, worst first; all zeros, or of an earlier run
 * @before: an older snapshot of the same run, or NULL: rules that need a
 *          window are silent
 * @now: the snapshot; borrowed
 * @p: the thresholds; NULL: lint_defaults
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -ENOMEM: what was found so far is there.
 */
int lint_run(struct findings *out, const struct snapshot *before,
	     const struct snapshot *now, const struct lint_params *p)
	__must_check;

/**
 * lint_add() - a rule has found something
 * @w: the window
 * @f: the finding; copied
 *
 * Context: the thread of lint_run(); may take the allocator's lock.
 */
void lint_add(const struct lint_window *w, const struct finding *f);

/**
 * lint_free() - give the findings back
 * @out: the findings; all zeros after that
 *
 * Context: any thread; takes the allocator's lock.
 */
void lint_free(struct findings *out);

/* explain.c: given --------------------------------------------------------- */

/**
 * explain_finding() - a finding in one sentence, with its evidence
 * @f: the finding; borrowed
 * @s: the snapshot that it is of; borrowed
 * @buf: receives the text, cut when it is too long
 * @size: bytes of @buf, at least 1
 *
 * "task 17 (db, server.c:60) has waited 12.4 ms: worker 2 is inside poll 381 of
 * task 9 (thumbnail, server.c:88)".
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *explain_finding(const struct finding *f, const struct snapshot *s,
			    char *buf, size_t size);

/**
 * explain_rule() - the rule, its thresholds, and what to try next
 * @rule: which
 * @p: the thresholds; NULL: lint_defaults; borrowed
 * @buf: receives the text, of a few lines; cut when it is too long
 * @size: bytes of @buf, at least 1
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *explain_rule(enum lint_rule rule, const struct lint_params *p,
			 char *buf, size_t size);

#endif
