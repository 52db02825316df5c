/* Given: findings as JSON, each with its sentence and what to do. */
#include "json.h"

static const char *level_name(enum lint_level level)
{
	static const char *const name[] = { "info", "warn", "error",
					    "critical" };

	return name[level <= LINT_CRITICAL ? level : LINT_CRITICAL];
}

static json_t *one_finding(const struct feed *f, size_t nr)
{
	const struct finding *w = &f->findings->list[nr];
	json_t *o = json_object();
	char text[1024];

	json_n(o, "finding", nr + 1);
	json_s(o, "rule", lint_info[w->rule].name);
	json_s(o, "level", level_name(w->level));
	json_s(o, "title", lint_info[w->rule].title);
	json_s(o, "text", explain_finding(w, f->now, text, sizeof(text)));
	json_s(o, "advice", explain_rule(w->rule, NULL, text, sizeof(text)));
	json_n(o, "task", w->task);
	json_n(o, "victim", w->victim);
	json_n(o, "worker", w->worker);
	json_n(o, "runtime", w->runtime);
	json_n(o, "resource", w->resource);
	json_place(o, f->now, w->place);
	json_n(o, "ns", w->ns);
	json_n(o, "count", w->count);
	json_n(o, "threshold", w->threshold);
	/* Of a poll in progress, of a target that is live. */
	json_n(o, "cpu_seen_ns", w->cpu_seen);
	json_n(o, "off_cpu_ns", w->off_cpu);
	json_n(o, "no_core_ns", w->no_core);
	return o;
}

json_t *json_warnings(const struct feed *f)
{
	json_t *o = json_head(f), *list;
	size_t i;

	list = json_add(o, "warnings", json_array());
	for (i = 0; i < f->findings->n; i++)
		json_push(list, one_finding(f, i));
	return o;
}

/* What there is to say where no rule speaks. */
static void say_nothing(json_t *o, const struct feed *f, uint64_t id)
{
	const struct snap_task *t = snapshot_task(f->now, id);
	char text[256];

	if (!t) {
		json_s(o, "text", "no finding");
		return;
	}
	snprintf(text, sizeof(text),
		 "no rule has anything to say about task %llu (%s, %s): it is "
		 "%s%s%s",
		 (unsigned long long)id, f->now->places[t->place].what,
		 f->now->places[t->place].where, json_state(t->state),
		 t->state == TASK_WAITING ? ", for " : "",
		 t->state == TASK_WAITING ? json_wait(t->wait) : "");
	json_s(o, "text", text);
}

json_t *json_explain(const struct feed *f, uint64_t nr, uint64_t id)
{
	json_t *o = json_head(f), *list;
	char text[1024];
	size_t i;

	json_s(o, "text", "");
	list = json_add(o, "findings", json_array());
	for (i = 0; i < f->findings->n; i++) {
		const struct finding *w = &f->findings->list[i];

		if (nr ? nr != i + 1 : w->task != id && w->victim != id)
			continue;
		/* The worst one comes first. */
		if (!json_array_size(list))
			json_s(o, "text",
			       explain_finding(w, f->now, text, sizeof(text)));
		json_push(list, one_finding(f, i));
	}
	if (!json_array_size(list))
		say_nothing(o, f, id);
	return o;
}
