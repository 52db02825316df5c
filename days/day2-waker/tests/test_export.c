/* TODO 1: what is made of a trace. The supervisor reads the JSON. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "export.h"
#include "sched.h"
#include "trace.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "test/test.h"

/* Spawns two of itself, wakes itself once, and ends. */
struct node {
	struct future future;
	unsigned int depth;
	bool has_yielded;
};

static enum poll node_poll(struct future *f, struct context *cx, void *out);
static const struct future_ops node_ops = {
	.poll = node_poll,
	.size = sizeof(struct node),
};

static enum poll node_poll(struct future *f, struct context *cx, void *out)
{
	struct node *n = container_of(f, struct node, future);
	struct node init = { .future.ops = &node_ops, .depth = n->depth - 1 };
	unsigned int i;

	if (n->has_yielded)
		return POLL_READY;
	for (i = 0; i < 2 && n->depth; i++)
		EXPECT_ERR(sched_spawn(sched_current(), &node_ops, &init, NULL),
			   0, "a task can be spawned");
	n->has_yielded = true;
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

/* Two workers in turn, so that tasks are stolen; events into @e. */
static void run_tree(unsigned int depth, unsigned int slots,
		     struct trace_event **e, size_t *n, uint64_t *lost)
{
	struct node init = { .future.ops = &node_ops, .depth = depth };
	struct sched *s;
	unsigned int turns = 0;
	bool found = true;

	EXPECT_ERR(sched_create_stepped(&s, 2), 0,
		   "a stepped scheduler can be made");
	EXPECT_ERR(trace_start(1, slots), 0, "a trace can be started");
	EXPECT_ERR(sched_spawn(s, &node_ops, &init, NULL), 0,
		   "a task can be spawned");
	while (found) {
		found = sched_step(s, 0);
		found |= sched_step(s, 1);
		if (++turns == 10000)
			FAIL("the tree has not ended after 10000 turns");
	}
	trace_stop();
	sched_destroy(s);
	EXPECT_ERR(trace_collect(e, n, lost), 0, "there is memory");
}

/* The supervisor's word on the JSON of @tl. */
static void judge(const struct timeline *tl)
{
	static char json[60 * 1024], said[512];
	FILE *f = fmemopen(json, sizeof(json), "w");
	size_t n;

	EXPECT(f, "there is memory");
	EXPECT_ERR(export_json(f, tl), 0, "the JSON fits");
	fclose(f);
	n = oracle_ask("trace_json", json, strlen(json), said,
		       sizeof(said) - 1);
	said[n] = '\0';
	STEP("%s", said);
}

/* A tree of 15 tasks, each polled twice and woken once. */
static void expect_tree(const struct timeline *tl)
{
	unsigned int i, polls = 0;

	for (i = 0; i < tl->nr_items; i++)
		polls += tl->items[i].kind == TIMELINE_POLL;
	EXPECT_EQ(tl->nr_tasks, 15, "every task was spawned once");
	EXPECT_EQ(polls, 30, "and polled twice");
	EXPECT_EQ(tl->nr_flows, 15, "each wake led to a poll");
}

static void export_tree(unsigned int depth, unsigned int slots)
{
	static struct timeline_name evil = {
		.at = 5, .name = "</script>\"\\\n<b>&\xff"
	};
	struct trace_event *e;
	struct timeline tl;
	uint64_t lost;
	size_t n;

	run_tree(depth, slots, &e, &n, &lost);
	STEP("%zu events, %llu lost", n, (unsigned long long)lost);
	EXPECT(slots == 64 || !lost, "nothing is lost when it fits");
	EXPECT(slots != 64 || n == 64, "the ring is full");
	EXPECT(slots != 64 || lost > 0, "the others are counted");
	evil.tag = e[0].task;
	EXPECT_ERR(timeline_init(&tl, e, n, lost, &evil, 1), 0,
		   "a timeline can be made of it");
	if (!lost)
		expect_tree(&tl);
	judge(&tl);
	timeline_fini(&tl);
	kit_free(e);
	trace_free();
}

TEST(trace_becomes_json_in_which_every_slice_ends, 1, 1, oracle)
{
	WHY("A viewer drops a slice without an end, and says nothing.");
	STEP("a tree of tasks on two workers that steal");
	export_tree(3, 1024);
}

TEST(trace_that_lost_its_begin_becomes_whole_json, 1, 1, oracle)
{
	WHY("The newest events are those one wants, and they begin in the "
	    "middle.");
	STEP("the same in a ring that holds the last 64 events");
	export_tree(3, 64);
}
