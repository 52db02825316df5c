/* One program under a keeper, and nothing else meanwhile. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "grade/check/keeper.h"
#include "grade/rubric/rubric.h"

/* A command of the shell: whatever isolation adds for make stays outside. */
static int command_of(char *buf, size_t len, char *const argv[])
{
	size_t n = (size_t)snprintf(buf, len, "exec");

	for (; *argv; argv++) {
		if (strchr(*argv, '\'') || n + strlen(*argv) + 4 > len)
			return -EINVAL;
		n += (size_t)snprintf(buf + n, len - n, " '%s'", *argv);
	}
	return 0;
}

int job_sh(struct job *job, char *const argv[])
{
	char command[8192];
	char *sh[] = { "sh", "-c", command, "job", NULL };
	int err = command_of(command, sizeof(command), argv);

	return err ? err : job_run(job, sh);
}

/* SIGINT and SIGTERM end the keeper, and then us. */
int job_run(struct job *job, char *const argv[])
{
	const struct timespec second = { 1, 0 };
	sigset_t signals;
	siginfo_t info;
	int status, got;
	pid_t pid, done;
	bool is_stopped = false;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	pid = keeper_start(argv, job->log, job->limit);
	if (pid < 0)
		return pid;
	while (!(done = waitpid(pid, &status, WNOHANG))) {
		got = sigtimedwait(&signals, &info, &second);
		if (is_stopped || (got != SIGINT && got != SIGTERM))
			continue;
		is_stopped = true;
		kill(pid, SIGTERM);
	}
	if (is_stopped)
		return -EINTR;
	if (done < 0)
		return -errno;
	job->status = WIFEXITED(status) ? WEXITSTATUS(status) : KEEPER_BROKEN;
	return 0;
}
