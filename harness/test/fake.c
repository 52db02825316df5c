/* What a test controls of the world: the clock, and which call fails. */
#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/fault.h"
#include "test/child.h"
#include "test/test.h"

/* Atomic, since threads of the code under test read the clock. */
static _Atomic(uint64_t) fake_now;

static uint64_t fake_clock(void)
{
	return atomic_load_explicit(&fake_now, memory_order_acquire);
}

void fake_clock_start(uint64_t now)
{
	/* release: pairs with the acquire in fake_clock(). */
	atomic_store_explicit(&fake_now, now, memory_order_release);
	clock_source = fake_clock;
}

void fake_clock_advance(uint64_t ns)
{
	atomic_fetch_add_explicit(&fake_now, ns, memory_order_release);
}

void fake_clock_stop(void)
{
	clock_source = NULL;
}

static struct {
	_Atomic(int) left; /* calls until the one that fails; 0: disarmed */
	enum fault_site site;
	int err;
	_Atomic(bool) hit;
} fault;

static int fault_decide(enum fault_site site)
{
	if (site != fault.site)
		return 0;
	/* A counter: nothing is published through it. */
	if (atomic_fetch_sub_explicit(&fault.left, 1, memory_order_relaxed) !=
	    1)
		return 0;
	atomic_store_explicit(&fault.hit, true, memory_order_relaxed);
	return fault.err;
}

void fault_set(enum fault_site site, unsigned int k, int err)
{
	BUG_ON(err >= 0 && k);
	atomic_store_explicit(&fault.left, (int)k, memory_order_relaxed);
	atomic_store_explicit(&fault.hit, false, memory_order_relaxed);
	fault.site = site;
	fault.err = err;
	fault_hook = k ? fault_decide : NULL;
}

bool fault_hit(void)
{
	fault_hook = NULL;
	return atomic_load_explicit(&fault.hit, memory_order_relaxed);
}

void fault_reset(void)
{
	fault_hook = NULL;
}
