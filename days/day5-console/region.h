/**
 * @file region.h
 * The region: one file in /dev/shm that everything is laid out in.
 *
 *	+--------+----------+---------+-------+--------+-----------+------
 *	| header | runtimes | workers | tasks | places | resources | ...
 *	+--------+----------+---------+-------+--------+-----------+------
 *	    the header says where each part begins, and how many there are
 *
 * The target writes, with plain stores; it has no console thread, no socket,
 * and makes no system call for it. A reader is another process that maps the
 * file read-only: the console costs the target the same whether ten of them
 * look, or none, or one that a debugger has stopped. And because the file
 * outlives its writer, a process that was killed is read in the same way.
 *
 * Nobody can be trusted. The header may lie, by accident or not; so it is
 * copied once and checked, and only the copy is used. What a thread writes may
 * be half written when it is read; so what belongs together is a slot with a
 * sequence number that is odd while it is written. And the writer may have
 * died in the middle of that.
 *
 * Source: counters in a mapped file that tools read from outside are HotSpot's
 * hsperfdata; event rings in one are OCaml's Runtime_events. The slot is the
 * sequence lock of Linux' include/linux/seqlock.h, with every word atomic, as
 * Boehm, "Can seqlocks get along with programming language memory models?"
 * (2012) has it.
 */
#ifndef DAY5_REGION_H
#define DAY5_REGION_H

#include "hist.h"
#include "metrics.h"

#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/compiler.h"

/** The first bytes of a region. */
#define REGION_MAGIC "unpark\n\x1a"
/** Of the layout below; a reader reads its own version only. */
#define REGION_VERSION 1
/** Parts begin at multiples of so many bytes: two cache lines, since
 *  processors fetch them in pairs. */
#define REGION_ALIGN 128

/* Slots -------------------------------------------------------------------- */

/** Words of a slot, beside its sequence number: together, a cache line. */
#define SLOT_WORDS 7
/** A reader tries so often before it gives a slot up as torn. */
#define SLOT_TRIES 64

/**
 * A slot: words that are read together, or not at all.
 *
 * Key: A atomic; written by one thread at a time.
 */
struct slot {
	_Atomic(uint64_t) seq;		    /**< A: odd while it is written */
	_Atomic(uint64_t) word[SLOT_WORDS]; /**< A */
};

/* The parts ---------------------------------------------------------------- */

/** A part of the region; the header has a struct region_part of each. */
enum region_part_nr {
	REGION_RUNTIMES,  /**< struct region_runtime */
	REGION_WORKERS,	  /**< struct region_worker */
	REGION_TASKS,	  /**< struct region_task */
	REGION_PLACES,	  /**< struct region_place */
	REGION_RESOURCES, /**< struct region_resource */
	REGION_SPANS,	  /**< struct region_span */
	REGION_RINGS,	  /**< day 2's struct trace_ring, with its events */
	REGION_PARTS
};

/** Where a part lies. */
struct region_part {
	uint64_t offset; /**< bytes from the beginning of the file */
	uint32_t count;	 /**< entries */
	uint32_t size;	 /**< bytes of an entry */
};

/**
 * The header.
 *
 * Key: I set before the file can be read, A atomic: counts that grow.
 */
struct region_header {
	char magic[8];	       /**< I: REGION_MAGIC */
	uint32_t version;      /**< I: REGION_VERSION */
	uint32_t header_size;  /**< I: bytes of this header */
	uint64_t total;	       /**< I: bytes of the region */
	uint32_t pid;	       /**< I: of the target */
	uint32_t level;	       /**< I: enum console_level */
	uint64_t start_ticks;  /**< I: when it began, /proc/PID/stat field 22 */
	uint64_t id;	       /**< I: random: two with one pid are two */
	uint64_t created;      /**< I: ns of CLOCK_REALTIME */
	uint64_t created_mono; /**< I: ns of the target's clock_trace() */
	uint64_t trace_start;  /**< I: ns: the time 0 of the events */
	uint64_t frozen;       /**< I: ns: when it was copied; 0: it is live */
	struct clock_scale clock; /**< I: for a reader's "now" */
	char program[32];	  /**< I: name of the program; ends with 0 */
	struct region_part part[REGION_PARTS]; /**< I */
	_Atomic(uint64_t) used[REGION_PARTS];  /**< A: entries ever in use */
	_Atomic(uint64_t) lost[REGION_PARTS];  /**< A: that found no entry */
	_Atomic(uint64_t) io_added;	       /**< A: descriptors registered */
	_Atomic(uint64_t) io_removed;	       /**< A: and deregistered */
	/** A: blocking pool: threads | idle << 16 | queued << 32 */
	_Atomic(uint64_t) pool;
	_Atomic(uint64_t) pool_jobs; /**< A: jobs that the pool has done */
};

/**
 * A scheduler.
 *
 * Key: I set when it is entered, A atomic.
 */
struct region_runtime {
	char name[32];		     /**< I: ends with 0 */
	_Atomic(uint32_t) state;     /**< A: enum region_runtime_state */
	uint32_t flavour;	     /**< I: enum sched_flavour */
	uint32_t first_worker;	     /**< I: its first in the workers' part */
	uint32_t nr_workers;	     /**< I: all of them, in a row */
	_Atomic(uint64_t) injection; /**< A: tasks in the injection queue */
	_Atomic(uint64_t) spawned;   /**< A: tasks, by threads from outside */
	_Atomic(uint64_t) ended;     /**< A: the same */
	_Atomic(uint64_t) remote;    /**< A: tasks scheduled from outside */
	_Atomic(uint64_t) wakes;     /**< A: wakers used outside */
	uint64_t reserved[5];	     /**< I: 0 */
};

/** Is a runtime there? */
enum region_runtime_state {
	RUNTIME_UNUSED,	 /**< never was */
	RUNTIME_RUNNING, /**< there it is */
	RUNTIME_ENDED	 /**< its scheduler was destroyed */
};

/** What a worker does. */
enum worker_state {
	WORKER_UNKNOWN,	  /**< nothing was heard of it yet */
	WORKER_POLLING,	  /**< inside a poll */
	WORKER_SEARCHING, /**< awake, between polls */
	WORKER_PARKED,	  /**< asleep */
	WORKER_GONE	  /**< its runtime has ended */
};

/** The words of a worker's slot. */
enum worker_word {
	WW_STATE, /**< enum worker_state */
	WW_SINCE, /**< ns: since when */
	WW_TASK,  /**< POLLING: id of the task */
	WW_PLACE, /**< POLLING: where it was spawned: number of the place */
	WW_POLL,  /**< POLLING: which poll of the task it is, from 1 */
	WW_TID,	  /**< the thread, as the system numbers it */
	WW_SPAN	  /**< number of the innermost span, from 1; 0: none */
};

/** A histogram of day 4 that another process reads. */
struct region_hist {
	_Atomic(uint64_t) buckets[HIST_BUCKETS]; /**< A: one writer */
	_Atomic(uint64_t) sum;			 /**< A: the same */
	_Atomic(uint64_t) min; /**< A: 0 is "none": a time of 0 counts as 1 */
	_Atomic(uint64_t) max; /**< A */
	uint64_t reserved[5];  /**< 0 */
};

/**
 * A worker.
 *
 * Key: S a slot, W written only by the worker's thread, A atomic gauges that
 * whoever knows better writes.
 */
struct region_worker {
	struct slot now;	     /**< S: what it does: enum worker_word */
	_Atomic(uint64_t) depth;     /**< A: tasks in its ring */
	_Atomic(uint64_t) slot_used; /**< A: is a task in its LIFO slot? */
	_Atomic(uint64_t) runtime;   /**< A: number of its runtime, from 1 */
	uint64_t reserved[5];	     /**< 0 */
	struct metrics metrics	     /**< W */
		__attribute__((aligned(REGION_ALIGN)));
	struct region_hist polls /**< W: how long polls took */
		__attribute__((aligned(REGION_ALIGN)));
	struct region_hist delays; /**< W: how long tasks waited before */
} __attribute__((aligned(REGION_ALIGN)));

/** What a task does. */
enum task_state {
	TASK_UNUSED,   /**< no task */
	TASK_IN_SLOT,  /**< scheduled: in a LIFO slot */
	TASK_IN_RING,  /**< scheduled: in a worker's ring */
	TASK_INJECTED, /**< scheduled: in the injection queue */
	TASK_POLLED,   /**< inside a poll */
	TASK_WAITING,  /**< idle: until somebody wakes it */
	TASK_ENDED     /**< done; somebody still holds it */
};

/** The words of a task's slot: they add up to its life. */
enum task_word {
	TW_STATE, /**< id * 8 + enum task_state */
	TW_SINCE, /**< ns: since when, of first transition to scheduled */
	TW_POLLS, /**< polls that began */
	TW_BUSY,  /**< ns inside polls that have ended */
	TW_SCHED, /**< ns scheduled, without the time before the first poll */
	TW_IDLE,  /**< ns waiting, up to SINCE */
	TW_WAIT	  /**< what for: kind | detail << 8 | which << 32 */
};

/** The words of a task's second slot: what stays the same. */
enum task_born_word {
	TB_ID,	    /**< a number of its own, from 1 */
	TB_PLACE,   /**< number of the place | runtime << 32 */
	TB_PARENT,  /**< id of the task that spawned it; 0: none */
	TB_CREATED, /**< ns */
	TB_FIRST,   /**< ns from there to the first poll; UINT64_MAX: not yet */
	TB_TAG,	    /**< trace_tag() of it, for the events */
	TB_WORKER   /**< worker that polled it last, from 1; 0: none */
};

/** What a task counts, each in two words. */
enum task_count {
	TC_WAKES,  /**< its wakers were used */
	TC_CLONES, /**< ... cloned */
	TC_DROPS,  /**< ... dropped, or used up */
	TC_NR
};

/** Buckets of a task's histograms: a doubling each, 1 ns to 4 s. */
#define TASK_BUCKETS 32
/** Polls of a task that are remembered. */
#define TASK_LAST 8

/**
 * A task: eight cache lines.
 *
 * Whoever has the task writes: who spawns it, the one waker that schedules it,
 * the worker that polls it; one after the other, since the state word hands it
 * on. Only ->by_others belongs to many.
 *
 * Key: S a slot, O written by whoever has the task, A atomic: added to by any
 * thread.
 */
struct region_task {
	struct slot life;		    /**< S: enum task_word */
	struct slot born;		    /**< S: enum task_born_word */
	_Atomic(uint64_t) by_self[TC_NR];   /**< O: within its own poll */
	_Atomic(uint64_t) by_others[TC_NR]; /**< A: by all others */
	_Atomic(uint64_t) max_poll;	    /**< O: ns */
	_Atomic(uint64_t) max_delay;	    /**< O: ns */
	/** O: durations, of polls by floor(log2(ns)), at most 31 */
	_Atomic(uint32_t) polls[TASK_BUCKETS];
	_Atomic(uint32_t) delays[TASK_BUCKETS]; /**< O: of waits before them */
	/** O: poll number i in i % TASK_LAST: its ns | the delay's << 32 */
	_Atomic(uint64_t) last[TASK_LAST];
};

_Static_assert(sizeof(struct region_task) == 512, "512 bytes a task");

/**
 * A place in the source where tasks are spawned, or a span begins.
 *
 * Key: I set before the number is told, A atomic, added to by any thread.
 */
struct region_place {
	char what[48];	/**< I: the future's ops, ends with 0 */
	char where[80]; /**< I: file:line, ends with 0; its end if too long */
	_Atomic(uint64_t) spawned;   /**< A: tasks */
	_Atomic(uint64_t) ended;     /**< A: tasks that are done */
	_Atomic(uint64_t) cancelled; /**< A: ... of them cancelled */
	_Atomic(uint64_t) polls;     /**< A: of those that ended */
	_Atomic(uint64_t) busy;	     /**< A: ns, the same */
	_Atomic(uint64_t) sched;    /**< A: ns, the same, first poll included */
	_Atomic(uint64_t) max_poll; /**< A: ns, of any task of the place */
	uint64_t reserved;	    /**< 0 */
};

/** What tasks wait for, or hold: a channel, a lock. */
struct region_resource {
	char name[32];		    /**< I: ends with 0 */
	char where[64];		    /**< I: file:line, ends with 0 */
	_Atomic(uint64_t) kind;	    /**< A: enum tp_res_kind; 0: unused */
	_Atomic(uint64_t) id;	    /**< A: a number of its own */
	_Atomic(uint64_t) depth;    /**< A: channel: messages in it */
	_Atomic(uint64_t) max;	    /**< A: channel: most messages */
	_Atomic(uint64_t) sent;	    /**< A: channel: messages sent */
	_Atomic(uint64_t) taken;    /**< A: received; lock: times taken */
	_Atomic(uint64_t) waits;    /**< A: times that a task waited for it */
	_Atomic(uint64_t) waited;   /**< A: ns of those waits */
	_Atomic(uint64_t) held;	    /**< A: lock: ns that it was held */
	_Atomic(uint64_t) max_held; /**< A: lock: the longest */
	_Atomic(uint64_t) holder;   /**< A: lock: id of the task, 0: none */
	_Atomic(uint64_t) since;    /**< A: lock: ns: since when */
};

/** A named stretch of code: how often, how long, and what it allocated. */
struct region_span {
	char name[48];		  /**< I: ends with 0 */
	char where[80];		  /**< I: file:line */
	_Atomic(uint64_t) calls;  /**< A */
	_Atomic(uint64_t) ns;	  /**< A: together, spans inside included */
	_Atomic(uint64_t) max;	  /**< A: ns, the longest */
	_Atomic(uint64_t) allocs; /**< A: allocations inside */
	_Atomic(uint64_t) bytes;  /**< A: of them */
	uint64_t reserved[3];	  /**< 0 */
};

/* region.c: yours ---------------------------------------------------------- */

/**
 * slot_write() - write a slot
 * @s: the slot; nobody else writes it now
 * @word: what it shall hold; borrowed
 *
 * A reader may be at work at any moment, and the writer may be killed at any
 * moment. A reader then sees all of the old words, or all of the new ones, or
 * that it can see neither.
 *
 * Context: the writer; does not block: it waits for no reader.
 */
void slot_write(struct slot *s, const uint64_t word[SLOT_WORDS]);

/**
 * slot_read() - read a slot
 * @s: the slot, in memory that may be read-only
 * @word: receives what it holds; undefined on error
 *
 * Tries again, SLOT_TRIES times in all, while somebody writes.
 *
 * Context: any thread, any process; does not block.
 * Return: 0; -EAGAIN when it was torn each time: by a writer that is very busy,
 *         or one that has died in the middle.
 */
int slot_read(const struct slot *s, uint64_t word[SLOT_WORDS]) __must_check;

/**
 * region_check() - may a reader follow this header?
 * @h: the reader's own copy of the first bytes of a file; @size of the file may
 *     be smaller, then the rest is 0; borrowed
 * @size: bytes that the file has
 *
 * Whatever the bytes are, after 0 every entry of every part lies within the
 * region's total, which lies within @size, behind the header, aligned, and in no
 * other part.
 *
 * In this order: the size of the file and the magic; the version, and the
 * header's own size; the total; then each part: an entry's size, as the enum
 * region_part_nr has it (rings: a multiple of REGION_ALIGN, not 0), where it
 * begins, where it ends. Parts lie in the order of their numbers. All of that
 * holds for a part without entries, too.
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL: no region; -EPROTO: of another version, or with a header
 *         of another size; -ENODATA: the file is shorter than the total, or the
 *         total than the header; -EBADMSG: a part lies.
 */
int region_check(const struct region_header *h, uint64_t size) __must_check;

/* layout.c: given ---------------------------------------------------------- */

/**
 * region_entry_size() - bytes of an entry of a part
 * @part: which
 *
 * Context: any thread; does not block.
 * Return: the size; 0 for REGION_RINGS, whose size the header tells.
 */
uint32_t region_entry_size(enum region_part_nr part);

/**
 * region_layout() - lay the parts out, one behind the other
 * @h: header whose part[].count, and size of REGION_RINGS, are set; receives the
 *     offsets, sizes and the total
 *
 * Context: any thread; does not block.
 * Return: bytes of the region.
 */
uint64_t region_layout(struct region_header *h);

#endif
