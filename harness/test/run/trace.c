/*
 * The log of a test as a page. The program that makes it belongs to a day, so
 * its name comes from the command line, and it runs apart: a log is written by
 * student code, for all that we know.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"
#include "test/wire.h"

#define PATIENCE 20 /* seconds */

static void become_tool(const struct planned *t, const struct result *r,
			const char *log, const char *base)
{
	char title[256], where[128], replay[1024];

	alarm(PATIENCE);
	snprintf(title, sizeof(title), "%s: %s", opt.unit, t->name);
	if (t->model) {
		/* The steps lead to a failure: the page has that, too. */
		where_told(r, where, sizeof(where));
		replay_command(replay, sizeof(replay), t, r);
		execl(opt.trace_tool, opt.trace_tool, log, base, title,
		      verdict_name(r->verdict), where,
		      r->verdict == VERDICT_TODO
			      ? "something that it calls is not written yet"
			      : r->what,
		      r->want, r->got, r->why, replay, NULL);
	}
	execl(opt.trace_tool, opt.trace_tool, log, base, title, NULL);
	_exit(127);
}

void trace_keep(const struct planned *t, const char *dir, struct result *r)
{
	char log[512], base[256];
	struct stat st;
	int status = -1;
	pid_t pid;

	r->trace[0] = '\0';
	if (!opt.trace_tool || !opt.trace_dir || t->cost || t->untraced ||
	    is_model() != t->model || (!opt.trace && r->verdict < VERDICT_FAIL))
		return;
	snprintf(log, sizeof(log), "%s/" WIRE_LOG, dir);
	if (lstat(log, &st) || !S_ISREG(st.st_mode) || !st.st_size ||
	    snprintf(base, sizeof(base), "%s/%s", opt.trace_dir, t->name) >=
		    (int)sizeof(base) - 8)
		return;
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		become_tool(t, r, log, base);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
		snprintf(r->trace, sizeof(r->trace), "%s.html", base);
}
