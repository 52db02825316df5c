/**
 * @file budget.h
 * How much a task may do in one poll: 128 operations, then it gives way.
 *
 * A task whose channel always has something, or whose socket is always ready,
 * never meets a pending future and so never returns. The leaf futures charge
 * it for each operation instead; when the budget is spent they are pending
 * although they could go on, and the task is at once queued again, behind the
 * others. A new poll has a new budget.
 *
 *	static enum poll recv_poll(struct future *f, struct context *cx, void *out)
 *	{
 *		if (is_empty(f))
 *			return recv_wait(f, cx);
 *		if (budget_spend(cx) == POLL_PENDING)
 *			return POLL_PENDING;
 *		...
 *
 * Only what is ready is charged: a task that waits for 200 sockets at once
 * would else spend its budget on looking, wake itself, and never sleep. io.c,
 * sleep.c and job.c charge; a join handle does not.
 *
 * It counts operations and not time: a loop that computes is charged for
 * nothing. Such a loop has to give way by itself.
 *
 * Source: Tokio's task/coop.
 */
#ifndef DAY2_BUDGET_H
#define DAY2_BUDGET_H

#include "kit/future.h"

/** Operations of a task in one poll. */
#define BUDGET_OPS 128

/**
 * budget_spend() - charge the task that is polled here for one operation
 * @cx: whom to wake when nothing is left; borrowed
 *
 * Outside a task - in the future of sched_block_on(), within block_in_place(),
 * on a thread of one's own - there is no budget, and the answer is always
 * POLL_READY. So it is when @cx has no waker.
 *
 * Context: any thread; may take a lock for a moment, to wake.
 * Return: POLL_READY: go on; POLL_PENDING: the task has used BUDGET_OPS in
 *         this poll and has been woken; the caller returns it.
 */
enum poll budget_spend(struct context *cx);

/**
 * budget_take() - charge the task that is polled here, and wake nobody
 * @cx: of the poll; borrowed
 *
 * For a future that must decide under a lock: it takes an operation there, and
 * when none is left it gives the lock back and calls budget_spend(), which then
 * wakes and says POLL_PENDING.
 *
 * Context: any thread; takes no lock.
 * Return: true where budget_spend() would say POLL_READY, and then it has
 *         charged as much.
 */
bool budget_take(const struct context *cx);

/**
 * budget_left() - operations that the task may still do in this poll
 *
 * Context: any thread; does not block.
 * Return: 0 to BUDGET_OPS; always BUDGET_OPS outside a task.
 */
unsigned int budget_left(void);

#endif
