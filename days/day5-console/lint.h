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
/** @cond internal */
#define X(NAME, name, title) LINT_##NAME,
	/** @endcond */
	LINTS(X)
#undef X
		LINT_NR
};

/** More findings than this are not kept. */
#define LINT_MAX 256

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

/**
 * The thresholds: X(name, default, unit, what it is). A unit of ns says that it
 * is a time, % that it is a share.
 */
#define LINT_PARAMS(X)                                                        \
	X(poll_info, 100000, "ns", "a poll of this length is worth knowing")  \
	X(poll_warn, 1000000, "ns", "a poll of this length is too long")      \
	X(poll_error, 10000000, "ns", "... and users feel it")                \
	X(poll_critical, 50000000, "ns", "... and a worker stands still")     \
	X(short_poll, 10000, "ns", "a poll below this does next to nothing")  \
	X(delay_warn, 5000000, "ns", "a scheduled task waits too long")       \
	X(delay_error, 50000000, "ns", "... and users feel it")               \
	X(explains_percent, 80, "%", "of a delay, if one poll explains it")   \
	X(busy_percent, 90, "%", "of a window, of a worker that is busy")     \
	X(idle_percent, 50, "%", "of a window, of a worker that is not")      \
	X(self_percent, 50, "%", "of a task's wakes, by itself")              \
	X(steal_percent, 50, "%", "of polls, of tasks that were stolen")      \
	X(min_wakes, 100, "", "fewer wakes than this say nothing")            \
	X(min_polls, 100, "", "fewer polls than this say nothing")            \
	X(queue_min, 16, "", "a queue with fewer tasks is none")              \
	X(window, 100000000, "ns", "a shorter window says nothing")           \
	X(settled, 1000000000, "ns", "a wait that one snapshot proves")       \
	X(never_yielded, 1000000000, "ns", "a first poll takes too long")     \
	X(lost_waker, 1000000000, "ns", "a wait without a waker is for ever") \
	X(lock_held, 10000000, "ns", "a lock is held too long")               \
	X(channel_full, 50000000, "ns", "a sender waits too long for room")

/** All thresholds. */
struct lint_params {
/** @cond internal */
#define X(name, value, unit, what) uint64_t name;
	LINT_PARAMS(X)
#undef X
	/** @endcond */
	uint64_t silenced; /**< bits 1 << enum lint_rule: not applied */
};

/** A threshold's number. */
enum lint_param {
/** @cond internal */
#define X(name, value, unit, what) LINT_PARAM_##name,
	/** @endcond */
	LINT_PARAMS(X)
#undef X
		LINT_PARAM_NR
};

/** What is known of a threshold. */
struct lint_param_info {
	const char *name; /**< for the command line, and JSON */
	const char *unit; /**< "ns", "%" or "" */
	const char *what; /**< what it is */
};

/** Of each threshold, by enum lint_param. */
extern const struct lint_param_info lint_param_info[LINT_PARAM_NR];

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
	/* if somebody looked at the thread meanwhile: thread_cpu.h */
	uint64_t cpu_seen; /**< ns of the poll that were looked at; 0: none */
	uint64_t off_cpu;  /**< ns of them that its thread did not run */
	uint64_t no_core;  /**< ns of those that it could have, on a core */
	uint64_t looks;	   /**< looks at long polls of the place */
	uint64_t asleep;   /**< looks at which the thread slept in a call */
};

/** What was found: the worst first. */
struct findings {
	struct finding *list; /**< the findings' own */
	size_t n;	      /**< how many */
	size_t room;	      /**< private */
	int err;	      /**< private */
};

/** What a rule looks at. */
struct lint_window {
	/** the older one, of the same process and p->window ago; or NULL */
	const struct snapshot *before;
	const struct snapshot *now;  /**< the newer one */
	const struct lint_params *p; /**< the thresholds */
	/** of each worker of ->now; all zeros without ->before */
	const struct metrics_rates *rates;
	struct findings *out; /**< where findings go */
};

/** Which of the two a runtime suffers from. */
enum lint_load {
	LOAD_FINE,	/**< neither */
	LOAD_BLOCKING,	/**< a single poll holds its worker */
	LOAD_SATURATED, /**< many polls, and more of them than fit */
};

/* lint.c: yours ------------------------------------------------------------ */

/**
 * lint_load() - blocking, or saturated?
 * @w: what is looked at; borrowed
 * @runtime: number of the runtime
 * @worker: receives, if BLOCKING, the number of the worker that is held longest
 *          by the poll it is in now; else untouched
 *
 * BLOCKING: one poll explains a delay. A worker of the runtime is inside a poll
 * for poll_warn or longer; and a task of the runtime is scheduled for poll_warn
 * or longer, of which the poll covers explains_percent or more. (A task that
 * waits for 100 ms while polls of 2 ms come and go waits for no one of them.)
 * SATURATED: no poll does; each worker was busy for busy_percent or more of the
 * window; and at least queue_min tasks are in the runtime's queues, in both
 * snapshots: a burst is not more than fits. Never without ->before.
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
 * It is WAITING, since lost_waker at least. As many of its wakers are gone as
 * were made: not fewer, and not more, which would say that not all were counted.
 * It waits neither for the end of a task nor for a job of the blocking pool: the
 * runtime wakes it after these. And with an older snapshot, the task was in it,
 * in the same wait, with the same counts: a waker that is being handed over just
 * now is not lost.
 *
 * Context: any thread; does not block.
 * Return: true when it is lost.
 */
bool lint_is_lost(const struct lint_window *w, const struct snap_task *t);

/* rules.c: given ----------------------------------------------------------- */

/**
 * lint_run() - apply all rules
 * @out: receives the findings, worst first; all zeros, or of an earlier run
 * @before: an older snapshot, or NULL. One that is of another process, or not
 *          p->window older, counts as none: most rules need a window
 * @now: the snapshot; borrowed
 * @p: the thresholds; NULL: lint_defaults; borrowed
 *
 * Findings about different things only: who is told that a poll holds a worker
 * is not told, too, that tasks wait.
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -ENOMEM: what was found so far is there.
 */
int lint_run(struct findings *out, const struct snapshot *before,
	     const struct snapshot *now, const struct lint_params *p)
	__must_check;

/**
 * lint_queued() - how many tasks wait in a runtime's queues
 * @s: a snapshot; borrowed
 * @runtime: number of the runtime
 *
 * Context: any thread; does not block.
 * Return: tasks in its rings, its LIFO slots and its injection queue; 0 when
 *         there is no such runtime in @s.
 */
uint64_t lint_queued(const struct snapshot *s, unsigned int runtime);

/**
 * lint_waits_for() - which task can end a task's wait
 * @s: a snapshot; borrowed
 * @t: a task of it; borrowed
 *
 * Context: any thread; does not block.
 * Return: the task that it joins, or that holds the lock which it waits for;
 *         NULL when it waits for neither, or when nobody knows.
 */
const struct snap_task *lint_waits_for(const struct snapshot *s,
				       const struct snap_task *t);

/**
 * lint_param_of() - the value of a threshold
 * @p: the thresholds; borrowed
 * @which: which of them
 *
 * Context: any thread; does not block.
 * Return: the value.
 */
uint64_t lint_param_of(const struct lint_params *p, enum lint_param which);

/**
 * lint_set() - set a threshold, as a command line does
 * @p: the thresholds
 * @text: "poll_warn=2ms": a number, and for a time ns, us, ms or s; or
 *        "silence=stealing": a rule that is not applied
 *
 * Context: any thread; does not block.
 * Return: 0; -ENOENT: no such name; -EINVAL: no such value. On an error @p is
 *         as it was.
 */
int lint_set(struct lint_params *p, const char *text) __must_check;

/**
 * lint_add() - a rule has found something
 * @w: the window
 * @f: the finding; copied
 *
 * Beyond LINT_MAX findings nothing is added: nobody reads on.
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
 * task 9 (thumbnail, server.c:88)", and, if f->cpu_seen is set, "; its thread
 * was off the CPU for 11.9 ms of 12.0 ms". Workers are numbered in their
 * runtime, from 0.
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
