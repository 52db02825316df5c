/**
 * @file source.h
 * One descriptor that a driver watches: what it is ready for, and who waits.
 *
 * epoll is asked for edges: it speaks once when a descriptor becomes readable,
 * not as long as it is. So somebody has to remember, and that is ->state: a
 * bit for each thing that the descriptor is ready for, and above the bits a
 * count of the events that came.
 *
 *	epoll -> driver -> source_event(): bits set, count + 1, waiter woken
 *	                        |
 *	                      state   [ events ........ | closed | write | read ]
 *	                        |
 *	task: source_poll(): ready? then try the call: read(), write(), accept()
 *	      -EAGAIN: source_clear(): not ready any more, unless an event came
 *	               since; then source_poll() again, which registers the waker
 *
 * A bit is a hint. It may be set although the call says -EAGAIN; it must not be
 * clear while there is something to read, or its task sleeps for ever.
 *
 * One future at a time may use a direction: two tasks that read one stream
 * would get pieces of it at random. A second one is told -EBUSY.
 *
 * Source: Tokio's runtime/io/scheduled_io.rs (readiness and tick in one word);
 * epoll(7), "Level-triggered and edge-triggered".
 */
#ifndef DAY2_SOURCE_H
#define DAY2_SOURCE_H

#include "kit/atomic.h"
#include "kit/future.h"
#include "kit/list.h"
#include "kit/lock.h"

struct driver;

/** Who waits: the bit that it waits for is 1 << this. */
enum source_dir {
	SOURCE_READER, /**< read, accept */
	SOURCE_WRITER, /**< write, connect */
	SOURCE_DIRS    /**< number of directions */
};

/** The bits of the state word. Events are counted above them. */
enum source_bit {
	SOURCE_READ = 1u << SOURCE_READER,  /**< a read may find something */
	SOURCE_WRITE = 1u << SOURCE_WRITER, /**< a write may find room */
	SOURCE_CLOSED = 1u << 2, /**< io_close(): ready, to be told so */
	SOURCE_EVENT = 1u << 8,	 /**< one event; the count is from here up */
};

/**
 * A descriptor that a driver watches.
 *
 * Key: I set at init, A atomic, L under ->lock, D under the driver's lock.
 */
struct source {
	_Atomic(uint64_t) state;	  /**< A: enum source_bit, and events */
	struct mutex lock;		  /**< protects what follows */
	struct waker wakers[SOURCE_DIRS]; /**< L: who waits; or no waker */
	const void *users[SOURCE_DIRS];	  /**< L: the future that may wait */
	_Atomic(unsigned int) users_left; /**< A: the last one closes ->fd */
	_Atomic(unsigned int) refs; /**< A: the users together, the driver */
	int fd;			    /**< I: the descriptor */
	struct driver *driver;	    /**< I: who watches it */
	struct list_head link;	    /**< D: on a list of the driver */
};

/* source.c: yours ---------------------------------------------------------- */

/**
 * source_event() - the descriptor became ready for something
 * @src: the source; borrowed
 * @bits: SOURCE_READ, SOURCE_WRITE, SOURCE_CLOSED; closed comes with the other
 *        two, so that everybody is woken
 *
 * Sets the bits and counts one event, in one step; then takes the wakers of
 * those who wait for one of @bits out, and uses them when the lock is free
 * again. Nobody waits: nothing is woken.
 *
 * Context: any thread, most often the one that drives; takes the lock for a
 *          moment.
 */
void source_event(struct source *src, uint64_t bits);

/**
 * source_poll() - is it ready? If not, be woken when it is
 * @src: the source; borrowed
 * @dir: who asks; one future at a time for each direction
 * @cx: whom to wake; its waker is cloned, and replaces one that was left here
 *      earlier, which is dropped
 * @seen: receives the state, for source_clear(); only written when ready
 *
 * No event is missed: one that comes at any moment is seen either here, or
 * finds the waker. A source that is closed is ready in both directions.
 *
 * Context: any thread; takes the lock for a moment.
 * Return: POLL_READY; or POLL_PENDING, and the waker is registered.
 */
enum poll source_poll(struct source *src, enum source_dir dir,
		      struct context *cx, uint64_t *seen);

/**
 * source_clear() - the call said -EAGAIN: not ready any more
 * @src: the source; borrowed
 * @dir: whose call
 * @seen: what source_poll() wrote before the call
 *
 * Nothing happens when an event came since @seen, for whichever direction: it
 * may be about what the call did not find yet.
 *
 * Context: any thread; does not block.
 */
void source_clear(struct source *src, enum source_dir dir, uint64_t seen);

/* attach.c: given ---------------------------------------------------------- */

/**
 * source_init() - a source that is not ready for anything
 * @src: the caller's memory
 * @d: who watches it; NULL in tests; borrowed
 * @fd: the descriptor
 *
 * Context: before anybody else can see @src; does not block.
 */
void source_init(struct source *src, struct driver *d, int fd);

/**
 * source_fini() - end a source: wakers that are left are dropped
 * @src: a source that nobody uses any more
 *
 * Context: the last user; does not block.
 */
void source_fini(struct source *src);

/**
 * source_claim() - from here on, @user alone waits in a direction
 * @src: the source; borrowed
 * @dir: the direction
 * @user: the future, by its address
 *
 * Context: any thread; takes the lock for a moment.
 * Return: 0; -EBUSY while another one has it.
 */
int source_claim(struct source *src, enum source_dir dir, const void *user)
	__must_check;

/**
 * source_release() - @user waits no more; its waker is dropped
 * @src: the source; borrowed
 * @dir: the direction
 * @user: the future; nothing happens when it is not the one that claimed
 *
 * Context: any thread; takes the lock for a moment.
 */
void source_release(struct source *src, enum source_dir dir, const void *user);

/**
 * source_get() - one more user of the descriptor
 * @src: the source; the caller is a user already
 *
 * Context: any thread; does not block.
 */
void source_get(struct source *src);

/**
 * source_put() - one user less; the last one closes the descriptor
 * @src: the source; the caller's use of it is consumed
 *
 * Context: any thread; does not block.
 */
void source_put(struct source *src);

#endif
