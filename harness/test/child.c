/*
 * The test child: one process, one test.
 *
 * Boots the modules, unloads them, audits; then boots, runs the test, unloads
 * and audits again. What a first unload forgot shows in the second boot. Only
 * then is the verdict PASS sent. Run by hand (in gdb, say) it takes the test's
 * name as its argument and prints instead of sending.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/printk.h"
#include "kit/thread.h"
#include "test/child.h"
#include "test/model/model.h"
#include "test/test.h"

extern const struct test *const __start_unpark_testfns[];
extern const struct test *const __stop_unpark_testfns[];

struct child child = { .fd = -1 };

/* In an address-sanitized build: report leaks and end the process if any. */
void __lsan_do_leak_check(void) __attribute__((weak));

void child_exit(int status)
{
	if (status && child.fd >= 0)
		record_dump(WIRE_LOG);
	fflush(NULL);
	_exit(status);
}

void child_send(enum wire_type type, uint64_t arg, unsigned int n,
		const char *const texts[])
{
	static const char *const names[] = {
		[WIRE_STEP] = "step",	   [WIRE_WHY] = "why",
		[WIRE_COST] = "cost",	   [WIRE_TABLE] = "steps",
		[WIRE_SCHEDULE] = "SCHED", [WIRE_SCHEDULES] = "schedules",
		[WIRE_PASS] = "PASS",	   [WIRE_FAIL] = "FAIL",
		[WIRE_TODO] = "TODO",	   [WIRE_CRASH] = "CRASH",
		[WIRE_SKIP] = "SKIP",	   [WIRE_INCONCLUSIVE] = "INCONCLUSIVE",
	};
	char buf[4096];
	struct wire_head *head = (struct wire_head *)buf;
	size_t len = sizeof(*head);
	unsigned int i;

	if (type != WIRE_PASS && wire_is_terminal(type) && child.before_end) {
		void (*tell)(void) = child.before_end;

		child.before_end = NULL;
		tell();
	}
	if (wire_is_terminal(type))
		child.ended = true;
	if (child.fd < 0) {
		fprintf(stderr, "%s", names[type]);
		for (i = 0; i < n; i++)
			fprintf(stderr, " | %s", texts[i]);
		fprintf(stderr, arg ? " | %llu\n" : "\n",
			(unsigned long long)arg);
		return;
	}
	for (i = 0; i < n; i++) {
		size_t left = sizeof(buf) - len;
		size_t size = strnlen(texts[i], left - 1 - (n - i));

		memcpy(buf + len, texts[i], size);
		buf[len + size] = '\0';
		len += size + 1;
	}
	*head = (struct wire_head){ .nonce = child.nonce,
				    .arg = arg,
				    .type = type,
				    .len = (uint32_t)(len - sizeof(*head)) };
	while (send(child.fd, buf, len, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

size_t child_ask(const char *name, const void *req, size_t req_len, void *reply,
		 size_t reply_len)
{
	static char buf[WIRE_MAX];
	struct wire_head *head = (struct wire_head *)buf;
	size_t name_len = strlen(name) + 1;
	ssize_t n;

	if (child.fd < 0)
		test_skip("the oracle needs the supervisor: use make check");
	BUG_ON(req_len > WIRE_DATA);
	*head = (struct wire_head){ .nonce = child.nonce,
				    .type = WIRE_ORACLE,
				    .len = (uint32_t)(name_len + req_len) };
	memcpy(head + 1, name, name_len);
	if (req_len)
		memcpy((char *)(head + 1) + name_len, req, req_len);
	if (send(child.fd, buf, sizeof(*head) + head->len, MSG_NOSIGNAL) < 0)
		child_exit(1);
	do
		n = recv(child.fd, buf, sizeof(buf), 0);
	while (n < 0 && errno == EINTR);
	/* The supervisor hangs up when the oracle has failed the test. */
	if (n < (ssize_t)sizeof(*head) || head->type != WIRE_REPLY)
		child_exit(1);
	if (head->len > reply_len)
		test_fail(KIT_HERE, NULL, NULL,
			  "the oracle %s replied %u bytes, room for %zu", name,
			  head->len, reply_len);
	if (head->len)
		memcpy(reply, head + 1, head->len);
	return head->len;
}

static void receive_start(char *name, size_t name_len)
{
	static char buf[WIRE_MAX];
	struct wire_head *head = (struct wire_head *)buf;
	struct wire_start *start = (struct wire_start *)(head + 1);
	const char *text = (const char *)(start + 1);
	ssize_t n = recv(child.fd, buf, sizeof(buf) - 1, 0);

	if (n < (ssize_t)(sizeof(*head) + sizeof(*start)) ||
	    head->type != WIRE_START) {
		fprintf(stderr, "test child: no start message\n");
		exit(2);
	}
	child.nonce = head->nonce;
	child.flags = (unsigned int)head->arg;
	child.seed = start->seed;
	snprintf(name, name_len, "%s", text);
	text += strlen(text) + 1;
	snprintf(child.costs, sizeof(child.costs), "%s", text);
	text += strlen(text) + 1;
	snprintf(child.schedule, sizeof(child.schedule), "%s", text);
	memset(buf, 0, sizeof(buf));
}

/* What must be the same after an unload as before the boot. */
struct audit {
	unsigned int fds;
	unsigned int threads;
	unsigned long live;
};

static unsigned int count_dir(const char *path)
{
	DIR *dir = opendir(path);
	unsigned int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static void audit_take(struct audit *a)
{
	a->fds = count_dir("/proc/self/fd");
	a->threads = thread_count();
	a->live = heap_live();
}

static void audit_check(const struct audit *before, const char *when)
{
	struct audit now;
	char text[512];

	audit_take(&now);
	if (now.threads != before->threads)
		test_fail("", "every thread joined", "threads left",
			  "%u thread(s) still run %s",
			  now.threads - before->threads, when);
	if (now.live != before->live && heap_describe_live(text, sizeof(text)))
		test_fail("", "every allocation freed", text,
			  "%lu allocation(s) still live %s",
			  now.live - before->live, when);
	if (now.fds > before->fds)
		test_fail("", "every descriptor closed", "descriptors left",
			  "%u descriptor(s) still open %s",
			  now.fds - before->fds, when);
	if (now.fds < before->fds)
		test_fail("", "others' descriptors left alone", "closed",
			  "%u descriptor(s) of somebody else closed %s",
			  before->fds - now.fds, when);
}

static void boot(void)
{
	int err = module_boot();

	if (err)
		test_fail("", "0", err_name(err),
			  "the init function of a module failed");
}

static const struct test *current;

/* The body that cmocka runs: a failed assertion of its own ends it too. */
static void run_body(void **state)
{
	crash_catch_signals();
#ifdef KIT_MODEL
	if (current->is_model) {
		model_test(current->fn, child.flags & WIRE_LONG,
			   child.schedule);
		return;
	}
#endif
	current->fn();
}

/* The failure text of a plain cmocka assertion, from its XML. */
static void report_cmocka(void)
{
	char text[1024] = "";
	const char *what = "an assertion failed";
	FILE *f = fopen("cmocka.xml", "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	char *from, *to;

	if (f)
		fclose(f);
	text[n] = '\0';
	from = strstr(text, "<![CDATA[");
	to = from ? strstr(from, "]]>") : NULL;
	if (to) {
		*to = '\0';
		what = from + 9;
	}
	child_send(WIRE_FAIL, 0, 4, (const char *[]){ "", what, "", "" });
}

static void run_current(void)
{
	const struct CMUnitTest tests[] = { { current->name, run_body, NULL,
					      NULL, NULL } };
	struct audit before;
	int failed;

	audit_take(&before);
	boot();
	module_unload();
	audit_check(&before, "after the first unload, before any test ran");
	boot();
	/* A model leaves its steps there: steps_log(). */
	if (!current->is_model && child.flags & WIRE_TRACE)
		record_start();

	/* XML, because the other formats print while the test runs. By hand,
	 * in a debugger, they may, and no file is left in somebody's folder. */
	if (child.fd >= 0) {
		setenv("CMOCKA_XML_FILE", "cmocka.xml", 1);
		cmocka_set_message_output(CM_OUTPUT_XML);
	}
	failed = cmocka_run_group_tests_name("unpark", tests, NULL, NULL);
	unlink("cmocka.xml.tmp");
	if (failed) {
		if (!child.ended)
			report_cmocka();
		child_exit(1);
	}
	fake_clock_stop();
	record_reset();
	fault_reset();
	if (child.flags & WIRE_TRACE)
		record_dump(WIRE_LOG);
	module_unload();
	audit_check(&before, "after the test and the unload");
}

static const struct test *find_test(const char *name)
{
	const struct test *const *t;

	for (t = __start_unpark_testfns; t < __stop_unpark_testfns; t++)
		if (!strcmp((*t)->name, name))
			return *t;
	return NULL;
}

/* Which socket is the channel? Code under test may have put another there. */
static ino_t channel_now(void)
{
	struct stat st = { 0 };

	fstat(child.fd, &st);
	return st.st_ino;
}

int main(int argc, char **argv)
{
	const char *fd = getenv("UNPARK_FD");
	ino_t channel = 0;
	char name[256];

	child.thread = pthread_self();
	crash_init();
	if (fd) {
		child.fd = atoi(fd);
		unsetenv("UNPARK_FD");
		channel = channel_now();
		receive_start(name, sizeof(name));
	} else if (argc == 2) {
		snprintf(name, sizeof(name), "%s", argv[1]);
	} else {
		fprintf(stderr, "usage: %s TEST (make check runs it for you)\n",
			argv[0]);
		return 2;
	}
	current = find_test(name);
	if (!current) {
		fprintf(stderr, "%s: no such test\n", name);
		return 2;
	}
	if (child.flags & WIRE_SEALED)
		seal();
	crash_catch_refused();
	heap_watch_start();
	run_current();
	if (channel_now() != channel)
		child_exit(1);
	child_send(WIRE_PASS, child.checked, 0, NULL);
	if (__lsan_do_leak_check)
		__lsan_do_leak_check();
	child_exit(0);
}
