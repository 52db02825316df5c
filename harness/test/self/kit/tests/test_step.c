/* Single steps: a planted bug is caught at every moment that it has. */
#include "kit/atomic.h"
#include "test/step.h"
#include "test/test.h"

static _Atomic(unsigned int) counter;

/* Each gives out the number before it as well, or the compiler may make one
 * instruction of the two steps, which would not be atomic either. */
static void add_in_two_steps(void *arg)
{
	unsigned int n = atomic_load_explicit(&counter, memory_order_relaxed);

	*(unsigned int *)arg = n;
	atomic_store_explicit(&counter, n + 1, memory_order_relaxed);
}

static void add_in_one_step(void *arg)
{
	*(unsigned int *)arg =
		atomic_fetch_add_explicit(&counter, 1, memory_order_relaxed);
}

static void add_ten(void *arg)
{
	atomic_fetch_add_explicit(&counter, 10, memory_order_relaxed);
}

/* How many moments there are in @fn, and in how many of them 10 are lost. */
static unsigned int count_lost(void (*fn)(void *), unsigned int *moments)
{
	unsigned int k, before, lost = 0;

	for (k = 1; k < 100; k++) {
		atomic_init(&counter, 0);
		if (!step_interrupt(fn, &before, k, add_ten, NULL))
			break;
		lost += atomic_load_explicit(&counter, memory_order_relaxed) !=
			11;
	}
	*moments = k - 1;
	return lost;
}

/* plain: sanitizers and valgrind have instructions of their own. */
TEST(a_change_in_two_steps_is_caught_between_them, 0, 1, plain)
{
	unsigned int moments, lost = count_lost(add_in_two_steps, &moments);

	EXPECT(lost >= 1, "there is a moment between load and store");
	EXPECT(lost < moments, "before the load nothing is lost");
	EXPECT(moments < 99, "the function ends");
	EXPECT_EQ(count_lost(add_in_two_steps, &moments), lost,
		  "the same moments come again");
}

/* plain: as above. */
TEST(an_atomic_change_is_not_caught_anywhere, 0, 1, plain)
{
	unsigned int moments, lost = count_lost(add_in_one_step, &moments);

	EXPECT_EQ(lost, 0, "an atomic change has no middle");
	EXPECT(moments >= 3, "every instruction of the call was a moment");
}

static void add_often(void *arg)
{
	unsigned int i, before;

	for (i = 0; i < 50; i++)
		add_in_one_step(&before);
}

static bool is_at_least(void *arg)
{
	return atomic_load_explicit(&counter, memory_order_relaxed) >=
	       *(unsigned int *)arg;
}

static void remember(void *arg)
{
	*(unsigned int *)arg =
		atomic_load_explicit(&counter, memory_order_relaxed);
}

/* plain: as above. */
TEST(the_moment_of_an_event_can_be_counted, 0, 1, plain)
{
	unsigned int want = 7, never = 51, k, seen = 0;

	atomic_init(&counter, 0);
	k = step_count(add_often, NULL, is_at_least, &want);
	EXPECT_EQ(atomic_load_explicit(&counter, memory_order_relaxed), 50,
		  "the function has run to its end");
	atomic_init(&counter, 0);
	EXPECT(step_interrupt(add_often, NULL, k, remember, &seen),
	       "the moment comes again");
	EXPECT_EQ(seen, 7, "the seventh addition has just been made");
	atomic_init(&counter, 0);
	EXPECT(step_interrupt(add_often, NULL, k - 1, remember, &seen),
	       "there is a moment before it");
	EXPECT_EQ(seen, 6, "the seventh addition is still to come");
	atomic_init(&counter, 0);
	EXPECT_EQ(step_count(add_often, NULL, is_at_least, &never), 0,
		  "what never comes has no moment");
}

static void exchange(void *arg)
{
	*(unsigned int *)arg =
		atomic_exchange_explicit(&counter, 1, memory_order_relaxed);
}

static void store_in_order(void *arg)
{
	atomic_store_explicit(&counter, 1, memory_order_seq_cst);
	*(unsigned int *)arg = 0;
}

static void publish(void *arg)
{
	atomic_store_explicit(&counter, 1, memory_order_release);
	*(unsigned int *)arg = 0;
}

/* plain: as above. */
TEST(locked_instructions_are_counted, 0, 1, plain)
{
	static const struct {
		void (*fn)(void *);
		unsigned int nr;
		const char *what;
	} cases[] = {
		{ add_in_two_steps, 0, "a load and a store" },
		{ publish, 0, "a release store" },
		{ add_in_one_step, 1, "an atomic addition: a lock prefix" },
		{ exchange, 1, "an exchange, which needs no prefix" },
		{ store_in_order, 1, "a seq_cst store: exchange or fence" },
		{ add_often, 50, "each turn of a loop" },
	};
	unsigned int i, before;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		EXPECT_EQ(step_count_locked(cases[i].fn, &before), cases[i].nr,
			  "%s", cases[i].what);
}
