/**
 * @file test_view.c
 * Day 5, TODO 6: one worker as a line, byte for byte.
 */
#include "view_world.h"

#include "test/test.h"

#define BAR 16	     /* where the bar begins */
#define BAR_CELLS 20 /* and how many cells it has */

/* The cells of the bar of worker @i. */
static const char *bar_of(unsigned int i)
{
	static char bar[BAR_CELLS + 1];

	world_row(i);
	memcpy(bar, &world.grid.text[5][BAR], BAR_CELLS);
	return bar;
}

/* Worker 2 is inside a poll for 450 ms, and was busy before, too. */
static void busy_worker(void)
{
	world_init();
	world_poll(2, 450 * NSEC_PER_MSEC);
	world_time(2, METRIC_BUSY, 700 * NSEC_PER_MSEC);
	world_time(2, METRIC_SEARCH, 50 * NSEC_PER_MSEC);
	world_time(2, METRIC_PARKED, 250 * NSEC_PER_MSEC);
	world_count(2, METRIC_POLLS, 12345);
	world_count(2, METRIC_STEALS, 41);
	world_count(2, METRIC_PARKS, 17);
	world.worker[2].depth = 12;
	world.worker[2].slot_used = true;
	world.worker[2].mean_poll = 56700;
}

TEST(a_worker_in_a_poll_is_told_in_full, 6, 3)
{
	WHY("One glance must say which worker is stuck, in what, and for how "
	    "long; a column that moves is read as another.");
	busy_worker();
	STEP("a worker polls task 9; the row on a screen of 80 columns");
	EXPECT_STR(world_row(2),
		   " 2 poll  450 ms ##############+..... 12345  70%   13"
		   "    41    17 56.7 us #9 thum",
		   "each column stands where the README has it");
	STEP("the same on 120 columns");
	world.grid.width = 120;
	EXPECT_STR(world_row(2),
		   " 2 poll  450 ms ##############+..... 12345  70%   13"
		   "    41    17 56.7 us #9 thumbnail server.c:88 tid 4714",
		   "a wider screen shows all that is being polled");
	STEP("12,344.6 polls a second, busy for 69.6 %%, then for 130 %%");
	world.grid.width = 80;
	world.rates[2].rate[METRIC_POLLS] = 12344.6;
	world.rates[2].rate[METRIC_BUSY] = 0.696;
	EXPECT_STR(world_row(2),
		   " 2 poll  450 ms ##############+..... 12345  70%   13"
		   "    41    17 56.7 us #9 thum",
		   "rates are shown to the nearest integer");
	world.rates[2].rate[METRIC_BUSY] = 1.3;
	EXPECT_STR(world_row(2),
		   " 2 poll  450 ms ##############+..... 12345 100%   13"
		   "    41    17 56.7 us #9 thum",
		   "a worker is busy for 100 %% at most");
}

TEST(each_state_has_its_name_and_its_look, 6, 2)
{
	static const struct {
		enum worker_state state;
		const char *row;
		enum view_style style;
	} want[] = {
		{ WORKER_SEARCHING, " 0 srch 1.50 ms ++++++++++++++++++++",
		  STYLE_SEARCH },
		{ WORKER_PARKED, " 0 park 1.50 ms ....................",
		  STYLE_PARKED },
		{ WORKER_GONE, " 0 gone 1.50 ms --------------------",
		  STYLE_DIM },
		{ WORKER_UNKNOWN, " 0 ?          - --------------------",
		  STYLE_DIM },
	};
	unsigned int i;

	WHY("Awake without work, asleep, and gone are three ways of being "
	    "idle, and each has another reason.");
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		char row[128];

		world_init();
		world_state(0, want[i].state, 1500 * NSEC_PER_USEC);
		STEP("a worker that is in this state since 1.5 ms: %u",
		     want[i].state);
		snprintf(row, sizeof(row),
			 "%s     0   0%%    0     0     0    0 ns",
			 want[i].row);
		EXPECT_STR(world_row(0), row, "its row says so");
		EXPECT_EQ(world.grid.style[5][3], want[i].style,
			  "the name of the state has the state's style");
		EXPECT_EQ(world.grid.style[5][BAR], want[i].style,
			  "so have the cells of the bar");
	}
}

TEST(a_torn_slot_is_told_as_torn, 6, 1)
{
	WHY("Words of two states mixed would name a task that this worker "
	    "never polled.");
	busy_worker();
	world.worker[2].is_torn = true;
	world.worker[2].state = WORKER_UNKNOWN;
	STEP("the slot of a worker could not be read; its counters can be");
	EXPECT_STR(world_row(2),
		   " 2 torn       - ##############+..... 12345  70%   13"
		   "    41    17 56.7 us",
		   "the row says torn, and nothing of what was in the slot");
}

TEST(what_rounding_leaves_over_belongs_to_the_largest, 6, 2)
{
	WHY("Three thirds of 20 are 6, 6 and 6: a bar with a hole looks like "
	    "time that nobody knows of.");
	world_init();
	STEP("a worker polls 34 %%, searches 33 %% and sleeps 33 %%");
	world_time(0, METRIC_BUSY, 340 * NSEC_PER_MSEC);
	world_time(0, METRIC_SEARCH, 330 * NSEC_PER_MSEC);
	world_time(0, METRIC_PARKED, 330 * NSEC_PER_MSEC);
	EXPECT_STR(bar_of(0), "########++++++......",
		   "polls get what is left over");
	STEP("another sleeps 39 %%, polls 32 %% and searches 29 %%");
	world_time(1, METRIC_BUSY, 320 * NSEC_PER_MSEC);
	world_time(1, METRIC_SEARCH, 290 * NSEC_PER_MSEC);
	world_time(1, METRIC_PARKED, 390 * NSEC_PER_MSEC);
	EXPECT_STR(bar_of(1), "######+++++.........",
		   "sleep gets what is left over");
	STEP("another polls and sleeps for as long, and searches a little");
	world_time(2, METRIC_BUSY, 480 * NSEC_PER_MSEC);
	world_time(2, METRIC_SEARCH, 40 * NSEC_PER_MSEC);
	world_time(2, METRIC_PARKED, 480 * NSEC_PER_MSEC);
	EXPECT_STR(bar_of(2), "###########.........",
		   "of two that are as large, the first gets it");
}

/* Do as many cells say @cell as a time of @share of @sum has, rounded down, and
 * perhaps with what the others left over? */
static bool has_cells(const char *bar, char cell, double share, double sum)
{
	double cells = 0;

	for (; *bar; bar++)
		cells += *bar == cell;
	return cells > BAR_CELLS * share / sum - 1.001 &&
	       cells < BAR_CELLS * share / sum + 2.001;
}

TEST(the_bar_is_full_for_any_shares, 6, 1)
{
	unsigned int round, i;
	const char *bar;

	WHY("The counters come from another process: any number may be in "
	    "them, and a product of two may not fit into 64 bits.");
	world_init();
	STEP("1,000 times three random times, of any size");
	for (round = 0; round < 1000; round++) {
		uint64_t v[3];
		double sum = 0;

		for (i = 0; i < 3; i++) {
			v[i] = test_rand() >> (test_rand() % 64);
			sum += (double)v[i];
		}
		if (sum == 0)
			continue;
		world_time(0, METRIC_BUSY, v[0]);
		world_time(0, METRIC_SEARCH, v[1]);
		world_time(0, METRIC_PARKED, v[2]);
		bar = bar_of(0);
		EXPECT_EQ(strlen(bar), BAR_CELLS, "a bar has %d cells",
			  BAR_CELLS);
		if (strspn(bar, "#+.") == BAR_CELLS &&
		    has_cells(bar, '#', (double)v[0], sum) &&
		    has_cells(bar, '+', (double)v[1], sum) &&
		    has_cells(bar, '.', (double)v[2], sum))
			continue;
		FAIL("of %llu, %llu and %llu ns the bar is \"%s\", and not 20 "
		     "cells by their shares",
		     (unsigned long long)v[0], (unsigned long long)v[1],
		     (unsigned long long)v[2], bar);
	}
}

TEST(a_poll_over_the_whole_window_is_a_bar_of_polls, 6, 1)
{
	WHY("A worker inside one poll adds nothing to its counters: who shows "
	    "these shows the busiest worker as idle.");
	world_init();
	world_poll(1, 2500 * NSEC_PER_MSEC);
	STEP("a poll runs since 2.5 s; the rates have it, the counters do not");
	world_time(1, METRIC_BUSY, WORLD_WINDOW);
	EXPECT_STR(world_row(1),
		   " 1 poll  2.50 s ####################     0 100%    0"
		   "     0     0    0 ns #9 thum",
		   "the bar is full of polls, and the worker is busy");
}

TEST(a_sleep_in_progress_counts_within_the_window_only, 6, 2)
{
	WHY("Sleep is counted when it ends: until then all of it is missing, "
	    "and then all of it is there at once, also what was before.");
	world_init();
	world_time(0, METRIC_BUSY, 500 * NSEC_PER_MSEC);
	world_state(0, WORKER_PARKED, 500 * NSEC_PER_MSEC);
	STEP("polls for 500 ms, then sleeps for 500 ms, and still does");
	EXPECT_STR(bar_of(0), "##########..........",
		   "the sleep in progress is half of the bar");
	world.old[1].state = WORKER_PARKED;
	world.old[1].since = world.old[1].reading.now - 4 * NSEC_PER_SEC;
	world_time(1, METRIC_PARKED, 4500 * NSEC_PER_MSEC);
	world_time(1, METRIC_BUSY, 500 * NSEC_PER_MSEC);
	STEP("a sleep of 4.5 s ended in the middle of the window of 1 s");
	EXPECT_STR(bar_of(1), "##########..........",
		   "the 4 s before the window are no part of it");
	STEP("the first snapshot of all: there is no older one");
	world.data.before = NULL;
	EXPECT_STR(bar_of(0), "##########..........",
		   "then the window is all of its life");
}
