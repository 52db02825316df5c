/*
 * From what the child said and how it ended to one of seven verdicts.
 *
 * Fail closed: PASS needs the child's word after the last audit, an exit
 * status of 0, and the oracle's consent where there is one.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <string.h>
#include <sys/wait.h>

#include "run.h"

#define CHECKER_EXIT 66 /* of sanitizers and valgrind, as launch.c asks */

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		"NONE", "PASS", "SKIP",	 "INCONCLUSIVE",
		"TODO", "FAIL", "CRASH", "TIMEOUT",
	};

	return names[v];
}

/* Copy the line at @p, without valgrind's "==pid== " and a colon at its end. */
static void take_line(char *to, size_t len, const char *p)
{
	size_t n;

	if (!strncmp(p, "==", 2)) {
		p = strstr(p + 2, "== ") ? strstr(p + 2, "== ") + 3 : p;
		while (*p == ' ')
			p++;
	}
	n = strcspn(p, "\n");
	snprintf(to, len, "%.*s", (int)n, p);
}

/* "... (/path/test+0x4e508c)", which is all clang's can say, to a place. */
static void take_address(struct result *r)
{
	char *file = strstr(r->what, " (/");
	char *place = file ? strstr(file, "+0x") : NULL;

	if (!place)
		return;
	copy(r->where, strcspn(place, ") ") < 20 ? strcspn(place, ") ") : 20,
	     place + 1);
	*file = '\0';
}

/*
 * Where, in the student's code: the first line of the checker's report that
 * names a file of a day or of the capstone. Its own summary often names a
 * header of the kit, whose inline function was called.
 */
static void take_place(struct result *r, const char *output)
{
	const char *p = output;
	size_t len;

	for (; *p; p += len + 1) {
		len = strcspn(p, " ()\n");
		if (memmem(p, len, "/tests/", 7) || !memmem(p, len, ".c:", 3) ||
		    (!memmem(p, len, "days/day", 8) &&
		     !memmem(p, len, "capstone/", 9))) {
			if (!p[len])
				return;
			continue;
		}
		snprintf(r->where, sizeof(r->where), "%.*s", (int)len, p);
		return;
	}
}

/* valgrind begins its lines with "==pid== ". */
static const char *find_valgrind(const char *p)
{
	for (; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, "==", 2) && isdigit((unsigned char)p[2]))
			return p;
	}
	return NULL;
}

static bool take_checker_from(struct result *r, const char *output)
{
	static const char *const marks[] = { "SUMMARY: ", "runtime error: ",
					     "ERROR: ", "WARNING: Thread" };
	const char *p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		p = strstr(output, marks[i]);
		if (!p)
			continue;
		take_line(r->what, sizeof(r->what),
			  i == 0 ? p + strlen(marks[0]) : p);
		take_address(r);
		take_place(r, output);
		return true;
	}
	p = find_valgrind(output);
	if (p)
		take_line(r->what, sizeof(r->what), p);
	return p;
}

/*
 * What a sanitizer or valgrind found, in its own words: only where there is
 * one, and it ended the program. Anybody can print "ERROR: ".
 */
static bool take_checker(struct result *r, int status)
{
	if (!*opt.san || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != CHECKER_EXIT)
		return false;
	/* valgrind's first words count, a sanitizer's last. */
	if (!strcmp(opt.san, "memcheck"))
		return take_checker_from(r, r->output) ||
		       take_checker_from(r, r->tail);
	return take_checker_from(r, r->tail) || take_checker_from(r, r->output);
}

static void describe_signal(struct result *r, int sig)
{
	const char *name = sig == 9    ? "it was killed (SIGKILL)"
			   : sig == 6  ? "it called abort() (SIGABRT)"
			   : sig == 25 ? "it wrote too much into a file"
			   : sig == 11 ? "a bad pointer was used (SIGSEGV)"
				       : NULL;

	if (name)
		snprintf(r->what, sizeof(r->what), "the program died: %s",
			 name);
	else
		snprintf(r->what, sizeof(r->what),
			 "the program died of signal %d", sig);
}

static void decide_silent(struct result *r, int status)
{
	if (take_checker(r, status)) {
		r->verdict = VERDICT_FAIL;
	} else if (WIFSIGNALED(status)) {
		r->verdict = VERDICT_CRASH;
		describe_signal(r, WTERMSIG(status));
	} else {
		r->verdict = VERDICT_FAIL;
		snprintf(r->what, sizeof(r->what),
			 "the program ended itself with exit(%d) before the "
			 "test was over",
			 WEXITSTATUS(status));
	}
}

void verdict_decide(struct result *r, const struct planned *t, int status,
		    bool accepted)
{
	if (r->verdict == VERDICT_NONE) {
		decide_silent(r, status);
		return;
	}
	if (r->verdict != VERDICT_PASS)
		return;
	if (status != 0) {
		r->verdict = VERDICT_FAIL;
		decide_silent(r, status);
	} else if (t->model && !r->nr_schedules) {
		r->verdict = VERDICT_FAIL;
		snprintf(r->what, sizeof(r->what),
			 "the model test has run no schedule");
	} else if (t->oracle && !accepted) {
		r->verdict = VERDICT_FAIL;
		snprintf(r->what, sizeof(r->what),
			 "the test ended without the supervisor's consent");
	} else if (r->checked < t->checks) {
		r->verdict = VERDICT_FAIL;
		snprintf(r->what, sizeof(r->what),
			 "the test was left before its end: it checked "
			 "less than it does of the reference");
		snprintf(r->want, sizeof(r->want), "at least %lu expectations",
			 t->checks);
		snprintf(r->got, sizeof(r->got), "%lu", r->checked);
	}
}

void score_count(const struct planned *plan, const struct result *res,
		 unsigned int n, struct score *s)
{
	unsigned int i, nr_bonus = 0, nr_passed = 0;

	*s = (struct score){ .green = true };
	for (i = 0; i < n; i++) {
		enum verdict v = res[i].verdict;

		if (plan[i].bonus) {
			nr_bonus++;
			nr_passed += v == VERDICT_PASS;
			s->bonus += v == VERDICT_PASS ? plan[i].points : 0;
			s->broken += v >= VERDICT_FAIL;
			continue;
		}
		s->count[v]++;
		if (v != VERDICT_SKIP)
			s->of += plan[i].points;
		if (v == VERDICT_PASS)
			s->points += plan[i].points;
		else if (v != VERDICT_SKIP)
			s->green = false;
	}
	/* Asked for by name, a bonus test is what the status is about. All
	 * skipped is nothing shown: no points, not green. */
	if (nr_bonus == n)
		s->green = nr_passed == n;
	else if (!s->of)
		s->green = false;
	else
		s->final = 100 * s->points / s->of;
	/* A student may leave them; the kit's own files may not. */
	if (s->broken && !strcmp(opt.src, "ref"))
		s->green = false;
}
