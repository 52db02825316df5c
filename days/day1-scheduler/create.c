/* Given: make a scheduler, and take it apart again. */
#include "worker.h"

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/tracepoint.h"

static void worker_init(struct worker *w, struct sched *s, unsigned int index)
{
	w->sched = s;
	w->index = index;
	w->tick = 0;
	w->slot_polls = 0;
	w->slot = NULL;
	w->rand = index + 1;
	w->is_searching = false;
	w->is_away = false;
	w->thread = NULL;
	atomic_init(&w->note, 0);
	runq_init(&w->ring);
	live_init(&w->live);
	list_init(&w->sleeper);
	parker_init(&w->own_parker);
	w->parker = s->root ? &s->root->parker : &w->own_parker;
	seat_init(w);
}

/* A scheduler without threads. */
static struct sched *sched_alloc(enum sched_flavour flavour, unsigned int n,
				 struct park_driver *driver)
{
	struct sched *s = kit_alloc(sizeof(*s) + n * sizeof(s->workers[0]));
	unsigned int i;

	if (!s)
		return NULL;
	s->flavour = flavour;
	s->nr_workers = n;
	s->root = NULL;
	s->driver = driver;
	atomic_init(&s->is_driven, false);
	if (flavour == SCHED_CURRENT) {
		s->root = root_create();
		if (!s->root) {
			kit_free(s);
			return NULL;
		}
	}
	inject_init(&s->inject);
	idle_init(&s->idle);
	s->nr_away = 0;
	s->left = NULL;
	s->is_shut = false;
	atomic_init(&s->is_stopped, false);
	atomic_init(&s->in_flight, 0);
	for (i = 0; i < n; i++)
		worker_init(&s->workers[i], s, i);
	return s;
}

/* The threads are joined, and nobody is on the way out of a wake. */
static void sched_free(struct sched *s)
{
	unsigned int i;

	tp_stop(s);
	for (i = 0; i < s->nr_workers; i++)
		live_fini(&s->workers[i].live);
	idle_fini(&s->idle);
	inject_fini(&s->inject);
	if (s->root)
		root_put(s->root);
	kit_free(s);
}

/* End the threads of the first @n workers, which have nothing to do. */
static void sched_stop(struct sched *s, unsigned int n)
{
	unsigned int i;

	/* Their tasks have ended; they have a few instructions to go. */
	mutex_lock(&s->idle.lock);
	while (s->nr_away)
		cond_wait(&s->idle.quiet, &s->idle.lock, CLOCK_NEVER);
	mutex_unlock(&s->idle.lock);
	/* release: pairs with the acquire in worker_is_stopped(). */
	atomic_store_explicit(&s->is_stopped, true, memory_order_release);
	for (i = 0; i < n; i++)
		parker_unpark(s->workers[i].parker);
	for (i = 0; i < n; i++)
		worker_join(s->workers[i].thread);
	worker_join(s->left);
}

static int sched_start(struct sched *s)
{
	unsigned int i;
	int err;

	for (i = 0; i < s->nr_workers; i++) {
		err = worker_start(&s->workers[i]);
		if (err) {
			sched_stop(s, i);
			return err;
		}
	}
	return 0;
}

int sched_create_driven(struct sched **out, unsigned int workers,
			struct park_driver *driver)
{
	struct sched *s;
	int err;

	if (workers > SCHED_WORKERS_MAX)
		return -EINVAL;
	s = workers ? sched_alloc(SCHED_THREADS, workers, driver)
		    : sched_alloc(SCHED_CURRENT, 1, driver);
	if (!s)
		return -ENOMEM;
	err = workers ? sched_start(s) : 0;
	if (err) {
		sched_free(s);
		return err;
	}
	*out = s;
	return 0;
}
EXPORT_SYMBOL(sched_create_driven);

int sched_create(struct sched **out, unsigned int workers)
{
	return sched_create_driven(out, workers, NULL);
}
EXPORT_SYMBOL(sched_create);

int sched_create_stepped(struct sched **out, unsigned int workers)
{
	struct sched *s;

	if (!workers || workers > SCHED_WORKERS_MAX)
		return -EINVAL;
	s = sched_alloc(SCHED_STEPPED, workers, NULL);
	if (!s)
		return -ENOMEM;
	*out = s;
	return 0;
}
EXPORT_SYMBOL(sched_create_stepped);

/*
 * Threads that woke a task may still be on their way out of sched_inject(), a
 * few instructions from its end. Too short to sleep, and they could not wake us
 * without touching what is freed next.
 */
static void sched_wait_in_flight(struct sched *s)
{
	/* acquire: pairs with the release in sched_inject(). */
	while (atomic_load_explicit(&s->in_flight, memory_order_acquire))
		;
	/* acquire: pairs with root_wake_by_ref(), which calls our seat. */
	while (s->root &&
	       atomic_load_explicit(&s->root->in_flight, memory_order_acquire))
		;
}

void sched_destroy(struct sched *s)
{
	if (!s)
		return;
	sched_shutdown(s);
	if (s->flavour == SCHED_THREADS)
		sched_stop(s, s->nr_workers);
	sched_wait_in_flight(s);
	sched_free(s);
}
EXPORT_SYMBOL(sched_destroy);

MODULE(create, "make a scheduler, and take it apart", NULL, NULL);
