/* TODO 7: the pool takes work, grows, and shrinks. */
#include <string.h>

#include "gate.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "test/test.h"

static struct blocking *pool;
static struct gate open; /* jobs wait for it */
static struct gate begun, ended, discarded;

/* A job: says that it has begun, waits for @gate to be opened, ends. */
struct task_arg {
	unsigned int id;
	unsigned int opens; /* ends when the gate was opened so often */
	bool opener;	    /* opens the gate itself first */
};

struct task_out {
	unsigned int id;
	void *self;
};

/* Who ran, in the order of their beginnings; under begun.lock. */
static unsigned int order[16];

static int task_run(void *arg, void *out)
{
	struct task_arg *a = arg;
	struct task_out *o = out;

	mutex_lock(&begun.lock);
	order[begun.n % ARRAY_SIZE(order)] = a->id;
	mutex_unlock(&begun.lock);
	gate_add(&begun);
	if (a->opener)
		gate_add(&open);
	if (a->opens && !gate_wait_long(&open, a->opens))
		return -ETIMEDOUT;
	o->id = a->id;
	o->self = kit_self();
	gate_add(&ended);
	return 7;
}

static unsigned int nr_discarded_after_run; /* under discarded.lock */

static void task_discard(void *arg, void *out, bool has_run)
{
	mutex_lock(&discarded.lock);
	nr_discarded_after_run += has_run;
	mutex_unlock(&discarded.lock);
	gate_add(&discarded);
}

static const struct blocking_ops task_ops = { task_run, task_discard };

static int submit(struct blocking_job *job, unsigned int id, unsigned int opens)
{
	struct task_arg a = { .id = id, .opens = opens };

	return blocking_spawn(pool, &task_ops, &a, sizeof(a),
			      sizeof(struct task_out), job);
}

static void make(unsigned int limit, uint64_t keep_alive)
{
	gate_init(&open);
	gate_init(&begun);
	gate_init(&ended);
	gate_init(&discarded);
	EXPECT_ERR(blocking_create(&pool, limit, keep_alive), 0,
		   "a pool can be made");
}

static void unmake(void)
{
	blocking_destroy(pool);
	gate_fini(&open);
	gate_fini(&begun);
	gate_fini(&ended);
	gate_fini(&discarded);
}

static void expect_stats(unsigned int threads, unsigned int idle,
			 unsigned int depth)
{
	struct blocking_stats st;

	blocking_stats(pool, &st);
	EXPECT_EQ(st.threads, threads, "so many threads are in the pool");
	EXPECT_EQ(st.idle, idle, "so many of them have no job");
	EXPECT_EQ(st.depth, depth, "so many jobs wait for a thread");
}

/* Wait until all threads have retired; false: they have not, in time. */
static bool wait_gone(void)
{
	uint64_t deadline = real_now() + GATE_PATIENCE * NSEC_PER_SEC;
	bool gone;

	mutex_lock(&pool->lock);
	while (pool->nr_threads &&
	       !cond_wait(&pool->gone, &pool->lock, deadline))
		;
	gone = !pool->nr_threads;
	mutex_unlock(&pool->lock);
	return gone;
}

static void finish(struct blocking_job *job, int want)
{
	int status = 1;

	if (!future_wait(&job->future, &status))
		FAIL("after 3 s the job is not ready: no thread came for it, "
		     "or it was not woken");
	EXPECT_EQ(status, want, "the status is what the job returned");
}

TEST(a_job_runs_on_a_thread_of_the_pool, 7, 1)
{
	struct task_arg a = { .id = 5 };
	struct task_out o = { 0 };
	struct blocking_job job;

	WHY("What blocks must not do so on the thread that asked for it.");
	make(4, CLOCK_NEVER);
	STEP("a pool of at most 4 threads: none is made before it is needed");
	expect_stats(0, 0, 0);
	STEP("spawn a job; its argument is changed afterwards");
	EXPECT_ERR(blocking_spawn(pool, &task_ops, &a, sizeof(a), sizeof(o),
				  &job),
		   0, "the pool takes a job");
	memset(&a, 0, sizeof(a));
	finish(&job, 7);
	blocking_output(&job, &o);
	EXPECT_EQ(o.id, 5, "the output comes from a copy of the argument");
	EXPECT(o.self != kit_self(), "it ran on another thread");
	expect_stats(1, 1, 0);
	future_drop(&job.future);
	STEP("a second job, when the first is over");
	EXPECT_ERR(submit(&job, 6, 0), 0, "the pool takes a job");
	finish(&job, 7);
	expect_stats(1, 1, 0);
	future_drop(&job.future);
	EXPECT_EQ(gate_count(&discarded), 0, "what was asked for is kept");
	unmake();
}

TEST(a_free_thread_is_counted_on_once, 7, 1)
{
	struct blocking_job first, second;

	WHY("Two jobs that count on one free thread run one after the other; "
	    "if the first waits for the second, it waits for ever.");
	make(4, CLOCK_NEVER);
	STEP("a pool with one free thread, which is slow to look");
	pool->nr_threads = 1;
	STEP("a job is queued: it waits until the gate is opened");
	EXPECT_ERR(submit(&first, 1, 1), 0, "the pool takes a job");
	EXPECT_EQ(pool->nr_made, 0, "a free thread is there: none is made");
	STEP("a second one is queued, before the thread has looked");
	EXPECT_ERR(submit(&second, 2, 1), 0, "the pool takes a job");
	EXPECT_EQ(pool->nr_made, 1,
		  "two jobs and one free thread: one more is made");
	if (!gate_wait(&begun, 1))
		FAIL("after 3 s the new thread has not begun a job");
	STEP("the gate is opened; the slow thread never looks, and goes");
	gate_add(&open);
	finish(&first, 7);
	finish(&second, 7);
	mutex_lock(&pool->lock);
	pool->nr_threads--;
	mutex_unlock(&pool->lock);
	future_drop(&first.future);
	future_drop(&second.future);
	unmake();
}

TEST(the_pool_grows_to_its_limit_and_queues_the_rest, 7, 1)
{
	struct blocking_job jobs[6];
	struct blocking *none;
	unsigned int i;

	WHY("Without a limit a burst of requests is a burst of threads, of "
	    "8 MB of stack each.");
	EXPECT_ERR(blocking_create(&none, 0, 0), -EINVAL,
		   "a pool of no thread is a mistake");
	EXPECT_ERR(blocking_create(&none, BLOCKING_THREADS_MAX + 1, 0), -EINVAL,
		   "that many threads are a mistake");
	make(2, CLOCK_NEVER);
	STEP("a pool of at most 2 threads; 2 jobs that block");
	for (i = 0; i < 2; i++)
		EXPECT_ERR(submit(&jobs[i], i, 1), 0, "the pool takes a job");
	if (!gate_wait(&begun, 2))
		FAIL("after 3 s only %u of 2 threads have begun a job",
		     gate_count(&begun));
	expect_stats(2, 0, 0);
	STEP("4 more jobs");
	for (; i < ARRAY_SIZE(jobs); i++)
		EXPECT_ERR(submit(&jobs[i], i, 1), 0, "the pool takes a job");
	expect_stats(2, 0, 4);
	STEP("they go on");
	gate_add(&open);
	for (i = 0; i < ARRAY_SIZE(jobs); i++)
		finish(&jobs[i], 7);
	expect_stats(2, 2, 0);
	for (i = 0; i < ARRAY_SIZE(jobs); i++)
		future_drop(&jobs[i].future);
	unmake();
	STEP("a pool of 1 thread, which is busy; 5 more jobs");
	make(1, CLOCK_NEVER);
	for (i = 0; i < ARRAY_SIZE(jobs); i++)
		EXPECT_ERR(submit(&jobs[i], i, 1), 0, "the pool takes a job");
	gate_add(&open);
	for (i = 0; i < ARRAY_SIZE(jobs); i++) {
		finish(&jobs[i], 7);
		future_drop(&jobs[i].future);
		EXPECT_EQ(order[i], i, "the oldest job is taken first");
	}
	unmake();
}

static void do_nothing(void *arg)
{
}

static struct blocking_thread *make_thread(void)
{
	struct blocking_thread *t = kit_zalloc(sizeof(*t));

	EXPECT(t, "there is memory");
	t->pool = pool;
	return t;
}

TEST(a_thread_that_retires_joins_the_one_before_it, 7, 1)
{
	struct blocking_thread *before, *t;
	unsigned int threads = thread_count(), round;
	uint64_t deadline = real_now() + 2 * GATE_PATIENCE * NSEC_PER_SEC;
	struct blocking_job job;

	WHY("A thread that nobody joins keeps its stack for ever.");
	make(1, 0);
	STEP("one thread has retired; another one finds nothing to do");
	before = make_thread();
	EXPECT_ERR(thread_create(&before->thread, "old", do_nothing, NULL), 0,
		   "a thread can be made");
	pool->last = before;
	pool->nr_threads = 1;
	t = make_thread();
	EXPECT(!blocking_next(t), "with no keep-alive it retires at once");
	EXPECT_EQ(pool->nr_threads, 0, "it is counted no more");
	EXPECT(pool->last == t, "the next will join it");
	EXPECT_EQ(thread_count(), threads, "the one before it was joined");
	pool->last = NULL;
	kit_free(t);
	STEP("5 jobs, one after the other; the thread retires each time");
	for (round = 0; round < 5; round++) {
		EXPECT_ERR(submit(&job, round, 0), 0, "the pool takes a job");
		finish(&job, 7);
		future_drop(&job.future);
		if (!wait_gone())
			FAIL("after 3 s the thread has not retired");
	}
	EXPECT_EQ(pool->nr_made, 5, "each time a new thread was made");
	while (thread_count() - threads > 2 && real_now() < deadline)
		; /* Those that have retired may be about to join. */
	EXPECT(thread_count() - threads <= 2,
	       "each thread that retired was joined by the next");
	unmake();
	EXPECT_EQ(thread_count(), threads, "the last one is joined at the end");
}

/* A thread of the pool that looks for work once. */
struct looker {
	struct blocking_thread t;
	struct thread thread;
	struct blocking_work *found;
};

static struct gate looks; /* so often a deadline was asked for */

static uint64_t clock_heard(void)
{
	gate_add(&looks);
	return real_now();
}

static void look(void *arg)
{
	struct looker *l = arg;

	l->found = blocking_next(&l->t);
}

/*
 * Queue @late in the moment in which a thread's wait ends with its deadline:
 * the thread waits, and has let go of the lock; we take it, keep it until the
 * deadline is over, and queue. False: the thread was faster.
 */
static bool queue_at_deadline(struct looker *l, struct blocking_work *late)
{
	uint64_t deadline;
	bool waits;

	gate_init(&looks);
	pool->nr_threads = 1;
	pool->last = NULL;
	EXPECT_ERR(thread_create(&l->thread, "looker", look, l), 0,
		   "a thread can be made");
	if (!gate_wait(&looks, 1))
		FAIL("a thread waits for work until blocking_deadline()");
	mutex_lock(&pool->lock);
	waits = pool->nr_threads;
	deadline = real_now() + 2 * pool->keep_alive;
	while (waits && real_now() < deadline)
		;
	if (waits) {
		list_add_tail(&late->queue, &pool->queue);
		pool->depth++;
	}
	mutex_unlock(&pool->lock);
	thread_join(&l->thread);
	gate_fini(&looks);
	return waits;
}

TEST(work_that_comes_with_the_deadline_is_not_lost, 7, 1)
{
	struct looker l = { 0 };
	struct blocking_work *late;
	bool met;

	WHY("Whoever queued it saw a thread without a job and made no other: "
	    "nobody will ever come.");
	make(1, 10 * NSEC_PER_MSEC);
	l.t.pool = pool;
	late = work_create(&task_ops, sizeof(struct task_arg),
			   sizeof(struct task_out));
	EXPECT(late, "there is memory");
	STEP("a thread waits for work; while it waits a job is queued, and in "
	     "the same moment the keep-alive is over");
	clock_source = clock_heard;
	while (!(met = queue_at_deadline(&l, late)) &&
	       pool->keep_alive < NSEC_PER_SEC)
		pool->keep_alive *= 2;
	clock_source = NULL;
	if (!met)
		INCONCLUSIVE("the thread was always faster");
	EXPECT(l.found, "the thread retired and left a job in the queue");
	EXPECT(l.found == late && !pool->depth,
	       "it took the job out of the queue");
	EXPECT_EQ(pool->nr_busy, 1, "it counts as busy");
	work_end(l.found);
	pool->nr_busy = 0;
	pool->nr_threads = 0;
	pool->last = NULL;
	unmake();
}

TEST(a_thread_that_cannot_be_made_is_an_error_only_if_there_is_none, 7, 1)
{
	struct blocking_job first, second;
	unsigned long live;

	WHY("A job that waits is better than one that is refused; but one that "
	    "nobody will come for has to be refused.");
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(blocking_create(&pool, 4, 0), -ENOMEM,
		   "without memory there is no pool");
	EXPECT(fault_hit(), "it asked for memory");
	make(4, CLOCK_NEVER);
	live = heap_live();
	STEP("no thread yet, and none can be made");
	fault_set(FAULT_THREAD, 1, -EAGAIN);
	EXPECT_ERR(submit(&first, 1, 1), -EAGAIN, "the pool says so");
	EXPECT(fault_hit(), "it tried to make a thread");
	expect_stats(0, 0, 0);
	STEP("there is no memory: for the job, then for the thread");
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(submit(&first, 1, 1), -ENOMEM, "the pool says so");
	EXPECT(fault_hit(), "it asked for memory");
	fault_set(FAULT_ALLOC, 2, -ENOMEM);
	EXPECT_ERR(submit(&first, 1, 1), -ENOMEM, "the pool says so");
	EXPECT(fault_hit(), "it asked for memory twice");
	expect_stats(0, 0, 0);
	EXPECT_EQ(heap_live(), live, "what was refused leaves no memory");
	STEP("one thread, which is busy; no other can be made");
	EXPECT_ERR(submit(&first, 1, 1), 0, "the pool takes a job");
	if (!gate_wait(&begun, 1))
		FAIL("after 3 s no thread has begun the job");
	fault_set(FAULT_THREAD, 1, -EAGAIN);
	EXPECT_ERR(submit(&second, 2, 1), 0, "the job waits for the thread");
	EXPECT(fault_hit(), "it tried to make a thread");
	expect_stats(1, 0, 1);
	gate_add(&open);
	finish(&first, 7);
	finish(&second, 7);
	future_drop(&first.future);
	future_drop(&second.future);
	unmake();
}

TEST(a_job_that_is_dropped_in_the_queue_never_runs, 7, 1)
{
	struct blocking_job running, queued, last;

	WHY("A request that was given up must cost nothing more, and its "
	    "memory has to stay as long as a thread uses it.");
	make(1, CLOCK_NEVER);
	STEP("a pool of 1 thread: job 1 runs, job 2 is queued");
	EXPECT_ERR(submit(&running, 1, 1), 0, "the pool takes a job");
	if (!gate_wait(&begun, 1))
		FAIL("after 3 s no thread has begun the job");
	EXPECT_ERR(submit(&queued, 2, 0), 0, "the pool takes a job");
	STEP("both are dropped; then job 3 is queued");
	future_drop(&queued.future);
	EXPECT_EQ(gate_count(&discarded), 1, "job 2 is discarded at once");
	future_drop(&running.future);
	EXPECT_EQ(gate_count(&discarded), 1, "job 1 is not: it still runs");
	EXPECT_ERR(submit(&last, 3, 0), 0, "the pool takes a job");
	STEP("job 1 may go on");
	gate_add(&open);
	finish(&last, 7);
	future_drop(&last.future);
	EXPECT_EQ(gate_count(&begun), 2, "so many jobs have run");
	EXPECT_EQ(order[1], 3, "job 2 is not one of them");
	EXPECT_EQ(gate_count(&discarded), 2, "each is discarded once");
	EXPECT_EQ(nr_discarded_after_run, 1, "job 1 was, after it had run");
	unmake();
}

static void expect_status(struct blocking_job *job, int want)
{
	int status = 1;

	EXPECT_EQ(future_ask(&job->future, &status), POLL_READY,
		  "the job is ready");
	EXPECT_ERR(status, want, "and says whether it has run");
	future_drop(&job->future);
}

TEST(shutdown_drains_or_abandons_as_asked, 7, 1)
{
	struct blocking_job jobs[3];
	struct gate woken;
	struct waker waker = gate_waker(&woken);
	struct context cx = { .waker = &waker };
	unsigned int i;
	int status;

	WHY("An order that was taken is to be carried out; a cache that was "
	    "to be warmed up is not worth the wait.");
	blocking_destroy(NULL);
	for (i = 0; i < 2; i++) {
		unsigned int j;

		make(1, CLOCK_NEVER);
		gate_init(&woken);
		STEP("a pool of 1 thread: 1 job runs, 2 are queued");
		for (j = 0; j < 3; j++) {
			EXPECT_ERR(submit(&jobs[j], j, 1), 0,
				   "the pool takes a job");
			EXPECT_EQ(future_poll(&jobs[j].future, &cx, &status),
				  POLL_PENDING, "the job is not ready");
		}
		if (!gate_wait(&begun, 1))
			FAIL("after 3 s no thread has begun the job");
		STEP("shut down, %s; do not wait", i ? "abandon" : "drain");
		EXPECT_ERR(blocking_shutdown(
				   pool, i ? BLOCKING_ABANDON : BLOCKING_DRAIN,
				   0),
			   -ETIMEDOUT, "one job is still running");
		expect_stats(1, 0, i ? 0 : 2);
		EXPECT_EQ(gate_count(&woken), i ? 2 : 0,
			  "whoever waits for an abandoned job is woken");
		EXPECT_ERR(submit(&(struct blocking_job){ 0 }, 9, 0),
			   -ESHUTDOWN, "no new job is taken");
		STEP("what runs may go on");
		gate_add(&open);
		EXPECT_ERR(blocking_shutdown(pool, BLOCKING_DRAIN,
					     real_now() + GATE_PATIENCE *
								  NSEC_PER_SEC),
			   0, "all threads have ended");
		EXPECT_EQ(gate_count(&ended), i ? 1 : 3, "jobs that have run");
		unmake();
		expect_status(&jobs[0], 7);
		expect_status(&jobs[1], i ? -ECANCELED : 7);
		expect_status(&jobs[2], i ? -ECANCELED : 7);
		EXPECT_EQ(gate_count(&woken), 3, "each was woken once");
		gate_fini(&woken);
	}
}
