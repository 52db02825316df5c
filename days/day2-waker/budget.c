/* Given: the budget of a poll. A worker's turn sets it back to nothing spent. */
#include "budget.h"

#include "kit/module.h"
#include "kit/thread.h"
#include "kit/tracepoint.h"

bool budget_take(const struct context *cx)
{
	struct kit_self *self = kit_self();

	if (!self->task || !cx->waker || !cx->waker->ops)
		return true;
	if (self->spent >= BUDGET_OPS)
		return false;
	self->spent++;
	return true;
}
EXPORT_SYMBOL(budget_take);

enum poll budget_spend(struct context *cx)
{
	if (budget_take(cx))
		return POLL_READY;
	tp_yield(kit_self()->task);
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}
EXPORT_SYMBOL(budget_spend);

unsigned int budget_left(void)
{
	const struct kit_self *self = kit_self();

	return self->task ? BUDGET_OPS - self->spent : BUDGET_OPS;
}
EXPORT_SYMBOL(budget_left);

MODULE(budget, "how much a task may do in one poll", NULL, NULL);
