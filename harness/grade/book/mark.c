/*
 * A mark, of a check or of the rubric: the same rules for what could not be
 * taken, and for what our side has failed to find out.
 */
#include "grade/book/mark.h"

#include <stdio.h>

#include "grade/book/regrade.h"

bool mark_unread(struct store_mark *m, const struct submission *s)
{
	if (s->is_broken) {
		mark_infra(m, s->reason);
	} else if (s->is_refused) {
		m->state = "refused";
		m->detail = s->reason;
	}
	return s->is_broken || s->is_refused;
}

void mark_infra(struct store_mark *m, const char *why)
{
	m->state = judge_name(JUDGE_INFRA);
	m->detail = why;
	m->points = -1;
	m->key = 0;
}

bool mark_give(const struct store_mark *m)
{
	regrade_note(m);
	store_student(m);
	if (m->points < 0)
		fprintf(stderr, "grade: no mark for %s, %s: %s\n", m->student,
			m->unit, m->detail);
	return m->points >= 0;
}
