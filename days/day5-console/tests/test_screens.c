/**
 * @file test_screens.c
 * Day 5: the given screens, and the sampler. No points: they are not yours.
 */
#include "region_world.h"
#include "sampler.h"
#include "screens/screens.h"
#include "view_world.h"

#include "kit/err.h"
#include "test/test.h"

#define LIST_TOP 4 /* the first row of the list of tasks */

static struct view view;

/* A text of the grid: from @col on, without blanks around it. */
static const char *text_at(unsigned int row, unsigned int col,
			   unsigned int width)
{
	static char text[VIEW_MAX_WIDTH + 1];
	size_t n;

	while (width && world.grid.text[row][col] == ' ') {
		col++;
		width--;
	}
	memcpy(text, &world.grid.text[row][col], width);
	for (n = width; n && text[n - 1] == ' '; n--)
		;
	text[n] = '\0';
	return text;
}

static void draw_list_of(unsigned int width, unsigned int height)
{
	world.grid.width = width;
	world.grid.height = height;
	view.screen = VIEW_TASKS;
	view_draw(&world.grid, &view, &world.data);
}

/* The id in the list's line @i; 0: there is none. */
static uint64_t id_at(unsigned int i)
{
	const struct snap_task *t;
	unsigned long long id;

	if (sscanf(text_at(LIST_TOP + i, 0, 6), "%llu", &id) != 1)
		return 0;
	t = snapshot_task(&world.now, id);
	return t ? t->id : 0;
}

/* Tasks in which nothing goes up or down together. */
static void mixed_tasks(void)
{
	unsigned int i, k;

	world_init();
	memset(&view, 0, sizeof(view));
	for (i = 0; i < 12; i++) {
		struct snap_task *t = world_task(1 + i % 2);

		t->state = TASK_IN_SLOT + i * 5 % 6;
		t->total = i * 7 % 12 * NSEC_PER_MSEC;
		t->busy = i * 5 % 12 * NSEC_PER_USEC;
		t->sched = i * 11 % 12 * NSEC_PER_USEC;
		t->first = i * 3 % 4 * NSEC_PER_MSEC;
		t->idle = (i + 5) % 12 * NSEC_PER_MSEC;
		t->polls = (i + 3) * 7 % 12;
		t->wakes = (i + 4) * 5 % 12;
		t->max_poll = t->max_delay = NSEC_PER_SEC;
		for (k = 0; k < 20; k++) {
			t->poll_hist[5 + (i * 5 + 1) % 12]++;
			t->delay_hist[5 + (i * 7 + 2) % 12]++;
		}
	}
}

/* What the column means, told once more and without the screens' tables. */
static uint64_t number_of(enum task_column c, const struct snap_task *t)
{
	switch (c) {
	case COLUMN_ID:
		return t->id;
	case COLUMN_TOTAL:
		return t->total;
	case COLUMN_BUSY:
		return t->busy;
	case COLUMN_SCHED:
		return t->sched + t->first;
	case COLUMN_IDLE:
		return t->idle;
	case COLUMN_POLLS:
		return t->polls;
	case COLUMN_P95:
		return task_quantile(t->poll_hist, t->max_poll, 0.95);
	case COLUMN_DELAY:
		return task_quantile(t->delay_hist, t->max_delay, 0.95);
	case COLUMN_WAKES:
		return t->wakes;
	default:
		return 0;
	}
}

static bool is_name(enum task_column c)
{
	return c == COLUMN_STATE || c == COLUMN_WHAT || c == COLUMN_WHERE;
}

/* Where the highlighted column begins, and how wide it is. */
static unsigned int highlighted(unsigned int *width)
{
	const unsigned char *style = world.grid.style[LIST_TOP - 1];
	unsigned int from, end;

	for (from = 0; from < world.grid.width; from++)
		if (style[from] == STYLE_CURSOR)
			break;
	for (end = from; end < world.grid.width; end++)
		if (style[end] != STYLE_CURSOR)
			break;
	*width = end - from;
	return from;
}

/* Are the lines in the order that the highlighted column says? */
static void expect_sorted(enum task_column c, unsigned int screen)
{
	unsigned int width, col = highlighted(&width), i;
	char last[64] = "";

	EXPECT_STR(text_at(LIST_TOP - 1, col, width), task_column_info[c].title,
		   "the highlighted column is the one that is chosen, on %u "
		   "columns",
		   screen);
	for (i = 0; i < 12; i++) {
		const struct snap_task *t = snapshot_task(&world.now, id_at(i));
		const struct snap_task *b =
			i ? snapshot_task(&world.now, id_at(i - 1)) : t;
		int order;

		EXPECT(t && b, "line %u has a task", i);
		order = is_name(c)
				? strcmp(text_at(LIST_TOP + i, col, width),
					 i ? last : "")
				: (number_of(c, t) < number_of(c, b)) -
					  (number_of(c, t) > number_of(c, b));
		if (view.inverted && (i || !is_name(c)))
			order = -order;
		EXPECT(order >= 0,
		       "line %u by %s, inverted %u, is not before "
		       "the line above it",
		       i, task_column_info[c].title, view.inverted);
		snprintf(last, sizeof(last), "%s",
			 text_at(LIST_TOP + i, col, width));
	}
}

TEST(the_list_is_sorted_by_what_is_highlighted, 0, 0, kit)
{
	unsigned int c;

	WHY("A list that says it is sorted by one column, and is by another, "
	    "sends its reader after the wrong task.");
	mixed_tasks();
	for (c = 0; c < COLUMN_NR; c++) {
		view.sort = c;
		STEP("by %s, both ways around, on 80 and 120 columns",
		     task_column_info[c].title);
		for (view.inverted = false;; view.inverted = true) {
			draw_list_of(80, 24);
			expect_sorted(c, 80);
			draw_list_of(120, 40);
			expect_sorted(c, 120);
			if (view.inverted)
				break;
		}
	}
}

TEST(a_filter_leaves_what_has_the_text, 0, 0, kit)
{
	unsigned int i;

	WHY("Among 100,000 tasks only those of one kind are of interest.");
	mixed_tasks();
	strcpy(view.filter, "THUMB");
	draw_list_of(80, 24);
	for (i = 0; i < 6; i++)
		EXPECT_EQ(snapshot_task(&world.now, id_at(i))->place, 1,
			  "line %u is a thumbnail", i);
	EXPECT_EQ(id_at(6), 0, "there is no seventh line");
	STEP("a filter that no task has");
	strcpy(view.filter, "%s%n");
	draw_list_of(80, 24);
	EXPECT_EQ(id_at(0), 0, "no line is left");
	EXPECT_EQ(view.selected, 0, "and nothing is selected");
}

TEST(a_tree_has_children_below_their_parents, 0, 0, kit)
{
	static const uint64_t want[] = { 1, 3, 5, 2, 4 };
	unsigned int i, seen = 0;

	WHY("Who spawned the culprit is often the culprit.");
	world_init();
	memset(&view, 0, sizeof(view));
	for (i = 0; i < 5; i++)
		world_task(1);
	world.task[2].parent = 1;
	world.task[4].parent = 3;
	world.task[3].parent = 2;
	view.tree = true;
	view.inverted = true; /* by id, the smallest first */
	draw_list_of(80, 24);
	for (i = 0; i < 5; i++)
		EXPECT_EQ(id_at(i), want[i], "line %u is that task", i);
	EXPECT_STR(text_at(LIST_TOP + 2, 50, 14), "`-thumbnail",
		   "the grandchild stands further in");
	STEP("a region in which two tasks are the parents of each other");
	world.task[0].parent = 5;
	world.task[1].parent = 77;
	draw_list_of(80, 24);
	for (i = 0; i < 5; i++)
		seen |= 1u << id_at(i);
	EXPECT_EQ(seen, 62, "each of the five is still there, once");
	EXPECT_EQ(id_at(5), 0, "and nothing else");
}

TEST(the_cursor_stays_with_its_task, 0, 0, kit)
{
	WHY("A list that is sorted anew each second must not change what is "
	    "under the cursor.");
	mixed_tasks();
	view.sort = COLUMN_BUSY;
	view.move = 4;
	draw_list_of(80, 24);
	STEP("four lines down, then the task becomes the busiest");
	EXPECT_EQ(view.selected, id_at(4), "the cursor is in the fifth line");
	world.task[view.selected - 1].busy = NSEC_PER_SEC;
	draw_list_of(80, 24);
	EXPECT_EQ(view.selected, id_at(0), "its task is the first now");
	EXPECT_EQ(view.line, 0, "and the cursor went with it");
	STEP("its end: far below the last line");
	view.move = 1000;
	draw_list_of(80, 24);
	EXPECT_EQ(view.line, 11, "it stays in the last line");
}

TEST(a_small_screen_gets_one_line, 0, 0, kit)
{
	static char text[(VIEW_MAX_WIDTH + 1) * VIEW_MAX_HEIGHT + 1];
	unsigned int screen;

	WHY("What is cut off at random cannot be read; one line can.");
	mixed_tasks();
	for (screen = 0; screen < VIEW_SCREENS; screen++) {
		view.screen = screen;
		world.grid.width = 79;
		world.grid.height = 24;
		view_draw(&world.grid, &view, &world.data);
		grid_print(&world.grid, text);
		EXPECT_EQ(strspn(strchr(text, '\n'), "\n"), 24,
			  "screen %u is one line and 23 empty ones", screen);
		EXPECT(strstr(text, "79x24 is too small: 80x24"),
		       "the line has both sizes");
	}
}

TEST(tasks_that_wait_in_a_ring_are_a_cycle, 0, 0, kit)
{
	struct wait_graph w;
	unsigned int i;

	WHY("A deadlock stands still for ever, and nothing else looks wrong.");
	world_init();
	for (i = 0; i < 5; i++) {
		world_task(1)->wait = TP_WAIT_JOIN;
		/* 1 -> 2 -> 3 -> 2, 4 -> 1, 5 -> itself. */
		world.task[i].wait_for = (const uint64_t[]){ 2, 3, 2, 1, 5 }[i];
	}
	EXPECT_ERR(waits_find(&w, &world.now), 0, "there is memory");
	EXPECT_EQ(w.nr_cycles, 2, "2 and 3 are a cycle, and so is 5");
	EXPECT_EQ(w.n, 5, "each of the five waits for a task");
	for (i = 0; i < 5; i++)
		EXPECT_EQ(w.edge[i].cycle != 0, i < 3,
			  "edge %u: those in cycles come first", i);
	waits_free(&w);
}

TEST(nonsense_for_an_interval_gets_the_default, 0, 0, kit)
{
	static const struct {
		const char *text;
		uint64_t ms;
		bool warns;
	} want[] = {
		{ NULL, 1000, false },
		{ "250", 250, false },
		{ "10", 10, false },
		{ "9", 10, true },
		{ "0", 10, true },
		{ "", 1000, true },
		{ "fast", 1000, true },
		{ "12ms", 1000, true },
		{ "-5", 1000, true },
		{ "99999999999999999999", 3600000, true },
	};
	char warning[128];
	unsigned int i;

	WHY("A typo must not turn a reader into a loop that never sleeps.");
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		STEP("UNPARK_INTERVAL_MS=%s",
		     want[i].text ? want[i].text : "(not set)");
		EXPECT_EQ(sampler_interval(want[i].text, warning,
					   sizeof(warning)),
			  want[i].ms * NSEC_PER_MSEC, "the interval in ns");
		EXPECT_EQ(warning[0] != '\0', want[i].warns,
			  "a line says so when the text is not used");
	}
}

static struct sampler sampler;

TEST(a_restarted_program_is_not_the_old_one, 0, 0, kit)
{
	struct region_world w;
	struct region_header *h;

	WHY("Counters of two runs, subtracted, are rates of nothing.");
	EXPECT(rw_make(&w, RW_TASKS), "there is memory for a region");
	h = w.mem;
	EXPECT_ERR(reader_memory(&sampler.src, w.mem, w.size), 0, "it reads");
	sampler.params = lint_defaults;
	sampler.is_live = true;
	EXPECT_ERR(sampler_take(&sampler), 0, "the first frame");
	EXPECT(!sampler.before, "the first frame has none before it");
	STEP("the same once more, as if it were live");
	sampler.frame[sampler.nr] = (struct snapshot){};
	EXPECT_ERR(snapshot_take(&sampler.frame[sampler.nr++], &sampler.src), 0,
		   "a second frame");
	EXPECT_ERR(sampler_show(&sampler, 1), 0, "it is shown");
	EXPECT(sampler.before, "the one before it is of the same run");
	STEP("now another run has the same number");
	h->id++;
	EXPECT_ERR(reader_memory(&sampler.src, w.mem, w.size), 0, "it reads");
	EXPECT_ERR(snapshot_take(&sampler.frame[sampler.nr++], &sampler.src), 0,
		   "a third frame");
	EXPECT_ERR(sampler_show(&sampler, 2), 0, "it is shown");
	EXPECT(!sampler.before, "what was before it is no part of it");
	EXPECT_ERR(sampler_show(&sampler, 3), -EINVAL, "there is no fourth");
	sampler_close(&sampler);
	free(w.mem);
}

/* Spoils a few words of a region behind its header, or none. */
static void spoil(const struct region_world *w, unsigned int words)
{
	size_t from = sizeof(struct region_header) / 8, n = w->size / 8 - from;
	uint64_t *mem = (uint64_t *)w->mem + from;

	while (words--) {
		uint64_t *at = &mem[test_rand() % n];

		if (test_rand() % 2)
			*at = test_rand() >> (test_rand() % 64);
		else
			*at ^= 1ull << test_rand() % 64;
	}
}

TEST(a_spoilt_region_is_drawn_within_the_grid, 0, 0, kit)
{
	unsigned int round, rounds = test_is_slow() ? 30 : 150;
	struct region_world w;

	WHY("What is shown is what another process has written: anything.");
	for (round = 0; round < rounds; round++) {
		struct view_data d = { .now = &sampler.frame[0] };

		EXPECT(rw_make(&w, RW_TASKS), "there is memory for a region");
		spoil(&w, 1 << round % 12);
		EXPECT_ERR(reader_memory(&sampler.src, w.mem, w.size), 0,
			   "the header is as it was");
		sampler.params = lint_defaults;
		EXPECT_ERR(sampler_take(&sampler), 0, "it is read");
		d.now = sampler.now;
		d.rates = sampler.rates;
		d.findings = &sampler.findings;
		d.params = &sampler.params;
		memset(&view, 0, sizeof(view));
		view.sort = round % COLUMN_NR;
		view.tree = round & 1;
		for (; view.screen < VIEW_SCREENS; view.screen++) {
			world.grid.width = round & 2 ? 80 : 300;
			world.grid.height = round & 2 ? 24 : 200;
			view_draw(&world.grid, &view, &d);
		}
		sampler_close(&sampler);
		free(w.mem);
	}
}

TEST(times_and_numbers_fit_into_their_columns, 0, 0, kit)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} want[] = { { 0, "0 ns" },
		     { 999, "999 ns" },
		     { 1239, "1.23 us" },
		     { 12999999, "12.9 ms" },
		     { 999999999, "999 ms" },
		     { 999999999999, "999 s" },
		     { 1000 * NSEC_PER_SEC, "16m40s" },
		     { 10000 * NSEC_PER_SEC, "2h46m" },
		     { 1000000 * NSEC_PER_SEC, "11d13h" },
		     { UINT64_MAX, "213503d" } };
	char buf[8];
	unsigned int i;

	WHY("A number that is wider than its column pushes all others aside.");
	for (i = 0; i < ARRAY_SIZE(want); i++)
		EXPECT_STR(text_ns(want[i].ns, buf), want[i].text, "a time");
	EXPECT_STR(text_count(99999, buf), "99999", "a number");
	EXPECT_STR(text_count(100000, buf), "100k", "a larger one");
	EXPECT_STR(text_count(1239999, buf), "1.23M", "and larger");
	EXPECT_STR(text_count(UINT64_MAX, buf), "18.4E", "the largest");
}
