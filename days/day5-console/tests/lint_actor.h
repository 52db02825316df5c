/**
 * @file lint_actor.h
 * Tasks that do as they are told, and a runtime whose turns are counted.
 */
#ifndef DAY5_LINT_ACTOR_H
#define DAY5_LINT_ACTOR_H

#include "lint.h"
#include "sched.h"
#include "snapshot.h"

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

/* The runtime, and what is seen of it. */
struct live {
	struct sched *s;
	unsigned int nr_workers;
	struct reader reader;
	struct snapshot before, now;
	struct tp_res res[2];
	struct waker kept[KEPT]; /* whom somebody can still wake */
	unsigned int nr_kept;
	struct lint_params params;
	uint64_t random_state;
	uint64_t culprit;
	bool is_over; /* all tasks end when they are polled next */
};

extern struct live live;

/* The next random number, from @low to @high. */
uint64_t live_between(uint64_t low, uint64_t high);
/* Take a snapshot now. */
void live_look(struct snapshot *at);
/* A window goes by. */
void live_look_later(uint64_t ns);
/* Start a task: from outside, or from the task that is polled. */
void live_spawn_joined(struct actor a, struct join *join);
void live_spawn(struct actor a);
/* Use a waker that was kept. */
void live_wake_kept(unsigned int i);
/* Does its work, and ends. */
enum poll live_act_once(struct actor *a, struct context *cx);
/* Gives way after each piece of its work. */
enum poll live_act_yield(struct actor *a, struct context *cx);
/* Waits for a descriptor, say. */
enum poll live_act_wait(struct actor *a, struct context *cx);
/* Waits for a message, or for room. */
enum poll live_act_wait_for(struct actor *a, struct context *cx);
/* Forgets its waker. */
enum poll live_act_forget(struct actor *a, struct context *cx);
/* Locks, and waits for something else. */
enum poll live_act_hold(struct actor *a, struct context *cx);
/* Locks, spawns who waits for that lock, and waits for its end. */
enum poll live_act_join(struct actor *a, struct context *cx);
/* Is looked at while it is polled. */
enum poll live_act_look(struct actor *a, struct context *cx);
/* Has spawned a victim or more before its work. */
enum poll live_act_hog(struct actor *a, struct context *cx);
/* Spawns many that are short. */
enum poll live_act_fan_out(struct actor *a, struct context *cx);
/* Each worker in turn, until @ns have gone by; @rest ns after each turn. */
void live_turn(uint64_t ns, uint64_t rest);
/* Only the first. */
void live_turn_first(uint64_t ns);
/* All that is queued now, once or more. */
void live_settle(void);
void live_spawn_many(unsigned int n, struct actor a);
/* The task that was spawned last is the one to be found. */
void live_last_is_culprit(void);

#endif
