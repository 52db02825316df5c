/**
 * @file stall.h
 * Who held a worker for how long, and who waited for it: on a recorded trace.
 *
 *	task      wake          begin      end
 *	victim     |...scheduled..|##poll###|
 *	culprit      |#############|                    same worker
 *	             <-- covered -->
 *
 *	poll_duration    end - begin of one poll of one task
 *	scheduled_delay  begin of a poll - first transition to scheduled. A
 *	                 second wake does not reset it; a spawn counts. A wake
 *	                 during the task's own poll schedules it when that poll
 *	                 ends: until then it does not wait, it runs.
 *
 * A high poll_duration is a blocking problem: one poll covers the wait of
 * others. A low poll_duration with a high scheduled_delay is saturation: many
 * short polls do, on all workers.
 *
 * Source: the definitions are those of Tokio's metrics and console.
 */
#ifndef DAY2_STALL_H
#define DAY2_STALL_H

#include "kit/compiler.h"

/** A worker of this number is none: a thread outside, or not known. */
#define STALL_NO_WORKER UINT32_MAX
/** Events of workers from this number on are broken. */
#define STALL_WORKERS_MAX 256u
/** A time that is not known. */
#define STALL_UNKNOWN UINT64_MAX

/** What happened; the comment says what @arg holds. */
enum stall_ev {
	STALL_SPAWN,	  /**< task was made, and scheduled; 0 */
	STALL_WAKE,	  /**< a waker of the task was used, or it was queued */
	STALL_POLL_BEGIN, /**< worker begins to poll task; 0 */
	STALL_POLL_END,	  /**< the poll returned; 1 when ready, else 0 */
	STALL_DROP,	  /**< task ended without a poll; 0 */
	STALL_LOCK_WAIT,  /**< the task polled asks for a plain lock; its id */
	STALL_LOCK,	  /**< ... and has it; its id */
	STALL_UNLOCK,	  /**< ... and gives it back; its id */
	STALL_PARK,	  /**< worker goes to sleep; 0 */
	STALL_UNPARK,	  /**< worker is awake again; 0 */
	STALL_SAMPLE,	  /**< only the worker's counters were read; 0 */
	STALL_LOST, /**< so many events of worker before this are missing */
	STALL_EV_NR
};

/** One event. Those of all workers together, in any order. */
struct stall_event {
	uint64_t time;	 /**< ns */
	uint32_t event;	 /**< enum stall_ev */
	uint32_t worker; /**< on whose thread, or STALL_NO_WORKER */
	uint64_t task;	 /**< any number but 0; 0 for none */
	uint64_t arg;	 /**< see enum stall_ev */
	/* POLL_BEGIN, POLL_END, SAMPLE: counters of the worker's thread since
	 * it began, as in /proc/PID/task/TID/schedstat; 0 when not known */
	uint64_t cpu;	    /**< ns that it ran */
	uint64_t run_delay; /**< ns that it could run, and had no core */
};

/** All thresholds. */
struct stall_params {
	uint64_t info;	     /**< ns: from here on a poll is worth knowing */
	uint64_t warn;	     /**< ns: from here on one poll is too long */
	uint64_t delay;	     /**< ns: from here on a wait is too long */
	unsigned int slow_n; /**< consistently slow: so many polls above info */
	unsigned int slow_pct;	/**< ... which are so many % of the task's */
	unsigned int cover_pct; /**< one poll explains a wait from this % on */
	unsigned int
		cpu_pct; /**< below this CPU/wall, the thread was blocked */
	unsigned int run_delay_pct; /**< from here on, run delay explains */
	unsigned int busy_pct;	    /**< from here on, all workers are busy */
	unsigned int min_n; /**< so many cases make saturation or a neighbour */
};

/** 100 us, 1 ms, 1 ms; 10 polls, 50 %; 80 %; 50 %; 50 %; 90 %; 3 cases. */
#define STALL_DEFAULTS                               \
	((struct stall_params){ .info = 100000,      \
				.warn = 1000000,     \
				.delay = 1000000,    \
				.slow_n = 10,        \
				.slow_pct = 50,      \
				.cover_pct = 80,     \
				.cpu_pct = 50,       \
				.run_delay_pct = 50, \
				.busy_pct = 90,      \
				.min_n = 3 })

/** What is wrong; of two that explain as much, the first is told. */
enum stall_kind {
	STALL_HEALTHY,	  /**< nothing */
	STALL_HELD_LOCK,  /**< waits for a plain lock held across pending */
	STALL_BLOCKING,	  /**< a blocking call in a poll */
	STALL_CPU,	  /**< a poll that computes for too long */
	STALL_NEIGHBOUR,  /**< the thread could run and had no core */
	STALL_SATURATION, /**< short polls, and more of them than fit */
	STALL_KIND_NR
};

/** One poll. */
struct stall_poll {
	uint64_t task;	    /**< whose */
	uint32_t worker;    /**< where */
	bool ready;	    /**< what it returned */
	bool is_open;	    /**< it had not ended when the trace did */
	bool is_cpu_known;  /**< cpu and run_delay are known */
	bool is_consistent; /**< the task is consistently slow */
	uint64_t begin;	    /**< ns */
	uint64_t end;	    /**< ns; of an open one, the end of the trace */
	uint64_t cpu;	    /**< ns that the thread ran meanwhile */
	uint64_t run_delay; /**< ns that it had no core meanwhile */
	uint64_t delay;	    /**< scheduled_delay before it; STALL_UNKNOWN */
	uint64_t lock;	    /**< lock that it waited for; if holder is set */
	uint64_t holder;    /**< task that held it across pending, or 0 */
	uint64_t before;    /**< ns of all earlier polls of this worker */
};

/** From the first transition to scheduled to the poll. */
struct stall_wait {
	uint64_t task;	 /**< who waits */
	uint32_t worker; /**< who polled it; STALL_NO_WORKER: nobody yet */
	uint64_t from;	 /**< ns */
	uint64_t to;	 /**< ns; else the end of the trace */
};

/** What a task is doing. */
enum stall_state {
	STALL_IDLE,	 /**< waits to be woken, or not known */
	STALL_SCHEDULED, /**< waits to be polled */
	STALL_RUNNING,	 /**< within a poll */
	STALL_ENDED	 /**< ready, or dropped */
};

/** A task of the trace, and its figures. */
struct stall_task {
	uint64_t id;		/**< its number in the events */
	enum stall_state state; /**< now, while the trace is read */
	bool woken;		/**< RUNNING: woken since the poll began */
	uint64_t since;		/**< SCHEDULED: first transition; ns */
	uint64_t begin;		/**< RUNNING: of this poll; ns */
	uint64_t polls;		/**< number of polls */
	uint64_t slow;		/**< ... of them above info, run delay apart */
	uint64_t poll_sum;	/**< ns */
	uint64_t poll_max;	/**< ns */
	uint64_t delays;	/**< number of delays known */
	uint64_t delay_sum;	/**< ns */
	uint64_t delay_max;	/**< ns */
};

/** A worker of the trace, and its figures. */
struct stall_worker {
	bool is_seen;	    /**< it had an event */
	size_t polls;	    /**< number of its polls */
	size_t first;	    /**< private: its first in trace->by_worker */
	uint64_t poll_sum;  /**< ns */
	uint64_t poll_max;  /**< ns */
	uint64_t delays;    /**< number of known delays that it ended */
	uint64_t delay_sum; /**< ns */
	uint64_t delay_max; /**< ns */
	uint64_t run_delay; /**< ns, first to last reading */
	size_t sample;	    /**< private: its first in trace->samples */
	size_t samples;	    /**< private: how many */
};

/** What a trace holds; filled by stall_read(), private where not said. */
struct stall_trace {
	struct stall_params params; /**< the thresholds */
	uint64_t start;		    /**< ns: first event */
	uint64_t end;		    /**< ns: last event */
	uint64_t lost;		    /**< events that are missing, as told */
	uint64_t broken;	    /**< events that fit nothing: left out */
	struct stall_poll *polls;   /**< all, by begin */
	size_t nr_polls;	    /**< their number */
	struct stall_wait *waits;   /**< all that are known */
	size_t nr_waits;	    /**< their number */
	struct stall_task *tasks;   /**< all, by id */
	size_t nr_tasks;	    /**< their number */
	struct stall_worker workers[STALL_WORKERS_MAX]; /**< by number */
	struct stall_sample *samples;			/**< private */
	struct stall_poll **by_worker;			/**< private */
	struct stall_gap *gaps;				/**< private */
	size_t nr_gaps;					/**< private */
};

/** The verdict, with the evidence for it. */
struct stall_verdict {
	enum stall_kind kind; /**< what is wrong */
	struct stall_poll
		poll; /**< the poll that shows it best; task 0: none */
	struct stall_wait victim; /**< who waited for it; task 0: nobody */
	uint64_t covered;     /**< ns of the victim's wait that it explains */
	uint64_t waits;	      /**< number of long waits that it explains */
	uint64_t waited;      /**< ns of them together */
	uint64_t polls;	      /**< number of polls of this kind */
	uint64_t unexplained; /**< long waits that nothing explains */
};

/**
 * stall_scheduled() - a task was spawned or woken
 * @t: the task; borrowed
 * @now: ns
 *
 * Context: the reader of the trace.
 */
void stall_scheduled(struct stall_task *t, uint64_t now);

/**
 * stall_begun() - a poll of a task begins
 * @t: the task, not RUNNING; borrowed
 * @now: ns
 *
 * Context: the reader of the trace.
 * Return: the scheduled_delay in ns; STALL_UNKNOWN when the transition is not
 * in the trace.
 */
uint64_t stall_begun(struct stall_task *t, uint64_t now);

/**
 * stall_ended() - the poll of a task has ended
 * @t: the task, RUNNING; borrowed
 * @now: ns
 * @ready: what it returned
 *
 * Context: the reader of the trace.
 * Return: the poll_duration in ns.
 */
uint64_t stall_ended(struct stall_task *t, uint64_t now, bool ready);

/**
 * stall_classify() - what is wrong with one poll
 * @p: the poll; borrowed
 * @params: the thresholds; borrowed
 *
 * A poll is too long from @params->warn on; from info on if its task is
 * consistently slow. Its own time is without the run delay. Too long by its
 * own time: HELD_LOCK if it waited for a lock held across pending; BLOCKING if
 * its CPU time is below cpu_pct of its own time, or not known; else CPU. Too
 * long only with the run delay: NEIGHBOUR. Else HEALTHY.
 *
 * Context: any thread; does not block.
 * Return: the kind, never STALL_SATURATION.
 */
enum stall_kind stall_classify(const struct stall_poll *p,
			       const struct stall_params *params);

/**
 * stall_blame() - what explains one wait
 * @t: the trace; borrowed
 * @w: a wait of it; borrowed
 * @poll: receives the poll that covers it best, borrowed; NULL for none
 * @covered: receives how many ns of it
 *
 * One poll, if it covers cover_pct of the wait and is not HEALTHY: what is
 * wrong with that. Else NEIGHBOUR, if run delay makes up run_delay_pct of the
 * wait. Else SATURATION, if all workers together were busy for busy_pct.
 *
 * Context: any thread; does not block.
 * Return: the kind; STALL_HEALTHY when nothing explains the wait.
 */
enum stall_kind stall_blame(const struct stall_trace *t,
			    const struct stall_wait *w,
			    const struct stall_poll **poll, uint64_t *covered);

/**
 * stall_judge() - the verdict on a trace
 * @t: the trace; borrowed
 * @v: receives the verdict
 *
 * The kind that explains most of the long waits, in ns; if there are none,
 * the kind of the longest poll that is too long. Saturation and a noisy
 * neighbour need min_n cases, waits and polls together.
 *
 * Context: any thread; does not block.
 */
void stall_judge(const struct stall_trace *t, struct stall_verdict *v);

/**
 * stall_read() - make polls and waits of events
 * @events: the events in any order, those of the same time in theirs;
 *          borrowed
 * @n: their number; may be 0
 * @params: the thresholds; NULL for STALL_DEFAULTS; copied
 * @t: receives the trace; the caller gives it back with stall_free()
 *
 * What does not fit (an end without a begin, a begin without an end, a worker
 * of too high a number) is counted as broken and left out. A wait during which
 * events were lost is not known, nor is a poll on that worker.
 *
 * Context: any thread; takes the allocator's lock.
 * Return: 0; -ENOMEM, and then there is nothing to give back.
 */
int stall_read(const struct stall_event events[], size_t n,
	       const struct stall_params *params, struct stall_trace *t)
	__must_check;

/**
 * stall_free() - give a trace back
 * @t: the trace; its memory is the caller's
 *
 * Context: any thread; takes the allocator's lock.
 */
void stall_free(struct stall_trace *t);

/**
 * stall_own() - the time of a poll without its run delay
 * @p: the poll; borrowed
 *
 * Return: ns.
 */
static inline uint64_t stall_own(const struct stall_poll *p)
{
	uint64_t wall = p->end - p->begin;

	return p->run_delay < wall ? wall - p->run_delay : 0;
}

/**
 * stall_cover() - the poll that covers most of a wait, on the same worker
 * @t: the trace; borrowed
 * @w: the wait; of one that has not ended any worker counts; borrowed
 * @covered: receives how many ns it covers
 *
 * Context: any thread; does not block.
 * Return: the poll, borrowed; NULL when no poll overlaps.
 */
const struct stall_poll *stall_cover(const struct stall_trace *t,
				     const struct stall_wait *w,
				     uint64_t *covered);

/**
 * stall_busy() - how busy were all workers?
 * @t: the trace; borrowed
 * @from: ns
 * @to: ns, above @from
 *
 * Context: any thread; does not block.
 * Return: % of the time of all workers that they were within polls.
 */
unsigned int stall_busy(const struct stall_trace *t, uint64_t from,
			uint64_t to);

/**
 * stall_run_delay() - how long had the worker that ended a wait no core?
 * @t: the trace; borrowed
 * @w: the wait; of one that has not ended, the worker with most; borrowed
 *
 * The counter is read at polls only; between two readings the delay is taken
 * to be as far within the wait as it can be.
 *
 * Context: any thread; does not block.
 * Return: ns, at most the length of the wait.
 */
uint64_t stall_run_delay(const struct stall_trace *t,
			 const struct stall_wait *w);

/**
 * stall_report() - the verdict with its evidence, and the figures, as text
 * @t: the trace; borrowed
 * @v: the verdict; borrowed
 * @buf: receives the text, cut when it is too long
 * @size: bytes of @buf, at least 1
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *stall_report(const struct stall_trace *t,
			 const struct stall_verdict *v, char *buf, size_t size);

#endif
