/*
 * The threads of a model, and who is next.
 *
 * All of them run on one real thread, each on a stack of its own. Before each
 * operation the one that runs asks whether somebody else goes first: that
 * costs a preemption; when it waits or has ended, nothing. So a schedule is
 * the list of these decisions.
 */
#include <stdio.h>
#include <sys/mman.h>

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/printk.h"
#include "test/model/core.h"

#define PATIENCE 100 /* points in a row: then somebody else has a turn */
/* A thread goes on, or is woken in two ways; a late store costs a preemption. */
#define MAX_OPTIONS (2 * MODEL_THREADS + MODEL_PREEMPTIONS)

struct model model;

enum kind { RUN, TIME_OUT, WAKE_ALONE, COMMIT };

/* What can happen next. */
struct options {
	unsigned char kind[MAX_OPTIONS], thread[MAX_OPTIONS],
		store[MAX_OPTIONS], cost[MAX_OPTIONS];
	unsigned int nr;
};

static void add(struct options *o, enum kind kind, unsigned int thread,
		unsigned int store, unsigned int cost)
{
	BUG_ON(o->nr == MAX_OPTIONS);
	o->kind[o->nr] = (unsigned char)kind;
	o->thread[o->nr] = (unsigned char)thread;
	o->store[o->nr] = (unsigned char)store;
	o->cost[o->nr++] = (unsigned char)cost;
}

/* Late stores of those that do not run. */
static void add_commits(struct options *o)
{
	unsigned int i, k;

	for (i = 0; i < model.nr; i++)
		for (k = 0; i != model.cur && k < model.t[i].nr_late; k++)
			if (memory_can_commit(&model.t[i], k))
				add(o, COMMIT, i, k, 0);
}

bool core_can_go(const struct mthread *t)
{
	return t->state == M_READY && (!t->wants || door_is_open(t->wants, t));
}

static bool is_timed(const struct mthread *t)
{
	return t->state == M_BLOCKED && t->deadline != CLOCK_NEVER;
}

/* The one that runs... */
enum turn { GOES_ON, MAKES_ROOM, WAITS };

/* The first option costs nothing. */
static void list_options(struct options *o, enum turn turn)
{
	bool goes_on = turn == GOES_ON;
	unsigned int i, free_ones;

	o->nr = 0;
	if (goes_on)
		add(o, RUN, model.cur, 0, 0);
	for (i = 0; i < model.nr; i++)
		if (i != model.cur && core_can_go(&model.t[i]))
			add(o, RUN, i, 0, goes_on && !model.is_free);
	free_ones = o->nr;
	/* Time passes by itself only when nothing else can happen. */
	for (i = 0; i < model.nr; i++)
		if (is_timed(&model.t[i]))
			add(o, TIME_OUT, i, 0, free_ones != 0);
	/* Where nothing else can happen this would hide that all are stuck. */
	for (i = 0; o->nr && i < model.nr; i++)
		if (model.t[i].state == M_BLOCKED && model.t[i].may_wake_alone)
			add(o, WAKE_ALONE, i, 0, 1);
	/* Nothing is left out: it may go on, too. */
	if (turn == MAKES_ROOM)
		add(o, RUN, model.cur, 0, 1);
	if (o->nr)
		add_commits(o);
}

static void go(unsigned int to)
{
	struct mthread *from = &model.t[model.cur];

	if (to == model.cur)
		return;
	model.t[to].alone = 0;
	model.cur = to;
	swapcontext(&from->ctx, &model.t[to].ctx);
}

static void wake(struct mthread *t)
{
	t->state = M_READY;
	t->on = NULL;
}

/* Those that came to a mutex when it was still free. */
static void say_who_wants(void)
{
	unsigned int i, last = model.cur;

	for (i = 0; i < model.nr; i++) {
		struct mthread *t = &model.t[i];

		if (t->state != M_READY)
			continue;
		model.cur = i;
		if (!t->waits)
			door_wait(t->wants, t->at);
		t->waits = "a mutex";
	}
	model.cur = last;
}

/* Nobody can go on, and nobody ever will. */
static void fail_stuck(void)
{
	const char *why;
	char who[256] = "";
	unsigned int i;
	size_t n = 0;

	say_who_wants();
	/* What it looks at is no step of anybody. */
	model.is_running = false;
	why = model.stuck ? model.stuck(model.stuck_arg) : NULL;
	for (i = 0; i < model.nr; i++) {
		const struct mthread *t = &model.t[i];

		if (t->state != M_DONE && n < sizeof(who))
			n += (size_t)snprintf(who + n, sizeof(who) - n,
					      "%s%s waits for %s",
					      n ? ", " : "", t->name, t->waits);
	}
	steps_fail("somebody can go on", who, "%s",
		   why ? why
		       : "every thread waits, and nobody is left to wake "
			 "them");
}

static void wake_by_itself(unsigned int i, enum kind kind)
{
	struct mthread *t = &model.t[i];
	unsigned int runs = model.cur;

	if (kind == TIME_OUT) {
		t->is_timed_out = true;
		if (t->deadline > model.now)
			model.now = t->deadline;
	}
	model.cur = i;
	steps_add(t->at, kind == TIME_OUT ? "the time is over"
					  : "wakes without cause");
	model.cur = runs;
	wake(t);
}

/* Somebody is next; returns when this thread is, again. */
static void reschedule(enum turn turn)
{
	struct options o;
	struct mthread *t;
	unsigned int i;

	for (;;) {
		list_options(&o, turn);
		if (!o.nr)
			fail_stuck();
		i = choice_take(o.nr, o.cost);
		t = &model.t[o.thread[i]];
		if (o.kind[i] == COMMIT)
			memory_commit(t, o.store[i]);
		else if (o.kind[i] != RUN)
			wake_by_itself(o.thread[i], o.kind[i]);
		if (o.kind[i] != COMMIT && core_can_go(t))
			break;
	}
	if (o.cost[i] && o.kind[i] == RUN && turn == GOES_ON)
		steps_preempt();
	model.is_free = false;
	go(o.thread[i]);
}

static bool somebody_else_is_ready(void)
{
	unsigned int i;

	for (i = 0; i < model.nr; i++)
		if (i != model.cur &&
		    (core_can_go(&model.t[i]) || is_timed(&model.t[i])))
			return true;
	return false;
}

void core_point(const struct model_site *at)
{
	struct mthread *t = core_self();

	if (!model.is_running)
		return;
	t->at = at;
	if (t->is_fresh) {
		/* Up to here nobody could see it: no decision. */
		t->is_fresh = false;
		go(t->maker);
		return;
	}
	if (++model.steps > MODEL_STEPS)
		steps_fail("an end", "none within 20,000 steps",
			   "it goes round and round: %s never ends", t->name);
	/* One that waits by looking again and again lets others go first. */
	if (!core_can_go(t)) {
		reschedule(WAITS);
		return;
	}
	if (++t->alone > PATIENCE) {
		/* A store is seen some day. */
		memory_flush_all();
		if (somebody_else_is_ready()) {
			t->alone = 0;
			reschedule(MAKES_ROOM);
			return;
		}
	}
	reschedule(GOES_ON);
}

void core_block(const void *on, const char *words, uint64_t deadline,
		bool may_wake_alone)
{
	struct mthread *t = core_self();

	memory_flush();
	steps_wait();
	t->state = M_BLOCKED;
	t->on = on;
	t->waits = words;
	t->deadline = deadline;
	t->may_wake_alone = may_wake_alone;
	t->is_timed_out = false;
	if (t->is_fresh) {
		t->is_fresh = false;
		go(t->maker);
	} else {
		reschedule(WAITS);
	}
	t->deadline = CLOCK_NEVER;
	t->may_wake_alone = false;
}

unsigned int core_wake(const void *on, bool all)
{
	static const unsigned char no_cost[MODEL_THREADS];
	unsigned int waiting[MODEL_THREADS], i, n = 0;

	for (i = 0; i < model.nr; i++)
		if (model.t[i].state == M_BLOCKED && model.t[i].on == on)
			waiting[n++] = i;
	if (!n)
		return 0;
	if (!all) {
		/* Which one, the system does not say. */
		waiting[0] = waiting[choice_take(n, no_cost)];
		n = 1;
	}
	for (i = 0; i < n; i++) {
		wake(&model.t[waiting[i]]);
		steps_wake(waiting[i]);
	}
	return n;
}

/* Who joined goes on up to its next operation: what it does until then, nobody
 * sees, and there it is decided who is next. */
static void end_and_wake_joiner(const struct thread *handle)
{
	unsigned int i;

	for (i = 0; i < model.nr; i++)
		if (model.t[i].state == M_BLOCKED && model.t[i].on == handle)
			break;
	if (i < model.nr) {
		wake(&model.t[i]);
		steps_wake(i);
	}
	steps_add(NULL, "ends");
	if (i < model.nr) {
		model.is_free = true;
		go(i);
	}
}

static void check_end(const struct mthread *t)
{
	if (t->nr_held)
		steps_fail("every mutex unlocked", "one is held",
			   "%s ends, and holds %u mutex(es)", t->name,
			   t->nr_held);
}

static void thread_main(void)
{
	struct mthread *t = core_self();

	t->fn(t->arg);
	/* What is late may stay so beyond the last operation. */
	if (t->nr_late)
		core_point(t->at);
	memory_flush();
	check_end(t);
	t->state = M_DONE;
	end_and_wake_joiner(t->handle);
	if (t->is_fresh)
		go(t->maker);
	reschedule(WAITS);
}

static void body_main(void)
{
	model.body();
	memory_flush();
	check_end(core_self());
	model.is_running = false;
	setcontext(&model.driver);
}

/* Below each is as much that nobody may touch. */
static char *stack_of(unsigned int i)
{
	static char *stacks;
	unsigned int k;

	if (!stacks) {
		stacks = mmap(NULL, 2 * MODEL_THREADS * MODEL_STACK, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			      0);
		BUG_ON(stacks == MAP_FAILED);
		for (k = 1; k < 2 * MODEL_THREADS; k += 2)
			BUG_ON(mprotect(stacks + k * MODEL_STACK, MODEL_STACK,
					PROT_READ | PROT_WRITE));
	}
	return stacks + (2 * i + 1) * MODEL_STACK;
}

static void prepare(struct mthread *t, void (*entry)(void))
{
	getcontext(&t->ctx);
	t->ctx.uc_stack.ss_sp = stack_of((unsigned int)(t - model.t));
	t->ctx.uc_stack.ss_size = MODEL_STACK;
	makecontext(&t->ctx, entry, 0);
	t->state = M_READY;
	t->deadline = CLOCK_NEVER;
}

void core_thread(struct thread *handle, const char *name, void (*fn)(void *),
		 void *arg, const struct model_site *at)
{
	struct mthread *t = &model.t[model.nr];

	if (model.nr == MODEL_THREADS)
		steps_fail("fewer threads", "too many",
			   "a schedule has more than %d threads, with the "
			   "test's own",
			   MODEL_THREADS);
	memset(t, 0, sizeof(*t));
	t->fn = fn;
	t->arg = arg;
	t->handle = handle;
	snprintf(t->name, sizeof(t->name), "%s", name);
	t->self.tid = (int)model.nr + 1;
	prepare(t, thread_main);
	t->is_fresh = true;
	t->maker = model.cur;
	model.nr++;
	steps_wake(model.nr - 1);
	steps_add(at, "starts %s", t->name);
	go(model.nr - 1);
}

bool core_is_alone(void)
{
	unsigned int i;

	for (i = 0; i < model.nr; i++)
		if (i != model.cur && model.t[i].state != M_DONE)
			return false;
	return true;
}

static uint64_t model_now(void)
{
	return model.now;
}

static int model_fault(enum fault_site site)
{
	static const unsigned char cost[] = { 0, 1 };

	if (!model.is_running || !model.has_faults || site == FAULT_SYS ||
	    !choice_take(2, cost))
		return 0;
	steps_add(core_self()->at, site == FAULT_ALLOC
					   ? "the allocation fails"
					   : "the thread cannot be made");
	return site == FAULT_ALLOC ? -ENOMEM : -EAGAIN;
}

void core_run(void (*body)(void))
{
	unsigned int i;

	model.nr = 1;
	model.cur = 0;
	model.steps = 0;
	model.now = NSEC_PER_SEC;
	model.has_faults = false;
	model.is_free = false;
	model.stuck = NULL;
	model.body = body;
	memset(&model.t[0], 0, sizeof(model.t[0]));
	snprintf(model.t[0].name, sizeof(model.t[0].name), "test");
	model.t[0].self.tid = 1;
	clock_source = model_now;
	fault_hook = model_fault;
	heap_begin();
	printk_clear();
	files_begin();
	steps_begin();
	prepare(&model.t[0], body_main);
	model.is_running = true;
	swapcontext(&model.driver, &model.t[0].ctx);
	fault_hook = NULL;
	clock_source = NULL;
	for (i = 1; i < model.nr; i++)
		if (model.t[i].handle)
			steps_fail("every thread joined",
				   model.t[i].state == M_DONE
					   ? "one has only ended"
					   : "one still runs",
				   "%s was not joined", model.t[i].name);
	heap_end();
	files_end();
}
