/*
 * stress NAME SECONDS JOBS: the body of a model test on real threads, again and
 * again, as a stress test does. Prints how many of how many runs failed.
 *
 * What the explorer knows and a processor does not is left out: names, and what
 * it means that nobody can go on. A run fails by an expectation, a crash, a
 * leak, or by going nowhere for a second. Each thread waits a moment for those
 * that are made after it, or they would run one after the other; then all begin
 * within a microsecond or two, another order each time.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/alloc.h"
#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/module.h"
#include "kit/thread.h"
#include "test/model/model.h"
#include "test/test.h"

#define JOBS_MAX 64
#define THREADS_MAX 64
#define TOGETHER (100 * NSEC_PER_USEC) /* so long a thread waits for others */
#define NOWHERE NSEC_PER_SEC	       /* a run that takes so long has failed */
#define TURNS 2000 /* of a short loop, at most, before a thread begins */

extern const struct test *const __start_unpark_testfns[];
extern const struct test *const __stop_unpark_testfns[];

/** A process that repeats the body, until a run fails. */
struct job {
	pid_t pid;
	unsigned long seen; /* runs, when somebody looked last */
	uint64_t since;	    /* when that number was new */
};

static struct job jobs[JOBS_MAX];
/** Of each job: runs that held; in memory that parent and job share. */
static _Atomic(unsigned long) *held;

/* Threads that begin together -------------------------------------------- */

struct start {
	void (*fn)(void *arg);
	void *arg;
};

static struct start starts[THREADS_MAX];
static _Atomic(unsigned int) nr_made;
/** How many threads the run before this one made. */
static unsigned int nr_expected;
static __thread unsigned int seed;

static void wait_a_little(void)
{
	unsigned int turns;

	if (!seed)
		seed = (unsigned int)clock_now() | 1;
	/* relaxed: it only takes time. */
	for (turns = (unsigned int)rand_r(&seed) % TURNS; turns; turns--)
		(void)atomic_load_explicit(&nr_made, memory_order_relaxed);
}

static void begin(void *arg)
{
	uint64_t until = clock_now() + TOGETHER;
	struct start *s = arg;

	/* relaxed: only when, and nothing else, hangs on it. */
	while (atomic_load_explicit(&nr_made, memory_order_relaxed) <
		       nr_expected &&
	       clock_now() < until)
		;
	wait_a_little();
	s->fn(s->arg);
}

int __real_thread_create(struct thread *t, const char *name, void (*fn)(void *),
			 void *arg);
int __wrap_thread_create(struct thread *t, const char *name, void (*fn)(void *),
			 void *arg);

/* The linker puts it in place of every thread_create(): --wrap. */
int __wrap_thread_create(struct thread *t, const char *name, void (*fn)(void *),
			 void *arg)
{
	/* relaxed: see begin(). */
	unsigned int i =
		atomic_fetch_add_explicit(&nr_made, 1, memory_order_relaxed);
	int err;

	BUG_ON(i >= THREADS_MAX);
	starts[i] = (struct start){ fn, arg };
	err = __real_thread_create(t, name, begin, &starts[i]);
	wait_a_little();
	return err;
}

/* What a body asks of test.h and model.h ---------------------------------- */

static void fail(void)
{
	_exit(1);
}

void test_why(const char *text)
{
}

void test_step(const char *fmt, ...)
{
}

void test_held(void)
{
}

void test_fail(const char *where, const char *want, const char *got,
	       const char *fmt, ...)
{
	_exit(1);
}

void test_fail_cond(const char *where, const char *expr, const char *fmt, ...)
{
	_exit(1);
}

void test_fail_int(const char *where, const char *expr, long long got,
		   long long want, bool is_unsigned, const char *fmt, ...)
{
	_exit(1);
}

void test_fail_err(const char *where, const char *expr, int got, int want,
		   const char *fmt, ...)
{
	_exit(1);
}

void test_expect_str(const char *where, const char *got, const char *want,
		     const char *fmt, ...)
{
	if (strcmp(got, want) != 0)
		fail();
}

void model_stuck(const char *(*why)(void *arg), void *arg)
{
}

void model_name(const void *p, const char *name)
{
}

/* A job ----------------------------------------------------------------- */

static _Atomic(long) nr_live;

static void born(void *p, size_t size, const char *where)
{
	/* relaxed: counted by threads that are joined when it is read. */
	atomic_fetch_add_explicit(&nr_live, 1, memory_order_relaxed);
}

static void died(void *p)
{
	/* relaxed: as above. */
	atomic_fetch_sub_explicit(&nr_live, 1, memory_order_relaxed);
}

static const struct alloc_watcher watcher = { .born = born, .died = died };

static void repeat(const struct test *t, unsigned int job)
	__attribute__((noreturn));

static void repeat(const struct test *t, unsigned int job)
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, 1);
	dup2(null, 2);
	alloc_watch = &watcher;
	if (module_boot())
		fail();
	for (;;) {
		/* relaxed, all: no thread runs but this one. */
		atomic_store_explicit(&nr_made, 0, memory_order_relaxed);
		t->fn();
		nr_expected =
			atomic_load_explicit(&nr_made, memory_order_relaxed);
		if (atomic_load_explicit(&nr_live, memory_order_relaxed))
			fail();
		atomic_fetch_add_explicit(&held[job], 1, memory_order_relaxed);
	}
}

static void job_start(const struct test *t, unsigned int i)
{
	jobs[i].since = clock_now();
	jobs[i].pid = fork();
	BUG_ON(jobs[i].pid < 0);
	if (!jobs[i].pid)
		repeat(t, i);
}

/* Has the run that this job is in failed? Then the job has ended. */
static bool job_failed(unsigned int i)
{
	/* relaxed: a counter. */
	unsigned long runs =
		atomic_load_explicit(&held[i], memory_order_relaxed);

	if (waitpid(jobs[i].pid, NULL, WNOHANG) == jobs[i].pid)
		return true;
	if (runs != jobs[i].seen) {
		jobs[i].seen = runs;
		jobs[i].since = clock_now();
	}
	if (clock_now() - jobs[i].since < NOWHERE)
		return false;
	kill(jobs[i].pid, SIGKILL);
	waitpid(jobs[i].pid, NULL, 0);
	return true;
}

static void stress(const struct test *t, unsigned int seconds, unsigned int n)
{
	uint64_t until = clock_now() + seconds * NSEC_PER_SEC;
	unsigned long found = 0, runs = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		job_start(t, i);
	while (clock_now() < until) {
		usleep(200);
		for (i = 0; i < n; i++) {
			if (!job_failed(i))
				continue;
			found++;
			job_start(t, i);
		}
	}
	for (i = 0; i < n; i++) {
		kill(jobs[i].pid, SIGKILL);
		waitpid(jobs[i].pid, NULL, 0);
		runs += atomic_load_explicit(&held[i], memory_order_relaxed);
	}
	printf("%lu of %lu\n", found, found + runs);
}

int main(int argc, char **argv)
{
	const struct test *const *t;
	unsigned int n = argc == 4 ? (unsigned int)atoi(argv[3]) : 0;

	if (!n || n > JOBS_MAX) {
		fprintf(stderr, "usage: stress NAME SECONDS JOBS\n");
		return 2;
	}
	held = mmap(NULL, JOBS_MAX * sizeof(*held), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	BUG_ON(held == MAP_FAILED);
	for (t = __start_unpark_testfns; t < __stop_unpark_testfns; t++) {
		if (strcmp((*t)->name, argv[1]) != 0)
			continue;
		stress(*t, (unsigned int)atoi(argv[2]), n);
		return 0;
	}
	fprintf(stderr, "stress: no model test \"%s\"\n", argv[1]);
	return 2;
}
