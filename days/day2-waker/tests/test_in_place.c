/* TODO 7, and what is given beside the pool: block_in_place(), the budget. */
#include "block_in_place.h"
#include "budget.h"
#include "gate.h"
#include "sched.h"

#include "kit/async.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/thread.h"
#include "test/test.h"

static struct sched *s;
static struct blocking *pool;
static struct gate go, done, shut;

static int quick_run(void *arg, void *out)
{
	return 0;
}

/* Spawns until the scheduler takes no more, and opens the gate. */
static int watch_run(void *arg, void *out);

static const struct blocking_ops quick_ops = { .run = quick_run };
static const struct blocking_ops watch_ops = { .run = watch_run };

/* A task that opens the gate. */
static enum poll opener_poll(struct future *f, struct context *cx, void *out)
{
	gate_add(&go);
	return POLL_READY;
}

static const struct future_ops opener_ops = {
	.poll = opener_poll,
	.size = sizeof(struct future),
};

static int opener_spawn(void)
{
	struct future init = { .ops = &opener_ops };

	return sched_spawn(s, &opener_ops, &init, NULL);
}

static int watch_run(void *arg, void *out)
{
	unsigned int i;

	for (i = 0; i < 100000; i++) {
		if (opener_spawn() != -ESHUTDOWN)
			continue;
		gate_add(&shut);
		return 0;
	}
	return -ETIMEDOUT;
}

/* A task that blocks in place until @until is opened. */
struct blocker {
	struct async async;
	struct gate *until;
	bool spawns; /* the opener, which then lies in the worker's slot */
	struct yield yield;
	struct blocking_job job;
};

/* What the blocker has seen; read after the gate. */
static struct {
	int err, job, within;
	bool has_run, opened, is_current, was_worker;
} seen;

static enum poll ready_poll(struct future *f, struct context *cx, void *out)
{
	return POLL_READY;
}

static void wait_until(void *arg)
{
	static const struct future_ops ops = { .poll = ready_poll };
	struct future ready = { .ops = &ops };

	seen.has_run = true;
	seen.was_worker = kit_self()->worker != NULL;
	if (s)
		seen.within = sched_block_on(s, &ready, NULL);
	seen.opened = gate_wait_long(arg, 1);
}

static enum poll blocker_poll(struct future *f, struct context *cx, void *out)
{
	struct blocker *b = container_of(f, struct blocker, async.future);

	ASYNC_BEGIN(&b->async);
	if (b->spawns && opener_spawn())
		return POLL_READY;
	seen.err = block_in_place(wait_until, b->until);
	seen.is_current = sched_current() == s;
	/* On another thread than before, but still a task like any other. */
	b->yield = yield_now();
	AWAIT(&b->yield.future, NULL);
	if (b->until != &shut) {
		seen.job =
			blocking_spawn(pool, &quick_ops, NULL, 0, 0, &b->job);
		if (!seen.job)
			AWAIT(&b->job.future, &seen.job);
	}
	gate_add(&done);
	ASYNC_END(&b->async);
}

static void blocker_drop(struct future *f)
{
	async_drop(&container_of(f, struct blocker, async.future)->async);
}

static const struct future_ops blocker_ops = {
	.poll = blocker_poll,
	.drop = blocker_drop,
	.size = sizeof(struct blocker),
};

static void begin(void)
{
	gate_init(&go);
	gate_init(&done);
	gate_init(&shut);
	EXPECT_ERR(blocking_create(&pool, 2, CLOCK_NEVER), 0,
		   "a pool can be made");
}

static void end(void)
{
	blocking_destroy(pool);
	gate_fini(&go);
	gate_fini(&done);
	gate_fini(&shut);
}

static void spawn_blocker(struct gate *until, bool spawns, struct join *join)
{
	struct blocker init = {
		.async.future.ops = &blocker_ops,
		.until = until,
		.spawns = spawns,
	};

	EXPECT_ERR(sched_spawn(s, &blocker_ops, &init, join), 0,
		   "a task can be spawned");
}

static void wait_done(void)
{
	if (!gate_wait(&done, 1))
		FAIL("after 3 s the task that blocked has not ended");
}

static void hand_over(void)
{
	unsigned int threads = thread_count();

	STEP("one worker; a task spawns another one, and blocks in place "
	     "until that one has run");
	begin();
	EXPECT_ERR(sched_create(&s, 1), 0, "a scheduler can be made");
	spawn_blocker(&go, true, NULL);
	wait_done();
	sched_destroy(s);
	end();
	EXPECT_ERR(seen.err, 0, "the function has run");
	EXPECT(seen.opened, "the worker went on while it blocked");
	EXPECT(!seen.was_worker, "within it, the thread is no worker");
	EXPECT_ERR(seen.within, 0, "and may block on a future");
	EXPECT(seen.is_current, "afterwards the scheduler is known again");
	EXPECT_ERR(seen.job, 0, "a job of the pool can be awaited");
	EXPECT_EQ(thread_count(), threads, "every thread was joined");
}

static void shut_down_meanwhile(void)
{
	struct blocking_job watch;
	struct join join;
	int status = 1;

	STEP("a task blocks in place until the shutdown has begun");
	begin();
	EXPECT_ERR(sched_create(&s, 1), 0, "a scheduler can be made");
	spawn_blocker(&shut, false, &join);
	EXPECT_ERR(blocking_spawn(pool, &watch_ops, NULL, 0, 0, &watch), 0,
		   "the pool takes a job");
	sched_shutdown(s);
	EXPECT_EQ(future_ask(&join.future, &status), POLL_READY,
		  "the task has ended");
	EXPECT_ERR(status, 0, "by itself: it was never without work");
	EXPECT(seen.opened, "the shutdown waited for the thread that blocked");
	future_drop(&join.future);
	if (!future_wait(&watch.future, &status))
		FAIL("after 3 s the scheduler still takes tasks");
	future_drop(&watch.future);
	sched_destroy(s);
	end();
}

/* The function must not run: the error is @want. */
static void refuse(unsigned int site, unsigned int k, int want)
{
	STEP("block in place; a call fails: %s", err_name(want));
	begin();
	seen.has_run = false;
	gate_add(&go);
	fault_set(site, k, want);
	EXPECT_ERR(sched_create(&s, 1), 0, "a scheduler can be made");
	spawn_blocker(&go, false, NULL);
	wait_done();
	sched_destroy(s);
	EXPECT(fault_hit(), "the call was made");
	end();
	EXPECT_ERR(seen.err, want, "block_in_place() says so");
	EXPECT(!seen.has_run, "the function did not run");
	EXPECT_ERR(seen.job, 0, "the task goes on as before");
}

static void refuse_current(void)
{
	struct join join;
	int status;

	STEP("block in place in a current-thread scheduler");
	begin();
	seen.has_run = false;
	EXPECT_ERR(sched_create(&s, 0), 0, "a scheduler can be made");
	spawn_blocker(&go, false, &join);
	EXPECT_ERR(sched_block_on(s, &join.future, &status), 0,
		   "the task is run");
	future_drop(&join.future);
	sched_destroy(s);
	end();
	EXPECT_ERR(seen.err, -EDEADLK, "nobody else could go on meanwhile");
	EXPECT(!seen.has_run, "the function did not run");
}

TEST(block_in_place_lets_the_worker_go_on, 7, 1)
{
	WHY("Code deep within a poll may have to block, and cannot be sent to "
	    "a pool.");
	hand_over();
	shut_down_meanwhile();
	/* The worker's thread is the first, the one that takes over the
	 * second; of memory: scheduler, thread, task, thread. */
	refuse(FAULT_THREAD, 2, -EAGAIN);
	refuse(FAULT_ALLOC, 4, -ENOMEM);
	refuse_current();
	STEP("block in place on a thread that is no worker");
	s = NULL;
	gate_init(&go);
	gate_add(&go);
	EXPECT_ERR(block_in_place(wait_until, &go), 0, "it simply runs");
	EXPECT(seen.opened, "the function has run");
	gate_fini(&go);
}

/* A task that does operations, each of which could go on; then a job. */
struct greedy {
	struct future future;
	struct blocking_job job;
	unsigned int nr_ops, nr_wanted;
};

static unsigned int nr_polls, nr_others, nr_most;

static enum poll greedy_poll(struct future *f, struct context *cx, void *out)
{
	struct greedy *g = container_of(f, struct greedy, future);
	unsigned int before = g->nr_ops;

	nr_polls++;
	EXPECT_EQ(budget_left(), BUDGET_OPS, "a new poll has a new budget");
	while (g->nr_ops < g->nr_wanted) {
		if (budget_spend(cx) == POLL_PENDING)
			break;
		g->nr_ops++;
	}
	if (g->nr_ops - before > nr_most)
		nr_most = g->nr_ops - before;
	if (g->nr_ops < g->nr_wanted)
		return POLL_PENDING;
	return future_poll(&g->job.future, cx, out);
}

static void greedy_drop(struct future *f)
{
	future_drop(&container_of(f, struct greedy, future)->job.future);
}

static const struct future_ops greedy_ops = {
	.poll = greedy_poll,
	.drop = greedy_drop,
	.size = sizeof(struct greedy),
	.out_size = sizeof(int),
};

/* A task that always gives way. */
static enum poll other_poll(struct future *f, struct context *cx, void *out)
{
	if (++nr_others == 5)
		return POLL_READY;
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

static const struct future_ops other_ops = {
	.poll = other_poll,
	.size = sizeof(struct future),
};

TEST(a_task_gives_way_after_128_operations, 7, 1)
{
	struct greedy init = { .future.ops = &greedy_ops, .nr_wanted = 1000 };
	struct future other = { .ops = &other_ops };
	struct waker waker = waker_noop();
	struct context cx = { .waker = &waker };
	struct join join;
	unsigned int i;
	int status;

	WHY("A task whose channel always has something never meets an await "
	    "that makes it stop.");
	EXPECT_ERR(blocking_create(&pool, 1, CLOCK_NEVER), 0,
		   "a pool can be made");
	EXPECT_ERR(blocking_spawn(pool, &quick_ops, NULL, 0, 0, &init.job), 0,
		   "the pool takes a job");
	EXPECT_ERR(sched_create(&s, 0), 0, "a scheduler can be made");
	STEP("a task with 1000 operations, then a job; and one that yields");
	EXPECT_ERR(sched_spawn(s, &greedy_ops, &init, &join), 0,
		   "a task can be spawned");
	EXPECT_ERR(sched_spawn(s, &other_ops, &other, NULL), 0,
		   "a task can be spawned");
	for (i = 0; i < 6; i++)
		sched_step(s, 0);
	EXPECT_EQ(nr_polls, 3, "6 turns: each has been polled 3 times");
	EXPECT_EQ(nr_others, 3, "6 turns: each has been polled 3 times");
	EXPECT_ERR(sched_block_on(s, &join.future, &status), 0,
		   "the task ends");
	EXPECT_EQ(nr_most, BUDGET_OPS, "operations in one poll, at most");
	EXPECT(nr_polls >= 8, "1000 operations take 8 polls");
	future_drop(&join.future);
	sched_destroy(s);
	blocking_destroy(pool);
	STEP("outside a task there is no budget");
	for (i = 0; i < 1000; i++)
		EXPECT_EQ(budget_spend(&cx), POLL_READY, "it may go on");
}

/* Twice a budget of operations, on no task. */
static enum poll charged_poll(struct future *f, struct context *cx, void *out)
{
	unsigned int i;

	for (i = 0; i < 2 * BUDGET_OPS; i++)
		if (budget_spend(cx) == POLL_PENDING)
			break;
	seen.job = (int)i;
	return POLL_READY;
}

static void block_on_charged(void *arg)
{
	static const struct future_ops ops = { .poll = charged_poll };
	struct future charged = { .ops = &ops };

	seen.within = sched_block_on(s, &charged, NULL);
}

static enum poll nested_poll(struct future *f, struct context *cx, void *out)
{
	const void *task = kit_self()->task;

	seen.err = block_in_place(block_on_charged, NULL);
	seen.is_current = kit_self()->task == task;
	gate_add(&done);
	return POLL_READY;
}

static const struct future_ops nested_ops = {
	.poll = nested_poll,
	.size = sizeof(struct future),
};

TEST(a_job_is_charged_and_block_in_place_is_not, 7, 0, bonus)
{
	struct greedy init = { .future.ops = &greedy_ops,
			       .nr_wanted = BUDGET_OPS };
	struct future nested = { .ops = &nested_ops };

	WHY("A budget that ends where no new poll begins would be spent for "
	    "ever.");
	begin();
	EXPECT_ERR(blocking_spawn(pool, &quick_ops, NULL, 0, 0, &init.job), 0,
		   "the pool takes a job");
	blocking_destroy(pool);
	pool = NULL;
	STEP("a job has ended; a task spends its budget and asks for the job");
	EXPECT_ERR(sched_create(&s, 0), 0, "a scheduler can be made");
	EXPECT_ERR(sched_spawn(s, &greedy_ops, &init, NULL), 0,
		   "a task can be spawned");
	sched_step(s, 0);
	EXPECT_EQ(nr_polls, 1, "polled once");
	EXPECT(sched_step(s, 0), "the job was not told, and the task woken");
	EXPECT_EQ(nr_polls, 2, "polled again");
	EXPECT(!sched_step(s, 0), "with a new budget the job is told");
	sched_destroy(s);
	STEP("a task blocks in place on a future of 256 operations");
	EXPECT_ERR(sched_create(&s, 1), 0, "a scheduler can be made");
	EXPECT_ERR(sched_spawn(s, &nested_ops, &nested, NULL), 0,
		   "a task can be spawned");
	wait_done();
	sched_destroy(s);
	end();
	EXPECT_ERR(seen.err, 0, "the function has run");
	EXPECT_ERR(seen.within, 0, "it may block on a future");
	EXPECT_EQ(seen.job, 2 * BUDGET_OPS, "there is no budget within");
	EXPECT(seen.is_current, "afterwards the task is known again");
}
