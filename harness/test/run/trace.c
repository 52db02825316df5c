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

static void become_tool(const char *log, const char *base, const char *title)
{
	alarm(PATIENCE);
	execl(opt.trace_tool, opt.trace_tool, log, base, title, NULL);
	_exit(127);
}

void trace_keep(const struct planned *t, const char *dir, struct result *r)
{
	char log[512], base[256], title[256];
	struct stat st;
	int status = -1;
	pid_t pid;

	r->trace[0] = '\0';
	if (!opt.trace_tool || !opt.trace_dir || t->cost || t->untraced ||
	    (!opt.trace && r->verdict < VERDICT_FAIL))
		return;
	snprintf(log, sizeof(log), "%s/" WIRE_LOG, dir);
	snprintf(title, sizeof(title), "%s: %s", opt.unit, t->name);
	if (lstat(log, &st) || !S_ISREG(st.st_mode) || !st.st_size ||
	    snprintf(base, sizeof(base), "%s/%s", opt.trace_dir, t->name) >=
		    (int)sizeof(base) - 8)
		return;
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		become_tool(log, base, title);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
		snprintf(r->trace, sizeof(r->trace), "%s.html", base);
}
