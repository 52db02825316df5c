/*
 * The journal, as the project's own checker sees it: `make check` in
 * capstone/ calls the same program for the student.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade/check/keeper.h"
#include "grade/rubric/rubric.h"

#define FINDINGS 64
#define LIMIT 10 /* seconds, for a checker that takes some milliseconds */

/* One thing that was looked at. */
struct finding {
	char state[16]; /* ok, empty, thin, wrong, unmeasured */
	char name[80];	/* "number release spawn p50" */
	char why[200];
};

struct journal {
	bool is_there;
	bool is_broken;	 /* our side could not read it */
	bool is_late;	 /* the checker did not end */
	char bench[200]; /* what is wrong with BENCH.json, or "" */
	char recorded[80];
	struct finding found[FINDINGS];
	unsigned int nr;
};

static void take_line(struct journal *j, char *line)
{
	char *name = strchr(line, '\t'),
	     *why = name ? strchr(name + 1, '\t') : NULL;
	struct finding *f = &j->found[j->nr];

	line[strcspn(line, "\n")] = '\0';
	if (!why || j->nr == FINDINGS)
		return;
	*name++ = '\0';
	*why++ = '\0';
	snprintf(f->state, sizeof(f->state), "%s", line);
	snprintf(f->name, sizeof(f->name), "%s", name);
	snprintf(f->why, sizeof(f->why), "%s", why);
	j->nr++;
}

static void take_findings(struct journal *j, const char *log)
{
	FILE *f = fopen(log, "r");
	char line[1024];

	while (f && fgets(line, sizeof(line), f))
		take_line(j, line);
	if (f)
		fclose(f);
}

static void record(struct journal *j, json_t *bench, const char *path)
{
	double release = 0, debug = 0;

	if (!bench)
		return;
	if (json_unpack(bench, "{s:{s:{s:{s:F}}, s:{s:{s:F}}}}", "build",
			"release", "ratio", "p50", &release, "debug", "ratio",
			"p50", &debug) ||
	    json_dump_file(bench, path, JSON_REAL_PRECISION(6)))
		j->is_broken = true;
	snprintf(j->recorded, sizeof(j->recorded),
		 "recorded by the student: %.1f release, %.1f debug", release,
		 debug);
}

int journal_read(struct capstone *c)
{
	struct journal *j = calloc(1, sizeof(*j));
	struct job job = { .limit = LIMIT };
	char dir[512], file[600], bench[600], clean[600];
	char *argv[] = { "sh",	   "harness/tools/report/journal-check",
			 "--list", file,
			 clean,	   NULL };
	json_t *numbers;
	int err = 0;

	if (!j)
		return -ENOMEM;
	c->journal = j;
	unit_folder(dir, sizeof(dir), c->s->id, GRADE_MAX_UNITS);
	snprintf(file, sizeof(file), "%s/JOURNAL.md", dir);
	snprintf(bench, sizeof(bench), "%s/BENCH.json", dir);
	snprintf(clean, sizeof(clean), "%s/bench.clean", dir);
	snprintf(job.log, sizeof(job.log), "%s/journal.log", dir);
	unlink(clean);
	numbers = bench_clean(bench, j->bench, sizeof(j->bench));
	record(j, numbers, clean);
	json_decref(numbers);
	j->is_there = !access(file, R_OK);
	if (j->is_there)
		err = job_sh(&job, argv);
	if (err == -EINTR)
		return err;
	j->is_late = job.status == KEEPER_LIMIT;
	j->is_broken |= err || job.status == KEEPER_BROKEN;
	take_findings(j, job.log);
	j->is_broken |= j->is_there && !j->is_late && !j->nr;
	return 0;
}

/* Is a finding's name one of the item's things? */
static bool is_meant(const struct rubric_item *item, const char *name)
{
	unsigned int i;
	size_t len;

	for (i = 0; i < item->nr_words; i++) {
		len = strlen(item->words[i]);
		if (!strncmp(name, item->words[i], len) &&
		    (name[len] == ' ' || !name[len]))
			return true;
	}
	return false;
}

/* The first few that are not right, as a text. */
static void mention(struct outcome *o, const struct finding *f, unsigned int nr)
{
	size_t len = strlen(o->detail);

	if (nr == 4)
		snprintf(o->detail + len, sizeof(o->detail) - len, "; more");
	if (nr >= 4)
		return;
	snprintf(o->detail + len, sizeof(o->detail) - len, "%s%s%s",
		 nr > 1 ? "; " : "",
		 strcmp(f->state, "empty") ? f->why : "empty: ",
		 strcmp(f->state, "empty") ? "" : strchr(f->name, ' ') + 1);
}

void journal_mark(const struct capstone *c, const struct rubric_item *item,
		  struct outcome *o)
{
	const struct journal *j = c->journal;
	unsigned int i, ok = 0, of = 0, wrong = 0;
	bool is_measured = true;

	if (j->is_broken) {
		o->state = "infra";
		o->points = -1;
		return;
	}
	if (!c->points) {
		outcome_share(o, item, 0);
		snprintf(o->detail, sizeof(o->detail),
			 "there is no program that it could be about");
		return;
	}
	for (i = 0; i < j->nr; i++) {
		const struct finding *f = &j->found[i];

		if (!is_meant(item, f->name))
			continue;
		of++;
		if (!strcmp(f->state, "ok"))
			ok++;
		else if (!strcmp(f->state, "unmeasured"))
			is_measured = false;
		else
			mention(o, f, ++wrong);
	}
	outcome_share(o, item, of ? (double)ok / of : 0);
	if (!j->is_there || j->is_late)
		snprintf(o->detail, sizeof(o->detail), "%s",
			 j->is_late ? "the journal could not be read in time"
				    : "there is no journal");
	else if (!is_measured)
		snprintf(o->detail, sizeof(o->detail),
			 "nothing to compare "
			 "with: %s",
			 j->bench);
}

const char *journal_recorded(const struct capstone *c)
{
	return *c->journal->bench ? c->journal->bench : c->journal->recorded;
}

void journal_drop(struct capstone *c)
{
	free(c->journal);
	c->journal = NULL;
}
