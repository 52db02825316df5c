/* Given: a sampler within the process that it looks at. */
#include <stdlib.h>

#include "console.h"
#include "inside.h"

#include "kit/alloc.h"
#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/park.h"
#include "kit/printk.h"
#include "kit/thread.h"

/**
 * What the thread has.
 *
 * Key: I set at the start, T the thread's own, A atomic.
 */
struct inside {
	struct thread thread;	   /**< joined by inside_stop() */
	struct parker parker;	   /**< where it sleeps */
	_Atomic(bool) is_stopping; /**< A: it ends */
	uint64_t interval;	   /**< I: ns between two frames */
	void (*fn)(const struct sampler *p, void *arg); /**< I: who hears */
	void *arg;					/**< I: for ->fn */
	struct sampler sampler;				/**< T */
};

static void inside_main(void *data)
{
	struct inside *in = data;
	uint64_t next = clock_now();

	/* acquire: pairs with the release in inside_stop(). */
	while (!atomic_load_explicit(&in->is_stopping, memory_order_acquire)) {
		if (clock_now() < next) {
			parker_park(&in->parker, next);
			continue;
		}
		if (!sampler_take(&in->sampler))
			in->fn(&in->sampler, in->arg);
		next = clock_now() + in->interval;
	}
}

int inside_start(struct inside **out,
		 void (*fn)(const struct sampler *p, void *arg), void *arg)
{
	char warning[120];
	struct inside *in;
	int err;

	if (!console_path())
		return -ENOENT;
	in = kit_zalloc(sizeof(*in));
	if (!in)
		return -ENOMEM;
	err = sampler_open(&in->sampler, console_path());
	if (err)
		goto free_in;
	in->interval = sampler_interval(getenv("UNPARK_INTERVAL_MS"), warning,
					sizeof(warning));
	if (warning[0])
		pr_warn("%s", warning);
	in->fn = fn;
	in->arg = arg;
	parker_init(&in->parker);
	atomic_init(&in->is_stopping, false);
	err = thread_create(&in->thread, "unpark-runtime", inside_main, in);
	if (err)
		goto close;
	*out = in;
	return 0;
close:
	sampler_close(&in->sampler);
free_in:
	kit_free(in);
	return err;
}
EXPORT_SYMBOL(inside_start);

void inside_stop(struct inside *in)
{
	if (!in)
		return;
	/* release: pairs with the acquire in inside_main(). */
	atomic_store_explicit(&in->is_stopping, true, memory_order_release);
	parker_unpark(&in->parker);
	thread_join(&in->thread);
	sampler_close(&in->sampler);
	kit_free(in);
}
EXPORT_SYMBOL(inside_stop);

MODULE(inside, "a sampler within the process that it looks at", NULL, NULL);
