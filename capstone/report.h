/**
 * @file report.h
 * What does a spawn cost on this machine, at the tail?
 *
 * The same trivial future is driven in three ways: polled in place (inline),
 * spawned as a task and joined (spawn), and as one of many children of a
 * gather. Each way is a loop that puts groups of operations between two clock
 * reads and keeps the time of each group:
 *
 *	groups of 1      the rows of the tail: each operation timed singly, the
 *	                 clock included; its cost is printed beside
 *	groups of batch  the ratio: spawn over inline, the clock excluded
 *
 *	 report_run()                                         given, run.c
 *	   the measuring task, spawned on a current-thread scheduler
 *	     round after round: inline, spawn, gather         report.c
 *	   report_row_fill(), report_ratio_fill()             report.c
 *
 * The file that you write is report.c. Read next: README.md, then report.c
 * from the top.
 */
#ifndef CAPSTONE_REPORT_H
#define CAPSTONE_REPORT_H

#include "gather.h"
#include "hist.h"
#include "kit/async.h"
#include "precise.h"
#include "sched.h"

/** How the work is driven. */
enum report_way {
	REPORT_INLINE, /**< polled in place */
	REPORT_SPAWN,  /**< spawned, polled by the scheduler, joined */
	REPORT_GATHER, /**< a child of a gather, on the measuring task */
	REPORT_WAYS    /**< number of ways */
};

/**
 * struct report_config - what to measure, and how much of it
 *
 * Belongs to the caller; report_run() only reads it.
 */
struct report_config {
	/**
	 * The operation: a prototype that is never polled. Each operation is
	 * a copy of its ops->size bytes; its output is one uint64_t.
	 */
	const struct future *work;
	unsigned int rounds; /**< rounds; a first, forgotten one comes on top */
	unsigned int singles; /**< operations timed singly, per way and round */
	unsigned int batches; /**< batches per way and round */
	unsigned int batch;   /**< operations in a batch */
	/** Told after each round, the first one included; NULL: nobody. */
	void (*progress)(void *arg, unsigned int done, unsigned int of);
	void *progress_arg; /**< handed to progress; borrowed */
	/**
	 * Day 4's finer histograms, one for each way, which take the samples
	 * of its row, too; borrowed. NULL: they are not wanted.
	 */
	struct precise *const *fine;
};

/**
 * struct report_row - the tail of one way, in nanoseconds
 *
 * Quantiles are those of the histogram: never too low, at most 18.92 % too
 * high. The maximum is exact.
 */
struct report_row {
	struct hist hist;   /**< all samples, for a chart */
	uint64_t p50;	    /**< half of the samples took at most this */
	uint64_t p90;	    /**< nine in ten */
	uint64_t p99;	    /**< all but one in a hundred */
	uint64_t p999;	    /**< all but one in a thousand */
	uint64_t max;	    /**< the slowest */
	uint64_t n;	    /**< number of samples */
	unsigned int batch; /**< operations in a batch of this run */
	uint64_t clock_ns;  /**< cost of a clock read */
	double per_op;	    /**< the median batch, per operation, no clock */
};

/** struct report_ratio - how many times dearer a spawn is */
struct report_ratio {
	double p50; /**< the ratio: median batch over median batch */
	double p99; /**< the slow batches: p99 over p99 */
};

/** struct report - the result of one run */
struct report {
	struct report_row row[REPORT_WAYS]; /**< by enum report_way */
	struct report_ratio ratio;	    /**< spawn over inline */
	uint64_t clock_ns; /**< cost of a clock read: median of many */
};

/**
 * struct report_load - the work, and room for it
 *
 * Key: I set at init, W written by the loop that runs.
 */
struct report_load {
	const struct future *work; /**< I: the prototype; borrowed */
	struct sched *sched;	   /**< I: where to spawn; borrowed */
	unsigned int room;	   /**< I: entries of the three below */
	size_t stride;		   /**< I: bytes from machine to machine */
	char *machines;		   /**< W: copies of the prototype; owned */
	struct future **children; /**< I: the i-th points to machine i; owned */
	uint64_t *outs;		  /**< W: outputs of the last group; owned */
};

/**
 * struct report_loop - the machine that drives groups of operations in one way
 *
 * A future like any other: its output is an int, 0 or -errno. Everything that
 * must live across an AWAIT() is a field, since locals are gone by then.
 *
 * Key: I set at init, W only the loop.
 */
struct report_loop {
	struct async async;	  /**< W: the machine; first */
	struct report_load *load; /**< I: work, scheduler, room; borrowed */
	unsigned int groups;	  /**< I: how many groups */
	unsigned int group;	  /**< I: operations in each, 1 to load->room */
	uint64_t *ns;	      /**< I: receives each group's time; borrowed */
	unsigned int g;	      /**< W: groups done */
	unsigned int i;	      /**< W: operations done in this group */
	uint64_t start;	      /**< W: clock at the start of this group */
	struct join join;     /**< W: the task that is awaited (spawn) */
	struct gather gather; /**< W: the children that run (gather) */
	int err;	      /**< W: the loop's output; 0 at first */
};

/**
 * report_load_init() - make room for the work (given, run.c)
 * @load: the caller's memory
 * @work: the prototype of the operation; borrowed until report_load_fini()
 * @sched: where the spawn loop spawns; borrowed until report_load_fini();
 *         NULL when nothing is spawned
 * @room: the largest group, at least 1
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -ENOMEM, and then there is nothing to undo.
 */
int report_load_init(struct report_load *load, const struct future *work,
		     struct sched *sched, unsigned int room) __must_check;

/**
 * report_load_fini() - give the room back (given, run.c)
 * @load: from report_load_init(); no loop uses it any more
 *
 * Context: any thread.
 */
void report_load_fini(struct report_load *load);

/**
 * report_fresh() - make operation @i anew: copy the prototype (given, run.c)
 * @load: from report_load_init()
 * @i: number of the operation within the group, below @load->room
 *
 * What was in the same place must be dropped already.
 *
 * Context: the loop that runs; does not block.
 * Return: the copy, not polled yet; it lives in @load, drop it when done.
 */
struct future *report_fresh(struct report_load *load, unsigned int i);

/**
 * report_loop_init() - make a loop (given)
 * @l: the caller's memory; may be moved until its first poll
 * @way: how it drives the work
 * @load: work and room; borrowed until the loop is dropped
 * @groups: how many groups, at least 1
 * @group: operations in each group, from 1 to @load->room
 * @ns: room for @groups times in nanoseconds; borrowed until then
 *
 * Polled, the loop does this @groups times over, all in the same order:
 *
 *	read the clock
 *	drive @group operations, output i into @load->outs[i]:
 *	  inline: make it, await it in place, then the next
 *	  spawn:  spawn it, await its join handle, then the next
 *	  gather: make them all, await the gather of them
 *	read the clock: the difference is the group's time
 *
 * and reads the clock nowhere else. An operation may be pending: then the
 * loop is, too. Its output is 0, or the first error of sched_spawn(), of a
 * join handle or of gather_init(), and with that it ends at once.
 *
 * Context: any thread; does not block.
 */
void report_loop_init(struct report_loop *l, enum report_way way,
		      struct report_load *load, unsigned int groups,
		      unsigned int group, uint64_t *ns);

/**
 * report_check() - is a configuration one that can be measured?
 * @cfg: what report_run() was given; borrowed
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL without work, when the work's output is not a uint64_t,
 * or when rounds, singles, batches or batch is 0.
 */
int report_check(const struct report_config *cfg) __must_check;

/**
 * report_row_fill() - the tail of one way
 * @row: out; hist, p50 to max and n are set, the rest is left alone;
 *       untouched on error
 * @ns: @n times of groups, in nanoseconds; borrowed
 * @n: their number
 * @group: operations in each group; a sample is the time of one of them,
 *         rounded to the nearest nanosecond, a half up
 *
 * Context: any thread; does not block, allocates nothing.
 * Return: 0; -EINVAL if @n or @group is 0: nothing has no tail.
 */
int report_row_fill(struct report_row *row, const uint64_t *ns, size_t n,
		    unsigned int group) __must_check;

/**
 * report_ratio_fill() - how many times dearer a spawn is
 * @ratio: out; untouched on error
 * @inl: @n times of inline batches, in ascending order; borrowed
 * @spawn: @n times of spawn batches of the same size, in ascending order;
 *         borrowed
 * @n: how many of each, at least 1
 * @clock_ns: what a clock read costs; one is contained in each batch's time
 *
 * The quantile of the spawn batches over the same quantile of the inline
 * batches, after the clock is taken off both. exact_quantile() finds a
 * quantile in a sorted array.
 *
 * Context: any thread; does not block.
 * Return: 0; -ERANGE if an inline or a spawn quantile is not above the clock:
 * the batch is too small, and a ratio to nothing means nothing.
 */
int report_ratio_fill(struct report_ratio *ratio, const uint64_t *inl,
		      const uint64_t *spawn, size_t n, uint64_t clock_ns)
	__must_check;

/**
 * report_run() - measure, and fill in the report (given, run.c)
 * @cfg: what to measure; borrowed
 * @report: out; complete when 0 is returned, else undefined
 *
 * Starts a current-thread scheduler of its own, spawns the measuring task on
 * it, and waits. In every round each way gets its turn, so that a machine that
 * drifts drifts for all of them.
 *
 * Context: a thread on which no scheduler runs; blocks for the whole run.
 * Return: 0; -EINVAL as report_check(); -ENOMEM when there was no memory,
 * be it for the run or for a spawn; -ERANGE as report_ratio_fill(). Nothing is
 * left behind either way.
 */
int report_run(const struct report_config *cfg, struct report *report)
	__must_check;

/**
 * exact_sort() - sort in place, ascending (given, exact.c)
 * @v: @n numbers; borrowed
 * @n: their number
 *
 * Context: any thread; O(n log n), allocates nothing.
 */
void exact_sort(uint64_t *v, size_t n);

/**
 * exact_quantile() - a quantile of sorted numbers, exactly (given, exact.c)
 * @sorted: @n numbers in ascending order; borrowed
 * @n: their number, at least 1
 * @q: quantile from 0 to 1, nearest rank as in hist_rank()
 *
 * Context: any thread; does not block. BUG_ON()s on a wrong @n or @q.
 * Return: the number of that rank.
 */
uint64_t exact_quantile(const uint64_t *sorted, size_t n, double q);

#endif
