/* Given: the columns of the list of tasks; tasks and waits in words. */
#include <stdio.h>

#include "screens.h"

#include "kit/module.h"

const struct task_column_info task_column_info[COLUMN_NR] = {
#define X(NAME, title, width, what) { title, width, what },
	TASK_COLUMNS(X)
#undef X
};

uint64_t task_key(enum task_column c, const struct snap_task *t)
{
	switch (c) {
	case COLUMN_ID:
		return t->id;
	case COLUMN_TOTAL:
		return t->total;
	case COLUMN_BUSY:
		return t->busy;
	case COLUMN_SCHED:
		return t->sched + t->first;
	case COLUMN_IDLE:
		return t->idle;
	case COLUMN_POLLS:
		return t->polls;
	case COLUMN_P95:
		return task_quantile(t->poll_hist, t->max_poll, 0.95);
	case COLUMN_DELAY:
		return task_quantile(t->delay_hist, t->max_delay, 0.95);
	case COLUMN_WAKES:
		return t->wakes;
	default:
		return 0;
	}
}
EXPORT_SYMBOL(task_key);

static const char *state_name(enum task_state state)
{
	static const char *const name[] = {
		[TASK_UNUSED] = "?",	 [TASK_IN_SLOT] = "slot",
		[TASK_IN_RING] = "ring", [TASK_INJECTED] = "inject",
		[TASK_POLLED] = "poll",	 [TASK_WAITING] = "wait",
		[TASK_ENDED] = "ended",
	};

	return state < ARRAY_SIZE(name) ? name[state] : "?";
}

const char *task_name(enum task_column c, const struct snap_task *t,
		      const struct snapshot *s)
{
	switch (c) {
	case COLUMN_STATE:
		return state_name(t->state);
	case COLUMN_WHAT:
		return s->places[t->place].what;
	case COLUMN_WHERE:
		return text_where(s->places[t->place].where);
	default:
		return NULL;
	}
}
EXPORT_SYMBOL(task_name);

const char *task_cell(enum task_column c, const struct snap_task *t,
		      const struct snapshot *s, char buf[24])
{
	const char *name = task_name(c, t, s);
	uint64_t key = task_key(c, t);

	if (name)
		return name;
	switch (c) {
	case COLUMN_ID:
		snprintf(buf, 24, "%llu", (unsigned long long)key);
		return buf;
	case COLUMN_POLLS:
	case COLUMN_WAKES:
		return text_count(key, buf);
	default:
		return text_ns(key, buf);
	}
}
EXPORT_SYMBOL(task_cell);

enum view_style state_style(enum task_state state)
{
	switch (state) {
	case TASK_POLLED:
		return STYLE_POLL;
	case TASK_IN_SLOT:
	case TASK_IN_RING:
	case TASK_INJECTED:
		return STYLE_SEARCH;
	case TASK_WAITING:
		return STYLE_PARKED;
	default:
		return STYLE_DIM;
	}
}
EXPORT_SYMBOL(state_style);

const char *text_task(const struct snapshot *s, uint64_t id, char *buf,
		      size_t size)
{
	const struct snap_task *t = snapshot_task(s, id);

	if (t)
		snprintf(buf, size, "#%llu %s (%s)", (unsigned long long)id,
			 s->places[t->place].what,
			 text_where(s->places[t->place].where));
	else
		snprintf(buf, size, "#%llu (gone)", (unsigned long long)id);
	return buf;
}
EXPORT_SYMBOL(text_task);

/* "lock cache, held by #9 thumbnail (server.c:88)" */
static void text_resource(const struct snapshot *s, const struct snap_task *t,
			  char *buf, size_t size)
{
	const struct snap_resource *r = snapshot_resource(s, t->wait_for);
	const char *what = t->wait == TP_WAIT_SEND   ? "room in"
			   : t->wait == TP_WAIT_RECV ? "a message in"
						     : "the lock";
	char task[128];

	if (!r)
		snprintf(buf, size, "%s %s", what,
			 t->wait == TP_WAIT_LOCK ? "?" : "a channel");
	else if (r->holder)
		snprintf(buf, size, "%s %s, held by %s", what, r->name,
			 text_task(s, r->holder, task, sizeof(task)));
	else
		snprintf(buf, size, "%s %s", what, r->name);
}

const char *text_wait(const struct snapshot *s, const struct snap_task *t,
		      char *buf, size_t size)
{
	char task[128];

	switch (t->wait) {
	case TP_WAIT_JOIN:
		snprintf(buf, size, "the end of %s",
			 text_task(s, t->wait_for, task, sizeof(task)));
		break;
	case TP_WAIT_TIMER:
		snprintf(buf, size, "a timer");
		break;
	case TP_WAIT_IO:
		snprintf(buf, size, "I/O on descriptor %u", t->wait_detail);
		break;
	case TP_WAIT_BLOCKING:
		snprintf(buf, size, "a job of the blocking pool");
		break;
	case TP_WAIT_SEND:
	case TP_WAIT_RECV:
	case TP_WAIT_LOCK:
		text_resource(s, t, buf, size);
		break;
	default:
		snprintf(buf, size, "something that did not say what it is");
		break;
	}
	return buf;
}
EXPORT_SYMBOL(text_wait);

MODULE(cells, "the columns of the list of tasks", NULL, NULL);
