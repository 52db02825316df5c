/*
 * Counts: the explorer runs as many schedules as there are, none twice, and
 * leaves none out that it does not own up to.
 */
#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/lock.h"
#include "test/self/model/tests/two.h"

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
	/* 2n over n: which n of the 2n steps are the first thread's. */
	static const unsigned long many[] = { 1, 2, 6, 20, 70, 252 };

	for (steps = 1; steps < ARRAY_SIZE(many); steps++)
		EXPECT_EQ(explore(counted, &all).schedules, many[steps],
			  "two threads of %u steps have so many", steps);
}

TEST(a_test_that_is_alone_has_no_late_stores, 0, 1)
{
	struct model_result r;

	steps = 1;
	r = explore(counted, &all_weak);
	EXPECT_EQ(r.schedules, 2, "the stores before the threads are none");
	EXPECT(r.is_exhaustive, "so that is all");
}

TEST(a_bound_cuts_what_costs_more, 0, 1)
{
	struct model_options o = { .preemptions = 0 };
	struct model_result r;

	steps = 3;
	r = explore(counted, &o);
	EXPECT_EQ(r.schedules, 2, "without a preemption one is first");
	EXPECT(!r.is_exhaustive, "and there are more");
	/* a is first, with a preemption of it after 1 or 2 steps, and the other
	 * way round; where one has ended, the other goes on for nothing. */
	o.preemptions = 1;
	EXPECT_EQ(explore(counted, &o).schedules, 2 + 4, "with one");
	o.preemptions = 4;
	r = explore(counted, &o);
	EXPECT_EQ(r.schedules, 20, "and with enough");
	EXPECT(r.is_exhaustive, "that is all there are");
}

static void step_once(void *arg)
{
	atomic_fetch_add_explicit(&x, 1, memory_order_relaxed);
}

static void long_and_short(void)
{
	two(step_often, step_once);
}

TEST(a_long_thread_is_interrupted_everywhere, 0, 1)
{
	struct model_result r;

	steps = 250;
	r = explore(long_and_short, &all);
	EXPECT_EQ(r.schedules, 251, "the step is before or after each other");
	EXPECT(r.is_exhaustive, "and nothing was left out");
}

static void one_after_the_other(void)
{
	struct thread t;
	unsigned int i;

	atomic_init(&x, 0);
	for (i = 0; i < 3; i++) {
		EXPECT_ERR(thread_create(&t, "t", step_often, NULL), 0, "it");
		EXPECT_EQ(thread_count(), 1, "it is not joined");
		thread_join(&t);
	}
	EXPECT_EQ(x, 3 * (int)steps, "each was waited for");
}

TEST(a_handle_may_be_used_again, 0, 1)
{
	steps = 2;
	EXPECT_EQ(explore(one_after_the_other, &all).schedules, 1, "one order");
}

static void step_and_join(void *arg)
{
	struct thread t;

	EXPECT_ERR(thread_create(&t, "inner", step_once, NULL), 0, "a thread");
	step_once(NULL);
	thread_join(&t);
}

static void nested(void)
{
	struct thread t;

	EXPECT_ERR(thread_create(&t, "outer", step_and_join, NULL), 0, "one");
	step_once(NULL);
	thread_join(&t);
}

static void joined_between(void)
{
	struct thread ta, tb;

	EXPECT_ERR(thread_create(&ta, "a", step_once, NULL), 0, "a thread");
	EXPECT_ERR(thread_create(&tb, "b", step_often, NULL), 0, "a thread");
	thread_join(&ta);
	step_once(NULL);
	thread_join(&tb);
}

static void started_between(void)
{
	struct thread ta, tb;

	step_once(NULL);
	EXPECT_ERR(thread_create(&ta, "a", step_often, NULL), 0, "a thread");
	step_once(NULL);
	EXPECT_ERR(thread_create(&tb, "b", step_once, NULL), 0, "a thread");
	step_once(NULL);
	thread_join(&ta);
	thread_join(&tb);
}

TEST(starts_and_joins_order_what_they_should, 0, 1)
{
	steps = 2;
	EXPECT_EQ(explore(nested, &all).schedules, 6, "3!: three steps");
	EXPECT_EQ(explore(joined_between, &all).schedules, 6,
		  "4 over 2: a's and then the test's, and two of b");
	/* The test's second step is first of its and of b's: two orders of
	 * these three, and a's two anywhere. */
	EXPECT_EQ(explore(started_between, &all).schedules, 20, "2 (5 over 2)");
}

static void look_until_set(void *arg)
{
	while (!atomic_load_explicit(&y, memory_order_acquire))
		;
}

static void set_y(void *arg)
{
	atomic_store_explicit(&y, 1, memory_order_release);
}

static void look(void)
{
	two(look_until_set, set_y);
	EXPECT_EQ(y, 1, "it has waited");
}

TEST(one_that_only_looks_is_sent_to_the_back, 0, 1)
{
	static const struct model_options once = { .preemptions = 1 };
	struct model_result r = explore(look, &once);

	EXPECT(r.schedules > 2, "the one who sets it had its turn");
	EXPECT(!r.is_exhaustive, "it could look for longer");
}

static void answer(void *arg)
{
	look_until_set(arg);
	atomic_store_explicit(&x, 1, memory_order_relaxed);
}

static void ask(void *arg)
{
	atomic_store_explicit(&y, 1, memory_order_relaxed);
	while (!atomic_load_explicit(&x, memory_order_relaxed))
		;
}

static void look_at_each_other(void)
{
	two(answer, ask);
}

static struct mutex lock;

static void set_and_lock(void *arg)
{
	atomic_store_explicit(&y, 1, memory_order_relaxed);
	mutex_lock(&lock);
	mutex_unlock(&lock);
}

static void lock_and_look(void *arg)
{
	mutex_lock(&lock);
	look_until_set(arg);
	mutex_unlock(&lock);
}

static void look_with_the_mutex(void)
{
	mutex_init(&lock);
	two(set_and_lock, lock_and_look);
	mutex_fini(&lock);
}

TEST(a_late_store_does_not_stay_so_for_ever, 0, 1)
{
	static const struct model_options once = { .preemptions = 1,
						   .is_weak = true };

	EXPECT(explore(look_at_each_other, &once).schedules > 2,
	       "the one who waits for it sees it");
	EXPECT(explore(look_with_the_mutex, &once).schedules > 2,
	       "also when the other one waits for a mutex");
}

TEST(two_runs_are_the_same, 0, 1)
{
	struct model_result a, b;

	steps = 4;
	a = explore(counted, &all_weak);
	b = explore(counted, &all_weak);
	EXPECT_EQ(a.schedules, b.schedules, "as many schedules");
	EXPECT_EQ(a.steps, b.steps, "and as many steps");
}

/* --- a mutex ------------------------------------------------------------------------ */
static int plain;

static void add_locked(void *arg)
{
	mutex_lock(&lock);
	plain++;
	mutex_unlock(&lock);
}

static void locked(void)
{
	mutex_init(&lock);
	plain = 0;
	two(add_locked, add_locked);
	EXPECT_EQ(plain, 2, "both are counted");
	mutex_fini(&lock);
}

static void locked_by_three(void)
{
	struct thread t[3];
	unsigned int i;

	mutex_init(&lock);
	plain = 0;
	for (i = 0; i < 3; i++)
		EXPECT_ERR(thread_create(&t[i], "t", add_locked, NULL), 0,
			   "a thread");
	for (i = 0; i < 3; i++)
		thread_join(&t[i]);
	EXPECT_EQ(plain, 3, "all are counted");
	mutex_fini(&lock);
}

static void lock_often(void *arg)
{
	unsigned int i;

	for (i = 0; i < steps; i++)
		add_locked(NULL);
}

static void locked_often(void)
{
	mutex_init(&lock);
	two(lock_often, lock_often);
	mutex_fini(&lock);
}

TEST(a_mutex_lets_one_in, 0, 1)
{
	struct model_result r = explore(locked, &all);

	EXPECT(r.is_exhaustive, "all schedules were run");
	EXPECT_EQ(r.schedules, 2, "one is first, or the other");
	EXPECT_EQ(explore(locked_by_three, &all).schedules, 6, "3!");
	steps = 3;
	EXPECT_EQ(explore(locked_often, &all).schedules, 20,
		  "6 over 3: which are the first thread's");
}

static struct cond cond;
static bool is_set;

static void set_it(void *arg)
{
	mutex_lock(&lock);
	is_set = true;
	cond_signal(&cond);
	mutex_unlock(&lock);
}

static void wait_set(void *arg)
{
	mutex_lock(&lock);
	while (!is_set)
		cond_wait(&cond, &lock, CLOCK_NEVER);
	mutex_unlock(&lock);
}

static void wait_or_not(void)
{
	mutex_init(&lock);
	cond_init(&cond);
	is_set = false;
	two(wait_set, set_it);
	cond_fini(&cond);
	mutex_fini(&lock);
}

TEST(a_wait_takes_the_mutex_when_it_is_free, 0, 1)
{
	static const struct model_options none = { .preemptions = 0 };

	/* The first one waits, or finds it set; nobody tries in between. */
	EXPECT_EQ(explore(wait_or_not, &none).schedules, 2, "two orders");
}

TEST(a_mutex_outside_of_a_model_is_one, 0, 1)
{
	mutex_init(&lock);
	EXPECT(mutex_trylock(&lock), "it is free");
	EXPECT(!mutex_trylock(&lock), "it is held");
	mutex_unlock(&lock);
	mutex_lock(&lock);
	mutex_unlock(&lock);
	mutex_fini(&lock);
}

/* --- a condition, and time ------------------------------------------------------------ */
static unsigned int timeouts, waits, alone;

static void wait_for_it(void *arg)
{
	mutex_lock(&lock);
	while (!is_set) {
		waits++;
		if (cond_wait(&cond, &lock, clock_now() + 10)) {
			timeouts++;
			break;
		}
		alone += !is_set;
	}
	mutex_unlock(&lock);
}

static void condition(void)
{
	mutex_init(&lock);
	cond_init(&cond);
	is_set = false;
	two(wait_for_it, set_it);
	cond_fini(&cond);
	mutex_fini(&lock);
}

static unsigned int ends[2];

static void wait_alone(void)
{
	mutex_init(&lock);
	cond_init(&cond);
	mutex_lock(&lock);
	ends[cond_wait(&cond, &lock, clock_now() + 10) == 0]++;
	mutex_unlock(&lock);
	cond_fini(&cond);
	mutex_fini(&lock);
}

TEST(a_wait_of_who_is_alone_ends_without_cause_too, 0, 1)
{
	struct model_result r;

	memset(ends, 0, sizeof(ends));
	r = explore(wait_alone, &all);
	EXPECT(r.is_exhaustive, "that is all");
	EXPECT_EQ(r.schedules, 2, "by time, or without cause");
	EXPECT(ends[0] && ends[1], "each was seen");
}

TEST(a_wait_ends_by_a_signal_by_time_or_without_cause, 0, 1)
{
	static const struct model_options o = { .preemptions = 2 };
	struct model_result r;

	timeouts = waits = alone = 0;
	r = explore(condition, &o);
	EXPECT(waits && waits < r.schedules * 3, "in some schedules it waits");
	EXPECT(timeouts, "in some the time is over");
	EXPECT(alone, "in some it wakes without cause");
}

/* --- choices and faults ----------------------------------------------------------------- */
static unsigned int chosen[3][2];

static void choose(void)
{
	unsigned int a = model_choose(3), b = model_choose(2);

	chosen[a][b]++;
}

TEST(every_choice_is_made_once, 0, 1)
{
	unsigned int a, b;
	struct model_result r;

	memset(chosen, 0, sizeof(chosen));
	r = explore(choose, &all);
	EXPECT_EQ(r.schedules, 6, "three times two");
	for (a = 0; a < 3; a++)
		for (b = 0; b < 2; b++)
			EXPECT_EQ(chosen[a][b], 1, "each pair once");
}

static unsigned int failed;

static void allocate(void)
{
	void *a, *b;

	model_faults(true);
	a = kit_alloc(8);
	b = kit_alloc(8);
	failed |= 1u << (!a + 2 * !b);
	kit_free(a);
	kit_free(b);
}

TEST(an_allocation_fails_for_a_preemption, 0, 1)
{
	struct model_options o = { .preemptions = 1 };

	failed = 0;
	explore(allocate, &o);
	EXPECT_EQ(failed, 7, "none, the first, the second; never both");
	o.preemptions = 2;
	explore(allocate, &o);
	EXPECT_EQ(failed, 15, "both, for two");
}
