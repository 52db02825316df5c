/*
 * Locks, conditions, futexes and threads of a model: what kit/lock.c and
 * kit/thread.c are elsewhere.
 *
 * What a lock knows lies in the memory of the lock itself, so that one that
 * was never made, or was freed, is found.
 */
#include <stdio.h>

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "test/model/core.h"

#define MAGIC 0x6d757465u

/* In place of the pthread mutex, or condition. */
struct state {
	uint32_t magic;
	uint32_t holder; /* thread + 1; 0: nobody */
};
_Static_assert(sizeof(struct state) <= sizeof(pthread_mutex_t) &&
		       sizeof(struct state) <= sizeof(pthread_cond_t),
	       "it must fit");

static struct state *state_at(void *raw, const char *noun)
{
	struct state *s = raw;
	const char *wrong = model.is_running ? heap_wrong(raw) : NULL;

	if (wrong)
		steps_fail("one that is there", "freed memory",
			   "a %s in memory that %s", noun, wrong);
	if (s->magic != MAGIC)
		steps_fail("its init function first", "one that is not made",
			   "a %s is used that was not made, or has ended",
			   noun);
	return s;
}

static struct state *state_of(struct mutex *m)
{
	return state_at(&m->raw, "mutex");
}

bool door_is_open(const struct mutex *m, const struct mthread *t)
{
	const struct state *s = (const void *)&m->raw;

	return heap_wrong(m) || s->magic != MAGIC || !s->holder ||
	       s->holder == t - model.t + 1;
}

void door_wait(const struct mutex *m, const struct model_site *at)
{
	const struct state *s = (const void *)&m->raw;

	/* Somebody holds it: it was not open. */
	steps_add(at, "waits for %s: %s has it", core_name(at),
		  model.t[s->holder - 1].name);
	steps_wait();
}

static void check_cond(struct cond *c)
{
	state_at(&c->raw, "condition");
}

static void take(struct state *s)
{
	s->holder = model.cur + 1;
	core_self()->nr_held += model.is_running;
}

static void release(struct state *s)
{
	s->holder = 0;
	core_self()->nr_held -= model.is_running;
}

void mutex_init(struct mutex *m)
{
	*(struct state *)(void *)&m->raw = (struct state){ MAGIC, 0 };
}

void mutex_fini(struct mutex *m)
{
	struct state *s = state_of(m);

	if (s->holder)
		steps_fail("a mutex that nobody holds", "one that is held",
			   "a mutex is ended while it is held");
	s->magic = 0;
}

void model_mutex_lock(struct mutex *m, const struct model_site *at)
{
	struct mthread *t = core_self();
	struct state *s;

	/* model_stuck() may look, where nobody goes on. */
	if (!model.is_running) {
		take(state_of(m));
		return;
	}
	/* Who wants a mutex is next only when it is free: a try that finds it
	 * held would be a schedule that differs in nothing. */
	t->wants = m;
	t->waits = NULL;
	if (!door_is_open(m, t)) {
		t->waits = "a mutex";
		door_wait(m, at);
	}
	core_point(at);
	t->wants = NULL;
	memory_flush();
	s = state_of(m);
	if (s->holder)
		steps_fail("a mutex is taken once",
			   "it is taken again by its holder",
			   "a thread waits for a mutex that it holds itself");
	take(s);
	steps_add(at, "locks %s", core_name(at));
}

bool model_mutex_trylock(struct mutex *m, const struct model_site *at)
{
	struct state *s;

	core_point(at);
	memory_flush();
	s = state_of(m);
	if (s->holder) {
		steps_add(at, "%s is held", core_name(at));
		return false;
	}
	take(s);
	steps_add(at, "locks %s", core_name(at));
	return true;
}

void model_mutex_unlock(struct mutex *m, const struct model_site *at)
{
	struct state *s;

	core_point(at);
	memory_flush();
	s = state_of(m);
	if (model.is_running && s->holder != model.cur + 1)
		steps_fail("the holder unlocks", "another thread does",
			   "a mutex is unlocked by a thread that does not hold "
			   "it");
	release(s);
	if (!model.is_running)
		return;
	steps_add(at, "unlocks %s", core_name(at));
}

void cond_init(struct cond *c)
{
	*(struct state *)(void *)&c->raw = (struct state){ MAGIC, 0 };
}

void cond_fini(struct cond *c)
{
	unsigned int i;

	check_cond(c);
	((struct state *)(void *)&c->raw)->magic = 0;
	for (i = 0; model.is_running && i < model.nr; i++)
		if (model.t[i].state == M_BLOCKED && model.t[i].on == c)
			steps_fail("a condition that nobody waits for",
				   "one that somebody waits for",
				   "a condition is ended while %s waits for it",
				   model.t[i].name);
}

/* Outside there is nobody else, and nobody to come. */
static void need_schedule(const char *call)
{
	if (!model.is_running)
		steps_fail("a schedule of a model test", "none runs",
			   "%s is called outside of a model", call);
}

int model_cond_wait(struct cond *c, struct mutex *m, uint64_t deadline,
		    const struct model_site *at)
{
	struct mthread *t = core_self();
	struct state *s;

	need_schedule("cond_wait()");
	core_point(at);
	memory_flush();
	check_cond(c);
	s = state_of(m);
	if (s->holder != model.cur + 1)
		steps_fail("the holder of the mutex waits", "another thread",
			   "cond_wait() without the mutex");
	release(s);
	steps_add(at, "waits for %s", core_name(at));
	t->wants = m;
	core_block(c, "a condition", deadline, true);
	t->wants = NULL;
	take(state_of(m));
	steps_add(at, "has the mutex again");
	return t->is_timed_out ? -ETIMEDOUT : 0;
}

void model_cond_wake(struct cond *c, bool all, const struct model_site *at)
{
	core_point(at);
	check_cond(c);
	if (!model.is_running)
		return;
	memory_flush();
	steps_add(at, "%s %s%s", all ? "wakes all of" : "signals",
		  core_name(at), core_wake(c, all) ? "" : ": nobody waits");
}

bool model_futex_wait(const void *p, uint32_t value, uint64_t deadline,
		      const struct model_site *at)
{
	uint32_t now;

	core_point(at);
	memory_flush();
	memcpy(&now, (const void *)p, sizeof(now));
	if (now != value)
		return true;
	if (!model.is_running)
		return false;
	steps_add(at, "falls asleep");
	core_block((const void *)p, "an unpark", deadline, false);
	return !core_self()->is_timed_out;
}

void model_futex_wake(const void *p, const struct model_site *at)
{
	core_point(at);
	if (!model.is_running)
		return;
	memory_flush();
	steps_add(at, core_wake((const void *)p, false)
			      ? "wakes the sleeper"
			      : "wakes nobody: it is not asleep yet");
}

/* --- threads ---------------------------------------------------------------- */
struct kit_self *kit_self(void)
{
	static struct kit_self outside;

	return model.is_running ? &core_self()->self : &outside;
}

int model_thread_create(struct thread *t, const char *name, void (*fn)(void *),
			void *arg, const struct model_site *at)
{
	int err = fault_check(FAULT_THREAD);

	if (err)
		return err;
	need_schedule("thread_create()");
	/* No point: whatever is done before the next one, nobody sees. */
	memory_flush();
	memset(&t->self, 0, sizeof(t->self));
	core_thread(t, name, fn, arg, at);
	/* Nothing says that its maker goes on before it. */
	model.is_free = true;
	return 0;
}

void model_thread_join(struct thread *t, const struct model_site *at)
{
	unsigned int i;

	need_schedule("thread_join()");
	/* No point either: the wait is one. */
	core_self()->at = at;
	memory_flush();
	for (i = 1; i < model.nr; i++)
		if (model.t[i].handle == t)
			break;
	if (i >= model.nr)
		steps_fail("a thread that was started, and not joined",
			   "another one",
			   "a thread is joined twice, or was not started");
	if (model.t[i].state != M_DONE)
		steps_add(at, "joins %s", model.t[i].name);
	while (model.t[i].state != M_DONE)
		core_block(t, "the end of a thread", CLOCK_NEVER, false);
	/* The handle may be another thread's from here on. */
	model.t[i].handle = NULL;
	steps_add(at, "has joined %s", model.t[i].name);
}

/* Who goes first is what the model decides. */
int thread_be_nice(int nice)
{
	return nice < 0 || nice > 19 ? -EINVAL : 0;
}

unsigned int thread_count(void)
{
	unsigned int i, n = 0;

	for (i = 1; model.is_running && i < model.nr; i++)
		n += model.t[i].handle != NULL;
	return n;
}

/* The same for who knows no place: the kit's own files. */
void mutex_lock(struct mutex *m)
{
	model_mutex_lock(m, MODEL_SITE("a lock of the kit", false));
}

bool mutex_trylock(struct mutex *m)
{
	return model_mutex_trylock(m, MODEL_SITE("a lock of the kit", false));
}

void mutex_unlock(struct mutex *m)
{
	model_mutex_unlock(m, MODEL_SITE("a lock of the kit", false));
}

int cond_wait(struct cond *c, struct mutex *m, uint64_t deadline)
{
	return model_cond_wait(c, m, deadline, MODEL_SITE("a wait", false));
}

void cond_signal(struct cond *c)
{
	model_cond_wake(c, false, MODEL_SITE("a wait", false));
}

void cond_broadcast(struct cond *c)
{
	model_cond_wake(c, true, MODEL_SITE("a wait", false));
}

int thread_create(struct thread *t, const char *name, void (*fn)(void *),
		  void *arg)
{
	return model_thread_create(t, name, fn, arg,
				   MODEL_SITE("a thread", false));
}

void thread_join(struct thread *t)
{
	model_thread_join(t, MODEL_SITE("a thread", false));
}
