/*
 * The rows of the table. A run takes a few ms: long against the clock, short
 * against a turn of the machine's own scheduler.
 *
 * A floor is what the operation cannot do without: a block for a task, one for
 * a oneshot; to take it, to end it, and a reference that two threads may hold.
 */
#include "rows.h"

#define WORKERS(name, way, n, k, ...)                           \
	{ name, way, { 0, false }, n, k, __VA_ARGS__ },         \
		{ name, way, { 1, false }, n, k, __VA_ARGS__ }, \
	{                                                       \
		name, way, { 2, false }, n, k, __VA_ARGS__      \
	}

#define TASK                                          \
	{                                             \
		.mallocs = 1, .locked = 4, .polls = 1 \
	}
#define TURN                            \
	{                               \
		.locked = 2, .polls = 1 \
	}
#define HAND_OVER                    \
	{                            \
		.is_hand_over = true \
	}

const struct row rows[] = {
	WORKERS("spawn and await, one at a time", "spawn_one", 10000, 0, TASK),
	{ "spawn and await, one at a time",
	  "spawn_one",
	  { 0, true },
	  10000,
	  0,
	  TASK },
	{ "spawn and await, one at a time",
	  "spawn_one",
	  { 1, true },
	  100,
	  0,
	  HAND_OVER },
	{ "spawn and await, one at a time",
	  "spawn_one",
	  { 2, true },
	  100,
	  0,
	  HAND_OVER },
	WORKERS("spawn 10,000, await all", "spawn_many", 10000, 0, TASK),
	{ "spawn 10,000, await all",
	  "spawn_many",
	  { 0, true },
	  10000,
	  0,
	  TASK },
	{ "spawn 10,000, await all",
	  "spawn_many",
	  { 1, true },
	  10000,
	  0,
	  TASK },
	{ "spawn 10,000, await all",
	  "spawn_many",
	  { 2, true },
	  10000,
	  0,
	  TASK },
	WORKERS("chain of 1,000 spawns", "chain", 10000, 1000, TASK),
	WORKERS("yield, 1 task", "yields", 20000, 1, TURN),
	WORKERS("yield, 200 tasks", "yields", 20000, 200, TURN),
	WORKERS("1,000 pings over oneshots", "ping_pong", 1000, 0,
		{ .mallocs = 4, .locked = 12, .polls = 3 }),
	WORKERS("channel of 100, 1 producer", "mpsc", 20000, 1,
		{ .locked = 2 }),
	WORKERS("channel of 100, 4 producers", "mpsc", 20000, 4,
		{ .locked = 2 }),
	{ "oneshot within a task",
	  "oneshots",
	  { 0, false },
	  20000,
	  0,
	  { .mallocs = 1, .locked = 2 } },
	WORKERS("oneshot round trip to an actor", "actor", 5000, 0,
		{ .mallocs = 1, .locked = 8, .polls = 2 }),
	WORKERS("broadcast to 8", "broadcasts", 2000, 8, { .locked = 9 }),
	{ "async mutex, free",
	  "amutex",
	  { 0, false },
	  20000,
	  1,
	  { .locked = 2 } },
	{ "async mutex, 4 tasks",
	  "amutex",
	  { 2, false },
	  20000,
	  4,
	  { .locked = 2 } },
	{ "plain mutex, free",
	  "mutex",
	  { 0, false },
	  20000,
	  1,
	  { .locked = 2 } },
	{ "plain mutex, 4 tasks",
	  "mutex",
	  { 2, false },
	  20000,
	  4,
	  { .locked = 2 } },
	{ "spawn_blocking and await",
	  "blocking",
	  { 0, false },
	  200,
	  0,
	  HAND_OVER },
	{ "spawn_blocking and await",
	  "blocking",
	  { 2, false },
	  200,
	  0,
	  HAND_OVER },
	{ "100,000 timers over 10 ms",
	  "timers",
	  { 0, false },
	  100000,
	  100,
	  TASK },
	{ "an idle task of 1,000,000",
	  "idle",
	  { 0, false },
	  1000000,
	  0,
	  { 0 } },
	{ "an idle task of 1,000,000",
	  "idle",
	  { 2, false },
	  1000000,
	  0,
	  { 0 } },
	WORKERS("echo, 1 connection", "echo", 500, 1, { 0 }),
	WORKERS("echo, 32 connections", "echo", 3200, 32, { 0 }),
	{ 0 },
};
