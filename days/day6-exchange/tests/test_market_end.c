/*
 * How connections end, and how the exchange does: nobody who does not read, who
 * vanishes, or is too many, costs the others anything, and no accepted order is
 * lost. Without points: it is given.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "market_run.h"

#include "kit/fault.h"

TEST(who_does_not_read_is_cut_off, 0, 0, kit, timeout = 20)
{
	enum { BATCH = 100, MOST = 500000 };
	struct exchange *x = market_open(0);
	struct exchange_stats st = { 0 };
	struct client deaf, other;
	unsigned int i, n;

	WHY("Somebody has to wait for a client that does not read, or nobody "
	    "does: then it is his connection that ends.");
	client_open_small(&deaf, exchange_port(x), 4096);
	client_open(&other, exchange_port(x));
	client_say(&deaf, "BUY 1 OAK 1000000 100");
	EXPECT_LINE(&deaf, "ACK 1 1000000");
	STEP("each lot that is sold to him is one more line for him");
	for (i = 0; !st.cut && i < MOST; i += BATCH) {
		for (n = 1; n <= BATCH; n++)
			client_say(&other, "SELL %u OAK 1 MKT", i + n);
		for (n = 1; n <= BATCH; n++)
			client_hear(&other, "FILL ");
		exchange_stats(x, &st);
	}
	EXPECT_EQ(st.cut, 1, "he is cut off");
	STEP("the others do not notice, and his order stands");
	client_say(&other, "SELL 1 OAK 1 MKT");
	client_hear(&other, "FILL 1 1 100");
	client_close(&deaf);
	client_close(&other);
	market_close(x);
}

TEST(who_floods_and_does_not_read_waits, 0, 0, kit, timeout = 20)
{
	struct exchange *x = market_open(0);
	struct exchange_stats st;
	struct client deaf, other;
	struct pollfd p;
	char text[2048];
	unsigned int i = 0, n;
	size_t len;

	WHY("A client who sends faster than he reads is slowed down, and not "
	    "punished.");
	client_open_small(&deaf, exchange_port(x), 65536);
	client_open(&other, exchange_port(x));
	p = (struct pollfd){ .fd = deaf.fd, .events = POLLOUT };
	STEP("orders, until none is taken for a while");
	while (poll(&p, 1, 300) == 1) {
		for (n = 0, len = 0; n < 50; n++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"CANCEL %u OAK\n", ++i);
		client_send(&deaf, text, len);
	}
	client_say(&other, "BUY 1 OAK 1 1");
	EXPECT_LINE(&other, "ACK 1 1");
	exchange_stats(x, &st);
	EXPECT_EQ(st.cut, 0, "nobody is cut off");
	STEP("once he reads he has all his answers");
	shutdown(deaf.fd, SHUT_WR);
	for (; i; i--)
		if (!client_line(&deaf))
			FAIL("%u answers are missing", i);
	EXPECT(!client_line(&deaf), "and the end");
	client_close(&deaf);
	client_end(&other);
	market_close(x);
}

/* Empty lines, until none has been taken for a while. */
static void stuff(struct client *c)
{
	static char text[65536];
	struct pollfd p = { .fd = c->fd, .events = POLLOUT };

	memset(text, '\n', sizeof(text));
	while (poll(&p, 1, 300) == 1)
		if (send(c->fd, text, sizeof(text),
			 MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
}

TEST(who_sends_nonsense_and_does_not_read_waits, 0, 0, kit, timeout = 20)
{
	struct exchange *x = market_open(0);
	unsigned long allocs = heap_live();
	struct client deaf, other;

	client_open_small(&deaf, exchange_port(x), 4096);
	client_open(&other, exchange_port(x));
	STEP("empty lines, as many as are taken");
	stuff(&deaf);
	client_say(&other, "BUY 1 OAK 1 1");
	EXPECT_LINE(&other, "ACK 1 1");
	EXPECT(heap_live() < allocs + 64, "memory is bounded");
	client_vanish(&deaf);
	client_end(&other);
	market_close(x);
}

TEST(who_is_one_too_many_is_turned_away, 0, 0, kit)
{
	struct exchange *x = market_open(2);
	struct exchange_stats st;
	struct client c[3];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		client_open(&c[i], exchange_port(x));
		client_say(&c[i], "BUY 1 OAK 1 1");
		EXPECT_LINE(&c[i], "ACK 1 1");
	}
	client_open(&c[2], exchange_port(x));
	EXPECT(!client_line(&c[2]), "the third is closed");
	client_close(&c[2]);
	exchange_stats(x, &st);
	EXPECT_EQ(st.refused, 1, "and counted");
	STEP("when one leaves there is a place");
	client_end(&c[0]);
	do
		exchange_stats(x, &st);
	while (st.conns == 2);
	client_open(&c[2], exchange_port(x));
	client_say(&c[2], "BUY 1 OAK 1 1");
	EXPECT_LINE(&c[2], "ACK 1 1");
	client_end(&c[1]);
	client_end(&c[2]);
	market_close(x);
}

/* Some of everything, up to the middle of a line; and gone. */
static void storm(uint16_t port, unsigned int nr)
{
	struct client c;
	unsigned int i;

	client_open(&c, port);
	for (i = 1; i <= 5; i++)
		client_say(&c, "%s %u OAK %u %u",
			   test_rand() % 2 ? "BUY" : "SELL", i,
			   1 + (unsigned int)(test_rand() % 9),
			   100 + (unsigned int)(test_rand() % 3));
	client_say(&c, "SUB OAK");
	client_send(&c, "BUY 6 OAK 1 100", test_rand() % 15);
	if (nr % 3)
		client_vanish(&c);
	else
		client_close(&c);
}

TEST(a_thousand_clients_that_vanish_leave_nothing, 0, 0, kit, timeout = 60)
{
	struct exchange *x = market_open(0);
	unsigned int i, clients = test_is_slow() ? 200 : 1000;
	struct exchange_stats st;
	unsigned long before;
	uint64_t end;
	struct client c;

	WHY("Their orders stand; all else of them goes.");
	client_open(&c, exchange_port(x));
	client_say(&c, "BUY 1 ELM 1 1");
	EXPECT_LINE(&c, "ACK 1 1");
	before = heap_live();
	for (i = 0; i < clients; i++)
		storm(exchange_port(x), i);
	STEP("some may not even be accepted yet");
	end = clock_now() + 20 * NSEC_PER_SEC;
	do
		exchange_stats(x, &st);
	while ((st.conns > 1 || heap_live() >= before + 64) &&
	       clock_now() < end);
	EXPECT(heap_live() < before + 64, "memory is as before");
	client_say(&c, "BUY 2 ELM 1 1");
	EXPECT_LINE(&c, "ACK 2 1");
	client_end(&c);
	market_close(x);
}

/** A client that sends and never stops, on a thread of its own. */
struct sender {
	pthread_t thread;
	struct client client;
	unsigned long sent, acked;
};

static void *send_on(void *arg)
{
	struct sender *s = arg;
	int fd = s->client.fd;
	char text[4096];
	size_t len = 0;
	ssize_t n;

	for (;;) {
		len = (size_t)snprintf(text, sizeof(text),
				       "BUY %lu OAK 1 100\nSELL %lu OAK 1 "
				       "100\n",
				       2 * s->sent + 1, 2 * s->sent + 2);
		if (send(fd, text, len, MSG_NOSIGNAL) != (ssize_t)len)
			break;
		s->sent++;
		n = recv(fd, text, sizeof(text), MSG_DONTWAIT);
		if (!n)
			break;
		for (; n > 0; n--)
			s->acked += text[n - 1] == 'A';
	}
	/* What the exchange has said by its end is still to be read. */
	while ((n = recv(fd, text, sizeof(text), 0)) > 0)
		for (; n > 0; n--)
			s->acked += text[n - 1] == 'A';
	shutdown(fd, SHUT_WR);
	return NULL;
}

TEST(a_stop_answers_each_order_that_was_accepted, 0, 0, kit, timeout = 30)
{
	struct sender s[3] = { { 0 } };
	struct exchange_stats st;
	unsigned long acked = 0;
	struct exchange *x = market_open(0);
	struct replay r;
	unsigned int i;

	WHY("An order that was accepted is a promise.");
	for (i = 0; i < 3; i++) {
		client_open(&s[i].client, exchange_port(x));
		EXPECT(!pthread_create(&s[i].thread, NULL, send_on, &s[i]),
		       "a client begins");
	}
	do
		exchange_stats(x, &st);
	while (st.orders < 2000);
	STEP("in the middle of it the market closes");
	r = market_close(x);
	for (i = 0; i < 3; i++) {
		pthread_join(s[i].thread, NULL);
		client_close(&s[i].client);
		acked += s[i].acked;
	}
	EXPECT_EQ(acked, r.orders, "each order in the journal was answered");
}

TEST(a_stop_does_not_wait_for_those_who_do_not_read, 0, 0, kit, timeout = 30)
{
	struct exchange *x = market_open(0);
	struct exchange_stats st;
	struct client deaf;
	int err;

	client_open_small(&deaf, exchange_port(x), 4096);
	stuff(&deaf);
	err = exchange_stop(x, clock_now() + 100 * NSEC_PER_MSEC);
	/* 0: on a machine so slow that it has not read what it was sent. */
	if (err)
		EXPECT_ERR(err, -ETIMEDOUT, "it says that he was cut off");
	exchange_stats(x, &st);
	EXPECT_EQ(st.tasks, 0, "no task is left");
	client_close(&deaf);
	exchange_destroy(x);
}

TEST(a_journal_that_cannot_be_written_ends_the_market, 0, 0, kit, plain)
{
	/* plain: sanitizers write files of their own. */
	struct rlimit old;
	struct exchange *x = market_open(0);
	unsigned int acked = 0, rejected = 0;
	struct client c;

	WHY("An order that is not in the journal has not happened.");
	files_are_small(&old);
	client_open(&c, exchange_port(x));
	STEP("orders until there is no room, and some more");
	while (rejected < 10) {
		client_say(&c, "BUY %u OAK 1 1", acked + rejected + 1);
		if (strncmp(client_line(&c), "ACK", 3) == 0)
			acked++;
		else
			rejected++;
	}
	client_say(&c, "BUY 999 OAK 1 1");
	EXPECT_LINE(&c, "REJECT 999 JOURNAL");
	client_end(&c);
	EXPECT_EQ(market_close_full(x, &old), acked,
		  "what was answered is what was written");
}

TEST(a_market_that_does_not_open_leaves_nothing, 0, 0, kit, plain, timeout = 30)
{
	/* plain: faults are asked for by one thread, and met by others. */
	struct exchange_options o = { .journal = JOURNAL_NAME, .conns = 4 };
	struct exchange *x = market_open(0), *y = NULL;
	unsigned long live;
	struct client c;
	unsigned int k;
	int err;

	STEP("a journal with something in it");
	client_open(&c, exchange_port(x));
	client_say(&c, "BUY 1 OAK 1 1");
	EXPECT_LINE(&c, "ACK 1 1");
	client_end(&c);
	EXPECT_ERR(exchange_create(&y, &o), -EEXIST, "it is another market's");
	STEP("a port that is taken");
	o.journal = "other.log";
	o.port = exchange_port(x);
	EXPECT_ERR(exchange_create(&y, &o), -EADDRINUSE, "it is taken");
	market_close(x);
	STEP("numbers that are too large");
	o.port = 0;
	o.symbols = EXCHANGE_SYMBOLS_MAX + 1;
	EXPECT_ERR(exchange_create(&y, &o), -EINVAL, "too many symbols");
	STEP("no memory, at the k-th request");
	o.symbols = 1;
	live = heap_live();
	for (k = 1; k < 200; k++) {
		unlink("other.log");
		fault_set(FAULT_ALLOC, k, -ENOMEM);
		err = exchange_create(&y, &o);
		if (!fault_hit())
			break;
		if (!err) /* a task of it could do without */
			exchange_destroy(y);
		else
			EXPECT_ERR(err, -ENOMEM, "request %u is told", k);
		EXPECT_EQ(heap_live(), live, "after request %u", k);
	}
	EXPECT(k > 10 && k < 200, "it opens when there is enough");
	EXPECT_ERR(err, 0, "it opens");
	exchange_destroy(y);
}
