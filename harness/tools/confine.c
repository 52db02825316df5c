/*
 * confine: runs a program that nobody trusts, for the grader.
 *
 *	confine PROGRAM ARGUMENT...	limits and the filter of system calls
 *	confine --cage PROGRAM ...	bubblewrap around them, too
 *
 * First we print a line of our own, "confine STATUS CPU WALL": exit status, or
 * 128 + signal, or "endless" when it printed too much; seconds of processor
 * and of clock. Then follows what the program printed. The program has a pipe
 * and no other way to reach our output.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test/run/bwrap.h"
#include "test/run/run.h"

#define MAX_OUTPUT (1ul << 18)
#define MAX_CPU 20 /* seconds */
#define MAX_WORDS 96
#define US "/unpark/confine"
#define PROGRAM "/unpark/program"

/* sandbox.c looks into it. */
struct options opt = { .san = "", .cage = CAGE_LIMITS };

static const char *const cage[] = { "bwrap", BWRAP_WORDS };

static char output[MAX_OUTPUT];

/* The limits and the filter, then the program itself. */
static void become(char **argv, int out)
{
	const struct rlimit cpu = { MAX_CPU, MAX_CPU }, none = { 0, 0 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(null, 2) < 0)
		_exit(127);
	sandbox_limit(true);
	setrlimit(RLIMIT_FSIZE, &none);
	setrlimit(RLIMIT_CPU, &cpu);
	if (!sandbox_enter(false))
		_exit(127);
	execv(argv[0], argv);
	_exit(127);
}

/* Until it is closed; -1 when it was too much. */
static ssize_t read_all(int fd)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, output + n, sizeof(output) - n)) > 0) {
		n += (size_t)got;
		if (n == sizeof(output))
			return -1;
	}
	return (ssize_t)n;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_of(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e6;
}

/* Past the cage. */
static int inside(char **argv)
{
	const double start = seconds();
	struct rusage usage;
	char word[16] = "endless";
	int out[2], status;
	ssize_t len;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		return 1;
	pid = fork();
	if (!pid)
		become(argv, out[1]);
	close(out[1]);
	if (pid < 0)
		return 1;
	len = read_all(out[0]);
	if (len < 0)
		kill(pid, SIGKILL);
	if (wait4(pid, &status, 0, &usage) != pid)
		return 1;
	if (len >= 0)
		snprintf(word, sizeof(word), "%d",
			 WIFEXITED(status) ? WEXITSTATUS(status)
					   : 128 + WTERMSIG(status));
	printf("confine %s %.6f %.6f\n", word, cpu_of(&usage),
	       seconds() - start);
	if (len > 0)
		fwrite(output, 1, (size_t)len, stdout);
	return fflush(stdout) != 0;
}

static int caged(char **argv)
{
	char self[512];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *words[MAX_WORDS];
	unsigned int n = sizeof(cage) / sizeof(*cage), i;
	const char *last[] = { "--ro-bind",
			       self,
			       US,
			       "--ro-bind",
			       argv[0],
			       PROGRAM,
			       "--remount-ro",
			       "/",
			       "--chdir",
			       "/",
			       "--",
			       US,
			       "--inside",
			       PROGRAM };

	if (len < 0)
		return 1;
	self[len] = '\0';
	memcpy(words, cage, sizeof(cage));
	for (i = 0; i < sizeof(last) / sizeof(*last); i++)
		words[n++] = last[i];
	for (i = 1; argv[i] && n < MAX_WORDS - 1; i++)
		words[n++] = argv[i];
	words[n] = NULL;
	execvp(words[0], (char *const *)words);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "--cage"))
		return caged(argv + 2);
	if (argc > 2 && !strcmp(argv[1], "--inside"))
		return inside(argv + 2);
	if (argc > 1 && argv[1][0] != '-')
		return inside(argv + 1);
	fputs("usage: confine [--cage] PROGRAM ARGUMENT...\n", stderr);
	return 2;
}
