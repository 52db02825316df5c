/* What is slow in the shop. Lives in the supervisor. */
#include <stdio.h>
#include <string.h>

#include "test/oracle.h"

/* See test_hunt.c. */
struct answer {
	char question;
	char reason;
	char task[48];
	char span[48];
};

/* What to say of those that look slow, and are not what was asked for. */
static const struct {
	const char *task, *what;
} others[] = {
	{ "audit", "its longest poll is longer, but 95 of 100 are short" },
	{ "archive", "its disk is as slow, but its polls do not wait for it" },
	{ "album", "it has the most work, in short polls" },
	{ "night_watch", "it waits most of its life, but not inside polls" },
	{ "clock_tick", "it suffers: its delays are long, its polls are not" },
	{ "desk", "it suffers: its delays are long, its polls are not" },
	{ "visitor", "it suffers: its delays are long, its polls are not" },
};

static void judge_task(struct oracle_call *call, const struct answer *a)
{
	size_t i;

	call->accepted = !strcmp(a->task, "thumbnail");
	if (call->accepted)
		return;
	snprintf(call->what, sizeof(call->what), "%.47s: %s", a->task,
		 "no task of the shop has it in its column WHAT");
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(a->task, others[i].task))
			snprintf(call->what, sizeof(call->what), "%.47s: %s",
				 a->task, others[i].what);
	snprintf(call->want, sizeof(call->want),
		 "the task whose polls have the longest p95");
	snprintf(call->got, sizeof(call->got), "\"%.47s\"", a->task);
}

static void judge_reason(struct oracle_call *call, const struct answer *a)
{
	bool is_reason = a->reason == 2;

	call->accepted = is_reason && !strcmp(a->span, "load picture");
	if (call->accepted)
		return;
	snprintf(call->what, sizeof(call->what), "%s",
		 is_reason ? "that is why, but it does not happen in this span"
			   : "that is not why its polls take so long");
	snprintf(call->want, sizeof(call->want), "%s",
		 is_reason ? "the span that a worker shows during such a poll"
			   : "what its thread does meanwhile: is it running?");
	snprintf(call->got, sizeof(call->got), "\"%.47s\"",
		 is_reason ? a->span : "another reason");
}

ORACLE(hunt)
{
	struct answer a;

	if (call->req_len != sizeof(a)) {
		snprintf(call->what, sizeof(call->what), "no answer came");
		return;
	}
	memcpy(&a, call->req, sizeof(a));
	a.task[sizeof(a.task) - 1] = '\0';
	a.span[sizeof(a.span) - 1] = '\0';
	if (a.question == 't')
		judge_task(call, &a);
	else
		judge_reason(call, &a);
}
