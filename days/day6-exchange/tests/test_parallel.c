/* parallel.c: given, so without points. */
#include "jobs.h"
#include "parallel.h"

#include "kit/fault.h"

/* Poll a future on the test's own thread until it is ready. */
static int wait_on(struct sched *s, struct future *f)
{
	int status = 0;

	EXPECT_ERR(sched_block_on(s, f, &status), 0, "it is waited for");
	future_drop(f);
	return status;
}

/* A loop that counts how often it was at each index. */
#define INDEXES 1000

struct counts {
	_Atomic(unsigned char) at[INDEXES];
	_Atomic(unsigned int) calls;
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
	struct waiter h;
	int err;

	waiter_init(&h, "the test", NULL);
	counts_init(&c);
	second_start(&x, 1, 1, 500);
	EXPECT_ERR(parallel_init(&p, &x.e, count_chunk, &c, 0, INDEXES, 2), 0,
		   "a loop of 500 chunks");
	EXPECT_POLL(waiter_poll(&h, &p.future, &err), "pending",
		    "it has begun");
	EXPECT_EQ(chan_len(x.e.jobs), PARALLEL_MAX, "chunks under way");
	EXPECT_EQ(p.running, PARALLEL_MAX, "and it knows them");
	while (waiter_poll(&h, &p.future, &err) == POLL_PENDING) {
		EXPECT(chan_len(x.e.jobs) <= PARALLEL_MAX, "still no more");
		sched_step(x.s, 0);
	}
	EXPECT_ERR(err, 0, "it ends");
	future_drop(&p.future);
	counts_check(&c, 0, INDEXES, 2);
	second_end(&x);
	waiter_fini(&h);
}

TEST(loop_that_is_dropped_starts_no_more_chunks, 6, 0, kit)
{
	static struct parallel p;
	static struct counts c;
	struct second x;
	struct waiter h;
	unsigned int i;
	int err;

	waiter_init(&h, "the test", NULL);
	counts_init(&c);
	second_start(&x, 1, 1, 4);
	EXPECT_ERR(parallel_init(&p, &x.e, count_chunk, &c, 0, INDEXES, 10), 0,
		   "a loop of 100 chunks");
	EXPECT_POLL(waiter_poll(&h, &p.future, &err), "pending",
		    "it has begun");
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
	waiter_fini(&h);
}

TEST(loop_may_be_dropped_while_its_chunks_run, 6, 0, kit)
{
	static struct parallel p;
	static struct counts c;
	struct dedicated *d;
	struct waiter h;
	unsigned int i;
	int err;

	for (i = 0; i < 50; i++) {
		counts_init(&c);
		waiter_init(&h, "the test", NULL);
		EXPECT_ERR(dedicated_create(&d, "crunch", 2, 8), 0,
			   "dedicated");
		EXPECT_ERR(parallel_init(&p, dedicated_executor(d), count_chunk,
					 &c, 0, INDEXES, 1),
			   0, "a loop");
		while (c.calls < i &&
		       waiter_poll(&h, &p.future, &err) == POLL_PENDING)
			;
		future_drop(&p.future);
		dedicated_destroy(d);
		waiter_fini(&h);
		EXPECT(c.calls >= i, "%u chunks ran", i);
		mutex_fini(&c.lock);
	}
}

TEST(loop_ends_with_the_first_error, 6, 0, kit)
{
	static struct parallel p;
	static struct counts c;
	struct second x;
	struct waiter h;
	int err;

	waiter_init(&h, "the test", NULL);
	counts_init(&c);
	second_start(&x, 1, 1, 4);
	EXPECT_ERR(parallel_init(&p, &x.e, count_chunk, &c, 0, INDEXES, 10), 0,
		   "a loop of 100 chunks");
	fault_set(FAULT_ALLOC, 3, -ENOMEM);
	EXPECT_POLL(waiter_poll(&h, &p.future, &err), "pending",
		    "two chunks are under way");
	second_run(&x);
	EXPECT_POLL(waiter_poll(&h, &p.future, &err), "ready",
		    "they have ended");
	EXPECT_ERR(err, -ENOMEM, "the error");
	EXPECT_EQ(c.calls, 2, "chunks that ran");
	future_drop(&p.future);
	EXPECT_ERR(parallel_init(&p, &x.e, count_chunk, &c, 0, INDEXES, 10), 0,
		   "another loop");
	EXPECT_POLL(waiter_poll(&h, &p.future, &err), "pending",
		    "it has begun");
	executor_close(&x.e);
	second_run(&x);
	EXPECT_POLL(waiter_poll(&h, &p.future, &err), "ready",
		    "the chunks that were accepted have ended");
	EXPECT_ERR(err, -ESHUTDOWN, "the executor takes no more");
	EXPECT_EQ(c.calls, 6, "and those that it took have run");
	future_drop(&p.future);
	mutex_fini(&c.lock);
	second_end(&x);
	waiter_fini(&h);
}
