/**
 * @file lint_actor.c
 * Tasks that do as they are told, and a runtime whose turns are counted.
 */
#include "lint_actor.h"

#include "lint_world.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "test/test.h"

struct live live;

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t z = live.random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t live_between(uint64_t low, uint64_t high)
{
	return low + next() % (high - low + 1);
}

void live_look(struct snapshot *at)
{
	EXPECT_ERR(snapshot_take(at, &live.reader), 0, "there is memory");
}

/* A window goes by. */
void live_look_later(uint64_t ns)
{
	live_look(&live.before);
	fake_clock_advance(ns);
	live_look(&live.now);
}

/* Tasks -------------------------------------------------------------------- */

static enum poll actor_poll(struct future *f, struct context *cx, void *out)
{
	struct actor *a = container_of(f, struct actor, future);

	if (live.is_over)
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

void live_spawn_joined(struct actor a, struct join *join)
{
	a.future.ops = &actor_ops;
	EXPECT_ERR(sched_spawn(live.s, &actor_ops, &a, join), 0, "spawned");
}

void live_spawn(struct actor a)
{
	live_spawn_joined(a, NULL);
}

static void keep(struct context *cx)
{
	if (live.nr_kept < KEPT)
		live.kept[live.nr_kept++] = waker_clone(cx->waker);
}

void live_wake_kept(unsigned int i)
{
	waker_wake(&live.kept[i]);
	live.kept[i] = live.kept[--live.nr_kept];
}

/* Does its work, and ends. */
enum poll live_act_once(struct actor *a, struct context *cx)
{
	return POLL_READY;
}

/* Gives way after each piece of its work. */
enum poll live_act_yield(struct actor *a, struct context *cx)
{
	if (a->left && !--a->left)
		return POLL_READY;
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

/* Waits for a descriptor, say. */
enum poll live_act_wait(struct actor *a, struct context *cx)
{
	if (a->left && !--a->left)
		return POLL_READY;
	keep(cx);
	tp_wait(a, TP_WAIT_IO, 5);
	return POLL_PENDING;
}

/* Waits for a message, or for room. */
enum poll live_act_wait_for(struct actor *a, struct context *cx)
{
	if (a->own)
		tp_lock(a->own);
	keep(cx);
	tp_wait(a->res,
		a->res->kind == TP_RES_LOCK ? TP_WAIT_LOCK : TP_WAIT_SEND, 0);
	return POLL_PENDING;
}

/* Forgets its waker. */
enum poll live_act_forget(struct actor *a, struct context *cx)
{
	struct waker w = waker_clone(cx->waker);

	waker_drop(&w);
	tp_wait(a, TP_WAIT_OTHER, 0);
	return POLL_PENDING;
}

/* Locks, and waits for something else. */
enum poll live_act_hold(struct actor *a, struct context *cx)
{
	tp_lock(a->own);
	return live_act_wait(a, cx);
}

/* Locks, spawns who waits for that lock, and waits for its end. */
enum poll live_act_join(struct actor *a, struct context *cx)
{
	int status;

	tp_lock(a->own);
	live_spawn_joined((struct actor){ .act = live_act_wait_for,
					  .res = a->own },
			  &a->join);
	return future_poll(&a->join.future, cx, &status);
}

/* Is looked at while it is polled. */
enum poll live_act_look(struct actor *a, struct context *cx)
{
	live_look(&live.now);
	return POLL_READY;
}

/* Has spawned a victim or more before its work. */
enum poll live_act_hog(struct actor *a, struct context *cx)
{
	unsigned int i;

	for (i = 0; i < a->left; i++)
		live_spawn((struct actor){ .act = live_act_once, .ns = 1000 });
	fake_clock_advance(live_between(5 * MS, 200 * MS));
	return live_act_look(a, cx);
}

/* Spawns many that are short. */
enum poll live_act_fan_out(struct actor *a, struct context *cx)
{
	unsigned int i;

	for (i = 0; i < 60; i++)
		live_spawn((struct actor){ .act = live_act_once, .ns = 500 });
	return live_act_wait(a, cx);
}

/* Turns -------------------------------------------------------------------- */

/* Each worker in turn, until @ns have gone by; @rest ns after each turn. */
void live_turn(uint64_t ns, uint64_t rest)
{
	uint64_t end = clock_now() + ns;
	unsigned int i = 0;

	while (clock_now() < end) {
		sched_step(live.s, i++ % live.nr_workers);
		fake_clock_advance(rest ? rest : 10);
	}
}

/* Only the first. */
void live_turn_first(uint64_t ns)
{
	unsigned int n = live.nr_workers;

	live.nr_workers = 1;
	live_turn(ns, 0);
	live.nr_workers = n;
}

/* All that is queued now, once or more. */
void live_settle(void)
{
	unsigned int i, idle = 0;

	for (i = 0; i < 1000 && idle < live.nr_workers; i++)
		idle = sched_step(live.s, i % live.nr_workers) ? 0 : idle + 1;
}

void live_spawn_many(unsigned int n, struct actor a)
{
	while (n--)
		live_spawn(a);
}

/* The task that was spawned last has the largest id. */
void live_last_is_culprit(void)
{
	struct snapshot at = { 0 };

	live_look(&at);
	live.culprit = at.tasks[at.nr_tasks - 1].id;
	snapshot_free(&at);
}
