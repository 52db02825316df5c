/* Given: the register of parked and searching workers. */
#include "idle.h"
#include "worker.h"

#include "kit/module.h"
#include "kit/tracepoint.h"

void idle_init(struct idle *idle)
{
	mutex_init(&idle->lock);
	cond_init(&idle->quiet);
	list_init(&idle->sleepers);
	atomic_init(&idle->nr_parked, 0);
	atomic_init(&idle->nr_searching, 0);
}
EXPORT_SYMBOL(idle_init);

void idle_fini(struct idle *idle)
{
	cond_fini(&idle->quiet);
	mutex_fini(&idle->lock);
}
EXPORT_SYMBOL(idle_fini);

void idle_enter(struct worker *w)
{
	struct idle *idle = &w->sched->idle;
	unsigned int parked;

	tp_park(w->index);
	mutex_lock(&idle->lock);
	list_add(&w->sleeper, &idle->sleepers);
	/* seq_cst, both: the stores of the store-load pair in worker_park().
	 * Parked first: a submit that sees nobody searching must see us. */
	parked = atomic_fetch_add_explicit(&idle->nr_parked, 1,
					   memory_order_seq_cst);
	idle_found(w);
	if (parked + 1 == w->sched->nr_workers)
		cond_broadcast(&idle->quiet);
	mutex_unlock(&idle->lock);
}
EXPORT_SYMBOL(idle_enter);

/* Lock held. */
static void __idle_remove(struct idle *idle, struct worker *w)
{
	list_del_init(&w->sleeper);
	/* seq_cst: the pair in worker_park(); whoever is awake is counted. */
	atomic_fetch_add_explicit(&idle->nr_searching, 1, memory_order_seq_cst);
	atomic_fetch_sub_explicit(&idle->nr_parked, 1, memory_order_seq_cst);
}

void idle_leave(struct worker *w)
{
	struct idle *idle = &w->sched->idle;

	mutex_lock(&idle->lock);
	if (!list_is_empty(&w->sleeper))
		__idle_remove(idle, w);
	mutex_unlock(&idle->lock);
	/* Counted: above, or by whoever picked us. */
	w->is_searching = true;
	tp_resume(w->index);
}
EXPORT_SYMBOL(idle_leave);

struct worker *idle_pick(struct idle *idle)
{
	struct worker *w = NULL;

	mutex_lock(&idle->lock);
	/* seq_cst: the load of the pair in worker_park(). */
	if (!atomic_load_explicit(&idle->nr_searching, memory_order_seq_cst) &&
	    !list_is_empty(&idle->sleepers)) {
		w = list_first_entry(&idle->sleepers, struct worker, sleeper);
		__idle_remove(idle, w);
	}
	mutex_unlock(&idle->lock);
	return w;
}
EXPORT_SYMBOL(idle_pick);

void idle_search(struct worker *w)
{
	if (w->is_searching)
		return;
	w->is_searching = true;
	/* seq_cst: pairs with the load in sched_notify(). */
	atomic_fetch_add_explicit(&w->sched->idle.nr_searching, 1,
				  memory_order_seq_cst);
}
EXPORT_SYMBOL(idle_search);

bool idle_found(struct worker *w)
{
	if (!w->is_searching)
		return false;
	w->is_searching = false;
	/* seq_cst: a store of the store-load pair in worker_park(). */
	return atomic_fetch_sub_explicit(&w->sched->idle.nr_searching, 1,
					 memory_order_seq_cst) == 1;
}
EXPORT_SYMBOL(idle_found);

MODULE(idle, "who sleeps, and who searches", NULL, NULL);
