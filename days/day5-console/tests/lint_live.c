/**
 * @file lint_live.c
 * Stalls of the real runtime, under the real console.
 */
#include "lint_live.h"

#include <string.h>

#include "console.h"
#include "lint_world.h"
#include "sched.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/thread.h"
#include "test/test.h"

/* A task: each poll takes some time, then does what its kind does. */
struct actor {
	struct future future;
	enum poll (*act)(struct actor *a, struct context *cx);
	uint64_t ns;	    /* of a poll */
	unsigned int left;  /* polls until it is ready, if it counts them */
	struct tp_res *own; /* a lock that it takes */
	struct tp_res *res; /* what it waits for */
	struct join join;
};

enum { KEPT = 1024 };

static struct sched *s;
static unsigned int nr_workers;
static struct reader reader;
static struct snapshot before, now;
static struct tp_res res[2];
static struct waker kept[KEPT]; /* whom somebody can still wake */
static unsigned int nr_kept;
static struct lint_params params;
static uint64_t random_state;
static uint64_t culprit;
static bool is_over; /* all tasks end when they are polled next */

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t between(uint64_t low, uint64_t high)
{
	return low + next() % (high - low + 1);
}

static void look(struct snapshot *at)
{
	EXPECT_ERR(snapshot_take(at, &reader), 0, "there is memory");
}

/* A window goes by. */
static void look_later(uint64_t ns)
{
	look(&before);
	fake_clock_advance(ns);
	look(&now);
}

/* Tasks -------------------------------------------------------------------- */

static enum poll actor_poll(struct future *f, struct context *cx, void *out)
{
	struct actor *a = container_of(f, struct actor, future);

	if (is_over)
		return POLL_READY;
	fake_clock_advance(a->ns);
	return a->act(a, cx);
}

static void actor_drop(struct future *f)
{
	struct actor *a = container_of(f, struct actor, future);

	if (a->join.task)
		future_drop(&a->join.future);
}

static const struct future_ops actor_ops = {
	.poll = actor_poll,
	.drop = actor_drop,
	.size = sizeof(struct actor),
};

static void spawn(struct actor a)
{
	a.future.ops = &actor_ops;
	EXPECT_ERR(sched_spawn(s, &actor_ops, &a, NULL), 0, "spawned");
}

static void spawn_joined(struct actor a, struct join *join)
{
	a.future.ops = &actor_ops;
	EXPECT_ERR(sched_spawn(s, &actor_ops, &a, join), 0, "spawned");
}

static void keep(struct context *cx)
{
	if (nr_kept < KEPT)
		kept[nr_kept++] = waker_clone(cx->waker);
}

static void wake_kept(unsigned int i)
{
	waker_wake(&kept[i]);
	kept[i] = kept[--nr_kept];
}

/* Does its work, and ends. */
static enum poll act_once(struct actor *a, struct context *cx)
{
	return POLL_READY;
}

/* Gives way after each piece of its work. */
static enum poll act_yield(struct actor *a, struct context *cx)
{
	if (a->left && !--a->left)
		return POLL_READY;
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

/* Waits for a descriptor, say. */
static enum poll act_wait(struct actor *a, struct context *cx)
{
	if (a->left && !--a->left)
		return POLL_READY;
	keep(cx);
	tp_wait(a, TP_WAIT_IO, 5);
	return POLL_PENDING;
}

/* Waits for a message, or for room. */
static enum poll act_wait_for(struct actor *a, struct context *cx)
{
	if (a->own)
		tp_lock(a->own);
	keep(cx);
	tp_wait(a->res,
		a->res->kind == TP_RES_LOCK ? TP_WAIT_LOCK : TP_WAIT_SEND, 0);
	return POLL_PENDING;
}

/* Forgets its waker. */
static enum poll act_forget(struct actor *a, struct context *cx)
{
	struct waker w = waker_clone(cx->waker);

	waker_drop(&w);
	tp_wait(a, TP_WAIT_OTHER, 0);
	return POLL_PENDING;
}

/* Locks, and waits for something else. */
static enum poll act_hold(struct actor *a, struct context *cx)
{
	tp_lock(a->own);
	return act_wait(a, cx);
}

/* Locks, spawns who waits for that lock, and waits for its end. */
static enum poll act_join(struct actor *a, struct context *cx)
{
	int status;

	tp_lock(a->own);
	spawn_joined((struct actor){ .act = act_wait_for, .res = a->own },
		     &a->join);
	return future_poll(&a->join.future, cx, &status);
}

/* Is looked at while it is polled. */
static enum poll act_look(struct actor *a, struct context *cx)
{
	look(&now);
	return POLL_READY;
}

/* Has spawned a victim or more before its work. */
static enum poll act_hog(struct actor *a, struct context *cx)
{
	unsigned int i;

	for (i = 0; i < a->left; i++)
		spawn((struct actor){ .act = act_once, .ns = 1000 });
	fake_clock_advance(between(5 * MS, 200 * MS));
	return act_look(a, cx);
}

/* Spawns many that are short. */
static enum poll act_fan_out(struct actor *a, struct context *cx)
{
	unsigned int i;

	for (i = 0; i < 60; i++)
		spawn((struct actor){ .act = act_once, .ns = 500 });
	return act_wait(a, cx);
}

/* Turns -------------------------------------------------------------------- */

/* Each worker in turn, until @ns have gone by; @rest ns after each turn. */
static void turn(uint64_t ns, uint64_t rest)
{
	uint64_t end = clock_now() + ns;
	unsigned int i = 0;

	while (clock_now() < end) {
		sched_step(s, i++ % nr_workers);
		fake_clock_advance(rest ? rest : 10);
	}
}

/* Only the first. */
static void turn_first(uint64_t ns, uint64_t rest)
{
	unsigned int n = nr_workers;

	nr_workers = 1;
	turn(ns, rest);
	nr_workers = n;
}

/* All that is queued now, once or more. */
static void settle(void)
{
	unsigned int i, idle = 0;

	for (i = 0; i < 1000 && idle < nr_workers; i++)
		idle = sched_step(s, i % nr_workers) ? 0 : idle + 1;
}

static void spawn_many(unsigned int n, struct actor a)
{
	while (n--)
		spawn(a);
}

/* The task that was spawned last has the largest id. */
static void last_is_culprit(void)
{
	struct snapshot at = { 0 };

	look(&at);
	culprit = at.tasks[at.nr_tasks - 1].id;
	snapshot_free(&at);
}

/* Stalls ------------------------------------------------------------------- */

static void deadlock(void)
{
	bool joins = next() % 2;

	if (joins) {
		spawn((struct actor){ .act = act_join, .own = &res[0] });
	} else {
		spawn((struct actor){
			.act = act_wait_for, .own = &res[0], .res = &res[1] });
		last_is_culprit();
		spawn((struct actor){
			.act = act_wait_for, .own = &res[1], .res = &res[0] });
	}
	if (joins)
		last_is_culprit();
	settle();
	look_later(between(110 * MS, SECOND));
}

static void lost_waker(void)
{
	spawn((struct actor){ .act = act_forget });
	last_is_culprit();
	settle();
	fake_clock_advance(SECOND);
	look_later(between(110 * MS, SECOND));
}

static void blocking(void)
{
	settle();
	look(&before);
	fake_clock_advance(110 * MS);
	spawn((struct actor){ .act = act_hog,
			      .left = (unsigned int)between(1, 5) });
	last_is_culprit();
	settle();
}

static void saturation(void)
{
	spawn_many((unsigned int)between(60, 150),
		   (struct actor){ .act = act_yield,
				   .ns = between(100000, 900000) });
	turn(100 * MS, 0);
	look(&before);
	turn(between(110 * MS, 300 * MS), 0);
	look(&now);
}

static void long_poll(void)
{
	spawn((struct actor){ .act = act_yield,
			      .ns = between(2200000, 30 * MS) });
	last_is_culprit();
	look(&before);
	turn(300 * MS, 50000);
	look(&now);
}

static void long_delay(void)
{
	settle();
	look(&before);
	fake_clock_advance(110 * MS);
	if (nr_kept)
		wake_kept(0);
	fake_clock_advance(between(6 * MS, 90 * MS));
	look(&now);
}

static void never_yielded(void)
{
	settle();
	look(&before);
	spawn((struct actor){ .act = act_look,
			      .ns = between(1100 * MS, 5 * SECOND) });
	last_is_culprit();
	settle();
}

static void self_wakes(void)
{
	spawn((struct actor){ .act = act_yield, .ns = between(3000, 8000) });
	last_is_culprit();
	look(&before);
	turn(110 * MS, 0);
	look(&now);
}

static void imbalance(void)
{
	settle();
	spawn_many((unsigned int)between(40, 90),
		   (struct actor){ .act = act_yield,
				   .ns = between(20000, 90000) });
	turn_first(50 * MS, 0);
	look(&before);
	turn_first(between(110 * MS, 200 * MS), 0);
	look(&now);
}

/* The first spawns, the second steals; both have time. */
static void stealing(void)
{
	unsigned int i, k;

	settle();
	spawn((struct actor){ .act = act_fan_out });
	look(&before);
	for (i = 0; i < 500; i++) {
		/* What is in its slot nobody can steal; then the spawner. */
		sched_step(s, 0);
		sched_step(s, 0);
		for (k = 0; k < 70; k++)
			sched_step(s, 1);
		fake_clock_advance(between(200000, 300000));
		/* It was the last to wait. */
		wake_kept(nr_kept - 1);
	}
	look(&now);
}

static void flat_parks(void)
{
	uint64_t ns = between(40000, 90000);

	spawn_many((unsigned int)between(25, 40),
		   (struct actor){ .act = act_yield, .ns = ns });
	turn(50 * MS, ns / 4);
	look(&before);
	turn(between(150 * MS, 250 * MS), ns / 4);
	look(&now);
}

/* More and more come, and the worker has time to spare all the same. */
static void queue_growth(void)
{
	unsigned int i;

	spawn_many(30, (struct actor){ .act = act_once, .ns = 100000 });
	look(&before);
	for (i = 0; i < 400; i++) {
		spawn_many(2, (struct actor){ .act = act_once, .ns = 100000 });
		sched_step(s, 0);
		fake_clock_advance(400000);
	}
	look(&now);
}

static void pool_exhausted(void)
{
	unsigned int queued = (unsigned int)between(2, 30);

	settle();
	tp_pool(&now, tp_pool_arg(4, 0, queued));
	look_later(between(110 * MS, SECOND));
	tp_pool(&now, tp_pool_arg(4, 0, queued + 1));
}

static void injection(void)
{
	settle();
	spawn_many((unsigned int)between(1, 20),
		   (struct actor){ .act = act_once });
	look_later(between(110 * MS, SECOND));
}

static void lock_held(void)
{
	spawn((struct actor){ .act = act_hold, .own = &res[0] });
	last_is_culprit();
	settle();
	spawn_many((unsigned int)between(1, 5),
		   (struct actor){ .act = act_wait_for, .res = &res[0] });
	settle();
	look(&before);
	fake_clock_advance(between(110 * MS, 500 * MS));
	look(&now);
}

static void channel_full(void)
{
	spawn((struct actor){ .act = act_wait_for, .res = &res[0] });
	settle();
	look_later(between(110 * MS, 500 * MS));
}

/* All is well -------------------------------------------------------------- */

/* Tasks wait, are woken, work for a moment, give way, end, and are spawned. */
static void healthy(void)
{
	unsigned int i, turns = (unsigned int)between(2000, 5000);

	for (i = 0; i < 2 * turns; i++) {
		if (i == turns)
			look(&before);
		if (!between(0, 7))
			spawn((struct actor){
				.act = next() % 2 ? act_wait : act_yield,
				.ns = between(500, 60000),
				.left = (unsigned int)between(1, 9) });
		while (nr_kept > 40 || (nr_kept && !between(0, 3)))
			wake_kept((unsigned int)between(0, nr_kept - 1));
		sched_step(s, i % nr_workers);
		fake_clock_advance(between(60000, 120000));
	}
	look(&now);
}

static void (*const stall[LINT_NR + 1])(void) = {
#define X(NAME, name, title) [LINT_##NAME] = name,
	LINTS(X)
#undef X
		[LINT_NR] = healthy
};

/* Start and end ------------------------------------------------------------ */

/* Time passes in one poll at a time, so that what needs one worker that is
 * always busy, or some that are not, says how many there are. */
static unsigned int workers_of(enum lint_rule rule)
{
	switch (rule) {
	case LINT_SATURATION:
	case LINT_FLAT_PARKS:
	case LINT_QUEUE_GROWTH:
		return 1;
	case LINT_IMBALANCE:
	case LINT_STEALING:
		return (unsigned int)between(2, 4);
	default:
		return (unsigned int)between(1, 4);
	}
}

static void start(enum lint_rule rule, uint64_t seed)
{
	struct console_options o = { .level = CONSOLE_HISTS };
	unsigned int i;

	random_state = seed;
	nr_kept = 0;
	culprit = 0;
	is_over = false;
	params = lint_defaults;
	fake_clock_start(SECOND);
	EXPECT_ERR(console_start(&o), 0, "the console starts");
	nr_workers = workers_of(rule);
	EXPECT_ERR(sched_create_stepped(&s, nr_workers), 0, "workers");
	EXPECT_ERR(console_watch(s, "live"), 0, "it has a name");
	EXPECT_ERR(reader_open(&reader, console_path()), 0, "it can be read");
	for (i = 0; i < 2; i++) {
		res[i] = (struct tp_res){ rule == LINT_CHANNEL_FULL
						  ? TP_RES_CHANNEL
						  : TP_RES_LOCK,
					  "db", "stall.c:1", 0 };
		tp_res_new(&res[i]);
	}
	/* Others, who are well. */
	spawn_many((unsigned int)between(3, 20),
		   (struct actor){ .act = act_wait, .ns = 2000 });
	settle();
	fake_clock_advance(between(MS, 3 * SECOND));
}

static void stop(void)
{
	is_over = true;
	while (nr_kept)
		waker_drop(&kept[--nr_kept]);
	snapshot_free(&before);
	snapshot_free(&now);
	reader_close(&reader);
	sched_destroy(s);
	console_stop();
	fake_clock_stop();
}

void live_run(struct live_verdict *v, enum lint_rule rule, uint64_t seed)
{
	start(rule, seed);
	stall[rule]();
	EXPECT_ERR(lint_run(&v->found, &before, &now, &params), 0,
		   "the rules can be applied");
	v->culprit = culprit;
	v->sentence[0] = '\0';
	if (v->found.n)
		explain_finding(v->found.list, &now, v->sentence,
				sizeof(v->sentence));
	stop();
}
