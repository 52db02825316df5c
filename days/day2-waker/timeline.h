/**
 * @file timeline.h
 * From a list of events to what can be drawn: lanes, slices, tasks, arrows.
 *
 *	lane     a worker, a thread of the blocking pool, or a thread outside
 *	item     something on a lane: a slice (a poll, a sleep, a blocking job)
 *	         or a mark (a wake, a spawn, a theft ...)
 *	task     from its spawn to its end; an address that is used again is
 *	         another task
 *	span     something of a task: it waits in a queue, or it is polled
 *	flow     an arrow from the wake that queued a task to the poll after it
 *
 * Every slice ends: one whose begin was lost begins with the trace, and one
 * that was not over ends with it; both are marked as cut.
 */
#ifndef DAY2_TIMELINE_H
#define DAY2_TIMELINE_H

#include "trace.h"

/** No task, no lane, no item. */
#define TIMELINE_NONE UINT32_MAX

/** What an item is. */
enum timeline_kind {
	TIMELINE_POLL,	/**< slice: a task is polled */
	TIMELINE_PARK,	/**< slice: the worker sleeps */
	TIMELINE_BLOCK, /**< slice: a job of the blocking pool */
	TIMELINE_MARK,	/**< a moment */
};

/** A row of the machine. */
struct timeline_lane {
	unsigned int ring;   /**< whose events these are */
	unsigned int worker; /**< its index, or TIMELINE_NONE */
	char name[48];	     /**< "worker 0" */
};

/** A row of the program. */
struct timeline_task {
	uint32_t tag;	    /**< see trace_tag() */
	size_t first;	    /**< its first event */
	uint64_t begin;	    /**< ns */
	uint64_t end;	    /**< ns */
	unsigned int polls; /**< how many */
	char name[32];	    /**< "T1", or the one that was given */
};

/** On a lane. */
struct timeline_item {
	enum timeline_kind kind; /**< slice or mark */
	enum tp_event ev;	 /**< its first event */
	unsigned int lane;	 /**< where it is drawn */
	unsigned int task;	 /**< or TIMELINE_NONE */
	unsigned int by;   /**< marks: the task that did it, or TIMELINE_NONE */
	uint32_t arg;	   /**< of the event; polls: 1 when ready */
	unsigned int flow; /**< a wake: its arrow, or TIMELINE_NONE */
	uint64_t begin;	   /**< ns */
	uint64_t end;	   /**< ns; marks: begin */
	size_t first;	   /**< its first event */
	size_t last;	   /**< its last event; the number of events: cut */
	bool is_cut;	   /**< begin or end are not in the trace */
};

/** Of a task. */
struct timeline_span {
	unsigned int task; /**< whose */
	bool is_poll;	   /**< else: it waits in a queue */
	uint64_t begin;	   /**< ns */
	uint64_t end;	   /**< ns */
};

/** An arrow. */
struct timeline_flow {
	unsigned int from; /**< item: the wake */
	unsigned int to;   /**< item: the poll */
};

/** A name for a task, given when @at events had been seen. */
struct timeline_name {
	uint32_t tag;	  /**< see trace_tag() */
	size_t at;	  /**< number of events before it was given */
	const char *name; /**< any text; borrowed */
};

/** All of it. */
struct timeline {
	const struct trace_event *events; /**< borrowed */
	size_t nr_events;		  /**< how many */
	uint64_t lost;			  /**< events that are missing */
	uint64_t begin;			  /**< ns: the first event */
	uint64_t end;			  /**< ns: the last one */
	struct timeline_lane *lanes;	  /**< in order of appearance */
	struct timeline_task *tasks;	  /**< in order of appearance */
	struct timeline_item *items;	  /**< by their first event */
	struct timeline_span *spans;	  /**< by their ends */
	struct timeline_flow *flows;	  /**< by their polls */
	unsigned int nr_lanes;		  /**< lanes */
	unsigned int nr_tasks;		  /**< tasks */
	unsigned int nr_items;		  /**< items */
	unsigned int nr_spans;		  /**< spans */
	unsigned int nr_flows;		  /**< flows */
	unsigned int *task_of;		  /**< for each event: its task */
	unsigned int *by_of; /**< for each event: the task that did it */
};

/**
 * timeline_init() - make a timeline of events
 * @tl: the caller's memory
 * @events: in the order of trace_collect(); borrowed until timeline_fini()
 * @n: how many; fewer than 2^31
 * @lost: how many more there were
 * @names: names of tasks, or NULL; others are called T1, T2, ...; copied, at
 *         most 31 bytes each
 * @nr_names: how many
 *
 * Context: any thread; does not block.
 * Return: 0; -ENOMEM; -EINVAL for an event that does not exist.
 */
int timeline_init(struct timeline *tl, const struct trace_event *events,
		  size_t n, uint64_t lost, const struct timeline_name *names,
		  size_t nr_names) __must_check;

/**
 * timeline_fini() - give back what timeline_init() took
 * @tl: a timeline
 *
 * Context: any thread; does not block.
 */
void timeline_fini(struct timeline *tl);

/**
 * timeline_words() - an event as words
 * @tl: the timeline
 * @i: number of the event
 * @buf: receives "wake B by A", "lifo B", "poll B on 0", ...
 * @len: bytes of @buf
 *
 * Context: any thread; does not block.
 */
void timeline_words(const struct timeline *tl, size_t i, char *buf, size_t len);

#endif
