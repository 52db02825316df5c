/*
 * Litmus programs: the explorer sees the outcomes that are possible, and no
 * others.
 */
#include "kit/alloc.h"
#include "test/self/model/tests/two.h"

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

static void publish_twice(void *arg)
{
	mp_a(arg);
	atomic_store_explicit(&y, 2, memory_order_relaxed);
}

static void release_sequence(void)
{
	two(publish_twice, mp_b);
}

TEST(a_store_after_a_release_to_the_same_place_publishes_too, 0, 1)
{
	publish = memory_order_release;
	explore(release_sequence, &all_weak);
	EXPECT_EQ(outcome[1][0], 0, "who sees the flag sees the data");
	EXPECT_EQ(outcome[2][0], 0, "and who sees what came after it, too");
	EXPECT(outcome[0][1] && outcome[1][1] && outcome[2][1],
	       "the other outcomes were seen");
}

static void store_and_free(void *arg)
{
	_Atomic(int) *p = (_Atomic(int) *)arg;

	atomic_store_explicit(p, 1, memory_order_relaxed);
	kit_free(arg);
	seen_a = atomic_load_explicit(&x, memory_order_relaxed);
}

static void freed_by_its_writer(void)
{
	struct thread ta, tb;
	void *p = kit_zalloc(sizeof(_Atomic(int)));

	EXPECT(p, "memory");
	atomic_init(&x, 0);
	EXPECT_ERR(thread_create(&ta, "a", store_and_free, p), 0, "a thread");
	EXPECT_ERR(thread_create(&tb, "b", sb_b, NULL), 0, "a thread");
	thread_join(&ta);
	thread_join(&tb);
}

TEST(a_late_store_is_not_later_than_the_free, 0, 1)
{
	struct model_result r = explore(freed_by_its_writer, &all_weak);

	EXPECT(r.schedules > 2, "also those in which it is late");
}

static void init_and_publish(void *arg)
{
	atomic_init(&x, 1);
	atomic_store_explicit(&y, 1, publish);
}

static void init_passing(void)
{
	two(init_and_publish, mp_b);
}

TEST(what_was_only_made_may_come_late_too, 0, 1)
{
	publish = memory_order_release;
	explore(init_passing, &all_weak);
	EXPECT_EQ(outcome[1][0], 0, "release publishes it");
	publish = memory_order_relaxed;
	explore(init_passing, &all_weak);
	EXPECT(outcome[1][0], "relaxed does not");
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

/* --- Dekker: each shows its flag, then looks at the other's ------------------------ */
static _Atomic(int) inside, most;

static void enter(_Atomic(int) *mine, _Atomic(int) *other)
{
	int n;

	atomic_store_explicit(mine, 1, order);
	if (atomic_load_explicit(other, order))
		return;
	n = atomic_fetch_add_explicit(&inside, 1, memory_order_relaxed) + 1;
	if (n > most)
		most = n;
	atomic_fetch_sub_explicit(&inside, 1, memory_order_relaxed);
}

static void dekker_a(void *arg)
{
	enter(&x, &y);
}

static void dekker_b(void *arg)
{
	enter(&y, &x);
}

static void dekker(void)
{
	atomic_init(&inside, 0);
	two(dekker_a, dekker_b);
}

TEST(dekkers_flags_need_seq_cst, 0, 1)
{
	order = memory_order_seq_cst;
	most = 0;
	explore(dekker, &all_weak);
	EXPECT_EQ(most, 1, "never two at once");
	order = memory_order_release;
	explore(dekker, &all_weak);
	EXPECT_EQ(most, 2, "with release and acquire both are in");
}
