/* Given: the verdict with its evidence, and the figures, as text. */
#include "stall.h"

#include "kit/module.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define ROWS 10 /* tasks that are shown: the first by longest poll */

/* The text so far. */
struct text {
	char *buf;
	size_t size, at;
};

static void __printf(2, 3) text_add(struct text *x, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (x->at >= x->size)
		return;
	va_start(ap, fmt);
	n = vsnprintf(x->buf + x->at, x->size - x->at, fmt, ap);
	va_end(ap);
	x->at += n > 0 ? n : 0;
}

static const char *const kind_words[] = {
	[STALL_HEALTHY] = "healthy: no poll and no wait is too long",
	[STALL_HELD_LOCK] = "a plain lock was held across pending",
	[STALL_BLOCKING] = "a blocking call in a poll",
	[STALL_CPU] = "a poll that computes for too long",
	[STALL_NEIGHBOUR] = "a noisy neighbour: the worker had no core",
	[STALL_SATURATION] = "saturation: short polls, all workers busy",
};

static uint64_t usec(uint64_t ns)
{
	return ns / 1000;
}

static uint64_t mean_usec(uint64_t sum, uint64_t n)
{
	return n ? sum / n / 1000 : 0;
}

static void text_evidence(struct text *x, const struct stall_verdict *v)
{
	const struct stall_poll *p = &v->poll;

	if (v->kind == STALL_HEALTHY)
		return;
	if (p->task && v->kind != STALL_SATURATION) {
		text_add(x, "  task %" PRIu64 " on worker %" PRIu32, p->task,
			 p->worker);
		text_add(x, ": one poll of %" PRIu64 " us%s",
			 usec(p->end - p->begin), p->is_open ? ", open" : "");
		if (p->is_cpu_known)
			text_add(x,
				 ", CPU %" PRIu64 " us, no core %" PRIu64 " us",
				 usec(p->cpu), usec(p->run_delay));
		text_add(x, "\n");
	}
	if (p->holder)
		text_add(x,
			 "  it waited for lock %" PRIu64
			 ", held by task %" PRIu64 " across pending\n",
			 p->lock, p->holder);
	if (v->victim.task)
		text_add(x,
			 "  %s covered %" PRIu64 " of %" PRIu64
			 " us that task %" PRIu64 " waited\n",
			 v->kind == STALL_SATURATION ? "the longest poll"
						     : "one poll",
			 usec(v->covered), usec(v->victim.to - v->victim.from),
			 v->victim.task);
	text_add(x,
		 "  in all: %" PRIu64 " polls, %" PRIu64
		 " long waits of %" PRIu64 " us together\n",
		 v->polls, v->waits, usec(v->waited));
}

static void text_workers(struct text *x, const struct stall_trace *t)
{
	const struct stall_worker *w;
	unsigned int i;

	text_add(x, "worker  polls  poll mean/max us  delay mean/max us"
		    "  busy  no core us\n");
	for (i = 0; i < STALL_WORKERS_MAX; i++) {
		w = &t->workers[i];
		if (!w->is_seen)
			continue;
		text_add(x, "%6u %6zu %8" PRIu64 "/%-8" PRIu64, i, w->polls,
			 mean_usec(w->poll_sum, w->polls), usec(w->poll_max));
		text_add(x, " %8" PRIu64 "/%-8" PRIu64 " %4u%% %9" PRIu64 "\n",
			 mean_usec(w->delay_sum, w->delays), usec(w->delay_max),
			 t->end > t->start ? (unsigned int)(w->poll_sum * 100 /
							    (t->end - t->start))
					   : 0,
			 usec(w->run_delay));
	}
}

/* The task that follows @last, by longest poll and then by place. */
static const struct stall_task *next_row(const struct stall_trace *t,
					 const struct stall_task *last)
{
	const struct stall_task *best = NULL, *task;
	size_t i;

	for (i = 0; i < t->nr_tasks; i++) {
		task = &t->tasks[i];
		if (last &&
		    (task->poll_max > last->poll_max ||
		     (task->poll_max == last->poll_max && task <= last)))
			continue;
		if (!best || task->poll_max > best->poll_max)
			best = task;
	}
	return best;
}

static void text_tasks(struct text *x, const struct stall_trace *t)
{
	const struct stall_task *task = NULL;
	unsigned int row;

	text_add(x,
		 "  task  polls  poll mean/max us  delay mean/max us"
		 "  above %" PRIu64 " us\n",
		 usec(t->params.info));
	for (row = 0; row < ROWS; row++) {
		task = next_row(t, task);
		if (!task)
			return;
		text_add(x, "%6" PRIu64 " %6" PRIu64 " %8" PRIu64 "/%-8" PRIu64,
			 task->id, task->polls,
			 mean_usec(task->poll_sum, task->polls),
			 usec(task->poll_max));
		text_add(x, " %8" PRIu64 "/%-8" PRIu64 " %6" PRIu64 "\n",
			 mean_usec(task->delay_sum, task->delays),
			 usec(task->delay_max), task->slow);
	}
}

const char *stall_report(const struct stall_trace *t,
			 const struct stall_verdict *v, char *buf, size_t size)
{
	struct text x = { .buf = buf, .size = size };

	buf[0] = '\0';
	text_add(&x, "stall: %s\n", kind_words[v->kind]);
	text_evidence(&x, v);
	if (v->unexplained)
		text_add(&x, "  %" PRIu64 " long waits have no explanation\n",
			 v->unexplained);
	if (t->lost || t->broken)
		text_add(&x,
			 "  %" PRIu64 " events were lost, %" PRIu64
			 " fit nothing: waits there are not known\n",
			 t->lost, t->broken);
	text_workers(&x, t);
	text_tasks(&x, t);
	return buf;
}
EXPORT_SYMBOL(stall_report);

MODULE(stall_text, "the stall verdict as text", NULL, NULL);
