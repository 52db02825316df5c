/* TODO 5: a lock that is handed over, and may be held across an await. */
#include <string.h>

#include "amutex.h"
#include "budget.h"
#include "waiter.h"
#include "sched.h"

#include "kit/async.h"
#include "kit/err.h"

/* Somebody who wants the lock. */
struct wanter {
	struct waiter waiter;
	struct amutex_lock lock;
};

static void want(struct wanter *w, struct amutex *m)
{
	waiter_init(&w->waiter, "who wants the lock", &m->lock);
	w->lock = amutex_lock(m);
}

static enum poll ask(struct wanter *w)
{
	return waiter_poll(&w->waiter, &w->lock.future, NULL);
}

/* Ask, and be told to wait. */
static void want_and_wait(struct wanter *w, struct amutex *m, char name)
{
	STEP("%c wants the lock", name);
	want(w, m);
	EXPECT_POLL(ask(w), "pending", "%c waits", name);
}

static void leave(struct wanter *w)
{
	future_drop(&w->lock.future);
	waiter_fini(&w->waiter);
}

/* Whoever was woken has the lock at its next poll; it gives it back. */
static void has_it_now(struct wanter *w, char name)
{
	EXPECT_EQ(waiter_wakes(&w->waiter), 1, "%c was woken once", name);
	EXPECT_POLL(ask(w), "ready", "%c has the lock", name);
	leave(w);
}

/* The lock of a test, which somebody holds. */
static void start(struct amutex *m)
{
	struct wanter first;

	amutex_init(m, "lock");
	STEP("somebody takes the lock");
	want(&first, m);
	EXPECT_POLL(ask(&first), "ready", "a free lock is had at once");
	leave(&first);
}

static void end(struct amutex *m)
{
	EXPECT(!m->is_held, "nobody has the lock in the end");
	EXPECT(list_is_empty(&m->waiting), "and nobody waits for it");
	amutex_fini(m);
}

TEST(lock_that_is_free_is_had_at_once, 5, 1)
{
	unsigned long allocs = heap_allocs();
	struct wanter b;
	struct amutex m;

	WHY("Most locks are free most of the time: then nobody waits, and "
	    "nothing is allocated.");
	start(&m);
	EXPECT(!amutex_trylock(&m), "a second one does not have it");
	want_and_wait(&b, &m, 'B');
	STEP("unlock");
	amutex_unlock(&m);
	has_it_now(&b, 'B');
	STEP("B unlocks, and nobody waits");
	amutex_unlock(&m);
	EXPECT(amutex_trylock(&m), "it is free again");
	amutex_unlock(&m);
	EXPECT_EQ(heap_allocs(), allocs, "nothing was allocated");
	end(&m);
}

TEST(unlock_gives_the_lock_to_who_waited_longest, 5, 2)
{
	enum { N = 4 };
	struct wanter w[N];
	struct amutex m;
	unsigned int i, j;

	WHY("Fair: each waits for those that came before, and for nobody "
	    "else. Whoever is woken in vain costs a poll, and so do all.");
	start(&m);
	for (i = 0; i < N; i++)
		want_and_wait(&w[i], &m, 'A' + i);
	for (i = 0; i < N; i++) {
		STEP("unlock");
		amutex_unlock(&m);
		for (j = i + 1; j < N; j++)
			EXPECT_EQ(waiter_wakes(&w[j].waiter), 0,
				  "%c, who came later, sleeps on", 'A' + j);
		has_it_now(&w[i], 'A' + i);
	}
	amutex_unlock(&m);
	end(&m);
}

TEST(nobody_overtakes_who_was_given_the_lock, 5, 2)
{
	struct wanter a, b;
	struct amutex m;

	WHY("A lock that is free between the unlock and the next poll is taken "
	    "by whoever happens to run: who was woken may wait for ever.");
	start(&m);
	want_and_wait(&a, &m, 'A');
	STEP("unlock; A is woken, and does not run yet");
	amutex_unlock(&m);
	EXPECT(!amutex_trylock(&m), "trylock does not get in between");
	want_and_wait(&b, &m, 'B');
	STEP("A runs");
	has_it_now(&a, 'A');
	EXPECT_EQ(waiter_wakes(&b.waiter), 0, "B sleeps as long as A has it");
	STEP("A unlocks");
	amutex_unlock(&m);
	has_it_now(&b, 'B');
	amutex_unlock(&m);
	end(&m);
}

TEST(waiter_that_is_dropped_is_passed_over, 5, 1)
{
	struct wanter a, b, c;
	struct amutex m;

	WHY("A lock() loses a select, or its task is cancelled: given to "
	    "somebody who is gone, the lock is nobody's for ever.");
	start(&m);
	want_and_wait(&a, &m, 'A');
	want_and_wait(&b, &m, 'B');
	want_and_wait(&c, &m, 'C');
	STEP("A and B are dropped");
	leave(&b);
	leave(&a);
	STEP("unlock");
	amutex_unlock(&m);
	EXPECT_EQ(waiter_wakes(&a.waiter) + waiter_wakes(&b.waiter), 0,
		  "those that are gone are not woken");
	has_it_now(&c, 'C');
	amutex_unlock(&m);
	end(&m);
}

TEST(lock_of_who_leaves_before_he_runs_goes_on, 5, 1)
{
	struct wanter a, b;
	struct amutex m;

	WHY("The dangerous moment: it owns the lock, and does not know it "
	    "yet.");
	start(&m);
	want_and_wait(&a, &m, 'A');
	want_and_wait(&b, &m, 'B');
	STEP("unlock: it is A's; A is dropped before it runs");
	amutex_unlock(&m);
	EXPECT_EQ(waiter_wakes(&a.waiter), 1, "A was woken");
	leave(&a);
	STEP("B runs");
	has_it_now(&b, 'B');
	want_and_wait(&a, &m, 'A');
	STEP("unlock: it is A's again; A is dropped, and nobody else waits");
	amutex_unlock(&m);
	leave(&a);
	EXPECT(amutex_trylock(&m), "the lock is free");
	amutex_unlock(&m);
	STEP("a lock() that is dropped once it is ready gives nothing back");
	want(&a, &m);
	EXPECT_POLL(ask(&a), "ready", "A has the lock");
	leave(&a);
	EXPECT(!amutex_trylock(&m), "A still has it");
	amutex_unlock(&m);
	end(&m);
}

TEST(waiter_that_moved_keeps_its_place, 5, 1)
{
	struct wanter a, b;
	struct waiter before;
	struct amutex m;

	WHY("A future may be polled by another task than last time: that one "
	    "is to be woken, and it need not wait anew.");
	start(&m);
	STEP("A wants the lock, in a select");
	want(&a, &m);
	waiter_init(&before, "the task that it left", &m.lock);
	EXPECT_POLL(waiter_poll(&before, &a.lock.future, NULL), "pending",
		    "A waits");
	want_and_wait(&b, &m, 'B');
	STEP("A is polled by another task, twice");
	EXPECT_POLL(ask(&a), "pending", "A waits");
	EXPECT_POLL(ask(&a), "pending", "A waits");
	EXPECT(a.lock.queue.next == &b.lock.queue, "A is still before B");
	STEP("unlock");
	amutex_unlock(&m);
	EXPECT_EQ(waiter_wakes(&before), 0, "the task that it left sleeps on");
	EXPECT_EQ(waiter_wakes(&b.waiter), 0, "B, who came later, sleeps on");
	has_it_now(&a, 'A');
	amutex_unlock(&m);
	has_it_now(&b, 'B');
	amutex_unlock(&m);
	waiter_fini(&before);
	end(&m);
}

static void unlock_it(void *arg)
{
	amutex_unlock(arg);
}

TEST(lock_that_is_freed_as_one_begins_to_wait_is_had, 5, 1)
{
	struct wanter a;
	struct amutex m;

	WHY("The waker is cloned without the lock, and meanwhile another "
	    "thread "
	    "may unlock. Who does not look again waits for a lock that is "
	    "free: nobody will ever unlock it.");
	start(&m);
	STEP("A wants the lock; an unlock comes while its waker is cloned");
	want(&a, &m);
	a.waiter.lock = NULL;
	a.waiter.on_clone = unlock_it;
	a.waiter.arg = &m;
	EXPECT_POLL(ask(&a), "ready", "A has the lock");
	leave(&a);
	amutex_unlock(&m);
	end(&m);
}

/* Tasks: one holds the lock while it waits, the others want it meanwhile. */

static struct room {
	struct amutex lock;
	struct mutex plain;
	bool is_plain; /* use the plain one */
	_Atomic(bool) is_open;
	_Atomic(unsigned int) inside, clashes, tries, served;
} room;

struct guest {
	struct async async;
	struct amutex_lock lock;
	struct yield yield;
	unsigned int rounds;
};

/* relaxed, all three: counters, through which nothing is published. */
static unsigned int count(_Atomic(unsigned int) *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

static unsigned int add(_Atomic(unsigned int) *n)
{
	return atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}

static void sub(_Atomic(unsigned int) *n)
{
	atomic_fetch_sub_explicit(n, 1, memory_order_relaxed);
}

/* A plain lock makes the thread wait; here it gives up after a while. */
static bool plain_lock_in_time(void)
{
	enum { PATIENCE = 1000 };
	unsigned int i;

	for (i = 0; i < PATIENCE; i++) {
		add(&room.tries);
		if (mutex_trylock(&room.plain))
			return true;
	}
	return false;
}

static enum poll guest_poll(struct future *f, struct context *cx, void *out)
{
	struct guest *g = container_of(f, struct guest, async.future);

	ASYNC_BEGIN(&g->async);
	while (g->rounds--) {
		if (!room.is_plain) {
			g->lock = amutex_lock(&room.lock);
			AWAIT(&g->lock.future, NULL);
		} else if (!plain_lock_in_time()) {
			return POLL_READY;
		}
		if (add(&room.inside))
			add(&room.clashes);
		do {
			g->yield = yield_now();
			AWAIT(&g->yield.future, NULL);
			/* relaxed: a flag that publishes nothing */
		} while (!atomic_load_explicit(&room.is_open,
					       memory_order_relaxed));
		sub(&room.inside);
		if (room.is_plain)
			mutex_unlock(&room.plain);
		else
			amutex_unlock(&room.lock);
		add(&room.served);
	}
	ASYNC_END(&g->async);
}

static void guest_drop(struct future *f)
{
	async_drop(&container_of(f, struct guest, async.future)->async);
}

static const struct future_ops guest_ops = {
	.poll = guest_poll,
	.drop = guest_drop,
	.size = sizeof(struct guest),
};

static void guest_spawn(struct sched *s, unsigned int rounds)
{
	struct guest g = { .async.future.ops = &guest_ops, .rounds = rounds };

	EXPECT_ERR(sched_spawn(s, &guest_ops, &g, NULL), 0, "a task");
}

static void room_open(bool is_open)
{
	/* relaxed: a flag that publishes nothing */
	atomic_store_explicit(&room.is_open, is_open, memory_order_relaxed);
}

static void room_init(void)
{
	memset(&room, 0, sizeof(room));
	mutex_init(&room.plain);
	amutex_init(&room.lock, "room");
}

static void room_fini(void)
{
	mutex_fini(&room.plain);
	end(&room.lock);
}

/* Two tasks on one worker: one holds the lock and waits, the other wants it. */
static void two_guests(struct sched *s, unsigned int steps)
{
	guest_spawn(s, 1);
	sched_step(s, 0);
	guest_spawn(s, 1);
	while (steps--)
		sched_step(s, 0);
}

TEST(worker_goes_on_while_a_task_waits_with_the_lock, 5, 1)
{
	struct sched *s;

	WHY("Who waits for a plain lock is the thread, and with it every task "
	    "of the worker - the one that has the lock, too.");
	room_init();
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "one worker");
	room.is_plain = true;
	STEP("A takes a plain lock, and waits for something");
	STEP("B, on the same worker, tries the lock 1000 times in its poll");
	two_guests(s, 200);
	EXPECT_EQ(count(&room.tries), 1001,
		  "B does not get it: A would have "
		  "to run, and cannot while B does");
	STEP("B gives up, as no thread in mutex_lock() could; A goes on");
	room_open(true);
	while (sched_step(s, 0))
		;
	EXPECT_EQ(count(&room.served), 1, "A has ended, B was not served");
	room.is_plain = false;
	room_open(false);
	STEP("the same with the lock of today");
	two_guests(s, 200);
	EXPECT_EQ(count(&room.inside), 1, "A is inside and is polled, B waits");
	room_open(true);
	while (sched_step(s, 0))
		;
	EXPECT_EQ(count(&room.served), 3, "A and B have had the lock");
	sched_destroy(s);
	room_fini();
}

TEST(tasks_on_two_threads_are_never_inside_together, 5, 1)
{
	enum { TASKS = 8 };
	unsigned int rounds = test_is_slow() ? 20 : 200, i;
	struct sched *s;

	WHY("Tasks that want the lock all the time, on two workers: each gets "
	    "it as often as it asked, and never two at once.");
	room_init();
	room_open(true);
	EXPECT_ERR(sched_create(&s, 2), 0, "two workers");
	for (i = 0; i < TASKS; i++)
		guest_spawn(s, rounds);
	/* Runs all that can run; who waits for ever would be cancelled. */
	sched_shutdown(s);
	EXPECT_EQ(count(&room.clashes), 0, "nobody came in beside another");
	EXPECT_EQ(count(&room.served), TASKS * rounds,
		  "each task has had the lock as often as it asked");
	sched_destroy(s);
	room_fini();
}

/* A task that locks and unlocks without ever meeting a pending lock. */
struct greedy {
	struct future future;
	struct amutex *lock;
	unsigned int *done;
};

static enum poll greedy_poll(struct future *f, struct context *cx, void *out)
{
	struct greedy *g = container_of(f, struct greedy, future);
	struct amutex_lock l;

	for (; *g->done < 10 * BUDGET_OPS; ++*g->done) {
		l = amutex_lock(g->lock);
		if (future_poll(&l.future, cx, NULL) == POLL_PENDING) {
			if (!amutex_trylock(g->lock))
				FAIL("a task gave way, and kept the lock");
			amutex_unlock(g->lock);
			future_drop(&l.future);
			return POLL_PENDING;
		}
		future_drop(&l.future);
		amutex_unlock(g->lock);
	}
	return POLL_READY;
}

TEST(task_that_only_locks_gives_way, 5, 1)
{
	static const struct future_ops ops = { .poll = greedy_poll,
					       .size = sizeof(struct greedy) };
	unsigned int done = 0, turns = 0;
	struct amutex m;
	struct greedy g = { { &ops }, &m, &done };
	struct sched *s;

	WHY("A lock that is always free never makes its task wait. The budget "
	    "does, and nobody has the lock meanwhile.");
	amutex_init(&m, "lock");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "one worker");
	EXPECT_ERR(sched_spawn(s, &ops, &g, NULL), 0, "a task");
	while (done < 10 * BUDGET_OPS && turns++ < 20)
		sched_step(s, 0);
	EXPECT_EQ(done, 10 * BUDGET_OPS,
		  "the task has locked as often as it "
		  "wanted, within 20 turns");
	EXPECT(turns >= 10, "it has given way each %u locks: %u turns",
	       BUDGET_OPS, turns);
	sched_destroy(s);
	end(&m);
}

TEST(console_sees_who_has_the_lock_and_who_waits, 5, 0, kit)
{
	struct wanter a, b;
	struct amutex m;

	record_start();
	start(&m);
	want_and_wait(&a, &m, 'A');
	want_and_wait(&b, &m, 'B');
	EXPECT_EQ(record_count(TP_RES_NEW), 1, "the lock is made");
	EXPECT_EQ(record_count(TP_WAIT), 2, "two wait for it");
	amutex_unlock(&m);
	has_it_now(&a, 'A');
	amutex_unlock(&m);
	leave(&b);
	EXPECT_EQ(record_count(TP_LOCK), 2, "B was given it, and never had it");
	EXPECT_EQ(record_count(TP_UNLOCK), 2, "both that had it gave it back");
	end(&m);
	EXPECT_EQ(record_count(TP_RES_GONE), 1, "the lock is gone");
}
