/*
 * The queue: works its checks off, some at a time, then those that wait one by
 * one. check.c moves each along.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "grade/check/check.h"
#include "kit/clock.h"

static struct check *checks;
static unsigned int nr_checks, room_for;
static sigset_t signals;
static bool is_alone; /* the present round */

int queue_init(unsigned int room, const char *seed)
{
	checks = calloc(room + 1, sizeof(*checks));
	room_for = room;
	check_seed(seed);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return checks ? 0 : -ENOMEM;
}

struct check *queue_find(const char *name, const char *content)
{
	unsigned int i;

	for (i = 0; i < nr_checks; i++)
		if (!strcmp(checks[i].name, name) &&
		    !strcmp(checks[i].content, content))
			return &checks[i];
	return NULL;
}

struct check *queue_add(const char *name, const char *content)
{
	struct check *c;

	if (nr_checks == room_for || queue_find(name, content))
		return NULL;
	c = &checks[nr_checks++];
	c->name = name;
	snprintf(c->content, sizeof(c->content), "%s", content);
	return c;
}

static bool is_running(const struct check *c)
{
	return c->keeper > 0;
}

/* Has this round to do with it still? */
static bool is_open(const struct check *c)
{
	return c->phase != PHASE_DONE && (is_alone || c->phase != PHASE_WAITS);
}

static unsigned int count(bool (*fn)(const struct check *))
{
	unsigned int i, n = 0;

	for (i = 0; i < nr_checks; i++)
		n += fn(&checks[i]);
	return n;
}

/* The next one that this round has not started yet. */
static struct check *next_check(void)
{
	const enum phase from = is_alone ? PHASE_WAITS : PHASE_FIRST;
	unsigned int i;

	for (i = 0; i < nr_checks; i++)
		if (checks[i].phase == from && !is_running(&checks[i]))
			return &checks[i];
	return NULL;
}

static void start_some(void)
{
	const unsigned int jobs = is_alone ? 1 : grade_opt.jobs;
	struct check *c;

	while (count(is_running) < jobs && (c = next_check())) {
		c->began = clock_now();
		if (!check_begin(c))
			continue;
		if (is_alone)
			check_go(c, PHASE_ALONE, alone_list(c->j.tests));
		else
			check_go(c, PHASE_FIRST, NULL);
	}
}

static void reap(void)
{
	unsigned int i;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < nr_checks; i++)
			if (checks[i].keeper == pid)
				break;
		if (i < nr_checks)
			check_advance(&checks[i], WIFEXITED(status)
							  ? WEXITSTATUS(status)
							  : -1);
	}
}

static void stop_all(void)
{
	unsigned int i;

	for (i = 0; i < nr_checks; i++)
		if (is_running(&checks[i]))
			kill(checks[i].keeper, SIGTERM);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* Until this round is through; false when a signal ended it. */
static bool work_off(const char *what)
{
	const struct timespec second = { 1, 0 };
	siginfo_t info;
	int got;

	progress_begin(what, count(is_open));
	for (;;) {
		reap();
		start_some();
		if (!count(is_open))
			break;
		progress_show(checks, nr_checks);
		got = sigtimedwait(&signals, &info, &second);
		if (got != SIGINT && got != SIGTERM)
			continue;
		stop_all();
		progress_end();
		return false;
	}
	progress_end();
	return true;
}

bool queue_run(const char *what)
{
	is_alone = false;
	return work_off(what);
}

bool queue_run_alone(void)
{
	is_alone = true;
	return work_off("checks that had noise, alone");
}

void queue_free(void)
{
	unsigned int i;

	for (i = 0; i < nr_checks; i++)
		free(checks[i].tests);
	free(checks);
	checks = NULL;
}
