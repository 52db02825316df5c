/* Given: a listener that asks how long the thread has run. */
#include "stallwatch.h"

#include "kit/alloc.h"
#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/sys.h"
#include "kit/thread.h"
#include "kit/tracepoint.h"

/*
 * A thread that polls.
 *
 * Key: A atomic, T its thread only.
 */
struct watched {
	_Atomic(const struct kit_self *) self; /* A: who; NULL: not yet */
	uint32_t worker;		       /* T: of its last poll */
	int fd;				       /* T: for clock_run_delay() */
};

/*
 * What there is between stallwatch_start() and stallwatch_free().
 *
 * Key: I set at the start, A atomic, E each by the thread that took its number.
 */
static struct {
	struct stall_event *events;	  /* E: NULL: not started */
	size_t max;			  /* I: room in ->events */
	tp_listener_fn *before;		  /* I: who listened, or NULL */
	bool is_left;			  /* I: who came after us calls us */
	_Atomic(bool) is_on;		  /* A: between start and stop */
	_Atomic(size_t) nr;		  /* A: events that asked for room */
	_Atomic(uint64_t) lost;		  /* A: polls of unknown threads */
	_Atomic(unsigned int) nr_threads; /* A: threads that asked for one */
	struct watched threads[STALLWATCH_THREADS]; /* E */
} watch;

/* This thread, if it has polled yet. */
static struct watched *watched_find(void)
{
	unsigned int i;

	/* relaxed, here and below: a thread looks for what it wrote itself. */
	for (i = 0; i < STALLWATCH_THREADS; i++)
		if (atomic_load_explicit(&watch.threads[i].self,
					 memory_order_relaxed) == kit_self())
			return &watch.threads[i];
	return NULL;
}

static struct watched *watched_claim(void)
{
	struct watched *t = watched_find();
	unsigned int i;

	if (t)
		return t;
	/* relaxed: whoever reads them all has joined us. */
	i = atomic_fetch_add_explicit(&watch.nr_threads, 1,
				      memory_order_relaxed);
	if (i >= STALLWATCH_THREADS)
		return NULL;
	t = &watch.threads[i];
	t->fd = clock_run_delay_open();
	atomic_store_explicit(&t->self, kit_self(), memory_order_relaxed);
	return t;
}

/* What it is to stall.h; STALL_EV_NR: nothing. */
static enum stall_ev event_of(enum tp_event ev)
{
	switch (ev) {
	case TP_SPAWN:
		return STALL_SPAWN;
	case TP_WAKE:
	case TP_SCHEDULE:
		return STALL_WAKE;
	case TP_POLL_BEGIN:
		return STALL_POLL_BEGIN;
	case TP_POLL_END:
		return STALL_POLL_END;
	case TP_CANCEL:
		return STALL_DROP;
	case TP_PARK:
		return STALL_PARK;
	case TP_RESUME:
		return STALL_UNPARK;
	default:
		return STALL_EV_NR;
	}
}

static void watch_put(const struct stall_event *e)
{
	/* relaxed: a number is one thread's; the reader has joined it. */
	size_t i =
		atomic_fetch_add_explicit(&watch.nr, 1, memory_order_relaxed);

	if (i < watch.max)
		watch.events[i] = *e;
}

/* Time first, counters then, at both ends: what this costs is left out. */
static void watch_poll(struct stall_event *e, uint64_t arg)
{
	struct watched *t;

	t = e->event == STALL_POLL_BEGIN ? watched_claim() : watched_find();
	if (!t) {
		/* relaxed: a counter. */
		atomic_fetch_add_explicit(&watch.lost, 1, memory_order_relaxed);
		return;
	}
	if (e->event == STALL_POLL_BEGIN)
		t->worker = (uint32_t)arg;
	else
		e->arg = arg;
	e->worker = t->worker;
	e->run_delay = clock_run_delay(t->fd);
	e->cpu = clock_thread_cpu();
	watch_put(e);
}

static void watch_listen(enum tp_event ev, const void *who, uint64_t arg)
{
	struct stall_event e = { .time = clock_now(),
				 .event = event_of(ev),
				 .worker = STALL_NO_WORKER,
				 .task = (uintptr_t)who };
	struct watched *t;

	if (unlikely(watch.before))
		watch.before(ev, who, arg);
	/* acquire: pairs with the release in stallwatch_start(). */
	if (unlikely(!atomic_load_explicit(&watch.is_on, memory_order_acquire)))
		return;
	switch (e.event) {
	case STALL_EV_NR:
		break;
	case STALL_POLL_BEGIN:
	case STALL_POLL_END:
		watch_poll(&e, arg);
		break;
	case STALL_PARK:
	case STALL_UNPARK:
		e.worker = (uint32_t)arg;
		watch_put(&e);
		break;
	default:
		t = watched_find();
		if (t)
			e.worker = t->worker;
		watch_put(&e);
	}
}

/* Unless we are called already: see stallwatch_stop(). */
static void listen_first(void)
{
	tp_listener_fn *fn =
		atomic_load_explicit(&tp_listener, memory_order_acquire);

	if (fn == watch_listen || (fn && watch.is_left))
		return;
	watch.before = fn;
	/* release: pairs with the acquire in tp_emit(); all of the above. */
	atomic_store_explicit(&tp_listener, watch_listen, memory_order_release);
}

int stallwatch_start(unsigned int events)
{
	unsigned int i;

	if (!events || events > STALLWATCH_EVENTS_MAX)
		return -EINVAL;
	if (watch.events)
		return -EBUSY;
	watch.events = kit_zalloc(events * sizeof(*watch.events));
	if (!watch.events)
		return -ENOMEM;
	watch.max = events;
	atomic_init(&watch.nr, 0);
	atomic_init(&watch.lost, 0);
	atomic_init(&watch.nr_threads, 0);
	for (i = 0; i < STALLWATCH_THREADS; i++) {
		atomic_init(&watch.threads[i].self, NULL);
		watch.threads[i].fd = -1;
	}
	/* release: pairs with the acquire in watch_listen(). */
	atomic_store_explicit(&watch.is_on, true, memory_order_release);
	listen_first();
	return 0;
}
EXPORT_SYMBOL(stallwatch_start);

void stallwatch_stop(void)
{
	tp_listener_fn *fn = watch_listen;

	/* relaxed, both: whoever is in a trace point may still finish it. */
	if (!atomic_load_explicit(&watch.is_on, memory_order_relaxed))
		return;
	atomic_store_explicit(&watch.is_on, false, memory_order_relaxed);
	/* release: as in listen_first(). Whoever listens after us stays, and
	 * goes on calling us. */
	watch.is_left = !atomic_compare_exchange_strong_explicit(
		&tp_listener, &fn, watch.before, memory_order_release,
		memory_order_relaxed);
}
EXPORT_SYMBOL(stallwatch_stop);

size_t stallwatch_events(const struct stall_event **events, uint64_t *lost)
{
	/* relaxed, both: the threads that were heard are joined. */
	size_t nr = atomic_load_explicit(&watch.nr, memory_order_relaxed);
	size_t n = nr < watch.max ? nr : watch.max;

	*events = watch.events;
	if (lost)
		*lost = nr - n +
			atomic_load_explicit(&watch.lost, memory_order_relaxed);
	return n;
}
EXPORT_SYMBOL(stallwatch_events);

void stallwatch_free(void)
{
	unsigned int i;

	if (!watch.events)
		return;
	stallwatch_stop();
	for (i = 0; i < STALLWATCH_THREADS; i++)
		if (watch.threads[i].fd >= 0)
			sys_close(watch.threads[i].fd);
	kit_free(watch.events);
	watch.events = NULL;
	watch.max = 0;
	atomic_store_explicit(&watch.nr, 0, memory_order_relaxed);
}
EXPORT_SYMBOL(stallwatch_free);

/* A test that failed in the middle left it on. */
static void stallwatch_exit(void)
{
	stallwatch_free();
}

MODULE(stallwatch, "events of a program that runs", NULL, stallwatch_exit);
