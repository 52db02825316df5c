/* dedicated.c and parallel.c: given, so without points. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "jobs.h"
#include "parallel.h"

#include "kit/clock.h"
#include "kit/fault.h"
#include "kit/park.h"
#include "kit/printk.h"

/* Poll a future on the test's own thread until it is ready. */
static int wait_on(struct sched *s, struct future *f)
{
	int status = 0;

	EXPECT_ERR(sched_block_on(s, f, &status), 0, "it is waited for");
	future_drop(f);
	return status;
}

static int nice_of_this_thread(void *arg, void *out)
{
	*(int *)out = getpriority(PRIO_PROCESS, 0);
	return 0;
}

TEST(dedicated_runtime_is_nicer_than_the_main_one, 6, 0, kit)
{
	static const struct blocking_ops ops = { .run = nice_of_this_thread };
	int before = getpriority(PRIO_PROCESS, 0), nice = -1, status;
	struct blocking_job job;
	struct dedicated *d;
	struct sched *s;

	EXPECT_ERR(sched_create(&s, 0), 0, "a main runtime");
	EXPECT_ERR(dedicated_create(&d, "crunch", 2, 4), 0, "a dedicated one");
	EXPECT_ERR(executor_submit(dedicated_executor(d),
				   work_create(&ops, 0, sizeof(int)), &job),
		   0, "a job");
	EXPECT_ERR(sched_block_on(s, &job.future, &status), 0, "its end");
	EXPECT_ERR(status, 0, "it ran");
	blocking_output(&job, &nice);
	future_drop(&job.future);
	EXPECT_EQ(nice, before < 10 ? 10 : before,
		  "the priority of its thread");
	EXPECT_EQ(getpriority(PRIO_PROCESS, 0), before, "ours is as it was");
	dedicated_destroy(d);
	dedicated_destroy(NULL);
	sched_destroy(s);
}

TEST(dedicated_runtime_finishes_what_it_accepted, 6, 0, kit)
{
	enum { N = 32 };
	static struct told t[N];
	struct dedicated *d;
	struct hand h;
	unsigned int i;

	hand_init(&h);
	EXPECT_ERR(dedicated_create(&d, "crunch", 2, N), 0, "a dedicated one");
	for (i = 0; i < N; i++)
		submit_new(dedicated_executor(d), &t[i]);
	dedicated_destroy(d);
	for (i = 0; i < N; i++)
		expect_done(&t[i], &h);
	hand_fini(&h);
}

TEST(dedicated_runtime_that_cannot_be_made_leaves_nothing, 6, 0, kit)
{
	struct dedicated *d = NULL;
	unsigned int k, failed = 0;

	EXPECT_ERR(dedicated_create(&d, "crunch", 0, 4), -EINVAL, "no thread");
	EXPECT_ERR(dedicated_create(&d, "crunch", 1, 0), -EINVAL, "no room");
	/* The keeper, and the two of the runtime. */
	for (k = 1; k <= 3; k++) {
		fault_set(FAULT_THREAD, k, -EAGAIN);
		EXPECT_ERR(dedicated_create(&d, "crunch", 2, 4), -EAGAIN,
			   "thread %u could not be made", k);
	}
	for (k = 1; k <= 20; k++) {
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		if (dedicated_create(&d, "crunch", 1, 4)) {
			failed++;
			EXPECT(!d, "nothing is handed out");
		} else {
			dedicated_destroy(d);
			d = NULL;
		}
		fault_set(FAULT_ALLOC, 0, 0);
	}
	EXPECT(failed >= 3, "it needs memory");
}

/* Tries to start a runtime on a worker, and to wait on one. */
struct inside {
	struct future future;
	struct sched *s;
	int *create, *block_on;
};

static enum poll inside_poll(struct future *f, struct context *cx, void *out)
{
	struct inside *i = container_of(f, struct inside, future);
	struct yield y = yield_now();
	struct dedicated *d;

	*i->create = dedicated_create(&d, "crunch", 1, 4);
	*i->block_on = sched_block_on(i->s, &y.future, NULL);
	return POLL_READY;
}

TEST(runtime_inside_a_runtime_is_refused_in_words, 6, 0, kit)
{
	static const struct future_ops ops = { .poll = inside_poll,
					       .size = sizeof(struct inside) };
	int create = 0, block_on = 0, status;
	struct inside in = { .future.ops = &ops };
	char *text = NULL;
	struct join j;
	size_t size;
	FILE *f;

	EXPECT_ERR(sched_create(&in.s, 1), 0, "a runtime");
	in.create = &create;
	in.block_on = &block_on;
	EXPECT_ERR(sched_spawn(in.s, &ops, &in, &j), 0, "a task");
	EXPECT_ERR(sched_block_on(in.s, &j.future, &status), 0, "its end");
	future_drop(&j.future);
	EXPECT_ERR(create, -EDEADLK, "a runtime inside a runtime");
	EXPECT_ERR(block_on, -EDEADLK, "waiting for a future on a worker");
	f = open_memstream(&text, &size);
	printk_dump(f);
	fclose(f);
	EXPECT(strstr(text, "start it before"), "what to do instead is said");
	EXPECT(strstr(text, "await the future"), "and here, too");
	free(text);
	sched_destroy(in.s);
}

/* A loop that counts how often it was at each index. */
#define INDEXES 1000

struct counts {
	_Atomic(unsigned char) at[INDEXES];
	_Atomic(unsigned int) calls, now, most;
	size_t longest;
	struct mutex lock; /* protects longest */
};

static void count_chunk(void *arg, size_t begin, size_t end)
{
	struct counts *c = arg;

	/* relaxed, all: counters, read when the loop has ended */
	atomic_fetch_add_explicit(&c->calls, 1, memory_order_relaxed);
	mutex_lock(&c->lock);
	if (end - begin > c->longest)
		c->longest = end - begin;
	mutex_unlock(&c->lock);
	for (; begin < end; begin++)
		atomic_fetch_add_explicit(&c->at[begin], 1,
					  memory_order_relaxed);
}

static void counts_init(struct counts *c)
{
	memset(c, 0, sizeof(*c));
	mutex_init(&c->lock);
}

static void counts_check(struct counts *c, size_t begin, size_t end,
			 size_t chunk)
{
	size_t i, n = begin < end ? end - begin : 0;

	for (i = 0; i < INDEXES; i++)
		EXPECT_EQ(c->at[i], i >= begin && i < end,
			  "index %zu of %zu to %zu in chunks of %zu", i, begin,
			  end, chunk);
	EXPECT_EQ(c->calls, n / chunk + (n % chunk != 0), "calls");
	EXPECT(c->longest <= chunk, "no call gets more than a chunk");
	mutex_fini(&c->lock);
}

TEST(every_index_is_in_one_chunk, 6, 0, kit)
{
	static const size_t ranges[][2] = { { 0, 0 },	 { 5, 5 },
					    { 7, 3 },	 { 0, 1 },
					    { 0, 2 },	 { 3, 100 },
					    { 1, 1000 }, { 0, INDEXES } };
	static const size_t chunks[] = { 1, 2, 3, 7, 64, 999, 1000, SIZE_MAX };
	static struct parallel p;
	static struct counts c;
	struct dedicated *d;
	struct sched *s;
	unsigned int i, j;

	EXPECT_ERR(sched_create(&s, 0), 0, "a main runtime");
	/* Less room than chunks under way: they wait for it. */
	EXPECT_ERR(dedicated_create(&d, "crunch", 2, 3), 0, "a dedicated one");
	EXPECT_ERR(parallel_init(&p, dedicated_executor(d), count_chunk, &c, 0,
				 1, 0),
		   -EINVAL, "a chunk of nothing");
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		for (j = 0; j < ARRAY_SIZE(chunks); j++) {
			counts_init(&c);
			EXPECT_ERR(parallel_init(&p, dedicated_executor(d),
						 count_chunk, &c, ranges[i][0],
						 ranges[i][1], chunks[j]),
				   0, "a loop");
			EXPECT_ERR(wait_on(s, &p.future), 0, "it ends");
			counts_check(&c, ranges[i][0], ranges[i][1], chunks[j]);
		}
	}
	dedicated_destroy(d);
	sched_destroy(s);
}

TEST(loop_has_so_many_chunks_under_way_at_most, 6, 0, kit)
{
	static struct parallel p;
	static struct counts c;
	struct second x;
	struct hand h;
	int err;

	hand_init(&h);
	counts_init(&c);
	second_start(&x, 1, 1, 500);
	EXPECT_ERR(parallel_init(&p, &x.e, count_chunk, &c, 0, INDEXES, 2), 0,
		   "a loop of 500 chunks");
	EXPECT_POLL(hand_poll(&h, &p.future, &err), "pending", "it has begun");
	EXPECT_EQ(chan_len(x.e.jobs), PARALLEL_MAX, "chunks under way");
	EXPECT_EQ(p.running, PARALLEL_MAX, "and it knows them");
	while (hand_poll(&h, &p.future, &err) == POLL_PENDING) {
		EXPECT(chan_len(x.e.jobs) <= PARALLEL_MAX, "still no more");
		sched_step(x.s, 0);
	}
	EXPECT_ERR(err, 0, "it ends");
	future_drop(&p.future);
	counts_check(&c, 0, INDEXES, 2);
	second_end(&x);
	hand_fini(&h);
}

TEST(loop_that_is_dropped_starts_no_more_chunks, 6, 0, kit)
{
	static struct parallel p;
	static struct counts c;
	struct second x;
	struct hand h;
	unsigned int i;
	int err;

	hand_init(&h);
	counts_init(&c);
	second_start(&x, 1, 1, 4);
	EXPECT_ERR(parallel_init(&p, &x.e, count_chunk, &c, 0, INDEXES, 10), 0,
		   "a loop of 100 chunks");
	EXPECT_POLL(hand_poll(&h, &p.future, &err), "pending", "it has begun");
	EXPECT(p.is_sending, "one more chunk waits for room");
	for (i = 0; i < 20 && !c.calls; i++)
		sched_step(x.s, 0);
	EXPECT(c.calls > 0, "a chunk has run");
	future_drop(&p.future);
	i = c.calls;
	second_run(&x);
	EXPECT_EQ(c.calls, i, "none after the drop");
	mutex_fini(&c.lock);
	second_end(&x);
	hand_fini(&h);
}

TEST(loop_ends_with_the_first_error, 6, 0, kit)
{
	static struct parallel p;
	static struct counts c;
	struct second x;
	struct hand h;
	int err;

	hand_init(&h);
	counts_init(&c);
	second_start(&x, 1, 1, 4);
	EXPECT_ERR(parallel_init(&p, &x.e, count_chunk, &c, 0, INDEXES, 10), 0,
		   "a loop of 100 chunks");
	fault_set(FAULT_ALLOC, 3, -ENOMEM);
	EXPECT_POLL(hand_poll(&h, &p.future, &err), "pending",
		    "two chunks are under way");
	second_run(&x);
	EXPECT_POLL(hand_poll(&h, &p.future, &err), "ready", "they have ended");
	EXPECT_ERR(err, -ENOMEM, "the error");
	EXPECT_EQ(c.calls, 2, "chunks that ran");
	future_drop(&p.future);
	EXPECT_ERR(parallel_init(&p, &x.e, count_chunk, &c, 0, INDEXES, 10), 0,
		   "another loop");
	EXPECT_POLL(hand_poll(&h, &p.future, &err), "pending", "it has begun");
	executor_close(&x.e);
	second_run(&x);
	EXPECT_POLL(hand_poll(&h, &p.future, &err), "ready",
		    "the chunks that were accepted have ended");
	EXPECT_ERR(err, -ESHUTDOWN, "the executor takes no more");
	EXPECT_EQ(c.calls, 6, "and those that it took have run");
	future_drop(&p.future);
	mutex_fini(&c.lock);
	second_end(&x);
	hand_fini(&h);
}
