/* Threads over pthreads. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kit/atomic.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/slab.h"
#include "kit/thread.h"

/* The only thread-local variables of the kit. */
static _Thread_local struct kit_self *self;
static _Thread_local struct kit_self main_self;

static _Atomic(unsigned int) nr_threads;

static void self_set(struct kit_self *s)
{
	s->tid = gettid();
	self = s;
}

struct kit_self *kit_self(void)
{
	/* A thread that was not made here, such as the first one. */
	if (unlikely(!self)) {
		self_set(&main_self);
		/* Nobody will say when it ends, unless it is the first one. */
		main_self.has_no_slab = main_self.tid != getpid();
	}
	return self;
}

static void *thread_main(void *arg)
{
	struct thread *t = arg;

	self_set(&t->self);
	t->fn(t->arg);
	slab_leave(&t->self);
	return NULL;
}

int thread_create(struct thread *t, const char *name, void (*fn)(void *),
		  void *arg)
{
	char short_name[16];
	int err = fault_check(FAULT_THREAD);

	if (err)
		return err;
	t->fn = fn;
	t->arg = arg;
	memset(&t->self, 0, sizeof(t->self));
	err = pthread_create(&t->raw, NULL, thread_main, t);
	if (err)
		return -err;
	/* A statistic: nothing is published through it. */
	atomic_fetch_add_explicit(&nr_threads, 1, memory_order_relaxed);
	strncpy(short_name, name, sizeof(short_name) - 1);
	short_name[sizeof(short_name) - 1] = '\0';
	pthread_setname_np(t->raw, short_name);
	return 0;
}

void thread_join(struct thread *t)
{
	BUG_ON(pthread_join(t->raw, NULL));
	atomic_fetch_sub_explicit(&nr_threads, 1, memory_order_relaxed);
}

int thread_be_nice(int nice)
{
	if (nice < 0 || nice > 19)
		return -EINVAL;
	return setpriority(PRIO_PROCESS, 0, nice) ? -errno : 0;
}

unsigned int thread_count(void)
{
	return atomic_load_explicit(&nr_threads, memory_order_relaxed);
}
