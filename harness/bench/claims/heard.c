/* What our own runtime says of itself, and a clock that is moved by hand. */
#include "claims.h"

#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/lock.h"
#include "kit/tracepoint.h"

/* Events of several threads; relaxed: counters, read when those are gone. */
static _Atomic(unsigned long) counts[TP_NR];
static _Atomic(unsigned long) queued[3], overflowed, stolen, locks;

#define add(counter, n) \
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed)
#define take(counter) atomic_exchange_explicit(counter, 0, memory_order_relaxed)

static void listen(enum tp_event ev, const void *who, uint64_t arg)
{
	add(&counts[ev], 1);
	if (ev == TP_SCHEDULE)
		add(&queued[arg], 1);
	if (ev == TP_OVERFLOW)
		add(&overflowed, arg);
	if (ev == TP_STEAL)
		add(&stolen, tp_steal_tasks(arg));
}

/* The linker hands us the calls of mutex_lock(): --wrap in bench.mk. */
void __real_mutex_lock(struct mutex *m);
void __wrap_mutex_lock(struct mutex *m);

void __wrap_mutex_lock(struct mutex *m)
{
	if (tp_is_heard())
		add(&locks, 1);
	__real_mutex_lock(m);
}

void heard_start(void)
{
	heard_stop();
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, listen, memory_order_release);
}

struct heard heard_stop(void)
{
	struct heard h;
	unsigned int i;

	/* release: as above. */
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
	for (i = 0; i < 3; i++)
		h.queued[i] = take(&queued[i]);
	h.clones = take(&counts[TP_CLONE]);
	h.polls = take(&counts[TP_POLL_BEGIN]);
	h.yields = take(&counts[TP_YIELD]);
	h.overflows = take(&counts[TP_OVERFLOW]);
	h.steals = take(&counts[TP_STEAL]);
	h.parks = take(&counts[TP_PARK]);
	h.overflowed = take(&overflowed);
	h.stolen = take(&stolen);
	h.locks = take(&locks);
	return h;
}

static uint64_t virtual_now;

static uint64_t virtual_clock(void)
{
	return virtual_now;
}

void virtual_start(void)
{
	virtual_now = NSEC_PER_SEC;
	clock_source = virtual_clock;
}

void virtual_pass(uint64_t ns)
{
	virtual_now += ns;
}

void virtual_stop(void)
{
	clock_source = NULL;
}
