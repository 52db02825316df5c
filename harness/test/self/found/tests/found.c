/*
 * What the explorer finds: each model here is wrong, and fails as the golden
 * file says it, with the steps that lead there and a schedule that replays.
 */
#include "kit/alloc.h"
#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/lock.h"
#include "kit/park.h"
#include "kit/sys.h"
#include "kit/thread.h"
#include "test/model/model.h"

static _Atomic(unsigned int) n, flag;
static struct mutex one, other;
static struct thread a, b;

static void start(struct thread *t, const char *name, void (*fn)(void *),
		  void *arg)
{
	EXPECT_ERR(thread_create(t, name, fn, arg), 0, "a thread");
}

static void add_in_two_steps(void *arg)
{
	unsigned int old = atomic_load_explicit(&n, memory_order_relaxed);

	atomic_store_explicit(&n, old + 1, memory_order_relaxed);
}

MODEL(an_assertion, 1, 1)
{
	WHY("Between the load and the store somebody else adds.");
	atomic_init(&n, 0);
	start(&a, "a", add_in_two_steps, NULL);
	start(&b, "b", add_in_two_steps, NULL);
	thread_join(&a);
	thread_join(&b);
	EXPECT_EQ(n, 2, "both are counted");
}

static void take_both(void *arg)
{
	struct mutex *first = arg, *second = first == &one ? &other : &one;

	mutex_lock(first);
	mutex_lock(second);
	mutex_unlock(second);
	mutex_unlock(first);
}

MODEL(a_deadlock, 1, 1)
{
	WHY("Each holds what the other waits for.");
	mutex_init(&one);
	mutex_init(&other);
	start(&a, "a", take_both, &one);
	start(&b, "b", take_both, &other);
	thread_join(&a);
	thread_join(&b);
}

static struct parker parker;

/* Looks, and then sleeps: the flag may come in between, and wakes nobody. */
static void look_then_sleep(void *arg)
{
	if (!atomic_load_explicit(&flag, memory_order_seq_cst)) {
		atomic_store_explicit(&n, 1, memory_order_seq_cst);
		parker_park(&parker, CLOCK_NEVER);
	}
}

static const char *why_stuck(void *arg)
{
	return "the flag is set, and the one who waits for it sleeps";
}

MODEL(a_lost_wake_up, 1, 1)
{
	WHY("Say that you sleep first, and look again then.");
	atomic_init(&flag, 0);
	atomic_init(&n, 0);
	parker_init(&parker);
	model_stuck(why_stuck, NULL);
	start(&a, "sleeper", look_then_sleep, NULL);
	atomic_store_explicit(&flag, 1, memory_order_seq_cst);
	if (atomic_load_explicit(&n, memory_order_seq_cst))
		parker_unpark(&parker);
	thread_join(&a);
}

struct counted {
	_Atomic(unsigned int) refs;
	unsigned int data;
};

static void put(struct counted *c)
{
	/* Wrong: between the two, the other one may have freed it. */
	atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel);
	if (!atomic_load_explicit(&c->refs, memory_order_acquire))
		kit_free(c);
}

static void put_one(void *arg)
{
	put(arg);
}

MODEL(a_use_after_free, 1, 1)
{
	struct counted *c = kit_alloc(sizeof(*c));

	WHY("The one who counted to 0 frees; nobody else may look.");
	EXPECT(c, "memory");
	atomic_init(&c->refs, 2);
	start(&a, "a", put_one, c);
	put(c);
	thread_join(&a);
}

static void read_it(void *arg)
{
	struct counted *c = arg;

	if (atomic_load_explicit(&flag, memory_order_acquire))
		return;
	atomic_fetch_add_explicit(&n, 1, memory_order_relaxed);
	/* No door is passed here; a use in the same breath as the check would
	 * not be found: that is ThreadSanitizer's. */
	c->data++;
}

MODEL(a_use_after_free_without_a_door, 1, 1)
{
	struct counted *c = kit_zalloc(sizeof(*c));

	WHY("The check and the use are two steps.");
	EXPECT(c, "memory");
	atomic_init(&flag, 0);
	start(&a, "reader", read_it, c);
	atomic_store_explicit(&flag, 1, memory_order_release);
	kit_free(c);
	thread_join(&a);
}

static void wait_for_flag(void *arg)
{
	while (!atomic_load_explicit(&flag, memory_order_acquire))
		;
}

MODEL(an_endless_spin, 1, 1)
{
	WHY("Nobody sets the flag.");
	atomic_init(&flag, 0);
	start(&a, "a", wait_for_flag, NULL);
	thread_join(&a);
}

static void *box;

static void publish(void *arg)
{
	atomic_store_explicit(&n, 7, memory_order_relaxed);
	/* Wrong: release is missing. */
	atomic_store_explicit(&flag, 1, memory_order_relaxed);
}

MODEL(a_missing_release, 1, 1)
{
	unsigned int seen;

	WHY("Without release the flag may be there before the data.");
	box = NULL;
	atomic_init(&n, 0);
	atomic_init(&flag, 0);
	start(&a, "writer", publish, NULL);
	if (atomic_load_explicit(&flag, memory_order_acquire)) {
		seen = atomic_load_explicit(&n, memory_order_relaxed);
		EXPECT_EQ(seen, 7, "who sees the flag sees the data");
	}
	thread_join(&a);
}

MODEL(a_leak, 1, 1)
{
	WHY("What a model allocates it frees.");
	if (!kit_alloc(8))
		return;
}

MODEL(a_thread_that_is_not_joined, 1, 1)
{
	WHY("Its stack is the next schedule's.");
	start(&a, "a", add_in_two_steps, NULL);
}

static void do_nothing(void *arg)
{
}

MODEL(a_thread_that_has_ended_is_not_joined, 1, 1)
{
	WHY("What it was is only given back by a join.");
	start(&a, "a", do_nothing, NULL);
}

MODEL(a_thread_that_is_joined_twice, 1, 1)
{
	WHY("After the first join it is another thread's, or nobody's.");
	start(&a, "a", do_nothing, NULL);
	thread_join(&a);
	thread_join(&a);
}

static struct cond cond;

static void wait_once(void *arg)
{
	mutex_lock(&one);
	/* Wrong: `if` in place of `while`. */
	if (!atomic_load_explicit(&flag, memory_order_relaxed))
		(void)cond_wait(&cond, &one, CLOCK_NEVER);
	n = atomic_load_explicit(&flag, memory_order_relaxed);
	mutex_unlock(&one);
}

MODEL(a_wait_that_is_not_repeated, 1, 1)
{
	WHY("A wait may end without cause: look again.");
	mutex_init(&one);
	cond_init(&cond);
	atomic_init(&flag, 0);
	start(&a, "waiter", wait_once, NULL);
	mutex_lock(&one);
	atomic_store_explicit(&flag, 1, memory_order_relaxed);
	cond_signal(&cond);
	mutex_unlock(&one);
	thread_join(&a);
	EXPECT_EQ(n, 1, "it has waited for the flag");
	cond_fini(&cond);
	mutex_fini(&one);
}

MODEL(an_error_path_that_leaks, 1, 1)
{
	void *p, *q;

	WHY("The second allocation fails: the first one must be freed.");
	model_faults(true);
	p = kit_alloc(8);
	if (!p)
		return;
	q = kit_alloc(8);
	if (!q)
		return;
	kit_free(q);
	kit_free(p);
}

static unsigned int runs;

MODEL(choices_that_are_missing_the_next_time, 1, 1)
{
	WHY("runs is not set anew.");
	if (!runs++)
		EXPECT(model_choose(2) + model_choose(2) == 0,
		       "the first ones");
}

MODEL(a_schedule_that_is_too_long_to_replay, 1, 1)
{
	unsigned int i;

	WHY("Its text has no room: the report names none.");
	for (i = 0; i < 120 && model_choose(2); i++)
		;
	EXPECT(i < 120, "fewer choices");
}

MODEL(a_write_behind_the_end, 1, 1)
{
	bool is_large = !model_choose(2);
	char *p = kit_alloc(is_large ? 40000 : 16), *q = kit_alloc(16);

	WHY("What lies behind it is another one's.");
	EXPECT(p && q, "memory");
	if (!is_large)
		p[16] = 1;
	kit_free(q);
	kit_free(p);
}

MODEL(too_many_allocations, 1, 1)
{
	unsigned int i;

	WHY("A model is small; that there is no memory is another test.");
	for (i = 0; i < 5000; i++)
		kit_free(kit_alloc(8));
}

MODEL(an_allocation_of_a_negative_size, 1, 1)
{
	int missing = (int)model_choose(1) - 1;
	void *p = kit_alloc((size_t)missing);

	WHY("No memory is as large as that.");
	EXPECT(p, "there is none");
	kit_free(p);
}

static void fill_the_stack(void *arg)
{
	char large[200000];
	unsigned int i;

	for (i = 0; i < sizeof(large); i++)
		large[i] = (char)i;
	i = atomic_load_explicit(&n, memory_order_relaxed) % sizeof(large);
	atomic_fetch_add_explicit(&n, large[i] != 0, memory_order_relaxed);
}

MODEL(a_stack_that_is_too_small, 1, 1)
{
	WHY("Below it is another thread's.");
	start(&a, "a", add_in_two_steps, NULL);
	start(&b, "b", fill_the_stack, NULL);
	thread_join(&a);
	thread_join(&b);
}

MODEL(a_condition_that_was_freed, 1, 1)
{
	struct cond *c = kit_alloc(sizeof(*c));

	WHY("Who was woken may free it: signal first, and then unlock.");
	EXPECT(c, "memory");
	cond_init(c);
	cond_fini(c);
	kit_free(c);
	cond_signal(c);
}

MODEL(a_condition_that_has_ended, 1, 1)
{
	WHY("cond_signal() looks at it.");
	cond_init(&cond);
	cond_fini(&cond);
	cond_signal(&cond);
}

static void lock_one(void *arg)
{
	mutex_lock(&one);
}

MODEL(a_mutex_that_is_never_unlocked, 1, 1)
{
	WHY("Nobody else can.");
	mutex_init(&one);
	start(&a, "a", lock_one, NULL);
	thread_join(&a);
}

MODEL(more_threads_than_there_are, 1, 1)
{
	struct thread t[6];
	unsigned int i;

	WHY("Two or three are enough.");
	for (i = 0; i < 6; i++)
		start(&t[i], "t", do_nothing, NULL);
}

TEST(a_thread_outside_of_a_model, 1, 1)
{
	WHY("It has no schedule.");
	start(&a, "a", do_nothing, NULL);
}

MODEL(a_descriptor_that_is_left_open, 1, 1)
{
	WHY("A model closes what it opens.");
	EXPECT(sys_eventfd(0) >= 0, "a descriptor");
}

static void do_nothing_at_all(void)
{
}

TEST(more_preemptions_than_can_be, 1, 1)
{
	static const struct model_options many = { .preemptions = 10 };
	struct model_result r;

	WHY("A schedule's text has one digit for them.");
	model_explore(do_nothing_at_all, &many, &r);
}

static _Atomic(unsigned int) nr_looks;

MODEL(a_late_store_long_ago, 1, 1)
{
	unsigned int seen, i;

	WHY("What was stored late is shown, however long ago that was.");
	atomic_init(&n, 0);
	atomic_init(&flag, 0);
	atomic_init(&nr_looks, 0);
	start(&a, "writer", publish, NULL);
	if (atomic_load_explicit(&flag, memory_order_acquire)) {
		for (i = 0; i < 20; i++)
			atomic_fetch_add_explicit(&nr_looks, 1,
						  memory_order_relaxed);
		seen = atomic_load_explicit(&n, memory_order_relaxed);
		EXPECT_EQ(seen, 7, "who sees the flag sees the data");
	}
	thread_join(&a);
}
