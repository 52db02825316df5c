/**
 * @file trace.h
 * The trace: who was woken by whom, queued where, polled when.
 *
 * A ring of 16-byte events for each thread. Only the thread itself writes to
 * its ring, so an event costs a clock reading and three stores, and threads
 * do not meet. A ring that is full goes on at its start: the newest events are
 * there, the older ones are counted as lost. So a trace may be incomplete, but
 * it never looks complete when it is not.
 *
 *	trace_start(64, 4096);          64 threads, 4096 events each
 *	... run something ...
 *	trace_stop();
 *	export_text(stdout, ...);       see export.h
 *	trace_free();
 *
 * Source: the ring with a count of what was overwritten is that of Linux'
 * kernel/trace/ring_buffer.c in overwrite mode, without its pages.
 */
#ifndef DAY2_TRACE_H
#define DAY2_TRACE_H

#include "kit/atomic.h"
#include "kit/compiler.h"
#include "kit/tracepoint.h"

/** More rings than this are a mistake of the caller. */
#define TRACE_RINGS_MAX 1024
/** More events in a ring than this are a mistake of the caller. */
#define TRACE_EVENTS_MAX (1u << 20)

/** An event, as a reader gets it. */
struct trace_event {
	uint64_t time;	  /**< ns since trace_start() */
	enum tp_event ev; /**< what happened */
	uint32_t task;	  /**< whom: trace_tag() of the task; 0: nobody */
	uint32_t arg;	  /**< see enum tp_event; a task is its tag here, too */
	unsigned int ring; /**< on which thread: the number of its ring */
};

/** An event, as it lies in a ring: two words. */
struct trace_slot {
	_Atomic(uint64_t) when; /**< time * 256 + event */
	_Atomic(uint64_t) what; /**< task * 2^32 + argument */
};

/**
 * A ring.
 *
 * Event number i, counted from 0 since the start, lies in slot i % size. head
 * only grows: it is the number of the next event.
 *
 * Key: I set at init, A atomic: read by all; ->is_live is written by start and
 * stop, the others by the ring's thread.
 */
struct trace_ring {
	unsigned int size;	   /**< I: slots, a power of two */
	_Atomic(uint64_t) head;	   /**< A: events that were emitted */
	_Atomic(bool) is_live;	   /**< A: its thread may emit right now */
	struct trace_slot slots[]; /**< A */
};

/**
 * trace_tag() - a task's address in 32 bits
 * @task: the task, or NULL
 *
 * Blocks begin at multiples of 16. Two that live at the same time have two
 * tags unless they are 64 GB apart, and an address that is used again gets a
 * TP_SPAWN of its own. A block at a multiple of 64 GB, where some allocators
 * begin, has the tag of what lies 16 bytes behind it: nothing but itself.
 *
 * Context: any thread; does not block.
 * Return: the tag; 0 for NULL.
 */
static inline uint32_t trace_tag(uint64_t task)
{
	uint32_t tag = (uint32_t)(task >> 4);

	return tag || !task ? tag : 1;
}

/**
 * trace_pack_when() - the first word of an event
 * @e: the event; borrowed
 *
 * Context: any thread; does not block.
 * Return: its time and what happened.
 */
static inline uint64_t trace_pack_when(const struct trace_event *e)
{
	return e->time << 8 | (unsigned int)e->ev;
}

/**
 * trace_pack_what() - the second word of an event
 * @e: the event; borrowed
 *
 * Context: any thread; does not block.
 * Return: its task and its argument.
 */
static inline uint64_t trace_pack_what(const struct trace_event *e)
{
	return (uint64_t)e->task << 32 | e->arg;
}

/**
 * trace_unpack() - an event out of its two words
 * @when: what trace_pack_when() made
 * @what: what trace_pack_what() made
 *
 * Context: any thread; does not block.
 * Return: the event; ->ring is not in the words, and 0.
 */
static inline struct trace_event trace_unpack(uint64_t when, uint64_t what)
{
	return (struct trace_event){ .time = when >> 8,
				     .ev = (enum tp_event)(when & 255),
				     .task = (uint32_t)(what >> 32),
				     .arg = (uint32_t)what };
}

/* trace.c: yours ----------------------------------------------------------- */

/**
 * trace_ring_emit() - write an event, over the oldest one if need be
 * @r: the calling thread's own ring
 * @e: the event; borrowed; ->ring is not written
 *
 * A reader may be at work on another thread. It must find, up to the head that
 * it sees, whole events.
 *
 * Context: the ring's thread; does not block, does not allocate.
 */
void trace_ring_emit(struct trace_ring *r, const struct trace_event *e);

/**
 * trace_ring_lost() - how many events were overwritten
 * @r: any ring
 *
 * Context: any thread; does not block.
 * Return: events that were emitted, but are not in the ring any more.
 */
uint64_t trace_ring_lost(struct trace_ring *r);

/* tracer.c: given ---------------------------------------------------------- */

/**
 * trace_ring_read() - copy what is in a ring
 * @r: any ring
 * @buf: receives the events, oldest first; ->ring is 0
 * @max: room in @buf, in events; the newest ones are copied
 * @lost: receives the number of older events that are not in @buf; or NULL
 *
 * After trace_stop() nothing that is in the ring is missed. While its thread
 * emits, each event that is copied is whole, they are in order and without a
 * gap; those that were overwritten meanwhile, and the one that may be just now,
 * are counted in @lost.
 *
 * Context: any thread; does not block.
 * Return: number of events in @buf.
 */
size_t trace_ring_read(struct trace_ring *r, struct trace_event *buf,
		       size_t max, uint64_t *lost);

/**
 * trace_start() - listen to kit/tracepoint.h
 * @rings: so many threads get a ring, each with its first event
 * @events: slots of each ring, a power of two
 *
 * Whoever listened before goes on hearing everything. All memory is taken
 * here, so an event does not allocate. The clock starts at 0.
 *
 * Context: one thread at a time.
 * Return: 0; -EINVAL for 0, too many, or no power of two; -EBUSY from the
 *         start until trace_free(); -ENOMEM.
 */
int trace_start(unsigned int rings, unsigned int events) __must_check;

/**
 * trace_ring_size() - bytes from one ring to the next
 * @events: slots of each ring
 *
 * Context: any thread; does not block.
 * Return: bytes of a ring and its slots, a multiple of 128.
 */
size_t trace_ring_size(unsigned int events);

/**
 * trace_start_at() - the same, in memory that the caller has
 * @memory: rings * trace_ring_size(events) bytes, all zeros, aligned to 128;
 *          borrowed until trace_free(). Day 5 puts them where another process
 *          can read them.
 * @rings: as for trace_start()
 * @events: as for trace_start()
 *
 * Context: one thread at a time.
 * Return: 0; -EINVAL and -EBUSY as trace_start().
 */
int trace_start_at(void *memory, unsigned int rings, unsigned int events)
	__must_check;

/**
 * trace_time() - when the clock of the events was 0
 *
 * Context: any thread, between trace_start() and trace_free().
 * Return: ns of clock_trace().
 */
uint64_t trace_time(void);

/**
 * trace_stop() - listen no more
 *
 * The rings stay and can be read. A thread that is within a trace point right
 * now may still finish it. A second call does nothing.
 *
 * Context: one thread at a time; does not block.
 */
void trace_stop(void);

/**
 * trace_free() - stop, and give the rings back
 *
 * Without a trace_start() before it, it does nothing.
 *
 * Context: one thread at a time, when the threads that were traced are joined:
 *          their schedulers are destroyed, or have none.
 */
void trace_free(void);

/**
 * trace_nr_rings() - how many threads have a ring
 *
 * Context: any thread, not during trace_start() and trace_free().
 * Return: rings 0 to this number less one can be read.
 */
unsigned int trace_nr_rings(void);

/**
 * trace_ring() - the i-th ring
 * @i: below trace_nr_rings(); rings are numbered in the order of their
 *     threads' first events
 *
 * Context: as for trace_nr_rings().
 * Return: the ring, borrowed until trace_free().
 */
struct trace_ring *trace_ring(unsigned int i);

/**
 * trace_unheard() - events of threads that came when no ring was left
 *
 * Context: any thread; does not block.
 * Return: their number, to be added to what the rings have lost.
 */
uint64_t trace_unheard(void);

/**
 * trace_collect() - the events of all rings, in the order of their times
 * @out: receives an array, owned by the caller: kit_free(); NULL when empty
 * @n: receives the number of events
 * @lost: receives the sum of what all rings have lost, and of what was unheard
 *
 * Events of one ring keep their order; of two rings with the same time the one
 * with the smaller number comes first.
 *
 * Context: any thread, not during trace_start() and trace_free().
 * Return: 0; -ENOMEM.
 */
int trace_collect(struct trace_event **out, size_t *n, uint64_t *lost)
	__must_check;

#endif
