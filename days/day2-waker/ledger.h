/**
 * @file ledger.h
 * The ledger of a program's wakers: which are live, of which task, from where.
 *
 *	struct ledger
 *	   |
 *	   +-- struct ledger_task "reader"     pending, 1 live
 *	   |      +-- entry  driver.c:88       live
 *	   |      +-- entry  driver.c:88       closed, dropped again 1 time
 *	   |
 *	   +-- struct ledger_task "writer"     done, 0 live
 *	          +-- entry  chan.c:41         closed, woken late 1 time
 *
 * Each traced waker has an entry of its own, and the waker's data points to
 * it. An entry outlives its waker and stays until ledger_fini(): so a waker
 * that is used once more after it was consumed finds an entry that says so,
 * and not freed memory. That is what a ledger costs: an entry (about 100
 * bytes) for every clone there ever was, up to a limit.
 *
 * Beyond the limit, and when there is no memory, a clone is *untraced*: it is
 * a plain clone of the waker within. The program does not notice; the ledger
 * counts, and no longer says of such a task that it is lost.
 *
 * Rule: what belongs to somebody else (the functions of a waker within) is
 * called without ->lock. It may lock, free, or come back here.
 *
 * Source: the rules that are checked are those of Rust's RawWakerVTable; the
 * place of a clone is what Tokio's console shows of a resource.
 */
#ifndef DAY2_LEDGER_H
#define DAY2_LEDGER_H

#include "kit/future.h"
#include "kit/list.h"
#include "kit/lock.h"

/*
 * Who may touch a field:
 *	I  set when made, then only read
 *	L  under ledger->lock
 *	U  whoever has the entry in use, see ledger_put()
 */

/** All tasks and wakers that are watched; the caller's memory. */
struct ledger {
	struct mutex lock;	/**< guards the fields marked L, in all three */
	struct list_head tasks; /**< L: in the order in which they were made */
	unsigned int entries;	/**< L: entries that were made */
	unsigned int limit;	/**< I: no more entries than this */
};

/** What a task is doing, as far as the ledger was told. */
enum ledger_state {
	LEDGER_NEW,	/**< never polled */
	LEDGER_RUNNING, /**< within a poll */
	LEDGER_PENDING, /**< its last poll was pending */
	LEDGER_ENDED	/**< it was ready, or was dropped */
};

/** A task whose wakers are watched. */
struct ledger_task {
	struct ledger *ledger;	  /**< I */
	struct list_head link;	  /**< L: in ledger->tasks */
	struct list_head entries; /**< L: its wakers, oldest first */
	const char *name;	  /**< I: what reports call it */
	const char *where;	  /**< I: the place where it was made */
	enum ledger_state state;  /**< L */
	unsigned int live;	  /**< L: entries that are live */
	unsigned int untraced;	  /**< L: wakers without an entry */
	bool woken;		  /**< L: since its last poll began */
	const void *runs_on;	  /**< L: kit_self() of its poll, or NULL */
	bool woke_itself;	  /**< L: in this poll */
	unsigned int row;	  /**< L: polls in a row that woke it itself */
	unsigned int longest_row; /**< L: the longest such row so far */
	const char *self_where;	  /**< L: of the waker it woke itself with */
	const char *last_where;	  /**< L: of the clone consumed last, or NULL */
	struct ledger_entry *root; /**< L: the waker that polls are shown */
};

/** One waker: the traced one's data points here. */
struct ledger_entry {
	struct ledger_task *task; /**< I */
	struct list_head link;	  /**< L: in task->entries */
	const char *where;	  /**< I: the place where it was made */
	struct waker inner;	  /**< U: the waker within */
	bool live;		  /**< L: not consumed */
	unsigned int uses;	  /**< L: 1 while live, and 1 a running call */
	unsigned int drops_again; /**< L: consumed when it was not live */
	unsigned int late_uses;	  /**< L: used when it was not live */
	unsigned int late_wakes;  /**< L: woke a task that had ended */
};

/**
 * ledger_init() - make a ledger without tasks
 * @l: the caller's memory
 * @limit: most entries that it may have; 0 for no limit
 *
 * Context: any thread; does not block.
 */
void ledger_init(struct ledger *l, unsigned int limit);

/**
 * ledger_fini() - forget everything
 * @l: the ledger
 *
 * A waker that is still live gives back the waker within: what leaked was the
 * program's, and is cured here, so that it is not reported twice. No traced
 * waker may be touched after this, not even to drop it.
 *
 * Context: when no other thread has a traced waker; takes the allocator's lock.
 */
void ledger_fini(struct ledger *l);

/**
 * ledger_task() - begin to watch a task
 * @l: the ledger; borrowed
 * @name: what reports call it; a string that stays; NULL counts as "?"
 * @where: where it was made, "file:line"; a string that stays
 * @out: receives the task, which is the ledger's
 *
 * Context: any thread; takes the ledger's and the allocator's lock.
 * Return: 0, or -ENOMEM.
 */
int ledger_task(struct ledger *l, const char *name, const char *where,
		struct ledger_task **out) __must_check;

/**
 * ledger_add() - make an entry, live
 * @t: the task that the waker wakes; borrowed
 * @where: where it was made; a string that stays
 * @inner: the waker within; consumed on success only
 * @out: receives the entry, which is the ledger's
 *
 * Context: any thread; takes the ledger's and the allocator's lock.
 * Return: 0; -ENOMEM when there is no memory; -ENOSPC when the limit is
 * reached. Both are counted in @t->untraced.
 */
int ledger_add(struct ledger_task *t, const char *where, struct waker inner,
	       struct ledger_entry **out) __must_check;

/**
 * __ledger_wake() - write down that a task is woken; lock held
 * @e: the entry of the waker that is used, which is live
 *
 * Notes whether the task has ended, and whether it is the task itself that
 * wakes.
 *
 * Context: holder of the ledger's lock.
 */
void __ledger_wake(struct ledger_entry *e);

/**
 * __ledger_close() - write down that a waker is consumed; lock held
 * @e: its entry, which is live
 *
 * The use that it had for being live goes to the caller, who gives it back
 * with ledger_put() when the lock is released.
 *
 * Context: holder of the ledger's lock.
 */
void __ledger_close(struct ledger_entry *e);

/**
 * ledger_put() - give back one use of an entry; the last drops what is within
 * @e: the entry; the caller took one use of it, or closed it
 *
 * Somebody may misuse a waker on one thread while another one drops it. As
 * long as a use is left, the waker within stays.
 *
 * Context: any thread, lock not held: a foreign function is called.
 */
void ledger_put(struct ledger_entry *e);

/**
 * ledger_live() - how many live wakers does a task have?
 * @t: the task; borrowed
 * @where: from this place only; NULL for all
 *
 * Context: any thread; takes the ledger's lock.
 * Return: their number.
 */
unsigned int ledger_live(struct ledger_task *t, const char *where);

#endif
