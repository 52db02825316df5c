/*
 * All checks of all submissions, then everybody's marks: each unit by itself,
 * the units together, and then, alone, what may have been noise.
 */
#define _GNU_SOURCE
#include "grade/check/run.h"

#include <errno.h>
#include <string.h>

#include "grade/book/mark.h"
#include "grade/book/store.h"
#include "grade/check/check.h"

static const char integration[] = "integration";

/* --- the checks ----------------------------------------------------------- */
/* Is it known? What ran out of less time than there is now runs again. */
static bool is_known(struct store_mark *m, unsigned int unit)
{
	if (!store_find(m))
		return false;
	if (strcmp(m->state, judge_name(JUDGE_TIMEOUT)) ||
	    m->seconds >= limit_of(unit))
		return true;
	m->state = NULL;
	return false;
}

/* One check more, if it is not known what this content is worth. */
static void add(const struct submission *s, unsigned int unit, const char *name,
		const char *content, const char *base)
{
	struct store_mark m = { .unit = name, .content = content };
	struct check *c;

	if (is_known(&m, unit))
		return;
	c = queue_add(name, content);
	if (!c)
		return;
	c->s = s;
	c->unit = unit;
	c->base = base;
	c->limit = limit_of(unit);
	snprintf(c->id, sizeof(c->id), "%c%s", strcmp(base, "ref") ? 'i' : 's',
		 s->id + 1);
	/* A grader that was stopped left it waiting. */
	if (m.state && store_load(&m, &c->j))
		c->phase = PHASE_WAITS;
}

static bool is_gradable(const struct submission *s)
{
	return !s->is_broken && !s->is_refused;
}

static void add_units(const struct submission *s)
{
	unsigned int u;

	for (u = 0; is_gradable(s) && u < grade_kit.nr_units; u++)
		if (grade_kit.is_wanted[u] && s->taken[u])
			add(s, u, grade_kit.units[u], s->content[u], "ref");
}

static void add_integration(const struct submission *s)
{
	char content[72];
	int unit = is_gradable(s) ? integration_find(s, content) : -1;

	if (unit >= 0)
		add(s, (unsigned int)unit, integration, content, "mine");
}

static bool check_all(const struct submission *list, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		add_units(&list[i]);
	if (!queue_run("checks"))
		return false;
	for (i = 0; i < n; i++)
		add_integration(&list[i]);
	return queue_run("checks of the integration") && queue_run_alone();
}

/* --- marks ---------------------------------------------------------------- */
static const char *infra_of(const struct store_mark *m)
{
	const struct check *c = queue_find(m->unit, m->content);

	return c && c->is_infra ? c->detail : "it was not graded";
}

/* All of it in one folder too many, say: a slip that costs every point. */
static bool is_misplaced(const struct submission *s)
{
	return !json_array_size(json_object_get(s->report, "taken")) &&
	       json_array_size(json_object_get(s->report, "ignored"));
}

/* True when there is a mark. */
static bool give_mark(const struct submission *s, const char *unit,
		      const char *content, bool is_there)
{
	struct store_mark m = { .student = s->name,
				.unit = unit,
				.content = content,
				.detail = "" };

	if (mark_unread(&m, s))
		return mark_give(&m);
	if (!is_there) {
		m.state = "missing";
		if (is_misplaced(s))
			m.detail = "none of what was handed in is at its place";
	} else if (!store_find(&m)) {
		mark_infra(&m, infra_of(&m));
	}
	return mark_give(&m);
}

static int give_marks(const struct submission *s)
{
	char content[72] = "";
	int failed = 0, unit;
	unsigned int u;

	for (u = 0; u < grade_kit.nr_units; u++)
		if (grade_kit.is_wanted[u])
			failed += !give_mark(s, grade_kit.units[u],
					     s->content[u], s->taken[u]);
	if (!integration_is_wanted())
		return failed;
	unit = is_gradable(s) ? integration_find(s, content) : -1;
	return failed + !give_mark(s, integration, content, unit >= 0);
}

int run_all(struct submission *list, unsigned int n, const char *seed)
{
	unsigned int i;
	int failed = queue_init(n * (grade_kit.nr_units + 1), seed);
	bool is_whole = !failed && check_all(list, n);

	for (i = 0; is_whole && i < n; i++)
		failed += give_marks(&list[i]);
	queue_free();
	return is_whole || failed ? failed : -EINTR;
}
