/**
 * @file select.h
 * The first of several futures; the others are dropped.
 *
 * Every turn polls all children with the parent's waker, in an order drawn
 * anew, until one is ready. That one wins. The losers are dropped before the
 * select says ready, in whatever they were doing: what a loser had got done
 * within itself is gone.
 *
 *	struct future *children[] = { &line.future, &tick.future };
 *
 *	select_init(&m->select, children, 2, &m->result, &m->random);
 *	AWAIT(&m->select.future, &m->winner);
 *
 * Who owns a child: the select, from select_init() on. The machines stay the
 * caller's memory.
 *
 * When it is dropped: exactly once; all of them in the poll that finds a
 * winner, or all of them when the select is dropped before that.
 *
 * A wake after the end: a loser's event may still hold a clone of the parent's
 * waker, and wakes the task for nothing. The select is not touched by it.
 *
 * Source: tokio::select!, futures-rs select.
 */
#ifndef DAY3_SELECT_H
#define DAY3_SELECT_H

#include "kit/future.h"

/** Children at most; each turn polls all of them. */
#define SELECT_MAX 64

/** Instead of a generator: poll in the order of the array, always. */
#define SELECT_BIASED NULL

/** A future that is ready when one child is; its output: which, a size_t. */
struct select {
	struct future future;		  /**< private: embedded first */
	size_t n;			  /**< private: number of children */
	void *result;			  /**< private: for the winner's */
	uint64_t *random;		  /**< private: NULL when biased */
	bool is_over;			  /**< private: all were dropped */
	struct future *child[SELECT_MAX]; /**< private: by index */
};

/**
 * select_init() - make a future that waits for the first of several
 * @s: the caller's memory; may be moved until its first poll
 * @children: @n futures that were not polled yet; the array is copied, the
 *	machines stay the caller's memory and must stay where they are until
 *	@s is ready or dropped; consumed on success
 * @n: number of children, 1 to SELECT_MAX
 * @result: receives the winner's output; room for the largest of them;
 *	borrowed until @s is ready or dropped
 * @random: state of a generator, any number to begin with; borrowed likewise,
 *	and to be kept from one select to the next: with the same state each
 *	time, the same child would always be asked first. Or SELECT_BIASED: a
 *	child that is ready wins over all behind it, however often that is
 *
 * Of several children that are ready in one turn each is as likely to win.
 * Only the winner is ready: no other output is taken from anybody.
 *
 * Makes no allocation. Drop it with future_drop(&s->future), ready or not.
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL when @n is 0, since nobody would ever be ready, or more
 * than SELECT_MAX, and nothing is consumed.
 * Source: tokio::select!, which polls from a random child on unless it is
 * told `biased`.
 */
int select_init(struct select *s, struct future *const children[], size_t n,
		void *result, uint64_t *random) __must_check;

#endif
