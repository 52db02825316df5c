/* TODO 9: the prediction against a run of the program in predict.h. */
#include <stdio.h>
#include <string.h>

#include "predict.h"
#include "sched.h"

#include "kit/async.h"
#include "kit/tracepoint.h"
#include "test/test.h"

/* A task of the program; its letter says which. */
struct letter {
	struct async async;
	char name;
	struct yield yield;
};

static struct sched *s;
static struct join joins[8];
static unsigned int nr_joins;
static const char *const names[] = { "A", "B", "C", "D", "E", "F", "M" };

static bool is_set;
static struct waker waiter;

static void spawn(char name);

/* wait: until the event is set. */
static enum poll event_poll(struct future *f, struct context *cx, void *out)
{
	if (is_set)
		return POLL_READY;
	waker_drop(&waiter);
	waiter = waker_clone(cx->waker);
	return POLL_PENDING;
}

static const struct future_ops event_ops = {
	.poll = event_poll,
	.size = sizeof(struct future),
};
static struct future event = { .ops = &event_ops };

static void event_set(void)
{
	is_set = true;
	if (waiter.ops)
		waker_wake(&waiter);
}

static enum poll letter_poll(struct future *f, struct context *cx, void *out)
{
	struct letter *l = container_of(f, struct letter, async.future);

	ASYNC_BEGIN(&l->async);
	if (l->name == 'M') {
		spawn('A');
		spawn('C');
		spawn('B');
	}
	if (l->name == 'M' || l->name == 'A') {
		l->yield = yield_now();
		AWAIT(&l->yield.future, NULL);
	}
	if (l->name == 'B') {
		AWAIT(&event, NULL);
		spawn('D');
	}
	if (l->name == 'C')
		event_set();
	if (l->name == 'D')
		spawn('E');
	if (l->name == 'E')
		spawn('F');
	ASYNC_END(&l->async);
}

static void letter_drop(struct future *f)
{
	async_drop(&container_of(f, struct letter, async.future)->async);
}

static const struct future_ops letter_ops = {
	.poll = letter_poll,
	.drop = letter_drop,
	.size = sizeof(struct letter),
};

static void spawn(char name)
{
	struct letter init = { .async.future.ops = &letter_ops, .name = name };
	struct join *j = &joins[nr_joins++];

	EXPECT_ERR(sched_spawn(s, &letter_ops, &init, j), 0,
		   "the task was spawned");
	record_name(j->task, names[name == 'M' ? 6 : name - 'A']);
}

/* Run the program, and write its polls into @buf: "M B ...". */
static void run(char *buf, size_t len)
{
	unsigned int i, n = 0;
	const char *text;

	EXPECT_ERR(sched_create_stepped(&s, 1), 0,
		   "the stepped scheduler was made");
	record_start();
	spawn('M');
	while (sched_step(s, 0))
		if (++n == 100)
			FAIL("the program has not ended after 100 turns");
	/* "poll M, poll B, ...": the letters stand behind "poll ". */
	n = 0;
	for (text = record_text(1u << TP_POLL_BEGIN);
	     (text = strstr(text, "poll ")) && n + 3 < len; text += 5) {
		if (n)
			buf[n++] = ' ';
		buf[n++] = text[5];
	}
	buf[n] = '\0';
	for (i = 0; i < nr_joins; i++)
		future_drop(&joins[i].future);
	sched_destroy(s);
}

TEST(prediction_meets_the_run, 9, 5, untraced)
{
	const char *said = predict_order();
	char ran[128], want[32], got[32];
	size_t same = 0;

	WHY("Who can say the order before the run has understood the queues.");
	STEP("your prediction: %s", said);
	STEP("run the program of predict.h, one worker, turn by turn");
	run(ran, sizeof(ran));
	while (said[same] && said[same] == ran[same])
		same++;
	if (!said[same] && !ran[same])
		return;
	/* Whole letters: back to where the one begins that differs. */
	same -= same % 2;
	snprintf(want, sizeof(want), "poll %zu: %s", same / 2 + 1,
		 ran[same] ? (char[]){ ran[same], '\0' } : "(the end)");
	snprintf(got, sizeof(got), "poll %zu: %s", same / 2 + 1,
		 said[same] ? (char[]){ said[same], '\0' } : "(the end)");
	STEP("as you said: %.*s", same ? (int)same : 7,
	     same ? said : "nothing");
	EXPECT_STR(got, want, "poll number %zu is as predicted", same / 2 + 1);
}
