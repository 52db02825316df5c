/*
 * The exchange as its clients see it: each line has its answer, whatever the
 * line is. Without points: it is given.
 */
#include "market_run.h"

TEST(orders_meet_and_everybody_is_told, 0, 0, kit)
{
	struct exchange *x = market_open(0);
	struct client a, b;
	struct replay r;

	client_open(&a, exchange_port(x));
	client_open(&b, exchange_port(x));
	client_say(&a, "BUY 1 OAK 10 100");
	EXPECT_LINE(&a, "ACK 1 10");
	client_say(&a, "BUY 2 OAK 5 101\r");
	EXPECT_LINE(&a, "ACK 2 5");
	STEP("the better price first, then the older one");
	client_say(&b, "SELL 1 OAK 12 MKT");
	EXPECT_LINE(&b, "ACK 1 0");
	EXPECT_LINE(&b, "FILL 1 5 101");
	EXPECT_LINE(&b, "FILL 1 7 100");
	EXPECT_LINE(&a, "FILL 2 5 101");
	EXPECT_LINE(&a, "FILL 1 7 100");
	STEP("what a market order does not find it gives up");
	client_say(&b, "SELL 2 OAK 12 MKT");
	EXPECT_LINE(&b, "ACK 2 0");
	EXPECT_LINE(&b, "FILL 2 3 100");
	EXPECT_LINE(&b, "CANCELED 2 9");
	EXPECT_LINE(&a, "FILL 1 3 100");
	client_say(&b, "SELL 3 OAK 1 MKT");
	EXPECT_LINE(&b, "ACK 3 0");
	EXPECT_LINE(&b, "CANCELED 3 1");
	STEP("the other symbol has a book of its own");
	client_say(&b, "SELL 3 ELM 4 50");
	EXPECT_LINE(&b, "ACK 3 4");
	client_say(&b, "CANCEL 3 ELM");
	EXPECT_LINE(&b, "CANCELED 3 4");
	client_end(&a);
	client_end(&b);
	r = market_close(x);
	EXPECT_EQ(r.lots, 15, "lots that changed hands");
}

/** What is said, and what is answered. */
struct exchange_of_words {
	const char *said;
	const char *answer;
};

static void talk(struct client *c, const struct exchange_of_words *w,
		 unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		STEP("%s", w[i].said);
		client_say(c, "%s", w[i].said);
		EXPECT_LINE(c, w[i].answer);
	}
}

TEST(each_line_has_its_answer, 0, 0, kit)
{
	static const struct exchange_of_words words[] = {
		{ "HELLO", "ERR unknown command" },
		{ "", "ERR empty line" },
		{ "BUY 1 OAK 1", "ERR too few words" },
		{ "BUY one OAK 1 1", "ERR not a number" },
		{ "\x01\x02\xff", "ERR not text" },
		{ "SUB TEAK", "ERR unknown symbol" },
		{ "BUY 1 TEAK 1 1", "REJECT 1 SYMBOL" },
		{ "BUY 1 ASH 1 1", "REJECT 1 SYMBOL" }, /* not open here */
		{ "CANCEL 1 TEAK", "REJECT 1 SYMBOL" },
		{ "BUY 2 OAK 0 1", "REJECT 2 QUANTITY" },
		{ "BUY 2 OAK 1000001 1", "REJECT 2 QUANTITY" },
		{ "BUY 2 OAK 18446744073709551615 1", "REJECT 2 QUANTITY" },
		{ "SELL 2 OAK 4294967297 1", "REJECT 2 QUANTITY" },
		{ "BUY 3 OAK 1 0", "REJECT 3 PRICE" },
		{ "BUY 3 OAK 1 1000000001", "REJECT 3 PRICE" },
		{ "BUY 3 OAK 1 4294967297", "REJECT 3 PRICE" },
		{ "CANCEL 4 OAK", "REJECT 4 UNKNOWN" },
		{ "BUY 5 OAK 1000000 1", "ACK 5 1000000" },
		{ "BUY 5 OAK 1 2", "REJECT 5 DUPLICATE" },
		{ "SELL 6 OAK 1 1000000000", "ACK 6 1" },
		{ "CANCEL 5 OAK", "CANCELED 5 1000000" },
		{ "CANCEL 5 OAK", "REJECT 5 UNKNOWN" },
		{ "BUY 5 OAK 1 2", "ACK 5 1" },
		{ "BUY 18446744073709551615 ELM 1 1",
		  "ACK 18446744073709551615 1" },
	};
	struct exchange *x = market_open(0);
	struct client a, b;

	client_open(&a, exchange_port(x));
	client_open(&b, exchange_port(x));
	talk(&a, words, ARRAY_SIZE(words));
	STEP("another client has no business with these");
	client_say(&b, "CANCEL 5 OAK");
	EXPECT_LINE(&b, "REJECT 5 UNKNOWN");
	client_say(&b, "BUY 5 OAK 1 1");
	EXPECT_LINE(&b, "ACK 5 1");
	client_end(&a);
	client_end(&b);
	market_close(x);
}

TEST(more_than_the_limit_is_refused, 0, 0, kit)
{
	struct exchange *x = market_open(0);
	unsigned int i;
	struct client c;

	client_open(&c, exchange_port(x));
	STEP("as many lots as may be open");
	for (i = 1; i <= EXCHANGE_POSITION_MAX / BOOK_QUANTITY_MAX; i++) {
		client_say(&c, "BUY %u OAK %u %u", i, BOOK_QUANTITY_MAX, i);
		client_hear(&c, "ACK ");
	}
	client_say(&c, "SELL 900 ELM 1 5");
	EXPECT_LINE(&c, "REJECT 900 RISK");
	STEP("what is taken out makes room");
	client_say(&c, "CANCEL 1 OAK");
	EXPECT_LINE(&c, "CANCELED 1 1000000");
	client_say(&c, "SELL 901 ELM 1000000 5");
	EXPECT_LINE(&c, "ACK 901 1000000");
	client_say(&c, "SELL 902 ELM 1 MKT");
	EXPECT_LINE(&c, "REJECT 902 RISK");
	client_end(&c);
	market_close(x);
}

TEST(a_line_that_is_too_long_is_told_once, 0, 0, kit)
{
	static char text[10000];
	struct exchange *x = market_open(0);
	struct client c;

	client_open(&c, exchange_port(x));
	memset(text, 'A', sizeof(text));
	client_send(&c, text, sizeof(text));
	EXPECT_LINE(&c, "ERR line too long");
	client_send(&c, text, sizeof(text));
	client_say(&c, "BUY 1 OAK 1 1");
	client_say(&c, "BUY 2 OAK 1 1");
	STEP("the rest of it, up to the LF, is no line");
	EXPECT_LINE(&c, "ACK 2 1");
	STEP("129 bytes are one too many, 128 and CR LF are not");
	memset(text, ' ', 129);
	memcpy(text, "BUY 3 OAK 1 1", 13);
	client_say(&c, "%.129s", text);
	EXPECT_LINE(&c, "ERR line too long");
	client_say(&c, "%.128s\r", text);
	EXPECT_LINE(&c, "ACK 3 1");
	client_end(&c);
	market_close(x);
}

TEST(half_a_line_is_no_order, 0, 0, kit)
{
	struct exchange *x = market_open(0);
	struct client c;
	struct replay r;

	client_open(&c, exchange_port(x));
	client_say(&c, "BUY 1 OAK 1 1");
	client_send(&c, "BUY 2 OAK 1 1", 13);
	EXPECT_LINE(&c, "ACK 1 1");
	client_end(&c);
	STEP("in pieces it is one");
	client_open(&c, exchange_port(x));
	client_send(&c, "BUY 3 O", 7);
	client_send(&c, "AK 1 1\r", 7);
	client_send(&c, "\nQUIT\nBUY 4 OAK 1 1\n", 20);
	EXPECT_LINE(&c, "ACK 3 1");
	client_end(&c);
	r = market_close(x);
	EXPECT_EQ(r.orders, 2, "orders of lines that are whole, before QUIT");
}

TEST(a_subscriber_hears_of_each_trade_or_how_many_he_missed, 0, 0, kit,
     timeout = 20)
{
	enum { TRADES = 20000, BATCH = 100 };
	struct exchange *x = market_open(0);
	unsigned long seen = 0, missed = 0, n;
	struct client a, s;
	const char *line;
	unsigned int i;

	WHY("A slow subscriber costs the others nothing, and knows that he "
	    "was.");
	client_open(&a, exchange_port(x));
	client_open_small(&s, exchange_port(x), 4096);
	client_say(&s, "SUB OAK");
	EXPECT_LINE(&s, "SUBSCRIBED OAK");
	client_say(&s, "SUB OAK");
	EXPECT_LINE(&s, "ERR subscribed already");
	STEP("%d trades, and nobody reads of them", TRADES);
	for (i = 0; i < TRADES; i++) {
		client_say(&a, "BUY %u OAK 1 100", 2 * i + 1);
		client_say(&a, "SELL %u OAK 1 MKT", 2 * i + 2);
		if (i % BATCH == BATCH - 1)
			for (n = 0; n < 2 * BATCH; n++)
				client_hear(&a, "FILL");
	}
	STEP("the last one is known by its price");
	client_say(&a, "BUY 1 OAK 1 999");
	client_say(&a, "SELL 2 OAK 1 MKT");
	do {
		line = client_line(&s);
		EXPECT(line, "the exchange stays");
		if (sscanf(line, "MISSED %lu", &n) == 1)
			missed += n;
		else if (strncmp(line, "TRADE OAK 1 ", 12) == 0)
			seen++;
		else
			FAIL("this is no news: %s", line);
	} while (strcmp(line, "TRADE OAK 1 999") != 0);
	EXPECT_EQ(seen + missed, TRADES + 1, "trades that it knows of");
	EXPECT(missed, "some were missed");
	client_close(&a); /* with what it was told and has not read */
	client_end(&s);
	market_close(x);
}

/* Lines, good and bad, in pieces of any length, and bytes that are none. */
static void send_anything(struct client *c, unsigned int id)
{
	static const char *const lines[] = {
		"BUY %u OAK 3 100\n",  "SELL %u OAK 2 100\r\n",
		"SELL %u OAK 9 MKT\n", "CANCEL %u OAK\n",
		"BUY %u ELM 0 1\n",    "BUY %u\n",
		"SUB ELM\n",	       "\n\n\r\n",
		"%u %u %u\n",
	};
	char text[256];
	size_t len, i, piece;

	if (test_rand() % 4) {
		len = (size_t)snprintf(text, sizeof(text),
				       lines[test_rand() % ARRAY_SIZE(lines)],
				       id, id, id);
	} else {
		len = test_rand() % sizeof(text);
		for (i = 0; i < len; i++)
			text[i] = (char)test_rand();
	}
	for (i = 0; i < len; i += piece) {
		piece = 1 + test_rand() % (len - i);
		/* It may be cut off: it does not read. */
		if (send(c->fd, text + i, piece, MSG_NOSIGNAL) < 0)
			return;
	}
}

TEST(no_bytes_confuse_the_exchange, 0, 0, kit, timeout = 60)
{
	enum { CLIENTS = 8 };
	unsigned int i, rounds = test_is_slow() ? 500 : 5000;
	struct exchange *x = market_open(0);
	struct client c[CLIENTS], good;

	WHY("Whoever can connect can send any bytes, in any pieces.");
	for (i = 0; i < CLIENTS; i++)
		client_open(&c[i], exchange_port(x));
	for (i = 0; i < rounds; i++)
		send_anything(&c[test_rand() % CLIENTS], 1 + i % 100);
	STEP("a client who makes sense is served");
	client_open(&good, exchange_port(x));
	client_say(&good, "BUY 1 ELM 1 1");
	EXPECT_LINE(&good, "ACK 1 1");
	for (i = 0; i < CLIENTS; i++)
		client_close(&c[i]);
	client_end(&good);
	market_close(x);
}
