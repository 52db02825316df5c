/*
 * The ratio, measured here: the student's program and the reference's by
 * turns, each run under a keeper and in a cage. The gradebook keeps what came:
 *
 *	{"release": [{"ref": SIDE, "mine": SIDE}, ...], "debug": [...],
 *	 "error": "..."}
 *	SIDE: {"inline", "spawn": ns an operation, "ratio", "cpu", "wall": s}
 *
 * cpu and wall are of the whole program, as seen from outside.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "grade/book/store.h"
#include "grade/check/isolate.h"
#include "grade/check/judge.h"
#include "grade/check/keeper.h"
#include "grade/rubric/rubric.h"

#define BUILD_LIMIT 120 /* seconds, for two files */
#define RUN_LIMIT 5	/* seconds, for a run that takes a tenth of one */

/* One program in one build, and who is to blame if it fails. */
struct program {
	const char *build;
	char path[600];
	unsigned int rounds;
	bool is_ours;
};

/* 0, with the reason in @why when the program is to blame; -EIO when not. */
static int run_make(const struct capstone *c, bool is_debug, char *why,
		    size_t len)
{
	char o[512], mine[600], dir[512];
	struct job job = { .limit = BUILD_LIMIT };
	char *argv[] = { (char *)grade_opt.make,
			 isolate_word(),
			 "--no-print-directory",
			 ".measure",
			 "SRC=submitted",
			 "BASE=ref",
			 "STRICT_MODPOST=1",
			 "DAY=capstone",
			 o,
			 mine,
			 is_debug ? "OPT0=1" : NULL,
			 NULL };
	unsigned int try;
	int err;

	*why = '\0';
	unit_folder(dir, sizeof(dir), c->s->id, c->unit);
	snprintf(o, sizeof(o), "O=%s", grade_opt.build);
	snprintf(mine, sizeof(mine), "MINE=%s", dir);
	snprintf(job.log, sizeof(job.log), "%s/log", dir);
	for (try = 0; try < 2; try++) {
		err = job_run(&job, argv);
		if (err || !job.status)
			return err;
	}
	snprintf(why, len, "%s: the program does not build: ",
		 is_debug ? "debug" : "release");
	return job.status == 1 && judge_build(why + strlen(why),
					      len - strlen(why), dir)
		       ? 0
		       : -EIO;
}

static const char *confine_path(void)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/tools/confine", grade_opt.build);
	return path;
}

/* As the checks are. */
static bool is_caged(void)
{
	return strstr(isolate_name(), "bubblewrap") != NULL;
}

static bool is_number(double x)
{
	return isfinite(x) && x > 0;
}

/* What measure.c prints, strictly; NULL when it is not that. */
static json_t *side_of(const struct program *p, const char *text, double cpu,
		       double wall)
{
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL),
	       *side = NULL;
	double ratio, inl, spawn;
	json_int_t n_inl, n_spawn;
	const char *build;

	/* singles of capstone/measure.c */
	if (!json_unpack(j, "{s:s, s:{s:F}, s:{s:F, s:I}, s:{s:F, s:I}}",
			 "build", &build, "ratio", "p50", &ratio, "inline",
			 "per_op", &inl, "n", &n_inl, "spawn", "per_op", &spawn,
			 "n", &n_spawn) &&
	    !strcmp(build, p->build) && n_inl == p->rounds * 10000ll &&
	    n_spawn == n_inl && is_number(ratio) && is_number(inl) &&
	    is_number(spawn))
		side = json_pack("{s:f, s:f, s:f, s:f, s:f}", "inline", inl,
				 "spawn", spawn, "ratio", ratio, "cpu", cpu,
				 "wall", wall);
	json_decref(j);
	return side;
}

/* What confine wrote; NULL, with the reason in @why. */
static json_t *read_log(const struct program *p, const char *path, char *why,
			size_t len)
{
	static char text[300 << 10];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	double cpu, wall;
	char status[16], *line, *const reason = why;
	json_t *side;

	if (f)
		fclose(f);
	text[n] = '\0';
	line = strchr(text, '\n');
	if (!line ||
	    sscanf(text, "confine %15s %lf %lf", status, &cpu, &wall) != 3)
		return NULL; /* ours: no reason */
	snprintf(why, len, "%s: the program ", p->build);
	len -= strlen(why);
	why += strlen(why);
	if (!strcmp(status, "endless"))
		snprintf(why, len, "prints without end");
	else if (atoi(status) == 128 + SIGKILL)
		*reason = '\0'; /* the machine's doing */
	else if (atoi(status) > 128)
		snprintf(why, len, "crashed: %s",
			 strsignal(atoi(status) - 128));
	else if (strcmp(status, "0"))
		snprintf(why, len, "ended with status %s", status);
	else if (!(side = side_of(p, line + 1, cpu, wall)))
		snprintf(why, len, "printed no report, or more than it");
	else
		return side;
	return NULL;
}

/* One run; once more when it failed. 0; -EIO, with a reason in @why when the
 * program is to blame; -EINTR. */
static int run_once(const struct capstone *c, const struct program *p,
		    json_t **side, char *why, size_t len)
{
	char rounds[16];
	char *argv[] = { (char *)confine_path(),
			 "--cage",
			 (char *)p->path,
			 "--build",
			 (char *)p->build,
			 "--flags",
			 "-",
			 "--out",
			 "-",
			 "--rounds",
			 rounds,
			 NULL };
	struct job job = { .limit = RUN_LIMIT };
	unsigned int try;
	char dir[512];
	int err;

	if (!is_caged())
		memmove(argv + 1, argv + 2, sizeof(argv) - 2 * sizeof(*argv));
	unit_folder(dir, sizeof(dir), c->s->id, c->unit);
	snprintf(rounds, sizeof(rounds), "%u", p->rounds);
	snprintf(job.log, sizeof(job.log), "%s/run.log", dir);
	for (try = 0; try < 2; try++) {
		*why = '\0';
		err = job_sh(&job, argv);
		if (err)
			return err;
		*side = NULL;
		if (job.status == KEEPER_LIMIT) {
			snprintf(why, len,
				 "%s: the program did not end within "
				 "%d s",
				 p->build, RUN_LIMIT);
			continue;
		}
		*side = read_log(p, job.log, why, len);
		if (*side)
			return 0;
	}
	return -EIO;
}

static void programs(const struct capstone *c, const struct rubric_item *item,
		     bool is_debug, struct program *ref, struct program *mine)
{
	const char *name = is_debug ? "debug" : "release";
	const char *folder = is_debug ? "debug" : "plain";
	char dir[512];

	*ref = (struct program){ .build = name,
				 .rounds = item->rounds,
				 .is_ours = true };
	*mine = (struct program){ .build = name, .rounds = item->rounds };
	unit_folder(dir, sizeof(dir), c->s->id, c->unit);
	snprintf(ref->path, sizeof(ref->path), "%s/%s/capstone/measure-ref-ref",
		 grade_opt.build, folder);
	snprintf(mine->path, sizeof(mine->path), "%s/obj/%s/capstone/measure",
		 dir, folder);
}

/* The pairs of one build, added to those that there are. */
static int measure_pairs(const struct capstone *c,
			 const struct rubric_item *item, bool is_debug,
			 json_t *measured)
{
	struct program p[2];
	json_t *pairs, *side[2];
	char why[200];
	unsigned int i, turn;
	int err;

	programs(c, item, is_debug, &p[0], &p[1]);
	pairs = json_object_get(measured, p[0].build);
	if (!pairs)
		json_object_set_new(measured, p[0].build, pairs = json_array());
	for (i = 0; i < item->pairs; i++) {
		memset(side, 0, sizeof(side));
		for (turn = 0; turn < 2; turn++) {
			/* ABBA: a drift hits both alike. */
			unsigned int who = turn ^ (i & 1);

			err = run_once(c, &p[who], &side[who], why,
				       sizeof(why));
			if (!err)
				continue;
			json_decref(side[!who]);
			if (err == -EIO && !p[who].is_ours && *why) {
				json_object_set_new(measured, "error",
						    json_text(why));
				return 0;
			}
			return err;
		}
		json_array_append_new(pairs,
				      json_pack("{s:o, s:o}", "ref", side[0],
						"mine", side[1]));
	}
	return 0;
}

/* Both builds; 0 with @measured filled, or -errno and ours. */
static int measure(const struct capstone *c, const struct rubric_item *item,
		   json_t *measured)
{
	unsigned int debug;
	char why[300];
	int err;

	for (debug = 0; debug < 2; debug++) {
		if (json_object_get(measured, "error"))
			return 0;
		err = run_make(c, debug, why, sizeof(why));
		if (!err && *why)
			json_object_set_new(measured, "error", json_text(why));
		else if (!err)
			err = measure_pairs(c, item, debug, measured);
		if (err)
			return err;
	}
	return 0;
}

/* The first of the item's tests that does not pass; NULL: all do. */
static const char *first_failing(const struct capstone *c,
				 const struct rubric_item *item)
{
	unsigned int i;

	for (i = 0; i < item->nr_words; i++) {
		sqlite3_stmt *st = store_query(
			"SELECT 1 FROM tests WHERE check_id = ? AND name = ?"
			" AND verdict = 'PASS'",
			"is", c->check, item->words[i]);
		bool passes = store_next(st);

		sqlite3_finalize(st);
		if (!passes)
			return item->words[i];
	}
	return NULL;
}

static json_t *recall(const struct capstone *c)
{
	sqlite3_stmt *st =
		store_query("SELECT report FROM measured WHERE content = ? AND"
			    " kit = ? AND seed = ?",
			    "sss", c->s->content[c->unit], grade_opt.hash,
			    c->seed);
	json_t *j = NULL;

	if (store_next(st))
		j = json_loads((const char *)sqlite3_column_text(st, 0), 0,
			       NULL);
	sqlite3_finalize(st);
	return j;
}

static void remember(const struct capstone *c, json_t *measured)
{
	char *text =
		json_dumps(measured, JSON_COMPACT | JSON_REAL_PRECISION(6));

	if (!text)
		return;
	store_change("INSERT OR REPLACE INTO measured VALUES(?, ?, ?, ?)",
		     "ssss", c->s->content[c->unit], grade_opt.hash, c->seed,
		     text);
	free(text);
}

int ratio_mark(const struct capstone *c, const struct rubric_item *item,
	       struct outcome *o)
{
	const char *failing = first_failing(c, item);
	json_t *measured;
	int err = 0;

	if (failing) {
		outcome_share(o, item, 0);
		snprintf(o->detail, sizeof(o->detail),
			 "not measured: the test %s does not pass", failing);
		return 0;
	}
	measured = recall(c);
	if (measured)
		ratio_judge(item, measured, o);
	if (!measured || !strcmp(o->state, "inconclusive")) {
		json_decref(measured);
		measured = json_object();
		err = measure(c, item, measured);
		if (!err)
			ratio_judge(item, measured, o);
		/* Noise: as many runs again, once; then a person. */
		if (!err && !strcmp(o->state, "inconclusive"))
			err = measure(c, item, measured);
		if (!err) {
			ratio_judge(item, measured, o);
			remember(c, measured);
		}
	}
	json_decref(measured);
	if (!err && !is_caged())
		detail_add(o, "without bubblewrap");
	if (err && err != -EINTR) {
		o->state = "infra";
		o->points = -1;
		snprintf(o->detail, sizeof(o->detail),
			 "the program could not be measured: %s",
			 strerror(-err));
		err = 0;
	}
	return err;
}
