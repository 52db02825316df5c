/*
 * Start a test: a process of its own, leading a process group, in an empty
 * folder, with a clean environment and one channel to the supervisor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "one.h"
#include "test/wire.h"

#define CHANNEL_FD 3

/* The words in front of the program: bubblewrap, then valgrind or setarch. */
static unsigned int add_prefix(const char **argv, const struct run *run,
			       const char *binary)
{
	const struct planned *t = run->t;
	static const char *const callgrind[] = {
		"-q", "--tool=callgrind", "--collect-atstart=no",
		"--callgrind-out-file=cost.out"
	};
	static const char *const memcheck[] = {
		"-q", "--error-exitcode=66", "--leak-check=full",
		"--errors-for-leak-kinds=definite", "--num-callers=12",
		/* Else one that looks again and again keeps the others out. */
		"--fair-sched=try"
	};
	unsigned int n = 0, i;

	if (opt.cage == CAGE_BWRAP)
		n = cage_add(argv, run, binary);
	if (t->cost && is_plain()) {
		argv[n++] = cage_valgrind();
		for (i = 0; i < ARRAY_SIZE(callgrind); i++)
			argv[n++] = callgrind[i];
	} else if (!strcmp(opt.san, "memcheck")) {
		argv[n++] = cage_valgrind();
		for (i = 0; i < ARRAY_SIZE(memcheck); i++)
			argv[n++] = memcheck[i];
		/* A fifth of its start is names that nobody reads then. */
		if (opt.quiet)
			argv[n++] = "--read-inline-info=no";
	} else if (opt.prefix) {
		argv[n++] = opt.prefix;
		argv[n++] = "-R";
	}
	return n;
}

/* Whose group it is, and who may signal it: a stranger's code gets no
 * terminal, either, into which it could type. */
static void lead_group(void)
{
	if (opt.cage == CAGE_NONE)
		setpgid(0, 0);
	else
		setsid();
}

static unsigned int last_fd(void)
{
	return opt.cage == CAGE_BWRAP ? CAGE_STATUS_FD : CHANNEL_FD;
}

/* bubblewrap installs the filter when it is done: it could not work in it. */
static void hand_to_bwrap(int status)
{
	if (dup2(cage_filter(), CAGE_FILTER_FD) < 0 ||
	    dup2(status, CAGE_STATUS_FD) < 0)
		_exit(127);
}

/* In the new process: limits, descriptors, folder, exec. */
static void become_child(const struct run *run, const char *binary, int channel,
			 int output, int status)
{
	/* clang's would start llvm-symbolizer, which the sandbox refuses. */
	static const char *const env[] = {
		"PATH=/usr/local/bin:/usr/bin:/bin",
		"LC_ALL=C.UTF-8",
		"UNPARK_FD=3",
		"ASAN_OPTIONS=exitcode=66:detect_stack_use_after_return=0:"
		"external_symbolizer_path=",
		"UBSAN_OPTIONS=exitcode=66:print_stacktrace=1:"
		"external_symbolizer_path=",
		"TSAN_OPTIONS=halt_on_error=1:exitcode=66:"
		"external_symbolizer_path=",
		NULL
	};
	const char *argv[CAGE_WORDS];
	unsigned int n = add_prefix(argv, run, binary);
	int null = open("/dev/null", O_RDONLY);

	argv[n++] = cage_program(binary);
	argv[n] = NULL;
	lead_group();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	sandbox_limit(is_plain() && !run->t->cost);
	/* Out of the way first: any of them may stand where another goes. */
	channel = fcntl(channel, F_DUPFD, 10);
	output = fcntl(output, F_DUPFD, 10);
	status = fcntl(status, F_DUPFD, 10);
	if (dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 ||
	    dup2(channel, CHANNEL_FD) < 0 || chdir(run->dir))
		_exit(127);
	if (opt.cage == CAGE_BWRAP) {
		hand_to_bwrap(status);
	} else if (!sandbox_enter(!strcmp(opt.san, "address"))) {
		dprintf(2, "no system call filter (seccomp) on this machine\n");
		_exit(127);
	}
	close_range(last_fd() + 1, ~0u, 0);
	execve(argv[0], (char *const *)argv, (char *const *)env);
	dprintf(2, "cannot start %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void send_start(struct run *run, const char *costs)
{
	char buf[4096];
	struct wire_head *head = (struct wire_head *)buf;
	struct wire_start *start = (struct wire_start *)(head + 1);
	char *text = (char *)(start + 1);
	size_t len;

	len = (size_t)sprintf(text, "%s", run->t->name) + 1;
	len += (size_t)sprintf(text + len, "%s", costs) + 1;
	len += (size_t)sprintf(text + len, "%.500s",
			       opt.schedule ? opt.schedule : "") +
	       1;
	start->seed = opt.seed;
	*head = (struct wire_head){
		.nonce = run->nonce,
		.type = WIRE_START,
		.arg = (is_plain() ? 0u : WIRE_SLOW) |
		       (run->t->cost ? WIRE_COSTS : 0u) |
		       (opt.trace ? WIRE_TRACE : 0u) |
		       (opt.cage != CAGE_NONE ? WIRE_SEALED : 0u) |
		       (opt.with_long ? WIRE_LONG : 0u),
		.len = (uint32_t)(sizeof(*start) + len),
	};
	send(run->channel, buf, sizeof(*head) + head->len, MSG_NOSIGNAL);
}

int launch(struct run *run, const char *binary, const char *costs)
{
	int channel[2], output[2], status[2] = { -1, -1 };

	snprintf(run->dir, sizeof(run->dir), "%s/XXXXXX", opt.tmp);
	if (!mkdtemp(run->dir) || cage_prepare(run))
		return -errno;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel))
		return -errno;
	if (pipe2(output, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	if (opt.cage == CAGE_BWRAP && pipe2(status, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	/* Only our end is non-blocking. */
	fcntl(output[1], F_SETFL, 0);
	run->channel = channel[0];
	run->output = output[0];
	run->status = status[0];
	fflush(NULL);
	run->pid = fork();
	if (run->pid < 0)
		return -errno;
	if (run->pid == 0)
		become_child(run, binary, channel[1], output[1], status[1]);
	/* Not before its setsid(), which a leader of a group is refused. */
	if (opt.cage == CAGE_NONE)
		setpgid(run->pid, run->pid);
	close(channel[1]);
	close(output[1]);
	if (status[1] >= 0)
		close(status[1]);
	send_start(run, costs);
	return 0;
}
