/**
 * @file tracewait.h
 * Trace points of what tasks wait for, and what they hold.
 *
 * A pending poll says that a task waits; these say for what: the end of a task,
 * a time, a descriptor, a job, room or a message in a channel, a lock. And they
 * say how those are: how full a channel is, who has a lock, how many threads a
 * pool has. A console draws from them who waits for whom.
 */
#ifndef KIT_TRACEWAIT_H
#define KIT_TRACEWAIT_H

#include "kit/tracepoint.h"

/** What a task waits for: the low byte of TP_WAIT's argument. */
enum tp_wait {
	TP_WAIT_JOIN = 1, /**< the end of a task, which is who */
	TP_WAIT_TIMER,	  /**< a time */
	TP_WAIT_IO,	  /**< a descriptor, which is the detail */
	TP_WAIT_BLOCKING, /**< a job of the blocking pool */
	TP_WAIT_SEND,	  /**< room in a channel */
	TP_WAIT_RECV,	  /**< a message in a channel */
	TP_WAIT_LOCK,	  /**< a lock */
	TP_WAIT_OTHER,	  /**< anything else */
};

/** What a resource is. */
enum tp_res_kind {
	TP_RES_CHANNEL = 1, /**< it is sent to, and received from */
	TP_RES_LOCK,	    /**< it is locked */
	TP_RES_OTHER,	    /**< anything else */
};

/**
 * What a channel or a lock is for whoever listens: a part of it. Its events
 * come one at a time: they are emitted under its own lock, or by its owner.
 *
 * Key: I set at init, N whoever listens, in an event of the resource.
 */
struct tp_res {
	enum tp_res_kind kind; /**< I: what it is */
	const char *name;      /**< I: what it is called; stays */
	const char *where;     /**< I: "file:line" that made it; stays */
	uint64_t note;	       /**< N: 0 at birth */
};

/**
 * tp_wait() - the task that is polled on this thread will wait
 * @what: the task that it joins, or else the object; borrowed
 * @kind: what sort of thing @what is
 * @detail: TP_WAIT_IO: the descriptor; else 0
 *
 * Emitted when the future of @what is pending: which task waits stands in
 * kit_self()->task. It is NULL where a thread polls for itself.
 *
 * Context: any thread; as for tp_emit().
 */
static inline void tp_wait(const void *what, enum tp_wait kind,
			   unsigned int detail)
{
	tp_emit(TP_WAIT, what, kind | (uint64_t)detail << 8);
}

/**
 * tp_wait_kind() - what sort of thing is waited for
 * @arg: of TP_WAIT
 *
 * Context: any thread; does not block.
 * Return: the kind.
 */
static inline enum tp_wait tp_wait_kind(uint64_t arg)
{
	return (enum tp_wait)(arg & 0xff);
}

/**
 * tp_wait_detail() - which one
 * @arg: of TP_WAIT
 *
 * Context: any thread; does not block.
 * Return: the descriptor for TP_WAIT_IO, else 0.
 */
static inline unsigned int tp_wait_detail(uint64_t arg)
{
	return (unsigned int)(arg >> 8);
}

/** tp_io_add() - the driver watches @fd */
static inline void tp_io_add(int fd)
{
	tp_emit(TP_IO_ADD, NULL, (uint64_t)fd);
}

/** tp_io_del() - the driver watches @fd no more */
static inline void tp_io_del(int fd)
{
	tp_emit(TP_IO_DEL, NULL, (uint64_t)fd);
}

/**
 * tp_pool_arg() - the state of a blocking pool in one word, for TP_POOL
 * @threads: that have not retired; 16 bits, more count as 65535
 * @idle: of these, those without a job; the same
 * @queued: jobs that wait for a thread; 32 bits
 *
 * Context: any thread; does not block.
 * Return: threads | idle << 16 | queued << 32.
 */
static inline uint64_t tp_pool_arg(unsigned int threads, unsigned int idle,
				   unsigned int queued)
{
	return (threads < 0xffff ? threads : 0xffff) |
	       (idle < 0xffff ? idle : 0xffff) << 16 | (uint64_t)queued << 32;
}

/** tp_pool() - @pool, which is locked, has a new @state: tp_pool_arg() */
static inline void tp_pool(const void *pool, uint64_t state)
{
	tp_emit(TP_POOL, pool, state);
}

/** tp_res_new() - @res was made */
static inline void tp_res_new(const struct tp_res *res)
{
	tp_emit(TP_RES_NEW, res, 0);
}

/** tp_res_gone() - @res is about to be freed */
static inline void tp_res_gone(const struct tp_res *res)
{
	tp_emit(TP_RES_GONE, res, 0);
}

/** tp_send() - a message went into @channel, which has @len now */
static inline void tp_send(const struct tp_res *channel, uint64_t len)
{
	tp_emit(TP_SEND, channel, len);
}

/** tp_recv() - a message came out of @channel, which has @len now */
static inline void tp_recv(const struct tp_res *channel, uint64_t len)
{
	tp_emit(TP_RECV, channel, len);
}

/** tp_lock() - the task polled here has @lock */
static inline void tp_lock(const struct tp_res *lock)
{
	tp_emit_by(TP_LOCK, lock);
}

/** tp_unlock() - the task polled here gave @lock back */
static inline void tp_unlock(const struct tp_res *lock)
{
	tp_emit_by(TP_UNLOCK, lock);
}

#endif
