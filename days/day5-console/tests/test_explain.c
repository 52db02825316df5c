/**
 * @file test_explain.c
 * Day 5: a finding is one sentence with its evidence.
 */
#include <string.h>
#include <unistd.h>

#include "lint_plant.h"
#include "test/test.h"
#include "thread_cpu.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/lock.h"
#include "kit/thread.h"

static struct world world;
static char text[512];

/* The sentence of the first finding of a rule. */
static const char *sentence(enum lint_rule rule)
{
	const struct finding *f;

	world_run(&world);
	f = world_found(&world, rule);
	if (!f)
		FAIL("%s is not told, but \"%s\"", lint_info[rule].name,
		     world_said(&world));
	return explain_finding(f, &world.at[1], text, sizeof(text));
}

TEST(a_stall_is_one_sentence, 7, 0, kit)
{
	struct finding f;

	WHY("Evidence that can be checked convinces; a colour does not.");
	world_init(&world, 4);
	world.tasks[1][0].polls = 380;
	world_polls(&world, 2, world_task(&world, PLACE_THUMBNAIL),
		    12 * MS + 450000);
	world_schedule(&world, world_task(&world, PLACE_DB), TASK_IN_SLOT,
		       12 * MS + 400000);
	EXPECT_STR(sentence(LINT_BLOCKING),
		   "task 2 (db, server.c:60) has waited 12.4 ms: worker 2 is "
		   "inside poll 1201 of task 1 (thumbnail, server.c:88)",
		   "who waits, for how long, where, and because of whom");
	STEP("its thread was seen for 12 ms, and was off the CPU for 11.9");
	f = *world_found(&world, LINT_BLOCKING);
	f.cpu_seen = 12 * MS;
	f.off_cpu = 11 * MS + 950000;
	explain_finding(&f, &world.at[1], text, sizeof(text));
	EXPECT_STR(strchr(text, ';'),
		   "; its thread was off the CPU for 11.9 ms of 12.0 ms",
		   "a poll that sleeps is told from one that computes");
	f.off_cpu = MS / 2;
	explain_finding(&f, &world.at[1], text, sizeof(text));
	EXPECT_STR(strchr(text, ';'), "; its thread ran for 11.5 ms of 12.0 ms",
		   "a poll that computes is told from one that sleeps");
	f.off_cpu = f.no_core = 10 * MS;
	explain_finding(&f, &world.at[1], text, sizeof(text));
	EXPECT_STR(strchr(text, ';'),
		   "; its thread was off the CPU for 10.0 ms of 12.0 ms, since "
		   "it got no core",
		   "a machine that is full is told from a task that sleeps");
	lint_free(&world.found);
}

TEST(a_deadlock_is_told_once_and_around, 8, 0, kit)
{
	struct snap_resource *db;
	struct snap_task *a, *b;

	WHY("Who reads that two tasks wait for each other wants to know at "
	    "which place each of them is to be changed.");
	world_init(&world, 2);
	a = world_task(&world, PLACE_CONN);
	b = world_task(&world, PLACE_DB);
	db = world_resource(&world, TP_RES_LOCK, "db");
	db->holder = a->id;
	db->since = world.at[1].now - 3 * SECOND;
	db->waiting = 1;
	*world_old_resource(&world, db) = *db;
	world_waits(&world, a, TP_WAIT_JOIN, b->id, 2500 * MS);
	world_waits(&world, b, TP_WAIT_LOCK, db->id, 2 * SECOND);
	EXPECT_STR(
		sentence(LINT_DEADLOCK),
		"task 1 (conn, server.c:31) waits for the end of task 2 (db, "
		"server.c:60), which waits for lock db (server.c:12) of "
		"task 1; nobody can go on, for 2.00 s",
		"each step of the circle is named");
	EXPECT_STR(world_said(&world), "deadlock",
		   "it is told once, and not that the lock is held, too");
	STEP("one of them has a timeout: somebody else has a waker of it");
	a->clones++;
	world_run(&world);
	EXPECT(!world_found(&world, LINT_DEADLOCK),
	       "a wait that a timeout ends is no deadlock");
	STEP("without it, but the lock was given on in between");
	a->clones--;
	db->since += SECOND;
	world_run(&world);
	EXPECT(!world_found(&world, LINT_DEADLOCK),
	       "edges that were not there together are no circle");
	lint_free(&world.found);
}

TEST(each_finding_has_a_sentence, 7, 0, kit)
{
	unsigned int rule;

	WHY("A finding that nobody can put into words is a number.");
	for (rule = 0; rule < LINT_NR; rule++) {
		size_t len;

		plant(&world, rule, test_seed());
		len = strlen(sentence(rule));
		STEP("%s: %.80s", lint_info[rule].name, text);
		EXPECT(len > 40 && len < sizeof(text) - 1,
		       "%s is said in a sentence of some length",
		       lint_info[rule].name);
		explain_rule(rule, NULL, text, sizeof(text));
		EXPECT(strstr(text, "\nThresholds: ") &&
			       strstr(text, "\nNext: "),
		       "%s has thresholds, and says what to try next",
		       lint_info[rule].name);
		len = strlen(text);
		EXPECT(len < sizeof(text) - 1, "its text is not cut");
	}
	lint_free(&world.found);
}

TEST(a_finding_about_nothing_is_explained_as_well, 7, 0, kit)
{
	static struct snapshot empty;
	struct finding f;
	unsigned int rule;
	char small[8];

	WHY("A snapshot of a region that lies may lack all that a finding "
	    "names.");
	for (rule = 0; rule < LINT_NR; rule++) {
		memset(&f, 0xff, sizeof(f));
		f.rule = rule;
		f.level = LINT_WARN;
		explain_finding(&f, &empty, text, sizeof(text));
		EXPECT(text[0], "something is said");
		explain_finding(&f, &empty, small, sizeof(small));
		EXPECT_EQ(strlen(small), sizeof(small) - 1,
			  "a text that is too long is cut");
	}
	STEP("the rules, on a snapshot with tasks and no runtime");
	for (rule = 0; rule < LINT_NR; rule++) {
		plant(&world, rule, test_seed());
		world.at[1].nr_runtimes = 0;
		world.at[1].nr_workers = 0;
		world_run(&world);
		world.at[0].nr_runtimes = 0;
		world.at[0].nr_workers = 0;
		world_run(&world);
	}
	lint_free(&world.found);
}

TEST(a_threshold_is_set_by_its_name, 7, 0, kit)
{
	struct lint_params p = lint_defaults;

	WHY("What is long depends on the service; whoever knows it must be "
	    "able to say so.");
	EXPECT_ERR(lint_set(&p, "poll_warn=2ms"), 0, "it is a time");
	EXPECT_EQ(p.poll_warn, 2 * MS, "2 ms are set");
	EXPECT_ERR(lint_set(&p, "busy_percent=70"), 0, "it is a share");
	EXPECT_EQ(p.busy_percent, 70, "70 %% are set");
	EXPECT_ERR(lint_set(&p, "silence=stealing"), 0, "it is a rule");
	EXPECT_EQ(p.silenced, 1u << LINT_STEALING, "it is silenced");
	EXPECT_ERR(lint_set(&p, "poll=2ms"), -ENOENT, "no such threshold");
	EXPECT_ERR(lint_set(&p, "poll_warn=2"), -EINVAL, "a time has a unit");
	EXPECT_ERR(lint_set(&p, "poll_warn=-2ms"), -EINVAL, "nor is it below");
	EXPECT_ERR(lint_set(&p, "poll_warn=99999999999s"), -EINVAL,
		   "it does not fit");
	EXPECT_ERR(lint_set(&p, "busy_percent=101"), -EINVAL, "above all");
	EXPECT_ERR(lint_set(&p, "queue_min="), -EINVAL, "nothing is no number");
	EXPECT_ERR(lint_set(&p, "silence=me"), -EINVAL, "no such rule");
	EXPECT_EQ(p.poll_warn, 2 * MS, "what is refused changes nothing");
}

TEST(a_process_that_was_started_anew_is_another_one, 7, 0, kit)
{
	WHY("The counters of two processes have nothing to do with each "
	    "other.");
	plant(&world, LINT_SATURATION, test_seed());
	world.at[0].id++;
	world_run(&world);
	EXPECT(!world_found(&world, LINT_SATURATION),
	       "without a window there is no saturation");
	lint_free(&world.found);
}

/* A thread's times ---------------------------------------------------------- */

static struct {
	struct mutex lock;
	struct cond cond;
	int tid;
	bool is_over;
} other;

static void wait_for_the_end(void *arg)
{
	mutex_lock(&other.lock);
	other.tid = kit_self()->tid;
	cond_signal(&other.cond);
	while (!other.is_over)
		cond_wait(&other.cond, &other.lock, CLOCK_NEVER);
	mutex_unlock(&other.lock);
}

/* Two looks at the polls of two threads: one that waits, and this one, which
 * computes for 60 ms of its own time. */
static void look_twice(struct thread_cpu *cpu)
{
	uint64_t start;

	world_init(&world, 2);
	world.at[1].state = READER_LIVE;
	world.at[1].pid = getpid();
	world_polls(&world, 0, world_task(&world, PLACE_DB), SECOND);
	world_polls(&world, 1, world_task(&world, PLACE_THUMBNAIL), SECOND);
	world.workers[1][0].tid = other.tid;
	world.workers[1][1].tid = kit_self()->tid;
	world_run(&world);
	thread_cpu_look(cpu, &world.at[1], NULL);
	start = clock_thread_cpu();
	while (clock_thread_cpu() < start + 60 * MS)
		;
	thread_cpu_look(cpu, &world.at[1], NULL);
	thread_cpu_note(cpu, &world.found);
}

TEST(a_thread_that_sleeps_is_told_from_one_that_runs, 7, 0, kit)
{
	struct thread_cpu cpu = { 0 };
	struct thread_time t;
	const struct finding *f;
	struct thread thread;
	size_t i;

	WHY("The one needs the blocking pool, the other a pool of its own.");
	if (thread_time_read(getpid(), kit_self()->tid, &t))
		SKIP("this kernel does not count how long threads run");
	mutex_init(&other.lock);
	cond_init(&other.cond);
	EXPECT_ERR(thread_create(&thread, "idle", wait_for_the_end, NULL), 0,
		   "a thread");
	mutex_lock(&other.lock);
	while (!other.tid)
		cond_wait(&other.cond, &other.lock, CLOCK_NEVER);
	mutex_unlock(&other.lock);
	/* It has given the lock back; it sleeps in a moment, or does not. */
	for (i = 0; i < 1000000 && thread_is_asleep(getpid(), other.tid) != 1;
	     i++)
		;
	look_twice(&cpu);
	EXPECT_EQ(world.found.n, 2, "two polls are too long");
	for (i = 0; i < 2; i++) {
		f = &world.found.list[i];
		EXPECT(f->cpu_seen >= 60 * MS, "each was seen for 60 ms");
		EXPECT_EQ(f->looks, 2, "each was looked at twice");
		EXPECT_EQ(f->asleep, f->worker == 1 ? 2 : 0,
			  "one slept, the other did not");
		EXPECT(f->worker == 1 ? f->off_cpu >= f->cpu_seen - 5 * MS
				      : f->cpu_seen - f->off_cpu >= 40 * MS,
		       "one ran, the other did not");
	}
	mutex_lock(&other.lock);
	other.is_over = true;
	cond_signal(&other.cond);
	mutex_unlock(&other.lock);
	thread_join(&thread);
	thread_cpu_free(&cpu);
	lint_free(&world.found);
	cond_fini(&other.cond);
	mutex_fini(&other.lock);
}
