/*
 * Item by item, student by student. Only the measuring is dear, and is kept;
 * the rest is read anew, so that a changed rubric needs no new checks.
 */
#define _GNU_SOURCE
#include "grade/rubric/load.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade/book/mark.h"
#include "grade/check/judge.h"
#include "grade/check/keeper.h"

#define UNIT "capstone"

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS rubric(student TEXT, item TEXT,"
	" points INTEGER, of INTEGER, state TEXT, detail TEXT, says TEXT,"
	" kit TEXT, seed TEXT, PRIMARY KEY(student, item))";
static const char measured[] =
	"CREATE TABLE IF NOT EXISTS measured(content TEXT, kit TEXT,"
	" seed TEXT, report TEXT, PRIMARY KEY(content, kit, seed))";

/* Rounded; but only the layout is full marks with something amiss. */
void outcome_share(struct outcome *o, const struct rubric_item *item,
		   double share)
{
	o->points = (int)lround(item->points * share);
	if (share < 1 && o->points == item->points &&
	    item->kind != RUBRIC_STYLE)
		o->points--;
	o->state = o->points == item->points ? "ok" : o->points ? "part" : "no";
}

void detail_add(struct outcome *o, const char *text)
{
	size_t len = strlen(o->detail);

	snprintf(o->detail + len, sizeof(o->detail) - len, "%s%s",
		 len ? "; " : "", text);
}

/* --- tests ---------------------------------------------------------------- */
static void tests_mark(const struct capstone *c, const struct rubric_item *item,
		       struct outcome *o)
{
	int points = 0, of = 0;
	bool is_unclear = false;
	unsigned int i, failed = 0;
	char text[160];

	for (i = 0; i < item->nr_words; i++) {
		sqlite3_stmt *st = store_query(
			"SELECT points, of, verdict FROM tests WHERE"
			" check_id = ? AND name = ?",
			"is", c->check, item->words[i]);
		const char *verdict = "";

		if (store_next(st))
			verdict = (const char *)sqlite3_column_text(st, 2);
		/* What was skipped leaves its weight to the rest. */
		if (strcmp(verdict, "SKIP")) {
			points += sqlite3_column_int(st, 0);
			of += *verdict ? sqlite3_column_int(st, 1) : 1;
		}
		is_unclear |= !strcmp(verdict, "INCONCLUSIVE");
		snprintf(text, sizeof(text), "%s: %s", item->words[i],
			 *verdict ? verdict : "not run");
		if (strcmp(verdict, "PASS") && strcmp(verdict, "SKIP") &&
		    failed++ < 3)
			detail_add(o, text);
		sqlite3_finalize(st);
	}
	if (!of) {
		*o = (struct outcome){ .state = "left out", .points = -1 };
		return;
	}
	outcome_share(o, item, (double)points / of);
	if (is_unclear) {
		o->state = "inconclusive";
		o->points = -1;
	}
}

/* --- style ---------------------------------------------------------------- */
/* The unit's files, into words for the script; how many. */
static unsigned int files_of(const struct capstone *c, char paths[][640],
			     unsigned int room)
{
	unsigned int i, n = 0;
	char dir[512];

	unit_folder(dir, sizeof(dir), c->s->id, c->unit);
	for (i = 0; i < grade_kit.nr_files && n < room; i++)
		if (grade_kit.files[i].unit == c->unit)
			snprintf(paths[n++], sizeof(paths[0]), "%s/%s", dir,
				 grade_kit.files[i].base);
	return n;
}

static int style_mark(const struct capstone *c, const struct rubric_item *item,
		      struct outcome *o)
{
	static char paths[8][640];
	char *argv[12] = { "sh", "harness/grade/rubric/style" };
	struct job job = { .limit = 20 };
	unsigned int n, i, changed, lines;
	char word[64] = "", dir[512];
	FILE *f;
	int err;

	if (!c->points) {
		outcome_share(o, item, 0);
		snprintf(o->detail, sizeof(o->detail),
			 "there is nothing that works to lay out");
		return 0;
	}
	n = files_of(c, paths, ARRAY_SIZE(paths));
	for (i = 0; i < n; i++)
		argv[2 + i] = paths[i];
	unit_folder(dir, sizeof(dir), c->s->id, c->unit);
	snprintf(job.log, sizeof(job.log), "%s/style.log", dir);
	err = job_sh(&job, argv);
	if (err == -EINTR)
		return err;
	f = fopen(job.log, "r");
	if (f && !fgets(word, sizeof(word), f))
		*word = '\0';
	if (f)
		fclose(f);
	outcome_share(o, item, 0);
	if (job.status == KEEPER_LIMIT) {
		snprintf(o->detail, sizeof(o->detail),
			 "clang-format did not end");
	} else if (!strncmp(word, "missing", 7)) {
		*o = (struct outcome){
			.state = "left out",
			.points = -1,
			.detail = "clang-format 14 is not installed here"
		};
	} else if (err || sscanf(word, "%u %u", &changed, &lines) != 2) {
		*o = (struct outcome){ .state = "infra", .points = -1 };
	} else {
		changed = changed > lines ? lines : changed;
		outcome_share(o, item, lines ? 1 - (double)changed / lines : 0);
		if (changed)
			snprintf(o->detail, sizeof(o->detail),
				 "clang-format would change %u of %u lines: "
				 "make format does it",
				 changed, lines);
	}
	return 0;
}

/* --- one student ---------------------------------------------------------- */
static int item_mark(const struct capstone *c, const struct rubric_item *item,
		     struct outcome *o)
{
	int err = 0;

	memset(o, 0, sizeof(*o));
	switch (item->kind) {
	case RUBRIC_TESTS:
		tests_mark(c, item, o);
		break;
	case RUBRIC_JOURNAL:
		journal_mark(c, item, o);
		break;
	case RUBRIC_STYLE:
		return style_mark(c, item, o);
	case RUBRIC_RATIO:
		err = ratio_mark(c, item, o);
		detail_add(o, journal_recorded(c));
		break;
	default:
		break;
	}
	return err;
}

static void items_store(const struct capstone *c, const struct outcome *all)
{
	unsigned int i;

	store_change("BEGIN", "");
	store_change("DELETE FROM rubric WHERE student = ?", "s", c->s->name);
	for (i = 0; i < rubric.nr; i++)
		store_change("INSERT INTO rubric VALUES(?, ?, nullif(?, -1), ?,"
			     " ?, ?, ?, ?, ?)",
			     "ssiisssss", c->s->name, rubric.items[i].name,
			     (long long)all[i].points,
			     (long long)rubric.items[i].points, all[i].state,
			     all[i].detail, rubric.items[i].says,
			     grade_opt.hash, c->seed);
	store_change("COMMIT", "");
}

/* Items without points leave their weight to the rest. */
static void total(struct store_mark *m, const struct outcome *all, char *detail,
		  size_t len)
{
	int points = 0, of = 0;
	unsigned int i;
	size_t at = 0;

	m->state = "graded";
	*detail = '\0';
	for (i = 0; i < rubric.nr; i++) {
		const struct outcome *o = &all[i];

		if (o->points >= 0) {
			points += o->points;
			of += rubric.items[i].points;
		}
		if (!strcmp(o->state, "inconclusive"))
			m->state = judge_name(JUDGE_INCONCLUSIVE);
		if (strcmp(o->state, "ok") && at < len)
			at += (size_t)snprintf(detail + at, len - at, "%s%s %s",
					       at ? ", " : "",
					       rubric.items[i].name, o->state);
	}
	m->points = of ? (int)lround(100.0 * points / of) : 0;
	m->detail = detail;
	for (i = 0; i < rubric.nr; i++)
		if (!strcmp(all[i].state, "infra")) {
			m->state = judge_name(JUDGE_INFRA);
			m->points = -1;
		}
}

static int items_mark(struct capstone *c, struct store_mark *m, char *detail,
		      size_t len)
{
	static struct outcome all[RUBRIC_ITEMS];
	unsigned int i;
	int err = journal_read(c);

	for (i = 0; !err && i < rubric.nr; i++)
		err = item_mark(c, &rubric.items[i], &all[i]);
	journal_drop(c);
	if (err)
		return err;
	total(m, all, detail, len);
	/* A failure of ours leaves what there was. */
	if (m->points >= 0)
		items_store(c, all);
	return 0;
}

/* 0, 1 when our side failed, or -EINTR. */
static int student_mark(const struct submission *s, unsigned int unit,
			const char *seed)
{
	struct capstone c = { .s = s, .unit = unit, .seed = seed };
	struct store_mark check = { .student = s->name,
				    .unit = UNIT,
				    .content = s->content[unit] };
	struct store_mark m = { .student = s->name,
				.unit = "rubric",
				.content = s->content[unit],
				.detail = "" };
	char detail[400];
	int err = 0;

	if (mark_unread(&m, s)) {
		/* It is marked already; a refused one's items say nothing. */
		if (s->is_refused)
			store_change("DELETE FROM rubric WHERE student = ?",
				     "s", s->name);
	} else if (s->taken[unit] && !store_find(&check)) {
		mark_infra(&m, "the capstone was not checked");
	} else {
		if (s->taken[unit]) {
			c.check = check.key;
			c.points = check.points;
		}
		err = items_mark(&c, &m, detail, sizeof(detail));
		if (!s->taken[unit] && m.points >= 0)
			m.state = "missing";
	}
	if (err)
		return err;
	return !mark_give(&m);
}

static int capstone_unit(void)
{
	unsigned int u;

	for (u = 0; u < grade_kit.nr_units; u++)
		if (!strcmp(grade_kit.units[u], UNIT) && grade_kit.is_wanted[u])
			return (int)u;
	return -1;
}

int rubric_open(const char *path)
{
	return capstone_unit() < 0 ? 0 : rubric_load(path);
}

int rubric_all(struct submission *list, unsigned int n, const char *seed)
{
	const bool is_terminal = isatty(1);
	int unit = capstone_unit(), failed = 0, rc;
	unsigned int i;

	if (unit < 0)
		return 0;
	store_change(schema, "");
	store_change(measured, "");
	for (i = 0; i < n; i++) {
		if (is_terminal) {
			printf("\r%u of %u capstones by the rubric\033[K",
			       i + 1, n);
			fflush(stdout);
		}
		rc = student_mark(&list[i], (unsigned int)unit, seed);
		if (rc < 0)
			return rc;
		failed += rc;
	}
	if (is_terminal)
		printf("\r\033[K");
	return failed;
}
