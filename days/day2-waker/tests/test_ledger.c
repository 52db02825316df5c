/* TODO 2: what the ledger writes down of clones, wakes and drops. */
#include "inner.h"
#include "kit/alloc.h"
#include "kit/fault.h"
#include "kit/thread.h"

TEST(a_clone_is_live_from_its_place_until_it_is_dropped, 2, 2)
{
	struct bench b;
	struct waker one, two, three;

	WHY("Who holds a waker, and since which line, is the first question "
	    "about a task that hangs.");
	bench_start(&b);
	STEP("clone twice at timer:5 and once at chan:9");
	one = tracewaker_clone_at(&b.waker, "timer:5");
	two = tracewaker_clone_at(&b.waker, "timer:5");
	three = tracewaker_clone_at(&one, "chan:9");
	EXPECT_EQ(ledger_live(b.task, "timer:5"), 2, "two clones of timer:5");
	EXPECT_EQ(ledger_live(b.task, "chan:9"), 1, "one clone of chan:9");
	EXPECT_EQ(ledger_live(b.task, NULL), 4, "three clones and the first");
	EXPECT_EQ(inner_live(&b.in), 4, "one waker within for each");
	STEP("drop one of timer:5 and the one of chan:9");
	waker_drop(&one);
	waker_drop(&three);
	EXPECT_EQ(ledger_live(b.task, "timer:5"), 1, "one is left of timer:5");
	EXPECT_EQ(ledger_live(b.task, "chan:9"), 0, "none is left of chan:9");
	EXPECT_EQ(inner_live(&b.in), 2, "a drop drops the waker within");
	EXPECT_EQ(inner_wakes(&b.in), 0, "a drop wakes nobody");
	waker_drop(&two);
	waker_drop(&b.waker);
	EXPECT_EQ(ledger_live(b.task, NULL), 0, "all are dropped");
	bench_end(&b);
}

TEST(a_plain_clone_has_the_place_of_the_one_it_came_from, 2, 1)
{
	struct waker at, plain, bare, none = { .ops = NULL };
	struct bench b;

	WHY("A future that knows nothing of the ledger clones with "
	    "waker_clone(), and there is no line to be had.");
	bench_start(&b);
	STEP("clone at timer:5, and clone that one with waker_clone()");
	at = tracewaker_clone_at(&b.waker, "timer:5");
	plain = waker_clone(&at);
	EXPECT_EQ(ledger_live(b.task, "timer:5"), 2, "both are of timer:5");
	waker_drop(&at);
	waker_drop(&plain);
	STEP("clone a waker that is not traced, and no waker");
	bare = tracewaker_clone_at(&b.in.waker, "timer:5");
	EXPECT(waker_is_same(&bare, &b.in.waker),
	       "of a plain waker one gets a plain clone");
	waker_drop(&bare);
	bare = tracewaker_clone_at(&none, "timer:5");
	EXPECT(!bare.ops, "of no waker one gets no waker");
	EXPECT_ERR(tracewaker_wrap(b.task, "timer:5", &none, &bare), -EINVAL,
		   "there is nothing to wrap");
	waker_drop(&b.waker);
	bench_end(&b);
}

TEST(a_wake_wakes_and_consumes, 2, 2)
{
	struct waker one, two;
	struct bench b;

	WHY("waker_wake() takes the waker with it: one that stays in the "
	    "ledger looks like a leak, one that is not passed on is a hang.");
	bench_start(&b);
	one = waker_clone(&b.waker);
	two = waker_clone(&b.waker);
	STEP("wake by reference");
	waker_wake_by_ref(&one);
	EXPECT_EQ(inner_wakes(&b.in), 1, "the wake reaches the waker within");
	EXPECT_EQ(ledger_live(b.task, NULL), 3, "the waker stays");
	STEP("wake");
	waker_wake(&two);
	EXPECT_EQ(inner_wakes(&b.in), 2, "the wake reaches the waker within");
	EXPECT_EQ(ledger_live(b.task, NULL), 2, "the waker is consumed");
	EXPECT_EQ(inner_live(&b.in), 2, "and the waker within with it");
	waker_drop(&one);
	waker_drop(&b.waker);
	bench_end(&b);
}

TEST(a_clone_is_the_same_as_its_original, 2, 1)
{
	struct ledger_task *other;
	struct waker one, two, w;
	struct bench b;

	WHY("A future keeps the waker that it has when it is shown the same "
	    "one again; traced or not must not make a difference.");
	bench_start(&b);
	one = waker_clone(&b.waker);
	two = tracewaker_clone_at(&one, "timer:5");
	EXPECT(waker_is_same(&one, &b.waker), "a clone wakes the same task");
	EXPECT(waker_is_same(&two, &one), "wherever it was made");
	EXPECT(one.data != b.waker.data,
	       "a clone and its original share one entry");
	STEP("wrap the same waker for another task");
	EXPECT_ERR(ledger_task(&b.ledger, "writer", "spawn:2", &other), 0,
		   "there is memory for a task in the ledger");
	waker_drop(&one);
	w = waker_clone(&b.in.waker);
	EXPECT_ERR(tracewaker_wrap(other, "spawn:2", &w, &one), 0,
		   "there is memory for an entry");
	EXPECT(!waker_is_same(&one, &b.waker), "another task is not the same");
	EXPECT(!waker_is_same(&b.in.waker, &b.waker),
	       "the waker within is not the same");
	waker_drop(&one);
	waker_drop(&two);
	waker_drop(&b.waker);
	bench_end(&b);
}

TEST(a_second_drop_is_written_down_and_not_done, 2, 1)
{
	struct waker one, copy, two;
	struct ledger_entry *e;
	struct bench b;

	WHY("A second drop frees what somebody else still uses; the crash "
	    "comes later and somewhere else.");
	bench_start(&b);
	one = tracewaker_clone_at(&b.waker, "timer:5");
	two = tracewaker_clone_at(&b.waker, "chan:9");
	e = one.data;
	copy = one;
	STEP("copy the waker of timer:5 as bytes, and drop both");
	waker_drop(&one);
	waker_drop(&copy);
	EXPECT_EQ(e->drops_again, 1, "the second drop is in the ledger");
	EXPECT_EQ(inner_live(&b.in), 2,
		  "the waker within was dropped only once");
	EXPECT_EQ(ledger_live(b.task, "chan:9"), 1,
		  "the clone of chan:9 is live");
	EXPECT_EQ(b.task->live, 2, "the task's count of live wakers is right");
	waker_drop(&two);
	waker_drop(&b.waker);
	bench_end(&b);
}

TEST(a_use_after_the_drop_is_written_down_and_not_done, 2, 1)
{
	struct waker one, copy, got;
	struct ledger_entry *e;
	struct bench b;

	WHY("A waker that was consumed may wake a task that is freed.");
	bench_start(&b);
	one = tracewaker_clone_at(&b.waker, "timer:5");
	e = one.data;
	copy = one;
	STEP("drop the waker; then wake by reference, clone and wake a copy");
	waker_drop(&one);
	waker_wake_by_ref(&copy);
	got = waker_clone(&copy);
	waker_wake_by_ref(&got);
	waker_drop(&got);
	waker_wake(&copy);
	EXPECT_EQ(inner_wakes(&b.in), 0, "nobody is woken");
	EXPECT_EQ(e->late_uses, 3, "three uses are in the ledger");
	EXPECT_EQ(e->drops_again, 0, "none of them was a drop");
	EXPECT_EQ(ledger_live(b.task, NULL), 1, "no clone came of it");
	waker_drop(&b.waker);
	bench_end(&b);
}

TEST(a_waker_that_is_in_use_is_not_taken_away, 2, 1)
{
	struct waker one, copy;
	struct bench b;

	WHY("One thread wakes by reference, another drops the same waker by "
	    "mistake: the wake must not run into what was given back.");
	bench_start(&b);
	one = tracewaker_clone_at(&b.waker, "timer:5");
	copy = one;
	STEP("wake by reference; in the middle of it, the waker is dropped");
	b.in.cut = &copy;
	waker_wake_by_ref(&one);
	EXPECT_EQ(b.in.live_after_cut, 2,
		  "the waker within stays until the wake has returned");
	EXPECT_EQ(inner_live(&b.in), 1, "then it is dropped");
	EXPECT_EQ(ledger_live(b.task, "timer:5"), 0, "the clone is consumed");
	waker_drop(&b.waker);
	bench_end(&b);
}

TEST(a_clone_without_memory_still_wakes, 2, 1)
{
	struct waker one;
	struct bench b;

	WHY("The ledger watches a program; that it has no memory left must "
	    "not be the program's end.");
	bench_start(&b);
	STEP("clone when the next allocation fails");
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	one = tracewaker_clone_at(&b.waker, "timer:5");
	EXPECT(fault_hit(), "an entry takes memory from kit_alloc()");
	EXPECT_EQ(ledger_live(b.task, NULL), 1, "the clone has no entry");
	EXPECT_EQ(b.task->untraced, 1, "it is counted as untraced");
	waker_wake(&one);
	EXPECT_EQ(inner_wakes(&b.in), 1, "and wakes like any other");
	STEP("clone beyond the ledger's limit");
	b.ledger.limit = 1;
	one = tracewaker_clone_at(&b.waker, "timer:5");
	EXPECT_EQ(b.task->untraced, 2, "beyond the limit it is untraced, too");
	waker_drop(&one);
	waker_drop(&b.waker);
	bench_end(&b);
}

#define THREADS 4

struct hand {
	struct thread thread;
	struct waker waker;
	unsigned int rounds;
};

static void juggle(void *arg)
{
	struct hand *h = arg;
	struct waker one, two;
	unsigned int i;

	for (i = 0; i < h->rounds; i++) {
		one = waker_clone(&h->waker);
		two = tracewaker_clone_at(&one, "thread:3");
		waker_wake_by_ref(&two);
		waker_drop(&one);
		waker_wake(&two);
	}
	waker_drop(&h->waker);
}

TEST(the_ledger_balances_with_many_threads, 2, 2)
{
	unsigned int rounds = test_is_slow() ? 100 : 1000, i;
	struct hand hands[THREADS];
	struct bench b;

	WHY("Wakers are used on every thread at once; a count that is off by "
	    "one reports a leak that is not there.");
	bench_start(&b);
	b.in.lock = NULL;
	STEP("%u threads, %u rounds: clone twice, wake twice, give all back",
	     THREADS, rounds);
	for (i = 0; i < THREADS; i++) {
		hands[i].waker = tracewaker_clone_at(&b.waker, "hand:1");
		hands[i].rounds = rounds;
		EXPECT_ERR(thread_create(&hands[i].thread, "hand", juggle,
					 &hands[i]),
			   0, "there is room for a thread");
	}
	for (i = 0; i < THREADS; i++)
		thread_join(&hands[i].thread);
	EXPECT_EQ(inner_wakes(&b.in), 2 * THREADS * rounds,
		  "every wake reached the waker within");
	EXPECT_EQ(ledger_live(b.task, NULL), 1, "only the first one is live");
	EXPECT_EQ(inner_live(&b.in), 1, "and one waker within");
	EXPECT_EQ(b.task->live, 1, "the task's count of live wakers is right");
	EXPECT_EQ(b.ledger.entries, 1 + THREADS * (1 + 2 * rounds),
		  "every clone has an entry");
	waker_drop(&b.waker);
	bench_end(&b);
}
