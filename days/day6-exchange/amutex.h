/**
 * @file amutex.h
 * A lock that may be held across an await.
 *
 *	m->lock = amutex_lock(&account->lock);
 *	AWAIT(&m->lock.future, NULL);		the task waits, its worker does not
 *	...
 *	AWAIT(&m->write.future, &n);		others wait for the lock meanwhile
 *	...
 *	amutex_unlock(&account->lock);
 *
 * A plain lock (kit/lock.h) makes the *thread* wait. Held across an await, by a
 * task that is pending, it may be wanted by the next task on the same worker:
 * that worker sleeps for a lock that only it could get released. So: within one
 * poll the plain lock, which is smaller and faster; across an await this one;
 * and when the state is wanted by many, a task that owns it and a channel.
 *
 * Fair: an unlock gives the lock to whoever has waited longest, at once and
 * before he runs. Nobody overtakes, and nobody starves; the price is that the
 * lock is idle until the new owner is polled.
 *
 * Cancel-safe: a lock() that is dropped before it was ready holds nothing; if
 * it had been given the lock meanwhile, the next one gets it.
 *
 * Source: Tokio's sync::Mutex, a semaphore with one permit that is handed over.
 */
#ifndef DAY6_AMUTEX_H
#define DAY6_AMUTEX_H

#include "kit/compiler.h"
#include "kit/future.h"
#include "kit/list.h"
#include "kit/lock.h"
#include "kit/tracewait.h"

/**
 * The lock.
 *
 * Key: L under ->lock.
 */
struct amutex {
	struct mutex lock;	  /**< held for a moment, never across a poll */
	struct tp_res res;	  /**< what the console knows it by */
	bool is_held;		  /**< L: somebody has it, or was given it */
	struct list_head waiting; /**< L: who waits, oldest first */
};

/** Where a lock() is. */
enum amutex_state {
	AMUTEX_NEW,	/**< not polled yet */
	AMUTEX_WAITING, /**< in amutex->waiting */
	AMUTEX_GIVEN,	/**< the lock is its own, and it was woken */
	AMUTEX_OVER,	/**< ready, or dropped */
};

/**
 * Waiting for the lock; a future without output. Once it is ready the caller
 * holds the lock, until amutex_unlock(); dropping the future then does nothing.
 *
 * Key: O the task that polls it, L under the lock of the amutex.
 */
struct amutex_lock {
	struct future future;	 /**< O: set by amutex_lock() */
	struct amutex *mutex;	 /**< O: which; NULL: it is over */
	enum amutex_state state; /**< L: where it is */
	struct list_head queue;	 /**< L: link in mutex->waiting */
	struct waker waker;	 /**< L: while WAITING: whom an unlock wakes */
};

/**
 * amutex_init_at() - make a lock that nobody holds; see amutex_init()
 * @m: the caller's memory
 * @name: what the console calls it; static
 * @where: "file:line"; static
 *
 * Context: before anybody else can see @m; does not block.
 */
void amutex_init_at(struct amutex *m, const char *name, const char *where);

/** amutex_init() - the same, of here */
#define amutex_init(m, name) amutex_init_at(m, name, KIT_HERE)

/**
 * amutex_fini() - end a lock that nobody holds or waits for
 * @m: the lock
 *
 * Context: the last user; does not block.
 */
void amutex_fini(struct amutex *m);

/**
 * amutex_lock() - have the lock, when it is our turn
 * @m: the lock; borrowed until amutex_unlock(), or until the future is dropped
 *
 * Each lock costs its task one of the operations of a poll: see budget.h. A
 * context without a waker must not have to wait: that is a bug of the caller.
 *
 * Context: any thread; does not block.
 * Return: the future; no output.
 */
struct amutex_lock amutex_lock(struct amutex *m);

/**
 * amutex_trylock() - have the lock if nobody holds it, or waits for it
 * @m: the lock
 *
 * Context: any thread; does not block.
 * Return: true when it is ours.
 */
bool amutex_trylock(struct amutex *m) __must_check;

/**
 * amutex_unlock() - give the lock to whoever has waited longest
 * @m: a lock that the caller holds; any thread may give it back
 *
 * Context: any thread; takes a lock for a moment; may wake a task.
 */
void amutex_unlock(struct amutex *m);

#endif
