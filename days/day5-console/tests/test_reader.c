/*
 * What reads a region, against regions that lie. Without points: the readers
 * are given. A sanitizer sees what goes astray; the rest is checked here.
 */
#include "reader/copy.h"
#include "events.h"
#include "lint.h"
#include "rec_same.h"
#include "rec_world.h"
#include "snapshot.h"
#include "view.h"

#include "kit/err.h"

/* Where they are linked in, they are tried, too. */
__attribute__((weak)) int lint_run(struct findings *out,
				   const struct snapshot *before,
				   const struct snapshot *now,
				   const struct lint_params *p);
__attribute__((weak)) void lint_free(struct findings *out);
__attribute__((weak)) const char *explain_finding(const struct finding *f,
						  const struct snapshot *s,
						  char *buf, size_t size);
__attribute__((weak)) void view_draw(struct grid *g, struct view *v,
				     const struct view_data *d);
__attribute__((weak)) void view_remember(struct view *v,
					 const struct snapshot *s);
__attribute__((weak)) extern const struct lint_params lint_defaults;

static bool ends(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < size && name[i]; i++)
		if (name[i] < ' ' || name[i] > '~')
			return false;
	return i < size;
}

static void check_workers(const struct snapshot *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_runtimes; i++) {
		const struct snap_runtime *r = &s->runtimes[i];

		EXPECT(ends(r->name, sizeof(r->name)), "a runtime's name ends");
		EXPECT(r->first <= s->nr_workers &&
			       r->nr_workers <= s->nr_workers - r->first,
		       "a runtime's workers are there");
		EXPECT(r->flavour <= 2, "a flavour that there is");
	}
	for (i = 0; i < s->nr_workers; i++) {
		const struct snap_worker *w = &s->workers[i];

		EXPECT((unsigned int)w->state <= WORKER_GONE,
		       "a state that there is");
		EXPECT(w->place < s->nr_places && w->span <= s->nr_spans,
		       "a worker's place and span are there");
		EXPECT(!w->runtime || w->runtime < s->nr_runtimes,
		       "a worker's runtime is there");
		EXPECT(w->since <= s->now, "no worker is of tomorrow");
		hist_count(&w->polls);
	}
}

static void check_task(const struct snapshot *s, const struct snap_task *t)
{
	EXPECT(t->state > TASK_UNUSED && t->state <= TASK_ENDED,
	       "a state that there is");
	EXPECT(t->place < s->nr_places && t->worker <= s->nr_workers,
	       "a task's place and worker are there");
	EXPECT(!t->runtime || t->runtime < s->nr_runtimes,
	       "a task's runtime is there");
	EXPECT(!t->parent || t->parent < t->id, "a parent is older");
	EXPECT(t->nr_last <= TASK_LAST, "of the last polls there are 8");
	EXPECT(t->wait <= TP_WAIT_OTHER, "a wait that there is");
	EXPECT(t->since <= s->now && t->created <= s->now,
	       "no task is of tomorrow");
	EXPECT(task_quantile(t->poll_hist, t->max_poll, 0.95) <= t->max_poll,
	       "no quantile is above the maximum");
	EXPECT(snapshot_task(s, t->id), "a task is found");
}

static void check_rest(const struct snapshot *s)
{
	size_t i;

	EXPECT(ends(s->program, sizeof(s->program)), "the name ends");
	EXPECT(s->level <= 3, "a level that there is");
	for (i = 0; i < s->nr_tasks; i++) {
		check_task(s, &s->tasks[i]);
		EXPECT(!i || s->tasks[i - 1].id <= s->tasks[i].id,
		       "tasks are sorted");
	}
	for (i = 0; i < s->nr_places; i++)
		EXPECT(ends(s->places[i].what, sizeof(s->places[i].what)) &&
			       ends(s->places[i].where,
				    sizeof(s->places[i].where)),
		       "a place's names end");
	for (i = 0; i < s->nr_resources; i++)
		EXPECT(ends(s->resources[i].name,
			    sizeof(s->resources[i].name)) &&
			       s->resources[i].kind <= TP_RES_OTHER &&
			       snapshot_resource(s, s->resources[i].id),
		       "a resource is what it is");
	for (i = 0; i < s->nr_spans; i++)
		EXPECT(ends(s->spans[i].name, sizeof(s->spans[i].name)),
		       "a span's name ends");
}

static void check_events(const struct events *e)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		EXPECT((unsigned int)e->list[i].ev < TP_NR,
		       "an event that there is");
		EXPECT(!i || e->list[i - 1].time <= e->list[i].time,
		       "events are sorted");
	}
}

/* What is kept from one spoilt region to the next. */
static struct snapshot now, before, again;
static struct events events, copied;
static struct findings findings;

/* The copy of a region is the region. */
static void read_copy(const struct reader *src)
{
	struct region_image img;
	struct reader copy;

	if (region_image_init(&img, src->header.total))
		return;
	EXPECT_ERR(region_copy(src, &img), 0, "it can be copied");
	EXPECT_ERR(reader_memory(&copy, img.mem, img.size), 0,
		   "the copy is a region");
	EXPECT_ERR(snapshot_take(&again, &copy), 0, "there is memory");
	EXPECT_EQ(again.state, READER_FROZEN, "it stands still");
	if (now.now)
		expect_same(&now, &again);
	EXPECT_ERR(events_read(&copied, &copy), 0, "there is memory");
	EXPECT_EQ(copied.n, events.n, "it has the same events");
	EXPECT_EQ(copied.lost, events.lost, "as many are lost");
	expect_bytes(copied.list, events.list, events.n * sizeof(*events.list),
		     "events");
	region_image_fini(&img);
}

static void judge(unsigned int round)
{
	static struct grid g;
	struct view v = { .screen = round % VIEW_SCREENS,
			  .sort = round % COLUMN_NR,
			  .tree = round % 2,
			  .selected = round % 16 };
	struct view_data d = { .now = &now, .findings = &findings };
	char text[400];
	size_t i;

	if (lint_run && &lint_defaults) {
		EXPECT_ERR(lint_run(&findings,
				    before.id == now.id && before.memory
					    ? &before
					    : NULL,
				    &now, NULL),
			   0, "there is memory");
		for (i = 0; i < findings.n && explain_finding; i++)
			explain_finding(&findings.list[i], &now, text,
					sizeof(text));
	}
	if (view_draw && &lint_defaults) {
		struct metrics_rates *rates =
			calloc(now.nr_workers + 1, sizeof(*rates));

		d.params = &lint_defaults;
		d.rates = rates;
		g.width = 80 + round % 40;
		g.height = 24 + round % 8;
		if (view_remember)
			view_remember(&v, &now);
		view_draw(&g, &v, &d);
		free(rates);
	}
}

static bool read_all(void *mem, size_t size, unsigned int round)
{
	struct reader src;
	struct metrics_rates rates;

	if (reader_memory(&src, mem, size))
		return false;
	EXPECT_ERR(snapshot_take(&now, &src), 0, "there is memory");
	check_workers(&now);
	check_rest(&now);
	EXPECT_ERR(events_read(&events, &src), 0, "there is memory");
	check_events(&events);
	read_copy(&src);
	if (now.nr_workers && before.nr_workers)
		metrics_rates(&before.workers[0].reading,
			      &now.workers[0].reading, &rates);
	judge(round);
	EXPECT_ERR(snapshot_copy(&before, &now), 0, "there is memory");
	expect_same(&before, &now);
	return true;
}

static void let_go(void)
{
	snapshot_free(&now);
	snapshot_free(&before);
	snapshot_free(&again);
	events_free(&events);
	events_free(&copied);
	if (lint_free)
		lint_free(&findings);
}

TEST(a_good_region_is_read_as_it_is, 0, 0, kit)
{
	void *mem = world_make();

	WHY("The tests with spoilt regions begin with one that is good.");
	EXPECT(read_all(mem, world_header().total, 0), "it is a region");
	EXPECT_EQ(now.nr_tasks, WORLD_TASKS, "each task is there");
	EXPECT_EQ(now.torn, 0, "none is torn");
	EXPECT_EQ(now.now, 9000 + WORLD_WORKERS - 1,
		  "a dead process's time is its last sign of life");
	EXPECT_EQ(now.runtimes[0].nr_workers, 2, "two workers of the first");
	EXPECT_EQ(now.resources[0].id, 1, "resources are sorted");
	EXPECT_EQ(events.n, WORLD_EVENTS - 1 + WORLD_EVENTS / 2,
		  "all events but those that were overwritten, or may be");
	EXPECT_EQ(events.lost, WORLD_EVENTS / 2 + 1, "which are counted");
	EXPECT_EQ(events.start, 1500, "and when they began");
	free(mem);
	let_go();
}

TEST(a_spoilt_region_does_no_harm, 0, 0, kit, timeout = 20)
{
	unsigned int rounds = test_is_slow() ? 3000 : 8000, i, good = 0;
	struct world_dice dice = { 20260705 };
	void *model = world_make(), *mem;
	size_t total = world_header().total, size;

	WHY("A reader must survive whatever bytes it finds: a bug in the "
	    "program that is looked at must not become one in the console.");
	for (i = 0; i < rounds; i++) {
		void *whole = world_room(total);

		memcpy(whole, model, total);
		size = world_spoil(&dice, whole, total);
		mem = world_room(size);
		memcpy(mem, whole, size);
		free(whole);
		good += read_all(mem, size, i);
		free(mem);
	}
	STEP("%u of %u spoilt regions passed the check", good, rounds);
	EXPECT(good > rounds / 4 && good < rounds,
	       "some pass the check, and some do not (%u of %u)", good, rounds);
	free(model);
	let_go();
}

TEST(a_task_in_its_zeroth_poll_has_no_last_one, 0, 0, kit)
{
	void *mem = world_make();
	struct region_task *t = world_entry(mem, REGION_TASKS, 0);

	WHY("A task inside poll 0 has -1 polls behind it: 2^64 - 1.");
	world_set(&t->life.word[TW_STATE], 1 * 8 + TASK_POLLED);
	world_set(&t->life.word[TW_POLLS], 0);
	EXPECT(read_all(mem, world_header().total, 0), "it is a region");
	EXPECT_EQ(snapshot_task(&now, 1)->nr_last, 0, "no poll has ended");
	free(mem);
	let_go();
}

TEST(a_worker_belongs_to_one_runtime, 0, 0, kit)
{
	void *mem = world_make();
	struct region_runtime *r = world_entry(mem, REGION_RUNTIMES, 0);

	WHY("What is counted for each runtime must not be counted twice.");
	STEP("the one that has ended says that all workers are its own");
	atomic_store_explicit(&r->state, RUNTIME_ENDED, memory_order_relaxed);
	r->nr_workers = WORLD_WORKERS;
	r = world_entry(mem, REGION_RUNTIMES, 1);
	atomic_store_explicit(&r->state, RUNTIME_RUNNING, memory_order_relaxed);
	EXPECT(read_all(mem, world_header().total, 0), "it is a region");
	EXPECT_EQ(now.runtimes[1].nr_workers, 1, "who runs keeps its worker");
	EXPECT_EQ(now.runtimes[0].nr_workers, 0, "the other has none");
	EXPECT_EQ(now.workers[2].runtime, 1, "the worker says the same");
	free(mem);
	let_go();
}

TEST(a_slot_that_is_torn_for_good_is_torn_in_a_copy, 0, 0, kit)
{
	void *mem = world_make();
	struct region_task *t = world_entry(mem, REGION_TASKS, 3);
	struct region_worker *w = world_entry(mem, REGION_WORKERS, 1);

	WHY("A process that was killed has died in the middle of something.");
	world_set(&t->life.seq, 7);
	world_set(&w->now.seq, 9);
	EXPECT(read_all(mem, world_header().total, 0), "it is a region");
	EXPECT_EQ(now.torn, 1, "the task is torn");
	EXPECT(!snapshot_task(&now, 4), "and not shown");
	EXPECT(now.workers[1].is_torn && again.workers[1].is_torn,
	       "the worker is torn, in the copy, too");
	free(mem);
	let_go();
}

TEST(a_process_that_never_was_does_not_run, 0, 0, kit)
{
	void *mem = world_make();
	struct region_header *h = mem;

	WHY("A process that is not there has a start time of 0.");
	h->start_ticks = 0;
	EXPECT(read_all(mem, h->total, 0), "it is a region");
	EXPECT_EQ(now.state, READER_DEAD, "its process is gone");
	free(mem);
	let_go();
}
