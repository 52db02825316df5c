/* Given: a timeline as words, as text, and as JSON for Perfetto. */
#include <string.h>

#include "export.h"

#include "kit/err.h"
#include "kit/module.h"

static const char *name_of(const struct timeline *tl, unsigned int task)
{
	return task == TIMELINE_NONE ? "-" : tl->tasks[task].name;
}

/* Events of tasks @t and @by that later days brought. */
static void later_words(const struct trace_event *e, const char *t,
			const char *by, char *buf, size_t len)
{
	switch (e->ev) {
	case TP_YIELD:
		snprintf(buf, len, "%s spent its budget", t);
		break;
	case TP_IO_ADD:
		snprintf(buf, len, "watch fd %u", e->arg);
		break;
	case TP_IO_DEL:
		snprintf(buf, len, "watch fd %u no more", e->arg);
		break;
	case TP_SEND:
		snprintf(buf, len, "send, %u in the channel", e->arg);
		break;
	case TP_RECV:
		snprintf(buf, len, "receive, %u in the channel", e->arg);
		break;
	case TP_LOCK:
		snprintf(buf, len, "lock by %s", by);
		break;
	case TP_UNLOCK:
		snprintf(buf, len, "unlock by %s", by);
		break;
	default:
		/* No trace has it: see tp_is_account(). */
		snprintf(buf, len, "?");
		break;
	}
}

void timeline_words(const struct timeline *tl, size_t i, char *buf, size_t len)
{
	static const char *const queues[] = { "lifo", "local", "injection",
					      "?" };
	const struct trace_event *e = &tl->events[i];
	const char *t = name_of(tl, tl->task_of[i]);
	const char *by = tl->by_of[i] == TIMELINE_NONE
				 ? "outside"
				 : name_of(tl, tl->by_of[i]);

	switch (e->ev) {
	case TP_SPAWN:
		snprintf(buf, len, "spawn %s by %s", t, by);
		break;
	case TP_WAKE:
		snprintf(buf, len, "wake %s by %s", t, by);
		break;
	case TP_SCHEDULE:
		snprintf(buf, len, "%s %s", queues[e->arg < 3 ? e->arg : 3], t);
		break;
	case TP_POLL_BEGIN:
		snprintf(buf, len, "poll %s on %u", t, e->arg);
		break;
	case TP_POLL_END:
		snprintf(buf, len, "%s %s", e->arg ? "ready" : "pending", t);
		break;
	case TP_CANCEL:
		snprintf(buf, len, "cancel %s", t);
		break;
	case TP_STEAL:
		snprintf(buf, len, "steal %u from %u by %u",
			 tp_steal_tasks(e->arg), tp_steal_victim(e->arg),
			 tp_steal_thief(e->arg));
		break;
	case TP_OVERFLOW:
		snprintf(buf, len, "overflow %u", e->arg);
		break;
	case TP_PARK:
		snprintf(buf, len, "park %u", e->arg);
		break;
	case TP_UNPARK:
		snprintf(buf, len, "unpark %u", e->arg);
		break;
	case TP_RESUME:
		snprintf(buf, len, "resume %u", e->arg);
		break;
	case TP_DROP:
		snprintf(buf, len, "drop %s", t);
		break;
	case TP_JOIN:
		snprintf(buf, len, "join %s by %s", t, by);
		break;
	case TP_IO_READY:
		snprintf(buf, len, "ready fd %u", e->arg);
		break;
	case TP_TIMER:
		snprintf(buf, len, "timer, %u ns late", e->arg);
		break;
	case TP_BLOCKING_BEGIN:
		snprintf(buf, len, "blocking job on %u", e->arg);
		break;
	case TP_BLOCKING_END:
		snprintf(buf, len, "blocking job done on %u", e->arg);
		break;
	default:
		later_words(e, t, by, buf, len);
		break;
	}
}
EXPORT_SYMBOL(timeline_words);

int export_text(FILE *out, const struct timeline *tl)
{
	char words[160];
	size_t i;

	fprintf(out,
		"%zu events, %llu more are missing; microseconds, thread, "
		"event\n",
		tl->nr_events, (unsigned long long)tl->lost);
	for (i = 0; i < tl->nr_events; i++) {
		timeline_words(tl, i, words, sizeof(words));
		fprintf(out, "%14.3f  %3u  %s\n",
			(double)tl->events[i].time / 1e3, tl->events[i].ring,
			words);
	}
	return fflush(out) || ferror(out) ? -EIO : 0;
}
EXPORT_SYMBOL(export_text);

/* Length of the UTF-8 character at @s, or 0 when it is none. */
static size_t utf8_len(const unsigned char *s)
{
	size_t n = s[0] < 0x80			 ? 1
		   : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
		   : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
		   : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						 : 0;
	size_t i;

	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Too long for what they say, surrogates, and above 0x10ffff. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

void export_string(FILE *out, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n;

	fputc('"', out);
	for (; *p; p += n ? n : 1) {
		n = utf8_len(p);
		if (!n)
			fputc('?', out);
		/* < > &: within a page they could end the script. */
		else if (*p < 0x20 || *p == 0x7f || strchr("\"\\<>&", *p))
			fprintf(out, "\\u%04x", *p);
		else
			fwrite(p, 1, n, out);
	}
	fputc('"', out);
}
EXPORT_SYMBOL(export_string);

/* --- JSON for Perfetto ------------------------------------------------------ */
enum { PID_LANES = 1, PID_TASKS = 2 };

/* The head of one record; the first one has no comma before it. */
static void record_open(FILE *out, char ph, unsigned int pid, unsigned int tid,
			uint64_t ns)
{
	fprintf(out, ",\n{\"ph\":\"%c\",\"pid\":%u,\"tid\":%u,\"ts\":%llu.%03u",
		ph, pid, tid, (unsigned long long)(ns / 1000),
		(unsigned int)(ns % 1000));
}

static void json_name(FILE *out, const char *what, unsigned int pid,
		      unsigned int tid, const char *name)
{
	fprintf(out,
		",\n{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"%s\","
		"\"args\":{\"name\":",
		pid, tid, what);
	export_string(out, name);
	fprintf(out, "}}");
}

static void json_tracks(FILE *out, const struct timeline *tl)
{
	unsigned int i;

	fprintf(out,
		"{\"ph\":\"M\",\"pid\":%u,\"tid\":0,"
		"\"name\":\"process_name\",\"args\":{\"name\":\"workers\"}}",
		PID_LANES);
	json_name(out, "process_name", PID_TASKS, 0, "tasks");
	for (i = 0; i < tl->nr_lanes; i++)
		json_name(out, "thread_name", PID_LANES, i + 1,
			  tl->lanes[i].name);
	for (i = 0; i < tl->nr_tasks; i++)
		json_name(out, "thread_name", PID_TASKS, i + 1,
			  tl->tasks[i].name);
}

static void json_begin(FILE *out, const struct timeline *tl,
		       const struct timeline_item *item)
{
	static const char *const cats[] = { "poll", "park", "blocking",
					    "mark" };
	char words[160];

	record_open(out, 'B', PID_LANES, item->lane + 1, item->begin);
	fprintf(out, ",\"cat\":\"%s\",\"name\":", cats[item->kind]);
	if (item->kind == TIMELINE_POLL)
		export_string(out, name_of(tl, item->task));
	else if (item->kind == TIMELINE_PARK)
		export_string(out, "parked");
	else if (item->kind == TIMELINE_BLOCK)
		export_string(out, "blocking job");
	else {
		timeline_words(tl, item->first, words, sizeof(words));
		export_string(out, words);
	}
	if (item->kind == TIMELINE_POLL)
		fprintf(out, ",\"args\":{\"result\":\"%s\"}",
			item->is_cut ? "not in the trace"
			: item->arg  ? "ready"
				     : "pending");
	fprintf(out, "}");
}

static void json_end(FILE *out, const struct timeline_item *item)
{
	record_open(out, 'E', PID_LANES, item->lane + 1, item->end);
	fprintf(out, "}");
}

static void json_flow(FILE *out, char ph, const struct timeline_item *item,
		      unsigned int id)
{
	record_open(out, ph, PID_LANES, item->lane + 1, item->begin);
	fprintf(out, ",\"cat\":\"wake\",\"name\":\"wake\",\"id\":%u%s}", id,
		ph == 'f' ? ",\"bp\":\"e\"" : "");
}

/* Where flows begin and end: for each item its flow + 1, or 0. */
static void json_flows_at(FILE *out, const struct timeline *tl, unsigned int i)
{
	const struct timeline_item *item = &tl->items[i];
	unsigned int lo = 0, hi = tl->nr_flows, k;

	if (item->kind == TIMELINE_POLL) {
		/* By their polls: a search in halves. */
		while (lo < hi) {
			k = (lo + hi) / 2;
			if (tl->flows[k].to < i)
				lo = k + 1;
			else
				hi = k;
		}
		if (lo < tl->nr_flows && tl->flows[lo].to == i)
			json_flow(out, 'f', item, lo + 1);
	} else if (item->kind == TIMELINE_MARK && item->flow != TIMELINE_NONE) {
		json_flow(out, 's', item, item->flow + 1);
	}
}

/* One lane, in order: what is around something begins before it. */
static void json_lane(FILE *out, const struct timeline *tl, unsigned int lane)
{
	const struct timeline_item *stack[64];
	unsigned int depth = 0, i;

	for (i = 0; i < tl->nr_items; i++) {
		const struct timeline_item *item = &tl->items[i];

		if (item->lane != lane)
			continue;
		while (depth && stack[depth - 1]->last <= item->first)
			json_end(out, stack[--depth]);
		json_begin(out, tl, item);
		json_flows_at(out, tl, i);
		if (item->kind == TIMELINE_MARK || depth == ARRAY_SIZE(stack))
			json_end(out, item);
		else
			stack[depth++] = item;
	}
	while (depth)
		json_end(out, stack[--depth]);
}

int export_json(FILE *out, const struct timeline *tl)
{
	unsigned int i;

	fprintf(out,
		"{\"displayTimeUnit\":\"ns\",\"otherData\":{\"lost\":%llu},\n"
		"\"traceEvents\":[\n",
		(unsigned long long)tl->lost);
	json_tracks(out, tl);
	for (i = 0; i < tl->nr_lanes; i++)
		json_lane(out, tl, i);
	for (i = 0; i < tl->nr_spans; i++) {
		const struct timeline_span *s = &tl->spans[i];
		uint64_t ns = s->end - s->begin;

		record_open(out, 'X', PID_TASKS, s->task + 1, s->begin);
		fprintf(out, ",\"dur\":%llu.%03u,\"name\":\"%s\"}",
			(unsigned long long)(ns / 1000),
			(unsigned int)(ns % 1000),
			s->is_poll ? "polled" : "waits in a queue");
	}
	fprintf(out, "\n]}\n");
	return fflush(out) || ferror(out) ? -EIO : 0;
}
EXPORT_SYMBOL(export_json);

MODULE(export, "a timeline as text, and as JSON for Perfetto", NULL, NULL);
