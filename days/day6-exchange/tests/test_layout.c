/*
 * TODO 8: which task owns what, and is told through what. The exchange runs
 * here, with a few clients; who receives and how many there are is read in its
 * region, who sends is heard at the trace points.
 */
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "layout_ask.h"
#include "market/exchange.h"
#include "market_client.h"
#include "snapshot.h"
#include "task.h"

#include "kit/clock.h"
#include "kit/err.h"

/* As many of each: no two numbers are alike. */
enum { SYMBOLS = 2, CLIENTS = 3, SUBSCRIPTIONS = 4 };

/* Bit c of sends[t]: task t sent to channel c. */
static _Atomic(uint32_t) sends[LAYOUT_TASKS];

static struct reader reader;
static struct snapshot now; /* what was read last */

static int index_of(const char *const *names, int nr, const char *name)
{
	int i;

	if (*name == '&')
		name++;
	for (i = 0; i < nr; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

static int channel_of(const char *name)
{
	return index_of(layout_channel_name, LAYOUT_CHANNELS, name);
}

static int task_of(const char *what)
{
	return index_of(layout_task_name, LAYOUT_TASKS, what);
}

static void hear(enum tp_event ev, const void *who, uint64_t arg)
{
	const struct task *t = kit_self()->task;
	const struct tp_res *res = who;
	int task, channel;

	if (ev != TP_SEND || !t || !t->place)
		return;
	task = task_of(t->place->what);
	channel = channel_of(res->name);
	/* relaxed: read when all of them have been joined, or are quiet. */
	if (task >= 0 && channel >= 0)
		atomic_fetch_or_explicit(&sends[task], 1u << channel,
					 memory_order_relaxed);
}

/* All waits are waits for somebody else; nothing is on its way. */
static bool is_quiet(void)
{
	size_t i;

	for (i = 0; i < now.nr_tasks; i++)
		if (now.tasks[i].state != TASK_WAITING &&
		    task_of(now.places[now.tasks[i].place].what) >= 0)
			return false;
	return now.nr_tasks > 0;
}

static void look_when_quiet(void)
{
	uint64_t end = clock_now() + 10 * NSEC_PER_SEC;

	do {
		EXPECT_ERR(snapshot_take(&now, &reader), 0, "there is memory");
		EXPECT(clock_now() < end, "the exchange comes to rest");
	} while (!is_quiet());
}

/* What is traded, by whom: each way of a message is gone once. */
static void trade(const struct exchange *x, struct client *c)
{
	unsigned int i;

	for (i = 0; i < CLIENTS; i++)
		client_open(&c[i], exchange_port(x));
	for (i = 0; i < SYMBOLS; i++) {
		client_say(&c[0], "SUB %s", line_symbols[i]);
		client_hear(&c[0], "SUBSCRIBED");
		client_say(&c[1], "SUB %s", line_symbols[i]);
		client_hear(&c[1], "SUBSCRIBED");
		client_say(&c[0], "SELL %u %s 5 100", i + 1, line_symbols[i]);
		client_hear(&c[0], "ACK");
		client_say(&c[1], "BUY %u %s 5 100", i + 1, line_symbols[i]);
		client_hear(&c[1], "FILL");
		client_hear(&c[0], "TRADE");
	}
	client_say(&c[2], "what is this?");
	client_hear(&c[2], "ERR");
}

/* The exchange has run, and rests: now is its region, sends who has sent. */
static void run_begin(struct exchange **x, struct client *c)
{
	struct exchange_options o = { .journal = "journal",
				      .symbols = SYMBOLS };
	struct console_options look = { .path = "region",
					.level = CONSOLE_COUNTERS };

	unlink(o.journal);
	unlink(look.path);
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, hear, memory_order_release);
	EXPECT_ERR(console_start(&look), 0, "the console starts");
	EXPECT_ERR(reader_open(&reader, look.path), 0, "it can be read");
	EXPECT_ERR(exchange_create(x, &o), 0, "the exchange opens");
	STEP("%d clients, %d subscriptions, %d symbols: orders are matched",
	     CLIENTS, SUBSCRIPTIONS, SYMBOLS);
	trade(*x, c);
	look_when_quiet();
}

static void run_end(struct exchange *x, struct client *c)
{
	unsigned int i;

	for (i = 0; i < CLIENTS; i++)
		client_close(&c[i]);
	exchange_destroy(x);
	snapshot_free(&now);
	reader_close(&reader);
	console_stop();
	/* relaxed: nobody else is left. */
	atomic_store_explicit(&tp_listener, NULL, memory_order_relaxed);
	unlink("journal");
}

/* Bits of channels that tasks of this kind wait to receive from. */
static uint32_t receives(enum layout_task task)
{
	const struct snap_resource *r;
	const struct snap_task *t;
	uint32_t bits = 0;
	size_t i;
	int c;

	for (i = 0; i < now.nr_tasks; i++) {
		t = &now.tasks[i];
		if (t->wait != TP_WAIT_RECV ||
		    task_of(now.places[t->place].what) != (int)task)
			continue;
		r = snapshot_resource(&now, t->wait_for);
		c = r ? channel_of(r->name) : -1;
		if (c >= 0)
			bits |= 1u << c;
	}
	return bits ? bits : 1u << LAYOUT_NONE;
}

static unsigned int how_many(enum layout_task task)
{
	unsigned int nr = 0;
	size_t i;

	for (i = 0; i < now.nr_tasks; i++)
		nr += task_of(now.places[now.tasks[i].place].what) == (int)task;
	return nr;
}

static void check_receives(enum layout_task task, const struct layout_row *row)
{
	const char *name = layout_task_name[task];

	EXPECT((unsigned int)row->receives < LAYOUT_CHANNELS,
	       "%s receives from a channel of the list", name);
	if (receives(task) == 1u << row->receives)
		return;
	if (row->receives == LAYOUT_NONE)
		FAIL("%s: you say that it receives from no channel, and when "
		     "it rests it waits to receive from one",
		     name);
	FAIL("%s: you say that it receives from %s, and when it rests it does "
	     "not wait for a message there",
	     name, layout_channel_name[row->receives]);
}

static void check_each(enum layout_task task, const struct layout_row *row)
{
	static const unsigned int there_are[] = {
		[LAYOUT_EXCHANGE] = 1,
		[LAYOUT_SYMBOL] = SYMBOLS,
		[LAYOUT_CONNECTION] = CLIENTS,
		[LAYOUT_SUBSCRIPTION] = SUBSCRIPTIONS,
	};
	const char *name = layout_task_name[task];
	unsigned int nr = how_many(task);

	EXPECT(row->each != LAYOUT_EACH_NOT_SAID &&
		       (size_t)row->each < ARRAY_SIZE(there_are),
	       "%s: it is said how many of it there are", name);
	if (there_are[row->each] != nr)
		FAIL("%s: by your table there would be %u of it, and %u run, "
		     "with %d clients, %d subscriptions, %d symbols",
		     name, there_are[row->each], nr, CLIENTS, SUBSCRIPTIONS,
		     SYMBOLS);
}

static void check_sends(enum layout_task task, const struct layout_row *row)
{
	/* relaxed: see hear(). */
	uint32_t sent =
		atomic_load_explicit(&sends[task], memory_order_relaxed);
	const char *name = layout_task_name[task];
	uint32_t said = 0;
	int i, c;

	for (i = 0; i < LAYOUT_SENDS_MAX; i++) {
		c = (int)row->sends[i];
		if (c <= LAYOUT_NONE || c >= LAYOUT_CHANNELS)
			continue;
		said |= 1u << c;
		if (!(sent & 1u << c))
			FAIL("%s: you say that it sends to %s, and in the run "
			     "it never does",
			     name, layout_channel_name[c]);
	}
	if (sent != said)
		FAIL("%s: in the run it sends to one more channel than you "
		     "say, or to several",
		     name);
}

TEST(the_tasks_run_and_receive_as_the_layout_says, 8, 3, untraced, timeout = 20)
{
	const struct layout_row *row = layout_tasks();
	struct client c[CLIENTS];
	struct exchange *x;
	int i;

	WHY("Who waits for whom is the first thing to know of a program that "
	    "hangs.");
	EXPECT(row, "there is a table");
	run_begin(&x, c);
	for (i = 0; i < LAYOUT_TASKS; i++) {
		check_each(i, &row[i]);
		check_receives(i, &row[i]);
	}
	run_end(x, c);
}

TEST(the_tasks_send_as_the_layout_says, 8, 2, untraced, timeout = 20)
{
	const struct layout_row *row = layout_tasks();
	struct client c[CLIENTS];
	struct exchange *x;
	int i;

	WHY("Two tasks that each wait for room in the other's channel wait for "
	    "ever: draw the arrows, and look for a circle.");
	EXPECT(row, "there is a table");
	run_begin(&x, c);
	for (i = 0; i < LAYOUT_TASKS; i++)
		check_sends(i, &row[i]);
	run_end(x, c);
}

static void ask(bool is_channels)
{
	const struct layout_bound *bound = layout_channels();
	const struct layout_row *row = layout_tasks();
	struct layout_ask a = { .is_channels = is_channels };
	char reply[8];
	int i;

	EXPECT(row && bound, "there are tables");
	for (i = 0; i < LAYOUT_TASKS; i++)
		a.owns[i] = row[i].owns;
	for (i = 0; i < LAYOUT_CHANNELS; i++) {
		a.fits[i] = bound[i].fits;
		a.full[i] = bound[i].full;
	}
	oracle_ask("layout", &a, sizeof(a), reply, sizeof(reply));
}

TEST(each_task_owns_what_the_layout_says, 8, 1, oracle, untraced)
{
	WHY("What has one owner needs no lock.");
	ask(false);
}

TEST(each_channel_is_bounded_as_the_layout_says, 8, 2, oracle, untraced)
{
	WHY("What happens when it is full was decided by somebody, or will be "
	    "on the day on which it is.");
	ask(true);
}
