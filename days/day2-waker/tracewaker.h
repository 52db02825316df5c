/**
 * @file tracewaker.h
 * A waker around a waker, which keeps a ledger; and the ledger's verdict.
 *
 * The traced waker does what the one within does. Who holds it cannot tell
 * them apart: clones are the same in the sense of waker_is_same(), each
 * consumes the waker within exactly once, and none blocks for more than the
 * ledger's lock.
 *
 *	waker_clone(&w)         an entry; the place is that of w
 *	tracewaker_clone(&w)    the same; the place is this line
 *	waker_wake(&w)          wake within by reference, and the entry is closed
 *	waker_wake_by_ref(&w)   wake
 *	waker_drop(&w)          the entry is closed
 *
 * What must not happen is written down and not done: a waker that was
 * consumed and is dropped, woken or cloned once more.
 */
#ifndef DAY2_TRACEWAKER_H
#define DAY2_TRACEWAKER_H

#include "kit/future.h"
#include "ledger.h"

/** The functions of traced wakers; their data is a struct ledger_entry. */
extern const struct waker_ops tracewaker_ops;

/**
 * tracewaker_wrap() - put a traced waker around one
 * @t: the task that it wakes; borrowed
 * @where: the place to write down, "file:line"; a string that stays
 * @inner: any waker; consumed and cleared on success only
 * @out: receives the traced waker, owned by the caller
 *
 * Context: any thread; takes the ledger's and the allocator's lock.
 * Return: 0; -EINVAL when @inner is no waker (its ops are NULL); -ENOMEM when
 * there is no memory; -ENOSPC when the ledger's limit is reached.
 */
int tracewaker_wrap(struct ledger_task *t, const char *where,
		    struct waker *inner, struct waker *out) __must_check;

/**
 * tracewaker_clone_at() - clone a waker and write down a place
 * @w: a waker, traced or not, or none; borrowed
 * @where: the place, "file:line"; a string that stays
 *
 * Without memory for an entry, or beyond the limit, the clone is one of the
 * waker within, and counted as untraced. A traced waker that was consumed
 * already has no clone: it is written down, and what comes back wakes nobody.
 *
 * Context: any thread; takes the ledger's lock, never held when the waker
 * within is called.
 * Return: a waker owned by the caller; of no waker, no waker.
 */
struct waker tracewaker_clone_at(const struct waker *w, const char *where);

/** tracewaker_clone() - clone waker @w and write down this line */
#define tracewaker_clone(w) tracewaker_clone_at(w, KIT_HERE)

/** What can be wrong with wakers; in a task, verdicts come in this order. */
enum tracewaker_fault {
	TRACEWAKER_LEAKED, /**< live, and its task has nothing to wait for */
	TRACEWAKER_DROPPED_TWICE, /**< consumed when it was consumed already */
	TRACEWAKER_USED_AFTER,	  /**< woken or cloned when it was consumed */
	TRACEWAKER_LOST,  /**< pending, and nobody can wake it any more */
	TRACEWAKER_LATE,  /**< woken after it had ended */
	TRACEWAKER_STORM, /**< woke itself, poll after poll */
};

/** One thing that is wrong. */
struct tracewaker_verdict {
	enum tracewaker_fault fault;	/**< what */
	const struct ledger_task *task; /**< whose waker; the ledger's */
	const char *where;		/**< the place of that waker */
	unsigned long count;		/**< how often; STORM: polls in a row */
};

/** Where verdicts are collected. */
struct tracewaker_list {
	struct tracewaker_verdict *v; /**< the caller's array */
	size_t room;		      /**< its length */
	size_t n;		      /**< verdicts found; may be above room */
};

/**
 * tracewaker_say() - add a verdict, or count one that is there already
 * @list: where to; the caller's
 * @fault: what is wrong
 * @t: with whose waker; borrowed
 * @where: which place
 * @count: how often
 *
 * The same fault of the same task and place is one verdict; counts add up.
 *
 * Context: one thread at a time; does not block.
 */
void tracewaker_say(struct tracewaker_list *list, enum tracewaker_fault fault,
		    const struct ledger_task *t, const char *where,
		    unsigned long count);

/**
 * tracewaker_judge() - what is wrong with the wakers of this ledger?
 * @l: the ledger; borrowed
 * @storm: a task may wake itself in so many polls in a row
 * @v: receives the verdicts: task by task in the order in which they were
 *     made, within a task fault by fault; room for @room
 * @room: length of @v
 *
 * Asked when the program rests: what is live and what is pending changes.
 *
 *	leaked     a live waker of a task that is not pending. (Of a task
 *	           that is pending a live waker is what it waits for.)
 *	lost       pending, not woken since its last poll began, no live waker,
 *	           and none untraced. Place: of the clone consumed last, else
 *	           of the task.
 *	storm      the longest row is above @storm. Place: of the waker used.
 *
 * Context: any thread; takes the ledger's lock.
 * Return: how many were found; above @room, the rest is not in @v.
 */
size_t tracewaker_judge(struct ledger *l, unsigned int storm,
			struct tracewaker_verdict v[], size_t room);

/**
 * tracewaker_text() - verdicts as text, a line each
 * @v: the verdicts
 * @n: their number
 * @buf: receives the text, cut when it is too long
 * @size: bytes of @buf, at least 1
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *tracewaker_text(const struct tracewaker_verdict v[], size_t n,
			    char *buf, size_t size);

/**
 * tracewaker_polled() - a poll of the task has ended
 * @t: the task; borrowed
 * @result: what it returned
 *
 * Sets the state, and counts the row: polls one after another that were
 * pending and in which the task woke itself. Any other poll ends the row.
 * Several wakes in one poll are one.
 *
 * Context: the thread of the poll; takes the ledger's lock.
 */
void tracewaker_polled(struct ledger_task *t, enum poll result);

/**
 * tracewaker_poll() - poll a future and show it a traced waker
 * @t: its task; borrowed
 * @f: the future; borrowed
 * @cx: the waker that the traced one goes around; borrowed
 * @out: receives the output when ready
 *
 * The waker that is shown is live for the poll only; its place is the task's.
 * Nothing is held between polls but what the future cloned.
 *
 * Context: one thread at a time; takes the ledger's lock for moments.
 * Return: what the future returned.
 */
enum poll tracewaker_poll(struct ledger_task *t, struct future *f,
			  struct context *cx, void *out);

/**
 * tracewaker_ended() - the task was dropped, finished or not
 * @t: the task; borrowed
 *
 * Context: any thread; takes the ledger's lock.
 */
void tracewaker_ended(struct ledger_task *t);

/** A future around a future: all its polls are traced. */
struct traced {
	struct future future;	  /**< spawn this one */
	struct future_ops ops;	  /**< of this one */
	struct ledger_task *task; /**< private */
	struct future *inner;	  /**< private */
};

/**
 * traced_init() - put a traced future around one
 * @tr: the caller's memory; must stay until the copy that was spawned is
 *      dropped, since its functions are in there
 * @t: the task; borrowed for as long
 * @inner: a future that was not polled yet; borrowed for as long, and dropped
 *         with @tr
 *
 * sched_spawn(s, &tr.ops, &tr, &join) then spawns it.
 *
 * Context: any thread; does not block.
 */
void traced_init(struct traced *tr, struct ledger_task *t,
		 struct future *inner);

#endif
