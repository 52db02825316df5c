/*
 * A traced waker in every order of a use and of a drop that should not be.
 */
#include "tracewaker.h"

#include "kit/alloc.h"
#include "kit/atomic.h"
#include "kit/err.h"
#include "kit/thread.h"
#include "test/model/model.h"

/** What the waker within points to; the last of its clones frees it. */
struct target {
	_Atomic(unsigned int) refs, wakes;
};

static struct waker target_clone(void *data);

static void target_drop(void *data)
{
	struct target *t = data;

	/* acq_rel: the last one frees. */
	if (atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) == 1)
		kit_free(t);
}

static void target_wake_by_ref(void *data)
{
	struct target *t = data;

	/* relaxed: a counter. */
	atomic_fetch_add_explicit(&t->wakes, 1, memory_order_relaxed);
}

static void target_wake(void *data)
{
	target_wake_by_ref(data);
	target_drop(data);
}

static const struct waker_ops target_ops = { target_clone, target_wake,
					     target_wake_by_ref, target_drop,
					     NULL };

static struct waker target_clone(void *data)
{
	struct target *t = data;

	/* relaxed: whoever clones has one. */
	atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
	return (struct waker){ &target_ops, t };
}

static struct ledger ledger;
static struct waker waker;

static void setup(void)
{
	struct target *t = kit_zalloc(sizeof(*t));
	struct waker inner = { &target_ops, t };
	struct ledger_task *task;

	EXPECT(t, "a task");
	atomic_init(&t->refs, 1);
	ledger_init(&ledger, 0);
	EXPECT_ERR(ledger_task(&ledger, "task", "spawn:1", &task), 0,
		   "a task in the ledger");
	EXPECT_ERR(tracewaker_wrap(task, "spawn:1", &inner, &waker), 0,
		   "an entry");
}

static void drop(void *arg)
{
	struct waker same = waker;

	waker_drop(&same);
}

static void start(struct thread *t)
{
	EXPECT_ERR(thread_create(t, "dropper", drop, NULL), 0, "a thread");
}

MODEL(a_wake_meets_a_drop_of_the_same_waker, 2, 20)
{
	struct thread t;

	WHY("The wake must not run into what was given back.");
	setup();
	start(&t);
	waker_wake_by_ref(&waker);
	thread_join(&t);
	ledger_fini(&ledger);
}

MODEL(a_clone_meets_a_drop_of_the_same_waker, 2, 20)
{
	struct waker copy;
	struct thread t;

	WHY("A clone is one of a waker that is still there, or none at all.");
	setup();
	start(&t);
	copy = waker_clone(&waker);
	thread_join(&t);
	waker_wake(&copy);
	ledger_fini(&ledger);
}
