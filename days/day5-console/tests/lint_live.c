/**
 * @file lint_live.c
 * Stalls of the real runtime, under the real console.
 */
#include "lint_live.h"

#include <string.h>

#include "console.h"
#include "lint_actor.h"
#include "lint_world.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/thread.h"
#include "test/test.h"

/* Stalls ------------------------------------------------------------------- */

static void deadlock(void)
{
	if (live_between(0, 1)) {
		live_spawn((struct actor){ .act = live_act_join,
					   .own = &live.res[0] });
		live_last_is_culprit();
	} else {
		live_spawn((struct actor){ .act = live_act_wait_for,
					   .own = &live.res[0],
					   .res = &live.res[1] });
		live_last_is_culprit();
		live_spawn((struct actor){ .act = live_act_wait_for,
					   .own = &live.res[1],
					   .res = &live.res[0] });
	}
	live_settle();
	live_look_later(live_between(110 * MS, SECOND));
}

static void lost_waker(void)
{
	live_spawn((struct actor){ .act = live_act_forget });
	live_last_is_culprit();
	live_settle();
	fake_clock_advance(SECOND);
	live_look_later(live_between(110 * MS, SECOND));
}

static void blocking(void)
{
	live_settle();
	live_look(&live.before);
	fake_clock_advance(110 * MS);
	live_spawn((struct actor){ .act = live_act_hog,
				   .left = (unsigned int)live_between(1, 5) });
	live_last_is_culprit();
	live_settle();
}

static void saturation(void)
{
	live_spawn_many((unsigned int)live_between(60, 150),
			(struct actor){ .act = live_act_yield,
					.ns = live_between(100000, 900000) });
	live_turn(100 * MS, 0);
	live_look(&live.before);
	live_turn(live_between(110 * MS, 300 * MS), 0);
	live_look(&live.now);
}

static void long_poll(void)
{
	live_spawn((struct actor){ .act = live_act_yield,
				   .ns = live_between(2200000, 30 * MS) });
	live_last_is_culprit();
	live_look(&live.before);
	live_turn(300 * MS, 50000);
	live_look(&live.now);
}

static void long_delay(void)
{
	live_settle();
	live_look(&live.before);
	fake_clock_advance(110 * MS);
	if (live.nr_kept)
		live_wake_kept(0);
	fake_clock_advance(live_between(6 * MS, 90 * MS));
	live_look(&live.now);
}

static void never_yielded(void)
{
	live_settle();
	live_look(&live.before);
	live_spawn((struct actor){ .act = live_act_look,
				   .ns = live_between(1100 * MS, 5 * SECOND) });
	live_last_is_culprit();
	live_settle();
}

static void self_wakes(void)
{
	live_spawn((struct actor){ .act = live_act_yield,
				   .ns = live_between(3000, 8000) });
	live_last_is_culprit();
	live_look(&live.before);
	live_turn(110 * MS, 0);
	live_look(&live.now);
}

static void imbalance(void)
{
	live_settle();
	live_spawn_many((unsigned int)live_between(40, 90),
			(struct actor){ .act = live_act_yield,
					.ns = live_between(20000, 90000) });
	live_turn_first(50 * MS);
	live_look(&live.before);
	live_turn_first(live_between(110 * MS, 200 * MS));
	live_look(&live.now);
}

/* The first spawns, the second steals; both have time. */
static void stealing(void)
{
	unsigned int i, k;

	live_settle();
	live_spawn((struct actor){ .act = live_act_fan_out });
	live_look(&live.before);
	for (i = 0; i < 500; i++) {
		/* What is in its slot nobody can steal; then the spawner. */
		sched_step(live.s, 0);
		sched_step(live.s, 0);
		for (k = 0; k < 70; k++)
			sched_step(live.s, 1);
		fake_clock_advance(live_between(200000, 300000));
		/* It was the last to wait. */
		live_wake_kept(live.nr_kept - 1);
	}
	live_look(&live.now);
}

static void flat_parks(void)
{
	uint64_t ns = live_between(40000, 90000);

	live_spawn_many((unsigned int)live_between(25, 40),
			(struct actor){ .act = live_act_yield, .ns = ns });
	live_turn(50 * MS, ns / 4);
	live_look(&live.before);
	live_turn(live_between(150 * MS, 250 * MS), ns / 4);
	live_look(&live.now);
}

/* More and more come, and the worker has time to spare all the same. */
static void queue_growth(void)
{
	unsigned int i;

	live_spawn_many(30,
			(struct actor){ .act = live_act_once, .ns = 100000 });
	live_look(&live.before);
	for (i = 0; i < 400; i++) {
		live_spawn_many(2, (struct actor){ .act = live_act_once,
						   .ns = 100000 });
		sched_step(live.s, 0);
		fake_clock_advance(400000);
	}
	live_look(&live.now);
}

static void pool_exhausted(void)
{
	unsigned int queued = (unsigned int)live_between(2, 30);

	live_settle();
	tp_pool(&live.now, tp_pool_arg(4, 0, queued));
	live_look_later(live_between(110 * MS, SECOND));
	tp_pool(&live.now, tp_pool_arg(4, 0, queued + 1));
}

static void injection(void)
{
	live_settle();
	live_spawn_many((unsigned int)live_between(1, 20),
			(struct actor){ .act = live_act_once });
	live_look_later(live_between(110 * MS, SECOND));
}

static void lock_held(void)
{
	live_spawn((struct actor){ .act = live_act_hold, .own = &live.res[0] });
	live_last_is_culprit();
	live_settle();
	live_spawn_many((unsigned int)live_between(1, 5),
			(struct actor){ .act = live_act_wait_for,
					.res = &live.res[0] });
	live_settle();
	live_look_later(live_between(110 * MS, 500 * MS));
}

static void channel_full(void)
{
	live_spawn((struct actor){ .act = live_act_wait_for,
				   .res = &live.res[0] });
	live_settle();
	live_look_later(live_between(110 * MS, 500 * MS));
}

/* All is well -------------------------------------------------------------- */

/*
 * Tasks wait, are woken, work for a moment, give way, end, and are spawned: so
 * that not half of the turns are needed. With more, there are delays of many
 * ms for a while, and to say so is no false warning.
 */
static void healthy(void)
{
	unsigned int i, turns = (unsigned int)live_between(2000, 5000);

	for (i = 0; i < 2 * turns; i++) {
		if (i == turns)
			live_look(&live.before);
		if (!live_between(0, 24))
			live_spawn((struct actor){
				.act = live_between(0, 1) ? live_act_wait
							  : live_act_yield,
				.ns = live_between(500, 60000),
				.left = (unsigned int)live_between(1, 9) });
		while (live.nr_kept > 40 ||
		       (live.nr_kept && !live_between(0, 3)))
			live_wake_kept((
				unsigned int)live_between(0, live.nr_kept - 1));
		sched_step(live.s, i % live.nr_workers);
		fake_clock_advance(live_between(60000, 120000));
	}
	live_look(&live.now);
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
		return (unsigned int)live_between(2, 4);
	default:
		return (unsigned int)live_between(1, 4);
	}
}

static void start(enum lint_rule rule, uint64_t seed)
{
	struct console_options o = { .level = CONSOLE_HISTS, .path = "region" };
	unsigned int i;

	live.random_state = seed;
	live.nr_kept = 0;
	live.culprit = 0;
	live.is_over = false;
	live.params = lint_defaults;
	fake_clock_start(SECOND);
	EXPECT_ERR(console_start(&o), 0, "the console starts");
	live.nr_workers = workers_of(rule);
	EXPECT_ERR(sched_create_stepped(&live.s, live.nr_workers), 0,
		   "workers");
	EXPECT_ERR(console_watch(live.s, "live"), 0, "it has a name");
	EXPECT_ERR(reader_open(&live.reader, console_path()), 0,
		   "it can be read");
	for (i = 0; i < 2; i++) {
		live.res[i] = (struct tp_res){ rule == LINT_CHANNEL_FULL
						       ? TP_RES_CHANNEL
						       : TP_RES_LOCK,
					       "db", "stall.c:1", 0 };
		tp_res_new(&live.res[i]);
	}
	/* Others, who are well. */
	live_spawn_many((unsigned int)live_between(3, 20),
			(struct actor){ .act = live_act_wait, .ns = 2000 });
	live_settle();
	fake_clock_advance(live_between(MS, 3 * SECOND));
}

static void stop(void)
{
	live.is_over = true;
	while (live.nr_kept)
		waker_drop(&live.kept[--live.nr_kept]);
	snapshot_free(&live.before);
	snapshot_free(&live.now);
	reader_close(&live.reader);
	sched_destroy(live.s);
	console_stop();
	fake_clock_stop();
}

void live_run(struct live_verdict *v, enum lint_rule rule, uint64_t seed)
{
	start(rule, seed);
	stall[rule]();
	EXPECT_ERR(lint_run(&v->found, &live.before, &live.now, &live.params),
		   0, "the rules can be applied");
	v->culprit = live.culprit;
	v->sentence[0] = '\0';
	if (v->found.n)
		explain_finding(v->found.list, &live.now, v->sentence,
				sizeof(v->sentence));
	stop();
}
