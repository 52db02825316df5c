/* The lock in every order of contenders, and of one that leaves. */
#include "amutex.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "test/model/model.h"

/* A thread that polls for itself. */
struct contender {
	struct thread thread;
	struct parker parker;
	struct amutex_lock lock;
};

static struct amutex lock;
static _Atomic(unsigned int) inside;
static struct contender contender[2];

static struct waker contender_clone(void *data);

static void contender_wake(void *data)
{
	parker_unpark(data);
}

static void contender_forget(void *data)
{
}

static const struct waker_ops contender_ops = {
	.clone = contender_clone,
	.wake = contender_wake,
	.wake_by_ref = contender_wake,
	.drop = contender_forget,
};

static struct waker contender_clone(void *data)
{
	return (struct waker){ &contender_ops, data };
}

static enum poll contender_poll(struct contender *c)
{
	struct waker waker = { &contender_ops, &c->parker };
	struct context cx = { .waker = &waker };

	return future_poll(&c->lock.future, &cx, NULL);
}

/* It has the lock: alone; it gives it back. */
static void contender_uses(struct contender *c)
{
	future_drop(&c->lock.future);
	/* relaxed: the lock orders them, or the model finds two inside */
	if (atomic_fetch_add_explicit(&inside, 1, memory_order_relaxed))
		FAIL("two have the lock at once");
	atomic_fetch_sub_explicit(&inside, 1, memory_order_relaxed);
	amutex_unlock(&lock);
}

/* Wait for the lock as long as it takes. */
static void contend(void *arg)
{
	struct contender *c = arg;
	unsigned int polls = 0;

	while (contender_poll(c) == POLL_PENDING) {
		if (++polls > 4)
			FAIL("woken again and again, without the lock");
		parker_park(&c->parker, CLOCK_NEVER);
	}
	contender_uses(c);
}

/* Ask once, and leave when it has to wait. */
static void contend_once(void *arg)
{
	struct contender *c = arg;

	if (contender_poll(c) == POLL_READY)
		contender_uses(c);
	else
		future_drop(&c->lock.future);
}

static const char *why_stuck(void *arg)
{
	return lock.is_held ? "whoever was given the lock sleeps, or is gone"
			    : "the lock is free, and somebody sleeps who "
			      "waits for it";
}

static void setup(void)
{
	unsigned int i;

	amutex_init(&lock, "lock");
	atomic_init(&inside, 0);
	for (i = 0; i < 2; i++) {
		parker_init(&contender[i].parker);
		contender[i].lock = amutex_lock(&lock);
	}
	EXPECT(amutex_trylock(&lock), "a new lock is free");
	model_stuck(why_stuck, NULL);
}

static void teardown(void)
{
	thread_join(&contender[0].thread);
	thread_join(&contender[1].thread);
	EXPECT(amutex_trylock(&lock), "the lock is free in the end");
	amutex_unlock(&lock);
	amutex_fini(&lock);
}

static void start(unsigned int i, void (*fn)(void *))
{
	EXPECT_ERR(thread_create(&contender[i].thread, i ? "second" : "first",
				 fn, &contender[i]),
		   0, "a thread");
}

MODEL(two_that_wait_for_the_lock_both_have_it, 5, 50)
{
	WHY("It may be handed over before, while and after somebody begins to "
	    "wait.");
	setup();
	start(0, contend);
	start(1, contend);
	amutex_unlock(&lock);
	teardown();
}

MODEL(who_leaves_takes_the_lock_with_him_from_nobody, 5, 50)
{
	WHY("It may be given the lock just while it leaves.");
	setup();
	start(0, contend_once);
	start(1, contend);
	amutex_unlock(&lock);
	teardown();
}
