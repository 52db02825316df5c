/*
 * One test: start the child, listen, limit, end.
 *
 * The child leads a process group of its own. The supervisor is the subreaper
 * of everything that the child starts, so that nothing outlives the test, and
 * watches how much it all weighs. What a test may do is in sandbox.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <dirent.h>

#include "kit/clock.h"
#include "run.h"
#include "test/wire.h"

#define CHANNEL_FD 3
#define TICK_MS 50
#define MAX_PROCESSES 32
#define MAX_RESIDENT (1ul << 30)
#define NR_TIMEOUTS_PATIENT 3 /* after so many the limit drops to a second */

static unsigned int nr_timeouts;

/* One running test. */
struct run {
	const struct planned *t;
	struct result *r;
	pid_t pid;
	int channel; /* to the child, -1 when closed */
	int output;  /* the child's stdout and stderr, -1 when closed */
	uint64_t nonce;
	bool refused; /* the oracle failed it */
	struct oracle_state oracle;
	char dir[256];
};

void supervise_init(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
}

static bool is_plain(void)
{
	return !*opt.san;
}

/* The words in front of the program: valgrind, setarch, or nothing. */
static unsigned int add_prefix(const char **argv, const struct planned *t)
{
	static const char *const callgrind[] = {
		"-q", "--tool=callgrind", "--collect-atstart=no",
		"--callgrind-out-file=cost.out"
	};
	static const char *const memcheck[] = {
		"-q", "--error-exitcode=66", "--leak-check=full",
		"--errors-for-leak-kinds=definite", "--num-callers=12"
	};
	unsigned int n = 0, i;

	if (t->cost && is_plain()) {
		argv[n++] = opt.valgrind;
		for (i = 0; i < ARRAY_SIZE(callgrind); i++)
			argv[n++] = callgrind[i];
	} else if (!strcmp(opt.san, "memcheck")) {
		argv[n++] = opt.valgrind;
		for (i = 0; i < ARRAY_SIZE(memcheck); i++)
			argv[n++] = memcheck[i];
	} else if (opt.prefix) {
		argv[n++] = opt.prefix;
		argv[n++] = "-R";
	}
	return n;
}

/* In the new process: limits, descriptors, folder, exec. */
static void become_child(const struct run *run, const char *binary, int channel,
			 int output)
{
	static const char *const env[] = {
		"PATH=/usr/local/bin:/usr/bin:/bin",
		"LC_ALL=C.UTF-8",
		"UNPARK_FD=3",
		"ASAN_OPTIONS=exitcode=66:detect_stack_use_after_return=0",
		"UBSAN_OPTIONS=print_stacktrace=1",
		"TSAN_OPTIONS=halt_on_error=1:exitcode=66",
		NULL
	};
	const char *argv[16];
	unsigned int n = add_prefix(argv, run->t);
	int null = open("/dev/null", O_RDONLY);

	argv[n++] = binary;
	argv[n] = NULL;
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	sandbox_limit(is_plain() && !run->t->cost);
	/* Out of the way first: any of them may stand where another goes. */
	channel = fcntl(channel, F_DUPFD, 10);
	output = fcntl(output, F_DUPFD, 10);
	if (dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 ||
	    dup2(channel, CHANNEL_FD) < 0 || chdir(run->dir))
		_exit(127);
	close_range(CHANNEL_FD + 1, ~0u, 0);
	if (!sandbox_enter(!strcmp(opt.san, "address"))) {
		dprintf(2, "no system call filter (seccomp) on this machine\n");
		_exit(127);
	}
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
	start->seed = opt.seed;
	*head = (struct wire_head){
		.nonce = run->nonce,
		.type = WIRE_START,
		.arg = (is_plain() ? 0u : WIRE_SLOW) |
		       (run->t->cost ? WIRE_COSTS : 0u),
		.len = (uint32_t)(sizeof(*start) + len),
	};
	send(run->channel, buf, sizeof(*head) + head->len, MSG_NOSIGNAL);
}

static int start(struct run *run, const char *binary, const char *costs)
{
	int channel[2], output[2];

	snprintf(run->dir, sizeof(run->dir), "%s/XXXXXX", opt.tmp);
	if (!mkdtemp(run->dir))
		return -errno;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel))
		return -errno;
	if (pipe2(output, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	/* Only our end is non-blocking. */
	fcntl(output[1], F_SETFL, 0);
	run->channel = channel[0];
	run->output = output[0];
	fflush(NULL);
	run->pid = fork();
	if (run->pid < 0)
		return -errno;
	if (run->pid == 0)
		become_child(run, binary, channel[1], output[1]);
	setpgid(run->pid, run->pid);
	close(channel[1]);
	close(output[1]);
	send_start(run, costs);
	return 0;
}

/* The @i-th text of a message, "" when there is none. */
static const char *text_of(const struct wire_head *head, unsigned int i)
{
	const char *p = (const char *)(head + 1), *end = p + head->len;

	while (i-- && p < end)
		p += strnlen(p, (size_t)(end - p)) + 1;
	return p < end ? p : "";
}

static void copy(char *to, size_t len, const char *from)
{
	snprintf(to, len, "%s", from);
}

static void note_step(struct result *r, const char *text)
{
	if (r->nr_steps < RUN_STEPS_FIRST)
		copy(r->first[r->nr_steps], sizeof(r->first[0]), text);
	else
		copy(r->last[(r->nr_steps - RUN_STEPS_FIRST) % RUN_STEPS_LAST],
		     sizeof(r->last[0]), text);
	r->nr_steps++;
}

static void answer_oracle(struct run *run, const struct wire_head *head)
{
	const char *name = text_of(head, 0);
	size_t name_len = strlen(name) + 1;
	static char buf[WIRE_MAX];
	struct wire_head *reply = (struct wire_head *)buf;

	if (!oracle_answer(&run->oracle, name,
			   (const char *)(head + 1) + name_len,
			   head->len - name_len, run->r)) {
		run->refused = true;
		shutdown(run->channel, SHUT_RDWR);
		return;
	}
	*reply = (struct wire_head){ .type = WIRE_REPLY,
				     .len = (uint32_t)run->oracle.reply_len };
	memcpy(reply + 1, run->oracle.reply, run->oracle.reply_len);
	send(run->channel, buf, sizeof(*reply) + reply->len, MSG_NOSIGNAL);
}

static void set_verdict(struct result *r, enum verdict v)
{
	/* A later word can only make things worse. */
	if (v > r->verdict)
		r->verdict = v;
}

static void heard(struct run *run, const struct wire_head *head)
{
	struct result *r = run->r;
	size_t len;

	switch (head->type) {
	case WIRE_STEP:
		note_step(r, text_of(head, 0));
		break;
	case WIRE_WHY:
		copy(r->why, sizeof(r->why), text_of(head, 0));
		break;
	case WIRE_COST:
		len = strlen(r->costs);
		snprintf(r->costs + len, sizeof(r->costs) - len, "%.60s %llu\n",
			 text_of(head, 0), (unsigned long long)head->arg);
		break;
	case WIRE_ORACLE:
		answer_oracle(run, head);
		break;
	case WIRE_PASS:
		set_verdict(r, VERDICT_PASS);
		break;
	case WIRE_FAIL:
		if (r->verdict >= VERDICT_FAIL)
			break;
		set_verdict(r, VERDICT_FAIL);
		copy(r->where, sizeof(r->where), text_of(head, 0));
		copy(r->what, sizeof(r->what), text_of(head, 1));
		copy(r->want, sizeof(r->want), text_of(head, 2));
		copy(r->got, sizeof(r->got), text_of(head, 3));
		break;
	case WIRE_TODO:
		if (r->verdict >= VERDICT_TODO)
			break;
		set_verdict(r, VERDICT_TODO);
		r->todo = (unsigned int)head->arg;
		copy(r->where, sizeof(r->where), text_of(head, 0));
		break;
	case WIRE_CRASH:
		if (r->verdict >= VERDICT_CRASH)
			break;
		set_verdict(r, VERDICT_CRASH);
		copy(r->where, sizeof(r->where), text_of(head, 0));
		copy(r->what, sizeof(r->what), text_of(head, 1));
		break;
	case WIRE_SKIP:
	case WIRE_INCONCLUSIVE:
		if (r->verdict != VERDICT_NONE)
			break;
		set_verdict(r, head->type == WIRE_SKIP ? VERDICT_SKIP :
							 VERDICT_INCONCLUSIVE);
		copy(r->what, sizeof(r->what), text_of(head, 0));
		break;
	}
}

/* Take one message; false when the child has hung up. */
static bool listen_once(struct run *run)
{
	static char buf[WIRE_MAX + 1];
	struct wire_head *head = (struct wire_head *)buf;
	ssize_t n = recv(run->channel, buf, WIRE_MAX, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	/* Zero behind the texts, whatever the sender did. */
	buf[n] = '\0';
	if ((size_t)n < sizeof(*head) || head->nonce != run->nonce ||
	    head->len != (size_t)n - sizeof(*head))
		return true;
	heard(run, head);
	return true;
}

static void read_output(struct run *run)
{
	struct result *r = run->r;
	char buf[4096];
	ssize_t n;
	size_t keep;

	while ((n = read(run->output, buf, sizeof(buf))) > 0) {
		keep = 0;
		if (r->output_len < RUN_OUTPUT)
			keep = RUN_OUTPUT - r->output_len;
		if (keep > (size_t)n)
			keep = (size_t)n;
		memcpy(r->output + (keep ? r->output_len : 0), buf, keep);
		r->output_len += (unsigned long)n;
	}
	if (n == 0) {
		close(run->output);
		run->output = -1;
	}
}

/* Kill what is left of a test: its group, and what left the group. */
static unsigned int kill_all(pid_t group)
{
	unsigned int n = 0;
	char path[64];
	int pid;
	FILE *f;

	kill(-group, SIGKILL);
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	f = fopen(path, "r");
	while (f && fscanf(f, "%d", &pid) == 1) {
		kill(pid, SIGKILL);
		n++;
	}
	if (f)
		fclose(f);
	/* All were killed: this ends. */
	while (waitpid(-1, NULL, 0) > 0)
		;
	return n;
}

/* Processes of the group and their resident bytes; stops the count early. */
static void weigh(pid_t group, unsigned int *processes, unsigned long *resident)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	char path[300];
	int pgrp;
	unsigned long rss;
	FILE *f;

	*processes = 0;
	*resident = 0;
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fscanf(f, "%*d (%*[^)]) %*c %*d %d %*d %*d %*d %*u %*u %*u "
			      "%*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %*u "
			      "%*u %lu", &pgrp, &rss) == 2 && pgrp == group) {
			++*processes;
			*resident += rss * (unsigned long)getpagesize();
		}
		fclose(f);
	}
	if (dir)
		closedir(dir);
}

/* Over a limit that the kernel does not keep for us? */
static bool is_too_heavy(struct run *run)
{
	unsigned int processes;
	unsigned long resident;

	weigh(run->pid, &processes, &resident);
	if (processes > MAX_PROCESSES)
		snprintf(run->r->what, sizeof(run->r->what),
			 "more than %d processes were started; a test has one",
			 MAX_PROCESSES);
	else if (resident > MAX_RESIDENT)
		snprintf(run->r->what, sizeof(run->r->what),
			 "more than %lu MiB of memory were in use",
			 MAX_RESIDENT >> 20);
	else
		return false;
	run->r->verdict = VERDICT_FAIL;
	return true;
}

static unsigned int time_limit(const struct planned *t)
{
	unsigned int s = t->timeout * opt.slowness;

	if (t->cost && is_plain())
		s *= 4;
	return nr_timeouts >= NR_TIMEOUTS_PATIENT ? opt.slowness : s;
}

/* Ask an endless test where it is, then kill it. */
static void end_endless(struct run *run, unsigned int limit)
{
	struct result *r = run->r;
	struct pollfd p = { run->channel, POLLIN, 0 };
	char where[sizeof(r->where)] = "";

	nr_timeouts++;
	/* It has failed already, and only cannot end: that is the verdict. */
	if (r->verdict >= VERDICT_TODO) {
		kill_all(run->pid);
		return;
	}
	kill(run->pid, SIGUSR2);
	while (poll(&p, 1, 200) == 1 && listen_once(run))
		;
	if (r->verdict == VERDICT_CRASH)
		copy(where, sizeof(where), r->where);
	kill_all(run->pid);
	r->verdict = VERDICT_TIMEOUT;
	copy(r->where, sizeof(r->where), where);
	snprintf(r->what, sizeof(r->what),
		 "the test did not end within %u s: an endless loop, or a wait "
		 "for something that never comes", limit);
}

/* Listen until the child has ended; true when it ended by itself. */
static bool watch(struct run *run)
{
	unsigned int limit = time_limit(run->t);
	uint64_t end = clock_now() + limit * NSEC_PER_SEC;
	uint64_t tick = clock_now() + 2 * TICK_MS * NSEC_PER_MSEC;
	bool open = true;

	while (open) {
		struct pollfd p[2] = { { run->channel, POLLIN, 0 },
				       { run->output, POLLIN, 0 } };
		uint64_t now;

		poll(p, 2, TICK_MS);
		if (run->output >= 0)
			read_output(run);
		if (p[0].revents)
			open = listen_once(run) && !run->refused;
		now = clock_now();
		if (now > end) {
			end_endless(run, limit);
			return false;
		}
		if (now > tick) {
			tick = now + TICK_MS * NSEC_PER_MSEC;
			if (is_too_heavy(run)) {
				kill_all(run->pid);
				return false;
			}
		}
	}
	/* It hung up: it ends, or goes on without us, which it may not. */
	for (;;) {
		siginfo_t info = { 0 };
		struct pollfd p = { run->output, POLLIN, 0 };

		waitid(P_PID, (id_t)run->pid, &info, WEXITED | WNOHANG | WNOWAIT);
		if (info.si_pid == run->pid)
			return true;
		if (clock_now() > end) {
			end_endless(run, limit);
			return false;
		}
		poll(&p, 1, 1);
		if (run->output >= 0)
			read_output(run);
	}
}

static void remove_dir(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			unlinkat(dirfd(dir), e->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(path);
}

/* Run @binary on the test once; what it says goes into @r. */
static void run_once(const struct planned *t, const char *binary,
		     const char *costs, struct result *r)
{
	static struct run run;
	uint64_t from = clock_now();
	int status = 0, err;
	bool ended;

	run = (struct run){ .t = t, .r = r, .channel = -1, .output = -1 };
	*r = (struct result){ 0 };
	if (getentropy(&run.nonce, sizeof(run.nonce)))
		abort();
	err = start(&run, binary, costs);
	if (err) {
		fprintf(stderr, "unpark-run: cannot start a test: %s\n",
			strerror(-err));
		exit(2);
	}
	ended = watch(&run);
	if (ended)
		waitpid(run.pid, &status, 0);
	if (kill_all(run.pid) && ended && r->verdict <= VERDICT_PASS) {
		r->verdict = VERDICT_FAIL;
		copy(r->what, sizeof(r->what),
		     "processes were started that outlived the test");
	}
	if (run.output >= 0) {
		read_output(&run);
		if (run.output >= 0)
			close(run.output);
	}
	close(run.channel);
	r->output[r->output_len < RUN_OUTPUT ? r->output_len : RUN_OUTPUT] =
		'\0';
	if (ended)
		verdict_decide(r, t, status, run.oracle.accepted);
	free(run.oracle.priv);
	remove_dir(run.dir);
	r->seconds = (double)(clock_now() - from) / 1e9;
}

static void skip(struct result *r, const char *why)
{
	*r = (struct result){ .verdict = VERDICT_SKIP };
	copy(r->what, sizeof(r->what), why);
}

void supervise(const struct planned *t, struct result *r)
{
	char costs[sizeof(r->costs)] = "";

	if ((t->plain || t->cost) && !is_plain()) {
		skip(r, t->cost ? "instructions are counted in a plain build" :
				  "runs in a plain build only");
		return;
	}
	if (t->cost && !opt.valgrind) {
		skip(r, "valgrind is not installed: sh harness/setup");
		return;
	}
	if (t->cost && opt.ref_binary) {
		run_once(t, opt.ref_binary, "", r);
		copy(costs, sizeof(costs), r->costs);
	}
	run_once(t, opt.binary, costs, r);
	/* Noise is often over by the second try. */
	if (r->verdict == VERDICT_INCONCLUSIVE)
		run_once(t, opt.binary, costs, r);
}
