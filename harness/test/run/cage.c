/*
 * The cage: bubblewrap around one test.
 *
 * A test in it has a network, processes and System V objects of its own, and
 * sees the system's libraries, the test program under a name that says
 * nothing, and folders in memory that are bounded. Of what it writes, the
 * supervisor gets only WIRE_LOG, a file that is there already.
 *
 * Everything else is read-only. What bubblewrap needs itself comes before the
 * system call filter, which it loads last.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bwrap.h"
#include "one.h"
#include "test/wire.h"

#define FOLDER "/folder"
#define PROGRAM "/unpark/test"

static char bwrap[512];
static int filter_fd = -1;

static const char *const outside[] = {
	BWRAP_WORDS,
	"--ro-bind-try",
	"/usr/local/lib",
	"/usr/local/lib",
	"--dev-bind",
	"/dev/zero",
	"/dev/zero",
	"--dev-bind",
	"/dev/urandom",
	"/dev/urandom",
	"--dev-bind",
	"/dev/random",
	"/dev/random",
	/* Bytes. The console of day 5 has its region in /dev/shm. */
	"--size",
	"67108864",
	"--tmpfs",
	"/dev/shm",
	"--size",
	"16777216",
	"--tmpfs",
	"/tmp",
	"--size",
	"67108864",
	"--tmpfs",
	FOLDER,
};

static unsigned int add(const char **argv, unsigned int n,
			const char *const *words, unsigned int nr)
{
	memcpy(argv + n, words, nr * sizeof(*words));
	return n + nr;
}

/* Debian's is a shell script, and no shell is in the cage: behind it is the
 * program. */
const char *cage_valgrind(void)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s.bin", opt.valgrind);
	return opt.cage == CAGE_BWRAP && !access(path, X_OK) ? path
							     : opt.valgrind;
}

/* bubblewrap and its words; what is to run comes behind them. */
static unsigned int add_words(const char **argv, const char *binary,
			      const char *log)
{
	const char *const files[] = {
		"--ro-bind", binary, PROGRAM, "--bind", log, FOLDER "/" WIRE_LOG
	};
	const char *const valgrind[] = { "--ro-bind",
					 cage_valgrind(),
					 cage_valgrind(),
					 "--ro-bind-try",
					 "/usr/libexec/valgrind",
					 "/usr/libexec/valgrind" };
	static const char *const inside[] = { "--remount-ro",
					      "/",
					      "--chdir",
					      FOLDER,
					      "--seccomp",
					      CAGE_FILTER_WORD,
					      "--json-status-fd",
					      CAGE_STATUS_WORD,
					      "--" };
	unsigned int n = 0;

	argv[n++] = bwrap;
	n = add(argv, n, outside, ARRAY_SIZE(outside));
	n = add(argv, n, files, log ? 6 : 3);
	if (opt.valgrind)
		n = add(argv, n, valgrind, ARRAY_SIZE(valgrind));
	return add(argv, n, inside, ARRAY_SIZE(inside));
}

unsigned int cage_add(const char **argv, const struct run *run,
		      const char *binary)
{
	static char log[sizeof(run->dir) + sizeof("/" WIRE_LOG)];

	snprintf(log, sizeof(log), "%s/" WIRE_LOG, run->dir);
	return add_words(argv, binary, log);
}

const char *cage_program(const char *binary)
{
	return opt.cage == CAGE_BWRAP ? PROGRAM : binary;
}

int cage_prepare(const struct run *run)
{
	char log[512];
	int fd;

	if (opt.cage != CAGE_BWRAP)
		return 0;
	snprintf(log, sizeof(log), "%s/" WIRE_LOG, run->dir);
	fd = open(log, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

int cage_filter(void)
{
	lseek(filter_fd, 0, SEEK_SET);
	return filter_fd;
}

static bool find_program(const char *name, char *path, size_t len)
{
	const char *p = getenv("PATH");
	size_t n;

	for (; p && *p; p += n + (p[n] == ':')) {
		n = strcspn(p, ":");
		snprintf(path, len, "%.*s/%s", (int)n, p, name);
		if (*path == '/' && !access(path, X_OK))
			return true;
	}
	return false;
}

/* In a process of its own: bubblewrap around a program that does nothing. */
static void try_it(void)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	const char *argv[CAGE_WORDS];
	unsigned int n = add_words(argv, "/bin/true", NULL);
	int null = fcntl(open("/dev/null", O_RDWR), F_DUPFD, 10);

	argv[n++] = PROGRAM;
	argv[n] = NULL;
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
	    dup2(cage_filter(), CAGE_FILTER_FD) < 0 ||
	    dup2(null, CAGE_STATUS_FD) < 0)
		_exit(127);
	execve(bwrap, (char *const *)argv, (char *const *)env);
	_exit(127);
}

static bool is_possible(void)
{
	int status = -1;
	pid_t pid;

	/* The filter is another one in there. */
	opt.cage = CAGE_BWRAP;
	if (!find_program("bwrap", bwrap, sizeof(bwrap)))
		return false;
	filter_fd = memfd_create("filter", MFD_CLOEXEC);
	/* Out of the way: low numbers are the test's. */
	filter_fd = fcntl(filter_fd, F_DUPFD_CLOEXEC, 20);
	if (filter_fd < 0 || !sandbox_write(filter_fd))
		return false;
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		try_it();
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

bool cage_choose(const char *asked)
{
	if (!strcmp(asked, "none"))
		opt.cage = CAGE_NONE;
	else if (!strcmp(asked, "limits"))
		opt.cage = CAGE_LIMITS;
	else if (is_possible())
		opt.cage = CAGE_BWRAP;
	else if (!strcmp(asked, "auto"))
		opt.cage = CAGE_LIMITS;
	else
		return false;
	return true;
}

const char *cage_name(void)
{
	return opt.cage == CAGE_BWRAP ? "bubblewrap, seccomp, limits"
				      : "seccomp, limits";
}

/* The first child of a process, 0 when there is none. */
static pid_t first_child(pid_t pid)
{
	char path[64];
	int child = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%d", &child) != 1)
			child = 0;
		fclose(f);
	}
	return child;
}

pid_t cage_test_pid(const struct run *run)
{
	pid_t init;

	if (opt.cage != CAGE_BWRAP)
		return run->pid;
	/* bubblewrap, the first process of its namespace, the test. */
	init = first_child(run->pid);
	return init ? first_child(init) : 0;
}

/* bubblewrap exits as a shell does: 128 and the signal. */
bool cage_status(const struct run *run, int *status)
{
	char text[512];
	ssize_t n;

	/* A signal is somebody's, as the supervisor's own, and no failure. */
	if (opt.cage != CAGE_BWRAP || WIFSIGNALED(*status))
		return true;
	n = read(run->status, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (!strstr(text, "exit-code"))
		return false;
	if (WIFEXITED(*status) && WEXITSTATUS(*status) > 128)
		*status = WEXITSTATUS(*status) - 128;
	return true;
}
