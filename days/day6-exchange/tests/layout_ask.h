/**
 * @file layout_ask.h
 * What test_layout.c and oracle_layout.c say to each other.
 */
#ifndef DAY6_TESTS_LAYOUT_ASK_H
#define DAY6_TESTS_LAYOUT_ASK_H

#include "layout.h"

/** The question: one of the two tables is looked at. */
struct layout_ask {
	uint32_t is_channels; /* else what the tasks own */
	uint32_t owns[LAYOUT_TASKS];
	uint32_t fits[LAYOUT_CHANNELS];
	uint32_t full[LAYOUT_CHANNELS];
};

/* By enum layout_task, and enum layout_channel: names in the console. */
static const char *const layout_task_name[LAYOUT_TASKS] = {
	"acceptor", "conn_reader", "conn_writer", "risk",
	"shard",    "journal",	   "feed",
};

static const char *const layout_channel_name[LAYOUT_CHANNELS] = {
	"no channel", "orders", "questions", "records", "answers", "trades",
};

#endif
