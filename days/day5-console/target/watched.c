/* Given: a plain lock that the console sees. */
#include "target.h"
#include "watched.h"

#include "kit/clock.h"
#include "kit/module.h"

void watched_init_at(struct watched *w, const char *name, const char *where)
{
	mutex_init(&w->lock);
	w->res = (struct tp_res){ TP_RES_LOCK, name, where, 0 };
	tp_res_new(&w->res);
}
EXPORT_SYMBOL(watched_init_at);

void watched_fini(struct watched *w)
{
	tp_res_gone(&w->res);
	mutex_fini(&w->lock);
}
EXPORT_SYMBOL(watched_fini);

void watched_lock(struct watched *w)
{
	uint64_t from;

	if (likely(!tp_is_heard())) {
		mutex_lock(&w->lock);
		return;
	}
	if (mutex_trylock(&w->lock)) {
		tp_lock(&w->res);
		return;
	}
	from = clock_trace();
	mutex_lock(&w->lock);
	tp_lock(&w->res);
	if (target_is_on())
		resource_waited(resource_id(&w->res),
				ns_since(from, clock_trace()));
}
EXPORT_SYMBOL(watched_lock);

void watched_unlock(struct watched *w)
{
	tp_unlock(&w->res);
	mutex_unlock(&w->lock);
}
EXPORT_SYMBOL(watched_unlock);

MODULE(watched, "a plain lock that the console sees", NULL, NULL);
