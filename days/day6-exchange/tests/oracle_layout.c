/*
 * What the tasks of the exchange own, and what its channels do when they are
 * full. Lives in the supervisor: no student code is linked with it.
 */
#include <stdio.h>
#include <string.h>

#include "layout_ask.h"
#include "market/exchange.h"
#include "test/oracle.h"

static const uint32_t owns[LAYOUT_TASKS] = {
	[LAYOUT_ACCEPTOR] = LAYOUT_LISTENER,
	[LAYOUT_CONN_READER] = LAYOUT_READ_HALF,
	[LAYOUT_CONN_WRITER] = LAYOUT_WRITE_HALF,
	[LAYOUT_RISK] = LAYOUT_POSITIONS,
	[LAYOUT_SHARD] = LAYOUT_BOOK,
	[LAYOUT_JOURNAL] = LAYOUT_FILE,
	[LAYOUT_FEED] = LAYOUT_PLACE,
};

static const struct layout_bound bound[LAYOUT_CHANNELS] = {
	[LAYOUT_ORDERS] = { EXCHANGE_ORDERS_FIT, LAYOUT_WAITS },
	[LAYOUT_QUESTIONS] = { EXCHANGE_QUESTIONS_FIT, LAYOUT_WAITS },
	[LAYOUT_RECORDS] = { EXCHANGE_RECORDS_FIT, LAYOUT_WAITS },
	[LAYOUT_ANSWERS] = { EXCHANGE_ANSWERS_FIT, LAYOUT_CUT },
	[LAYOUT_TRADES] = { EXCHANGE_TRADES_FIT, LAYOUT_MISSED },
};

/* What is said is wrong; the report says where to look, and not what is right. */
static void refuse(struct oracle_call *call, const char *what,
		   const char *where, const char *want)
{
	snprintf(call->what, sizeof(call->what), "%s: %s", where, what);
	snprintf(call->want, sizeof(call->want), "%s", want);
	snprintf(call->got, sizeof(call->got), "something else in your table");
}

static bool judge_owns(struct oracle_call *call, const struct layout_ask *a)
{
	int i;

	for (i = 0; i < LAYOUT_TASKS; i++) {
		if (a->owns[i] == owns[i])
			continue;
		refuse(call,
		       a->owns[i] ? "that is not what it owns"
				  : "it is not said what it owns",
		       layout_task_name[i],
		       "what it alone touches, and could lose");
		return false;
	}
	return true;
}

static bool judge_channels(struct oracle_call *call, const struct layout_ask *a)
{
	const char *name;
	int i;

	for (i = LAYOUT_NONE + 1; i < LAYOUT_CHANNELS; i++) {
		name = layout_channel_name[i];
		if (a->fits[i] != bound[i].fits) {
			refuse(call, "not so many messages fit into it", name,
			       "the number that it is made with");
			return false;
		}
		if (a->full[i] == bound[i].full)
			continue;
		refuse(call,
		       a->full[i] ? "that is not what happens when it is full"
				  : "it is not said what happens when it is "
				    "full",
		       name, "what its senders do when there is no room");
		return false;
	}
	return true;
}

ORACLE(layout)
{
	struct layout_ask a;

	if (call->req_len != sizeof(a)) {
		snprintf(call->what, sizeof(call->what), "no table came");
		return;
	}
	memcpy(&a, call->req, sizeof(a));
	call->accepted =
		a.is_channels ? judge_channels(call, &a) : judge_owns(call, &a);
}
