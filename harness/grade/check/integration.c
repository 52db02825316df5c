/*
 * The integration: the last unit that builds on an earlier one, linked with
 * the student's own earlier days in place of the reference's.
 *
 * Its files go into folders of their own, ID "i0001" for the submission
 * "s0001": the days' own checks may be at work in theirs. Days of which
 * nothing came are the reference's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include "grade/book/store.h"
#include "grade/check/check.h"

/* Is @day linked into @unit? */
static bool is_needed(unsigned int unit, unsigned int day)
{
	return grade_kit.needs[unit] & 1u << day;
}

/* Did it come, and is it graded here, so that we know what it is? */
static bool has_own(const struct submission *s, unsigned int unit)
{
	return grade_kit.is_wanted[unit] && s->taken[unit];
}

static bool is_part(const struct check *c, unsigned int unit)
{
	return unit == c->unit ||
	       (is_needed(c->unit, unit) && has_own(c->s, unit));
}

bool integration_is_wanted(void)
{
	unsigned int u, day;

	for (u = 0; u < grade_kit.nr_units; u++)
		for (day = 0; day < u; day++)
			if (grade_kit.is_wanted[u] &&
			    grade_kit.is_wanted[day] && is_needed(u, day))
				return true;
	return false;
}

int integration_find(const struct submission *s, char *content)
{
	struct sha256_ctx h;
	uint8_t digest[SHA256_DIGEST_SIZE];
	unsigned int own = 0, day, u = grade_kit.nr_units;

	while (!own && u--) {
		sha256_init(&h);
		for (day = 0; has_own(s, u) && day <= u; day++) {
			if (day != u && !(is_needed(u, day) && has_own(s, day)))
				continue;
			own += day != u;
			sha256_update(&h, strlen(grade_kit.units[day]) + 1,
				      (const uint8_t *)grade_kit.units[day]);
			sha256_update(&h, strlen(s->content[day]),
				      (const uint8_t *)s->content[day]);
		}
	}
	if (!own)
		return -1;
	sha256_digest(&h, sizeof(digest), digest);
	base16_encode_update(content, sizeof(digest), digest);
	content[BASE16_ENCODE_LENGTH(sizeof(digest))] = '\0';
	return (int)u;
}

int integration_make(const struct check *c)
{
	char from[512], to[512];
	unsigned int i, u;

	for (u = 0; u < grade_kit.nr_units; u++) {
		unit_folder(to, sizeof(to), c->id, u);
		if (is_part(c, u) && mkdir(to, 0755) && errno != EEXIST)
			return -errno;
	}
	for (i = 0; i < grade_kit.nr_files; i++) {
		const struct student_file *f = &grade_kit.files[i];

		if (f->unit == GRADE_MAX_UNITS || !is_part(c, f->unit))
			continue;
		unit_folder(from, sizeof(from), c->s->id, f->unit);
		unit_folder(to, sizeof(to), c->id, f->unit);
		snprintf(from + strlen(from), sizeof(from) - strlen(from),
			 "/%s", f->base);
		snprintf(to + strlen(to), sizeof(to) - strlen(to), "/%s",
			 f->base);
		if (link(from, to) && errno != EEXIST)
			return -errno;
	}
	return 0;
}

bool integration_is_judged(const struct check *c, struct judgement *j)
{
	static const enum judge_state zero[] = { JUDGE_BUILD, JUDGE_MODPOST,
						 JUDGE_TIMEOUT };
	struct store_mark m;
	unsigned int u, i;

	for (u = 0; u < grade_kit.nr_units; u++) {
		if (!is_part(c, u))
			continue;
		m = (struct store_mark){ .unit = grade_kit.units[u],
					 .content = c->s->content[u] };
		if (!store_find(&m) && !m.state) {
			j->state = JUDGE_INFRA;
			snprintf(j->detail, sizeof(j->detail), "%s has no mark",
				 m.unit);
			return true;
		}
		for (i = 0; i < ARRAY_SIZE(zero); i++) {
			if (strcmp(m.state, judge_name(zero[i])))
				continue;
			j->state = zero[i];
			snprintf(j->detail, sizeof(j->detail), "%s: %s", m.unit,
				 m.detail);
			return true;
		}
	}
	return false;
}

void integration_note(const struct check *c, struct judgement *j)
{
	char *end = j->detail + strlen(j->detail);
	const char *const stop = j->detail + sizeof(j->detail);
	const char *before =
		*j->detail ? "; the reference's: " : "the reference's: ";
	unsigned int u;

	for (u = 0; u < c->unit; u++) {
		if (!is_needed(c->unit, u) || has_own(c->s, u))
			continue;
		end += snprintf(end, (size_t)(stop - end), "%s%s", before,
				grade_kit.units[u]);
		if (end >= stop)
			return;
		before = " ";
	}
}
