/*
 * The keeper: subreaper of everything that a check starts. Tests run in
 * process groups of their own, so a group is not enough to end them; but
 * whoever loses its parent becomes our child.
 */
#define _GNU_SOURCE
#include "grade/check/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "grade/check/isolate.h"
#include "kit/clock.h"

/* Kill our children, and theirs when they become ours, until none is left. */
static void kill_all(void)
{
	char path[64];
	FILE *f;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	do {
		f = fopen(path, "r");
		while (f && fscanf(f, "%d", &pid) == 1)
			kill(pid, SIGKILL);
		if (f)
			fclose(f);
	} while (waitpid(-1, NULL, 0) > 0);
}

static void become_check(char *const argv[], const char *log)
{
	sigset_t none;
	int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (out < 0 || null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(out, 2) < 0)
		_exit(KEEPER_BROKEN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	isolate_exec(argv);
	_exit(KEEPER_BROKEN);
}

static int status_of(int status)
{
	if (!WIFEXITED(status) || WEXITSTATUS(status) == KEEPER_BROKEN)
		return KEEPER_BROKEN;
	return WEXITSTATUS(status) != 0;
}

/* Wait for @pid, for the end of its time, or for the order to stop. */
static int wait_for(pid_t pid, const sigset_t *mask, unsigned int limit)
{
	const uint64_t end = clock_now() + limit * 1000000000ull;
	struct timespec left;
	siginfo_t info;
	int status, got;
	uint64_t now;
	pid_t done;

	for (;;) {
		while ((done = waitpid(-1, &status, WNOHANG)) > 0)
			if (done == pid)
				return status_of(status);
		now = clock_now();
		if (now >= end)
			return KEEPER_LIMIT;
		left.tv_sec = (time_t)((end - now) / 1000000000);
		left.tv_nsec = (long)((end - now) % 1000000000);
		got = sigtimedwait(mask, &info, &left);
		if (got == SIGTERM)
			return KEEPER_BROKEN;
	}
}

static void keep(char *const argv[], const char *log, unsigned int limit,
		 pid_t grader)
{
	sigset_t mask;
	pid_t pid;
	int rc;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigaddset(&mask, SIGTERM);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	/* A Ctrl-C at the terminal is the grader's to handle. */
	setpgid(0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != grader)
		_exit(KEEPER_BROKEN);
	pid = fork();
	if (!pid)
		become_check(argv, log);
	rc = pid < 0 ? KEEPER_BROKEN : wait_for(pid, &mask, limit);
	kill_all();
	_exit(rc);
}

pid_t keeper_start(char *const argv[], const char *log, unsigned int limit)
{
	const pid_t grader = getpid();
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		keep(argv, log, limit, grader);
	return pid < 0 ? -errno : pid;
}
