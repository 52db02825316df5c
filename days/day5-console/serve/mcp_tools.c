/* Given: the tools of the MCP server: answers of api.c under other names. */
#include <string.h>

#include "json.h"
#include "mcp.h"

#define STATES "all alive scheduled slot ring injected polling waiting ended "
#define SORTS                                                      \
	"total id busy sched idle polls wakes max_poll max_delay " \
	"poll_p95 delay_p95 since state place "

static const struct mcp_tool tools[] = {
	{ .name = "runtime_overview",
	  .title = "Runtime overview",
	  .what = "The program and its runtimes: workers, tasks by state, "
		  "queues, blocking pool, I/O, number of warnings. Start here.",
	  .path = "runtime" },
	{ .name = "list_workers",
	  .title = "Workers",
	  .what = "Each worker: what it does now and since when, its queue, "
		  "its counters, and what it did in the last window.",
	  .path = "workers" },
	{ .name = "list_tasks",
	  .title = "List of tasks",
	  .what = "Tasks with their times, in ns: busy in polls, scheduled and "
		  "waiting for a worker, idle; what each waits for.",
	  .path = "tasks",
	  .args = { { "state", "string", "Only tasks in this state.", STATES },
		    { "sort", "string", "Largest first by this.", SORTS },
		    { "limit", "integer", "At most so many; up to 10000.",
		      NULL },
		    { "filter", "string",
		      "Only tasks whose future, file or id contains this.",
		      NULL } } },
	{ .name = "task_detail",
	  .title = "One task",
	  .what = "All about one task: times, wakers, its last polls, its "
		  "histograms, its children.",
	  .path = "tasks/",
	  .is_needed = true,
	  .args = { { "id", "integer", "The task's id.", NULL } } },
	{ .name = "list_warnings",
	  .title = "Warnings",
	  .what = "What is wrong now, the worst first: each with its evidence "
		  "in one sentence, the rule's thresholds, and what to try.",
	  .path = "warnings" },
	{ .name = "explain",
	  .title = "Explain a finding or a task",
	  .what = "Why a task does not get on, or what a finding means. Give "
		  "either finding or task.",
	  .path = "explain",
	  .args = { { "finding", "integer",
		      "Its number in list_warnings, from 1.", NULL },
		    { "task", "integer", "The task's id.", NULL } } },
	{ .name = "wait_graph",
	  .title = "Who waits for whom",
	  .what = "Tasks that wait for a task, a lock or a channel, and the "
		  "circles among them: those never end.",
	  .path = "waits" },
	{ .name = "latency_histogram",
	  .title = "Histograms",
	  .what = "How long polls took, and how long scheduled tasks waited "
		  "for theirs: quantiles and buckets, of each runtime, one "
		  "worker or one task.",
	  .path = "histograms",
	  .args = { { "kind", "string", "Only this one.", "polls delays " },
		    { "runtime", "integer", "Its number, from 1.", NULL },
		    { "worker", "integer", "Its number, from 1.", NULL },
		    { "task", "integer", "The task's id.", NULL } } },
};

/* The list ----------------------------------------------------------------- */

static json_t *words(const char *at)
{
	json_t *list = json_array();
	size_t n;

	for (; *at; at += n + 1) {
		n = strcspn(at, " ");
		json_push(list, json_stringn(at, n));
	}
	return list;
}

static json_t *schema(const struct mcp_tool *t)
{
	json_t *o = json_object(), *all, *p;
	const struct mcp_arg *a;

	json_s(o, "type", "object");
	all = json_add(o, "properties", json_object());
	for (a = t->args; a->name; a++) {
		p = json_add(all, a->name, json_object());
		json_s(p, "type", a->type);
		json_s(p, "description", a->what);
		if (!strcmp(a->type, "integer"))
			json_n(p, "minimum", 1);
		if (a->values)
			json_add(p, "enum", words(a->values));
	}
	if (t->is_needed)
		json_push(json_add(o, "required", json_array()),
			  json_string(t->args[0].name));
	json_b(o, "additionalProperties", false);
	return o;
}

json_t *mcp_tools(void)
{
	json_t *list = json_array(), *o, *hints;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tools); i++) {
		o = json_push(list, json_object());
		json_s(o, "name", tools[i].name);
		json_s(o, "title", tools[i].title);
		json_s(o, "description", tools[i].what);
		json_add(o, "inputSchema", schema(&tools[i]));
		hints = json_add(o, "annotations", json_object());
		json_b(hints, "readOnlyHint", true);
		json_b(hints, "openWorldHint", false);
	}
	return list;
}

/* A call ------------------------------------------------------------------- */

static json_t *tool_result(json_t *answer, const char *text, bool is_error)
{
	json_t *o = json_object(), *part;

	part = json_push(json_add(o, "content", json_array()), json_object());
	json_s(part, "type", "text");
	json_s(part, "text", text);
	if (answer)
		json_object_set(o, "structuredContent", answer);
	json_b(o, "isError", is_error);
	return o;
}

/* What is wrong with an argument; NULL: nothing. */
static const char *arg_wrong(const struct mcp_tool *t, const char *key,
			     const json_t *v)
{
	const struct mcp_arg *a;
	char word[40];

	for (a = t->args; a->name && strcmp(a->name, key); a++)
		;
	if (!a->name)
		return "there is no such argument";
	if (!strcmp(a->type, "integer"))
		return json_is_integer(v) && json_integer_value(v) > 0
			       ? NULL
			       : "choose an integer, from 1";
	if (!json_is_string(v))
		return "choose a string";
	snprintf(word, sizeof(word), "%.38s ", json_string_value(v));
	if (a->values && (!strstr(a->values, word) ||
			  strcspn(word, " ") + 1 != strlen(word)))
		return "choose one that the schema lists";
	return NULL;
}

/* Arguments as parameters: numbers in digits. */
struct texts {
	struct api_args args;
	char digits[MCP_ARGS][24];
};

static void add_arg(struct texts *to, const char *key, const json_t *v)
{
	char *digits = to->digits[to->args.nr];

	if (json_is_string(v)) {
		args_add(&to->args, key, json_string_value(v));
		return;
	}
	snprintf(digits, sizeof(to->digits[0]), "%lld",
		 (long long)json_integer_value(v));
	args_add(&to->args, key, digits);
}

/* The answer of a tool whose arguments are right. */
static json_t *ask_tool(const struct feed *f, const struct mcp_tool *t,
			struct texts *args, unsigned int *status)
{
	char path[64];
	size_t n;

	n = (size_t)snprintf(path, sizeof(path), "/api/v1/%s", t->path);
	if (path[n - 1] == '/') {
		snprintf(path + n, sizeof(path) - n, "%s",
			 args->args.at[0].value);
		args->args.nr = 0;
	}
	return api_get(f, path, &args->args, status);
}

static json_t *call(const struct feed *f, const struct mcp_tool *t,
		    struct texts *args)
{
	json_t *answer, *result;
	const json_t *text;
	unsigned int status;
	char *dump;

	answer = ask_tool(f, t, args, &status);
	if (status != 200) {
		text = json_object_get(json_object_get(answer, "error"),
				       "message");
		result = tool_result(NULL, json_string_value(text), true);
	} else {
		dump = json_dumps(answer, JSON_COMPACT);
		result = tool_result(answer, dump ? dump : "", !dump);
		free(dump);
	}
	json_decref(answer);
	return result;
}

json_t *mcp_call(const struct feed *f, const char *name, const json_t *args)
{
	const struct mcp_tool *t = NULL;
	struct texts texts = {};
	char text[200];
	const char *key, *why;
	json_t *v;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tools); i++)
		if (!strcmp(tools[i].name, name))
			t = &tools[i];
	if (!t)
		return NULL;
	json_object_foreach((json_t *)args, key, v)
	{
		why = arg_wrong(t, key, v);
		if (why) {
			snprintf(text, sizeof(text), "%.60s: %s", key, why);
			return tool_result(NULL, text, true);
		}
		add_arg(&texts, key, v);
	}
	if (t->is_needed && !texts.args.nr) {
		snprintf(text, sizeof(text), "%s: it is needed",
			 t->args[0].name);
		return tool_result(NULL, text, true);
	}
	return call(f, t, &texts);
}
