/**
 * @file ready.h
 * The ready list of a gather: which children were woken, and whom to tell.
 *
 * One block holds a node for each child. A child's waker points at its node
 * and holds a reference to the block, so a child may be woken, and its wakers
 * cloned and dropped, on any thread and at any time, also when the gather is
 * long gone. The gather is the only one that pops.
 *
 *	 any thread                          the gather's turn
 *
 *	 waker of child i                    ready_register(): the parent
 *	    |  wake                              |
 *	    v                                    v
 *	 node i --> [ready list: 3, 0, i] --> ready_pop() --> poll child 3
 *	    |                                    ^
 *	    +--> takes the parent's waker,       |
 *	         wakes it: "poll the gather" ----+
 *
 * Invariant between two turns: when the list is not empty, the parent has
 * been woken since it last registered. So nobody waits on the list for ever.
 *
 * Source: futures-rs, ReadyToRunQueue and AtomicWaker.
 */
#ifndef DAY3_READY_H
#define DAY3_READY_H

#include "kit/atomic.h"
#include "kit/future.h"
#include "kit/list.h"
#include "kit/lock.h"

/*
 * Who may touch a field:
 *	I  set at init, then only read
 *	L  under ready->lock
 *	A  atomic
 *	G  the gather only, in its poll or its drop
 */

/** What is known of one child. */
struct ready_node {
	struct ready *ready;   /**< I: the block that the node is in */
	struct list_head link; /**< L: on ready->woken while queued */
	bool queued;	       /**< L: woken, and not popped since */
	struct future *child;  /**< G: NULL once it was dropped */
};

/** The block that a gather and its children's wakers share. */
struct ready {
	_Atomic(size_t) refs;	  /**< A: the gather's, and one per waker */
	size_t n;		  /**< I: number of children */
	size_t fresh;		  /**< G: from here on they were never polled */
	struct mutex lock;	  /**< guards the fields marked L */
	struct list_head woken;	  /**< L: queued nodes, first woken first */
	struct waker parent;	  /**< L: whom to wake; ops NULL: nobody */
	struct ready_node node[]; /**< by index of the child */
};

/**
 * ready_create() - make the block, for children that were not polled yet
 * @children: @n futures; the array is copied, the futures are borrowed
 * @n: number of children, may be 0
 *
 * New children count as woken: ready_pop() gives them first, in order.
 *
 * Context: any thread; does not block.
 * Return: the block, with one reference owned by the caller; NULL when there
 * is no memory.
 */
struct ready *ready_create(struct future *const children[], size_t n)
	__must_check;

/**
 * ready_waker() - the waker of one child, as a child is shown it in a poll
 * @node: the child's node; borrowed
 *
 * wake: queue the child unless it is queued; a child that was not gets the
 * parent's waker taken out of its slot and woken, after the lock is released.
 *
 * Context: the gather, which holds a reference.
 * Return: a waker that is only borrowed: whoever keeps it clones it, nobody
 * drops it.
 */
struct waker ready_waker(struct ready_node *node);

/**
 * ready_register() - leave word whom the next wake shall tell
 * @r: the block; borrowed
 * @parent: waker of the task that polls the gather; borrowed, and cloned
 *
 * The newest one counts: a waker that is still there from an earlier turn is
 * dropped.
 *
 * Context: the gather; takes the lock for a moment. The waker's own functions
 * are called without it.
 */
void ready_register(struct ready *r, const struct waker *parent);

/**
 * ready_pop() - the next child to poll: one never polled, else the first woken
 * @r: the block; borrowed
 *
 * A child that was never polled is on no list, and no other thread can know of
 * it: nobody has its waker. The others are taken off the list.
 *
 * From here on a wake queues the child again, so a wake that comes while the
 * child is being polled is not lost.
 *
 * Context: the gather; takes the lock for a moment.
 * Return: the child's node, borrowed; NULL when nobody was woken.
 */
struct ready_node *ready_pop(struct ready *r);

/**
 * ready_is_told() - has a wake taken the parent's waker since it registered?
 * @r: the block; borrowed
 *
 * Then the parent is scheduled for another turn, whatever this one does.
 *
 * Context: the gather, in a turn that has registered; takes the lock for a
 * moment.
 * Return: true when the slot is empty.
 */
bool ready_is_told(struct ready *r) __must_check;

/**
 * ready_close() - the gather is gone: tell nobody any more, let go of the block
 * @r: the caller's reference; consumed
 *
 * The parent's waker is dropped if it was not used. Whoever wakes a child
 * after this finds nobody to tell; the last waker frees the block.
 *
 * Context: the gather's drop; takes the lock for a moment.
 */
void ready_close(struct ready *r);

#endif
