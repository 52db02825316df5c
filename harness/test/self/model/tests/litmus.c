/*
 * Litmus programs: the explorer runs as many schedules as there are, and sees
 * the outcomes that are possible, and no others.
 */
#include <stdio.h>

#include "kit/atomic.h"
#include "kit/lock.h"
#include "kit/thread.h"
#include "test/model/model.h"

static _Atomic(int) x, y;
static int seen_a, seen_b;
/* How often each pair of results came, over all schedules. */
static unsigned long outcome[3][3];

static const struct model_options all = { .preemptions = 9 };
static const struct model_options all_weak = { .preemptions = 9,
					       .is_weak = true };

static void two(void (*a)(void *), void (*b)(void *))
{
	struct thread ta, tb;

	atomic_init(&x, 0);
	atomic_init(&y, 0);
	seen_a = seen_b = 0;
	EXPECT_ERR(thread_create(&ta, "a", a, NULL), 0, "a thread");
	EXPECT_ERR(thread_create(&tb, "b", b, NULL), 0, "a thread");
	thread_join(&ta);
	thread_join(&tb);
	outcome[seen_a][seen_b]++;
}

static struct model_result explore(void (*body)(void),
				   const struct model_options *o)
{
	struct model_result r;

	memset(outcome, 0, sizeof(outcome));
	model_explore(body, o, &r);
	return r;
}

/* --- store buffering ------------------------------------------------------------ */
static int order = memory_order_relaxed;

static void sb_a(void *arg)
{
	atomic_store_explicit(&x, 1, order);
	seen_a = atomic_load_explicit(&y, order);
}

static void sb_b(void *arg)
{
	atomic_store_explicit(&y, 1, order);
	seen_b = atomic_load_explicit(&x, order);
}

static void sb(void)
{
	two(sb_a, sb_b);
}

TEST(store_buffering_has_three_outcomes_in_one_order, 0, 1)
{
	struct model_result r;

	order = memory_order_relaxed;
	r = explore(sb, &all);
	EXPECT(r.is_exhaustive, "all schedules were run");
	EXPECT_EQ(outcome[0][0], 0, "one of the two sees the other's store");
	EXPECT(outcome[0][1] && outcome[1][0] && outcome[1][1],
	       "the three other outcomes were seen");
}

TEST(late_stores_show_the_fourth_outcome, 0, 1)
{
	order = memory_order_relaxed;
	explore(sb, &all_weak);
	EXPECT(outcome[0][0], "neither saw the other's store");
	order = memory_order_release;
	explore(sb, &all_weak);
	EXPECT(outcome[0][0], "nor with release and acquire");
}

TEST(seq_cst_stores_are_never_late, 0, 1)
{
	order = memory_order_seq_cst;
	explore(sb, &all_weak);
	EXPECT_EQ(outcome[0][0], 0, "one sees the other's store");
}

/* --- message passing ---------------------------------------------------------- */
static int publish = memory_order_release;

static void mp_a(void *arg)
{
	atomic_store_explicit(&x, 1, memory_order_relaxed);
	atomic_store_explicit(&y, 1, publish);
}

static void mp_b(void *arg)
{
	seen_a = atomic_load_explicit(&y, memory_order_acquire);
	seen_b = atomic_load_explicit(&x, memory_order_relaxed);
}

static void mp(void)
{
	two(mp_a, mp_b);
}

TEST(a_release_store_publishes, 0, 1)
{
	publish = memory_order_release;
	explore(mp, &all_weak);
	EXPECT_EQ(outcome[1][0], 0, "who sees the flag sees the data");
	EXPECT(outcome[0][0] && outcome[0][1] && outcome[1][1],
	       "the three other outcomes were seen");
}

TEST(a_relaxed_store_does_not_publish, 0, 1)
{
	publish = memory_order_relaxed;
	explore(mp, &all);
	EXPECT_EQ(outcome[1][0], 0, "in one order of all it cannot be seen");
	explore(mp, &all_weak);
	EXPECT(outcome[1][0], "with late stores it is");
}

/* --- load buffering: loads are never early ---------------------------------------- */
static void lb_a(void *arg)
{
	seen_a = atomic_load_explicit(&x, memory_order_relaxed);
	atomic_store_explicit(&y, 1, memory_order_relaxed);
}

static void lb_b(void *arg)
{
	seen_b = atomic_load_explicit(&y, memory_order_relaxed);
	atomic_store_explicit(&x, 1, memory_order_relaxed);
}

static void lb(void)
{
	two(lb_a, lb_b);
}

TEST(loads_are_never_early, 0, 1)
{
	explore(lb, &all_weak);
	EXPECT_EQ(outcome[1][1], 0, "that is what the explorer does not model");
	EXPECT(outcome[0][0] && outcome[0][1] && outcome[1][0],
	       "the three other outcomes were seen");
}

/* --- how many schedules -------------------------------------------------------------- */
static unsigned int steps;

static void step_often(void *arg)
{
	unsigned int i;

	for (i = 0; i < steps; i++)
		atomic_fetch_add_explicit(&x, 1, memory_order_relaxed);
}

static void counted(void)
{
	two(step_often, step_often);
	EXPECT_EQ(x, 2 * (int)steps, "no add is lost");
}

TEST(there_are_as_many_schedules_as_interleavings, 0, 1)
{
	struct model_result r;

	for (steps = 1; steps <= 4; steps++) {
		r = explore(counted, &all);
		printf("%u steps: %lu schedules\n", steps, r.schedules);
	}
}
