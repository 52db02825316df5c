/* Workshop 7: the mailbox in every order of who puts and who takes. */
#include "mailbox.h"

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/park.h"
#include "kit/thread.h"
#include "test/model/model.h"

static struct mailbox mailbox;
static struct parker parker;

/* A waker that ends the sleep of the one who takes. */
static struct waker parker_clone(void *data);

static void parker_wake(void *data)
{
	parker_unpark(data);
}

static void parker_drop(void *data)
{
}

static const struct waker_ops parker_ops = {
	.clone = parker_clone,
	.wake = parker_wake,
	.wake_by_ref = parker_wake,
	.drop = parker_drop,
};

static struct waker parker_clone(void *data)
{
	return (struct waker){ &parker_ops, data };
}

static void put(void *arg)
{
	mailbox_put(&mailbox, 42);
}

static const char *why_stuck(void *arg)
{
	return "the message is there, and the one who waits for it sleeps";
}

MODEL(a_message_wakes_who_waits_for_it, 1, 100)
{
	struct waker waker = { &parker_ops, &parker };
	struct context cx = { .waker = &waker };
	struct mailbox_take take;
	struct thread sender;
	int got = 0;

	WHY("The task is asleep for good. Nothing is wrong with it, and "
	    "nothing "
	    "will ever wake it.");
	mailbox_init(&mailbox);
	parker_init(&parker);
	model_stuck(why_stuck, NULL);
	EXPECT_ERR(thread_create(&sender, "sender", put, NULL), 0, "a thread");
	take = mailbox_take(&mailbox);
	while (future_poll(&take.future, &cx, &got) == POLL_PENDING)
		parker_park(&parker, CLOCK_NEVER);
	future_drop(&take.future);
	thread_join(&sender);
	mailbox_fini(&mailbox);
	EXPECT_EQ(got, 42, "the message arrives whole");
}
