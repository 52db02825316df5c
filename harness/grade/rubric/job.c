/* One program under a keeper, and nothing else meanwhile. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "grade/check/keeper.h"
#include "grade/rubric/rubric.h"

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
