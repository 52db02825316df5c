/* Given: which answer is at which path, and what may be asked of it. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "json.h"

#include "kit/err.h"

/* Parameters --------------------------------------------------------------- */

void args_add(struct api_args *args, const char *key, const char *value)
{
	if (args->nr == API_ARGS) {
		args->is_full = true;
		return;
	}
	args->at[args->nr++] = (struct api_arg){ key, value ? value : "" };
}

const char *args_get(const struct api_args *args, const char *key)
{
	unsigned int i;

	for (i = 0; i < args->nr; i++)
		if (!strcmp(args->at[i].key, key))
			return args->at[i].value;
	return NULL;
}

/* Digits, and nothing else. */
static int parse_number(const char *text, uint64_t min, uint64_t max,
			uint64_t *out)
{
	unsigned long long n;

	if (!text[0] || text[strspn(text, "0123456789")] || strlen(text) > 20)
		return -EINVAL;
	errno = 0;
	n = strtoull(text, NULL, 10);
	if (errno || n < min || n > max)
		return -EINVAL;
	*out = n;
	return 0;
}

int args_number(const struct api_args *args, const char *key, uint64_t min,
		uint64_t max, uint64_t *out)
{
	const char *text = args_get(args, key);

	return text ? parse_number(text, min, max, out) : 0;
}

/* Errors ------------------------------------------------------------------- */

json_t *api_error(const struct feed *f, unsigned int *status, unsigned int code,
		  const char *fmt, ...)
{
	json_t *o = json_head(f), *e;
	char text[256];
	va_list args;
	size_t i;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* What was sent may stand in it, and be no UTF-8. */
	for (i = 0; text[i]; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
	*status = code;
	e = json_add(o, "error", json_object());
	json_n(e, "status", code);
	json_s(e, "message", text);
	return o;
}

/* What a request is answered from. */
struct ask {
	const struct feed *f;
	const struct api_args *args;
	unsigned int *status;
};

static json_t *bad(const struct ask *a, const char *key, const char *choose)
{
	return api_error(a->f, a->status, 400, "%s=%.60s: choose %s", key,
			 args_get(a->args, key), choose);
}

/* Answers ------------------------------------------------------------------ */

static json_t *ask_runtime(const struct ask *a)
{
	return json_runtime(a->f);
}

static json_t *ask_workers(const struct ask *a)
{
	return json_workers(a->f);
}

static json_t *ask_history(const struct ask *a)
{
	return json_history(a->f);
}

static json_t *ask_resources(const struct ask *a)
{
	return json_resources(a->f);
}

static json_t *ask_places(const struct ask *a)
{
	return json_places(a->f);
}

static json_t *ask_spans(const struct ask *a)
{
	return json_spans(a->f);
}

static json_t *ask_waits(const struct ask *a)
{
	return json_waits(a->f);
}

static json_t *ask_warnings(const struct ask *a)
{
	return json_warnings(a->f);
}

static json_t *ask_tasks(const struct ask *a)
{
	const char *state = args_get(a->args, "state");
	const char *sort = args_get(a->args, "sort");
	struct json_tasks_query q = { .states = ~0u, .limit = 1000 };
	int column = 0;

	if (state)
		q.states = json_states(state);
	if (!q.states)
		return bad(a, "state",
			   "all, alive, scheduled, slot, ring, injected, "
			   "polling, waiting or ended");
	if (sort) {
		q.is_smallest = sort[0] == '-';
		column = json_sort(sort + q.is_smallest);
	}
	if (column < 0)
		return bad(a, "sort",
			   "total, id, busy, sched, idle, polls, wakes, "
			   "max_poll, max_delay, poll_p95, delay_p95, since, "
			   "state or place; with - before it, smallest first");
	q.sort = (unsigned int)column;
	if (args_number(a->args, "limit", 1, 10000, &q.limit))
		return bad(a, "limit", "a number from 1 to 10000");
	q.filter = args_get(a->args, "filter");
	return json_tasks(a->f, &q);
}

static json_t *no_task(const struct ask *a, uint64_t id)
{
	return api_error(a->f, a->status, 404,
			 "task %llu: there is none, or none any more",
			 (unsigned long long)id);
}

static json_t *ask_task(const struct ask *a, const char *text)
{
	const struct snap_task *t;
	uint64_t id;

	if (parse_number(text, 1, UINT64_MAX, &id))
		return api_error(a->f, a->status, 400,
				 "task %.60s: choose a number, from 1", text);
	t = snapshot_task(a->f->now, id);
	return t ? json_task(a->f, t) : no_task(a, id);
}

static json_t *ask_explain(const struct ask *a)
{
	uint64_t nr = 0, id = 0;

	if (args_number(a->args, "finding", 1, UINT32_MAX, &nr))
		return bad(a, "finding", "the number of a finding, from 1");
	if (args_number(a->args, "task", 1, UINT64_MAX, &id))
		return bad(a, "task", "the id of a task, from 1");
	if (!nr == !id)
		return api_error(a->f, a->status, 400,
				 "explain what? give finding, or task");
	if (nr > a->f->findings->n)
		return api_error(a->f, a->status, 404,
				 "finding %llu: there are %zu now",
				 (unsigned long long)nr, a->f->findings->n);
	if (id && !snapshot_task(a->f->now, id))
		return no_task(a, id);
	return json_explain(a->f, nr, id);
}

static json_t *ask_histograms(const struct ask *a)
{
	const struct snapshot *s = a->f->now;
	struct json_hist_query q = { .kind = args_get(a->args, "kind") };

	if (q.kind && strcmp(q.kind, "polls") && strcmp(q.kind, "delays"))
		return bad(a, "kind", "polls or delays");
	if (args_number(a->args, "runtime", 1, s->nr_runtimes, &q.runtime))
		return bad(a, "runtime", "the number of a runtime, from 1");
	if (args_number(a->args, "worker", 1, s->nr_workers, &q.worker))
		return bad(a, "worker", "the number of a worker, from 1");
	if (args_number(a->args, "task", 1, UINT64_MAX, &q.task))
		return bad(a, "task", "the id of a task, from 1");
	if (q.task && !snapshot_task(s, q.task))
		return no_task(a, q.task);
	return json_histograms(a->f, &q);
}

/* Paths -------------------------------------------------------------------- */

static const struct path {
	const char *name;
	json_t *(*ask)(const struct ask *a);
	const char *args; /* that it knows, each with a blank behind it */
} paths[] = {
	{ "runtime", ask_runtime, "" },
	{ "workers", ask_workers, "" },
	{ "history", ask_history, "" },
	{ "tasks", ask_tasks, "state sort limit filter " },
	{ "resources", ask_resources, "" },
	{ "places", ask_places, "" },
	{ "spans", ask_spans, "" },
	{ "waits", ask_waits, "" },
	{ "warnings", ask_warnings, "" },
	{ "explain", ask_explain, "finding task " },
	{ "histograms", ask_histograms, "kind runtime worker task " },
};

/* A parameter that is not known; or NULL. */
static const char *unknown_arg(const struct api_args *args, const char *known)
{
	char word[40];
	unsigned int i;

	for (i = 0; i < args->nr; i++) {
		const char *key = args->at[i].key, *at;

		snprintf(word, sizeof(word), "%.38s ", key);
		at = strstr(known, word);
		/* The end of a name is none: each begins behind a blank. */
		if (!key[0] || strchr(key, ' ') || strlen(key) > 30 || !at ||
		    (at > known && at[-1] != ' '))
			return key;
	}
	return NULL;
}

json_t *api_get(const struct feed *f, const char *path,
		const struct api_args *args, unsigned int *status)
{
	const struct ask a = { f, args, status };
	const char *known = "", *wrong, *id = NULL;
	const struct path *p = NULL;
	unsigned int i;

	*status = 200;
	if (!strncmp(path, "/api/v1/tasks/", 14))
		id = path + 14;
	for (i = 0; i < ARRAY_SIZE(paths) && !id; i++)
		if (!strncmp(path, "/api/v1/", 8) &&
		    !strcmp(path + 8, paths[i].name))
			p = &paths[i];
	if (!p && !id)
		return api_error(f, status, 404,
				 "%.60s: no such path; README-serve.md has "
				 "the list",
				 path);
	if (p)
		known = p->args;
	wrong = unknown_arg(args, known);
	if (wrong)
		return api_error(f, status, 400,
				 "%.60s: no such parameter; %.60s has: %s",
				 wrong, path, known[0] ? known : "none");
	if (args->is_full)
		return api_error(f, status, 400, "more than %d parameters",
				 API_ARGS);
	return p ? p->ask(&a) : ask_task(&a, id);
}
