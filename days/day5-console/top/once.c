/* Given: one frame as text; the regions that there are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top.h"

bool top_runtime(struct top *t, const char *name)
{
	const struct snapshot *s = t->sampler.now;
	unsigned int i;

	for (i = 0; name && i < s->nr_runtimes; i++)
		if (!strcmp(s->runtimes[i].name, name))
			break;
	if (name && i == s->nr_runtimes) {
		fprintf(stderr, "unpark-top: --runtime %s: choose", name);
		for (i = 0; i < s->nr_runtimes; i++)
			fprintf(stderr, "%s %s", i ? "," : "",
				s->runtimes[i].name);
		fprintf(stderr, "\n");
		return false;
	}
	t->view.runtime = name ? i : 0;
	view_remember(&t->view, s);
	return true;
}

void top_draw(struct top *t)
{
	const struct sampler *p = &t->sampler;
	struct view_data d = { .before = p->before,
			       .now = p->now,
			       .findings = &p->findings,
			       .params = &p->params,
			       .rates = p->rates };

	view_draw(&t->grid, &t->view, &d);
}

int top_once(struct top *t, const char *runtime)
{
	struct timespec gap = { (time_t)(t->interval / 1000000000),
				(long)(t->interval % 1000000000) };
	char *text = malloc((t->grid.width + 1) * t->grid.height + 1);
	int rc = 1;

	if (!text || !top_runtime(t, runtime))
		goto out;
	/* Rates need a second one; of a recording, all of it is there. */
	if (t->sampler.is_live) {
		nanosleep(&gap, NULL);
		if (!sampler_take(&t->sampler))
			view_remember(&t->view, t->sampler.now);
	}
	while (!t->sampler.is_live && !sampler_take(&t->sampler))
		view_remember(&t->view, t->sampler.now);
	if (!t->sampler.now) {
		fputs("unpark-top: no memory for a second snapshot\n", stderr);
		goto out;
	}
	top_draw(t);
	grid_print(&t->grid, text);
	rc = fputs(text, stdout) == EOF || fflush(stdout);
out:
	free(text);
	return rc;
}

#define LIST_MAX 256

int top_list(void)
{
	static const char *const state[] = { [READER_LIVE] = "live",
					     [READER_DEAD] = "ended",
					     [READER_FROZEN] = "recorded" };
	static char paths[LIST_MAX][128];
	size_t n = reader_list(paths, LIST_MAX), i;
	struct reader src;

	for (i = 0; i < n && i < LIST_MAX; i++) {
		char why[256];
		int err = reader_open(&src, paths[i]);

		if (err) {
			printf("%-8s %8s %-24s %s\n", "damaged", "-", "-",
			       sampler_why(err, paths[i], why, sizeof(why)));
			continue;
		}
		printf("%-8s %8u %-24.31s %s\n", state[reader_state(&src)],
		       src.header.pid, src.header.program, paths[i]);
		reader_close(&src);
	}
	if (!n)
		puts("no program of this user has a console");
	return 0;
}
