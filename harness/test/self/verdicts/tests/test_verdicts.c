/*
 * Tests that end in every way a test can: the supervisor is judged by what it
 * makes of them. The gate compares the whole output with golden.txt.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/printk.h"
#include "kit/thread.h"
#include "kit/todo.h"
#include "test/test.h"

TEST(passes, 1, 10)
{
	EXPECT_EQ(2 + 2, 4, "arithmetic");
}

TEST(fails_with_two_numbers_after_many_steps, 1, 5)
{
	int i;

	WHY("A report must show how it came to this, and fit on a screen: so "
	    "the first and the last steps are shown, and not those between.");
	for (i = 1; i <= 20; i++)
		STEP("step number %d of the story", i);
	EXPECT_EQ(2 + 2, 5,
		  "two and two are five, as everybody knows who has "
		  "ever read a sentence that is too long for one line");
}

TEST(fails_with_an_error_code, 1, 5)
{
	fake_clock_start(1500000000);
	pr_warn("the message ring is shown, too");
	EXPECT_ERR(-ENOMEM, 0, "a spawn that cannot allocate");
}

TEST(fails_with_two_texts, 2, 5)
{
	EXPECT_STR("A B D C", "A B C D", "the order of events");
}

TEST(fails_in_another_words, 2, 5)
{
	assert_int_equal(1, 2);
}

static void fail_here(void *arg)
{
	FAIL("a thread found something wrong");
}

TEST(fails_on_a_second_thread, 2, 5)
{
	struct thread t;

	EXPECT_ERR(thread_create(&t, "second", fail_here, NULL), 0, "start");
	thread_join(&t);
}

TEST(is_not_written, 3, 5)
{
	(void)TODO(3, 0);
}

TEST(uses_a_bad_pointer, 3, 5)
{
	*(int *)atol("16") = 1;
}

TEST(hits_a_bug, 3, 5)
{
	BUG_ON(1 + 1 == 2);
}

TEST(aborts, 3, 5)
{
	abort();
}

TEST(never_ends, 3, 5, timeout = 1)
{
	/* Here and nowhere else, so that the report's place is always this. */
	for (;;)
		__asm__ volatile("");
}

TEST(exits_with_0, 4, 5)
{
	exit(0);
}

TEST(prints_a_result_and_exits, 4, 5)
{
	printf("ok 1 - exits\nPASS\n");
	fflush(stdout);
	_exit(0);
}

TEST(forks, 4, 5)
{
	fork();
}

TEST(is_skipped, 4, 5)
{
	SKIP("there is nothing to test with");
}

TEST(drowns_in_noise, 4, 5)
{
	INCONCLUSIVE("the spread is wider than the effect");
}

static void *kept;

TEST(leaks_memory, 5, 5)
{
	kept = kit_alloc(100);
	EXPECT(kept != NULL, "memory");
}

TEST(leaks_a_descriptor, 5, 5)
{
	EXPECT(open("/dev/null", O_RDONLY) >= 0, "a descriptor");
}

static void nothing(void *arg)
{
}

TEST(leaves_a_thread, 5, 5)
{
	static struct thread t;

	EXPECT_ERR(thread_create(&t, "left", nothing, NULL), 0, "start");
}

TEST(frees_twice, 5, 5)
{
	void *p = kit_alloc(1);

	kit_free(p);
	kit_free(p);
}

TEST(satisfies_the_oracle, 6, 5, oracle)
{
	int three = 3, six;

	EXPECT_EQ(oracle_ask("twice", &three, sizeof(three), &six, sizeof(six)),
		  sizeof(six), "the oracle's reply");
	EXPECT_EQ(six, 6, "twice three");
}

TEST(is_refused_by_the_oracle, 6, 5, oracle)
{
	int minus = -1, reply;

	oracle_ask("twice", &minus, sizeof(minus), &reply, sizeof(reply));
}

TEST(never_asks_the_oracle, 6, 5, oracle)
{
}

TEST(asks_an_oracle_that_is_not_there, 6, 5, oracle)
{
	int reply;

	oracle_ask("delphi", "", 0, &reply, sizeof(reply));
}

TEST(earns_a_bonus, 6, 3, bonus)
{
}

TEST(passes_beside_a_kit_that_is_wrong, 7, 5)
{
}

TEST(the_kit_is_wrong, 7, 0, kit)
{
	FAIL("what is given does not do what it says");
}
