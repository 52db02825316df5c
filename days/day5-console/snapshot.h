/**
 * @file snapshot.h
 * The reader's side: a region, read at one moment into plain structs.
 *
 *	struct reader src;
 *	struct snapshot now = {};
 *
 *	reader_open(&src, "/dev/shm/unpark-0-4711");
 *	snapshot_take(&now, &src);
 *	... screens, lints, JSON: they see a struct snapshot only ...
 *	snapshot_free(&now);
 *	reader_close(&src);
 *
 * What lies in the region is never trusted. The header is copied and checked
 * once; numbers that point somewhere (a place, a worker, a parent) are checked
 * when they are read, and are 0 in a snapshot when they point nowhere; runtime 0
 * can always be read, even where there is none; a parent's id is below its
 * child's; enumerations are in their range; times are not above ->now; names end
 * within their array, and hold printable characters only. An id of a task or a
 * resource may still be of none: snapshot_task() and snapshot_resource() say so.
 *
 * A live region, one whose process was killed, and a frame of a recording are
 * the same to whoever reads a snapshot.
 */
#ifndef DAY5_SNAPSHOT_H
#define DAY5_SNAPSHOT_H

#include "region.h"

#include "kit/shm.h"
#include "kit/tracewait.h"

/** How a region is. */
enum reader_state {
	READER_LIVE,   /**< its process runs */
	READER_DEAD,   /**< its process has ended, and left it */
	READER_FROZEN, /**< it is a copy: a frame of a recording */
};

/** Where snapshots come from. */
struct reader {
	struct shm shm;		     /**< private: what is mapped */
	const void *mem;	     /**< its bytes */
	size_t size;		     /**< how many */
	struct region_header header; /**< the checked copy */
	char path[128];		     /**< of the file */
};

/** A scheduler. */
struct snap_runtime {
	char name[32];	      /**< of it */
	bool is_running;      /**< not destroyed yet */
	unsigned int flavour; /**< enum sched_flavour */
	unsigned int first;   /**< of its workers in snapshot->workers; no other
			         runtime has any of them */
	unsigned int nr_workers; /**< how many they are */
	uint64_t injection;	 /**< tasks in the injection queue */
	uint64_t alive;		 /**< tasks that have not ended */
	uint64_t spawned;	 /**< tasks, from everywhere */
	uint64_t ended;		 /**< the same */
	uint64_t remote;	 /**< tasks scheduled by threads from outside */
	uint64_t wakes;		 /**< wakers used outside */
};

/** A worker. */
struct snap_worker {
	unsigned int runtime; /**< number in snapshot->runtimes */
	unsigned int index;   /**< in its runtime, from 0 */
	bool is_torn;	      /**< its slot could not be read: state UNKNOWN */
	enum worker_state state; /**< what it does */
	uint64_t since;		 /**< ns */
	uint64_t task;		 /**< POLLING: id; else 0 */
	unsigned int place;	 /**< POLLING: number of the place, or 0 */
	uint64_t poll;		 /**< POLLING: which poll of the task */
	int tid;		 /**< its thread; 0: not known */
	unsigned int span;	 /**< number of the innermost span; 0: none */
	uint64_t depth;		 /**< tasks in its ring */
	bool slot_used;		 /**< a task is in its LIFO slot */
	uint64_t mean_poll;	 /**< ns */
	struct metrics_reading reading; /**< its counters */
	struct hist polls;		/**< poll durations */
	struct hist delays;		/**< scheduled delays */
};

/** A task. */
struct snap_task {
	uint64_t id;	       /**< from 1; never used again */
	enum task_state state; /**< what it does */
	uint64_t since;	       /**< ns */
	unsigned int place;    /**< where it was spawned; 0: not known */
	unsigned int runtime;  /**< number in snapshot->runtimes */
	uint64_t parent;       /**< id of the task that spawned it, or 0 */
	unsigned int worker;   /**< that polled it last, from 1; 0: none */
	uint32_t tag;	       /**< in the events */
	uint64_t created;      /**< ns */
	uint64_t total;	       /**< ns of life up to now */
	uint64_t first;	       /**< ns up to the first poll, or now */
	uint64_t polls;	       /**< polls that began */
	uint64_t busy;	       /**< ns in polls, the one in progress included */
	uint64_t sched;	       /**< ns scheduled, up to now; without first */
	uint64_t idle;	       /**< ns waiting, up to now */
	uint64_t wakes;	       /**< its wakers were used */
	uint64_t self_wakes;   /**< ... by itself */
	uint64_t clones;       /**< wakers made of it */
	uint64_t drops;	       /**< ... and gone */
	uint64_t max_poll;     /**< ns */
	uint64_t max_delay;    /**< ns */
	unsigned int wait;     /**< WAITING: enum tp_wait; 0: not known */
	unsigned int wait_detail; /**< I/O: the descriptor */
	uint64_t wait_for; /**< JOIN: id of the task; SEND, RECV, LOCK: id of
			        the resource; else 0 */
	uint32_t poll_hist[TASK_BUCKETS];  /**< by floor(log2(ns)) */
	uint32_t delay_hist[TASK_BUCKETS]; /**< the same */
	uint64_t last[TASK_LAST];	   /**< newest last: ns | delay << 32 */
	unsigned int nr_last;		   /**< of them there are */
};

/** A place where tasks are spawned; number 0 is "not known". */
struct snap_place {
	char what[48];	    /**< the future */
	char where[80];	    /**< file:line */
	uint64_t spawned;   /**< tasks */
	uint64_t ended;	    /**< tasks */
	uint64_t cancelled; /**< of them */
	uint64_t alive;	    /**< in the task table, not ended */
	uint64_t polls;	    /**< of all of them */
	uint64_t busy;	    /**< ns, of all of them */
	uint64_t sched;	    /**< ns, of all of them, first poll included */
	uint64_t max_poll;  /**< ns */
};

/** A channel or a lock. */
struct snap_resource {
	uint64_t id;	      /**< from 1 */
	unsigned int kind;    /**< enum tp_res_kind */
	char name[32];	      /**< of it */
	char where[64];	      /**< file:line */
	uint64_t depth;	      /**< channel: messages in it */
	uint64_t max;	      /**< channel: most messages */
	uint64_t sent;	      /**< channel: messages */
	uint64_t taken;	      /**< channel: messages; lock: times */
	uint64_t waits;	      /**< waits for it that have ended */
	uint64_t waited;      /**< ns of them */
	uint64_t held;	      /**< lock: ns, the present time included */
	uint64_t max_held;    /**< lock: ns */
	uint64_t holder;      /**< lock: id of a task, or 0 */
	uint64_t since;	      /**< lock: ns: held since */
	unsigned int waiting; /**< tasks that wait for it now */
};

/** A named stretch of code. */
struct snap_span {
	char name[48];	 /**< of it */
	char where[80];	 /**< file:line */
	uint64_t calls;	 /**< times */
	uint64_t ns;	 /**< together */
	uint64_t max;	 /**< ns */
	uint64_t allocs; /**< inside */
	uint64_t bytes;	 /**< of them */
};

/** All of it. The arrays are the snapshot's own. */
struct snapshot {
	void *memory;		     /**< private: all arrays */
	size_t room;		     /**< private: bytes of it */
	enum reader_state state;     /**< of the source */
	uint64_t now;		     /**< ns of the target's clock_trace() */
	uint64_t wall;		     /**< ns of CLOCK_REALTIME */
	uint64_t id;		     /**< random: of the target's run */
	int pid;		     /**< of the target */
	unsigned int level;	     /**< enum console_level */
	char program[32];	     /**< its name */
	uint64_t uptime;	     /**< ns since console_start() */
	uint64_t lost[REGION_PARTS]; /**< entries that there was no room for */
	uint64_t torn;		     /**< tasks that could not be read */
	uint64_t io_added;	     /**< descriptors */
	uint64_t io_removed;	     /**< descriptors */
	unsigned int pool_threads;   /**< of blocking pools */
	unsigned int pool_idle;	     /**< of them */
	unsigned int pool_queued;    /**< jobs that wait for one */
	uint64_t pool_jobs;	     /**< jobs done */
	struct snap_runtime *runtimes;	 /**< by number */
	unsigned int nr_runtimes;	 /**< how many */
	struct snap_worker *workers;	 /**< by number */
	unsigned int nr_workers;	 /**< how many */
	struct snap_task *tasks;	 /**< by id */
	size_t nr_tasks;		 /**< how many */
	struct snap_place *places;	 /**< by number; 0 is "not known" */
	unsigned int nr_places;		 /**< how many, with number 0 */
	struct snap_resource *resources; /**< by id */
	unsigned int nr_resources;	 /**< how many */
	struct snap_span *spans;	 /**< number 1 is spans[0] */
	unsigned int nr_spans;		 /**< how many */
};

/**
 * reader_open() - open a region
 * @src: receives it; the caller gives it back with reader_close()
 * @path: of a region's file; borrowed; it must be the user's own
 *
 * Context: any thread; blocks while the file system does.
 * Return: 0; -EACCES: another user's; -EINVAL, -EPROTO, -ENODATA, -EBADMSG as
 *         region_check(); else what open(2) says.
 */
int reader_open(struct reader *src, const char *path) __must_check;

/**
 * reader_memory() - a region that is in memory already
 * @src: receives it
 * @mem: the region; borrowed until reader_close(); aligned to 128
 * @size: bytes of it
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL, -EPROTO, -ENODATA, -EBADMSG as region_check(); -EINVAL,
 *         too, when it is not aligned.
 */
int reader_memory(struct reader *src, const void *mem, size_t size)
	__must_check;

/**
 * reader_state() - does the process run, that writes it?
 * @src: the source; borrowed
 *
 * Context: any thread; reads /proc.
 * Return: how it is.
 */
enum reader_state reader_state(const struct reader *src);

/**
 * reader_find() - the path of a region
 * @what: a path; a pid in digits; NULL: the only region of this user that is
 *        live, or, if none is, the only one
 * @path: receives the path
 * @size: bytes of @path
 *
 * Context: any thread; reads /dev/shm.
 * Return: 0; -ENOENT: there is none; -EEXIST: there are several.
 */
int reader_find(const char *what, char *path, size_t size) __must_check;

/**
 * reader_list() - all regions of this user
 * @paths: receives their paths, live ones first, then by number
 * @max: room in @paths
 *
 * Context: any thread; reads /dev/shm.
 * Return: how many there are, which may be more than @max.
 */
size_t reader_list(char (*paths)[128], size_t max);

/**
 * reader_close() - give it back
 * @src: the source
 *
 * Context: any thread.
 */
void reader_close(struct reader *src);

/**
 * snapshot_take() - read all of it
 * @s: receives the snapshot: all zeros, or one that was taken before, whose
 *     memory is used again
 * @src: the source; borrowed
 *
 * Nothing is stopped meanwhile: each task and each worker is right for itself,
 * all within the time that it takes. Of the counts, the ends are read before
 * the spawns: nothing that is alive is ever below zero.
 *
 * Context: any thread; does not block; may take the allocator's lock.
 * Return: 0; -ENOMEM, and then @s holds what it held.
 */
int snapshot_take(struct snapshot *s, const struct reader *src) __must_check;

/**
 * snapshot_copy() - make a second one
 * @to: receives it, as for snapshot_take()
 * @from: the first; borrowed
 *
 * Context: any thread; may take the allocator's lock.
 * Return: 0; -ENOMEM, and then @to holds what it held.
 */
int snapshot_copy(struct snapshot *to, const struct snapshot *from)
	__must_check;

/**
 * snapshot_free() - give its memory back
 * @s: the snapshot; all zeros after that
 *
 * Context: any thread; takes the allocator's lock.
 */
void snapshot_free(struct snapshot *s);

/**
 * snapshot_task() - find a task
 * @s: the snapshot; borrowed
 * @id: of the task
 *
 * Context: any thread; does not block.
 * Return: the task, borrowed; NULL when it is not there.
 */
const struct snap_task *snapshot_task(const struct snapshot *s, uint64_t id);

/**
 * snapshot_resource() - find a resource
 * @s: the snapshot; borrowed
 * @id: of the resource
 *
 * Context: any thread; does not block.
 * Return: the resource, borrowed; NULL when it is not there.
 */
const struct snap_resource *snapshot_resource(const struct snapshot *s,
					      uint64_t id);

/**
 * task_quantile() - a quantile of a task's polls, or of its delays
 * @buckets: poll_hist or delay_hist of a task; borrowed
 * @max: its max_poll or max_delay, in ns: no quantile is above it
 * @q: from 0 to 1
 *
 * The upper end of a doubling: at most twice too high, never too low.
 *
 * Context: any thread; does not block.
 * Return: ns; 0 when there is none.
 */
uint64_t task_quantile(const uint32_t buckets[TASK_BUCKETS], uint64_t max,
		       double q);

#endif
