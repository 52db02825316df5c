/*
 * GET /health, and whoever asks it badly. Without points: it is given.
 */
#include "market_run.h"

/* All that comes until the end, or until there is @want in it. */
static const char *hear_all(struct client *c, const char *want)
{
	static char text[8192];
	size_t len = 0;
	ssize_t n;

	do {
		n = recv(c->fd, text + len, sizeof(text) - 1 - len, 0);
		if (n < 0)
			FAIL("there is no %s", want);
		len += (size_t)n;
		text[len] = '\0';
	} while (n && !strstr(text, want));
	return text;
}

static void ask(struct client *c, const char *request, const char *want)
{
	client_send(c, request, strlen(request));
	EXPECT(strstr(hear_all(c, "}\n"), want), "the reply is: %s", want);
}

TEST(health_is_told, 0, 0, kit)
{
	struct exchange *x = market_open(0);
	struct client h, c;

	client_open(&c, exchange_port(x));
	client_say(&c, "BUY 1 OAK 1 1");
	EXPECT_LINE(&c, "ACK 1 1");
	client_open(&h, exchange_health_port(x));
	ask(&h, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", "\"orders\":1,");
	STEP("again, on the same connection, in pieces");
	client_send(&h, "GET /hea", 8);
	ask(&h, "lth HTTP/1.0\r\n\r\n", "200 OK");
	ask(&h, "GET / HTTP/1.1\r\n\r\n", "404 Not Found");
	ask(&h, "POST /health HTTP/1.1\r\n\r\n", "501 Not Implemented");
	client_close(&h);
	client_end(&c);
	market_close(x);
}

TEST(bad_questions_about_health_end, 0, 0, kit)
{
	static char text[4096];
	struct exchange *x = market_open(0);
	struct client h[4];

	client_open(&h[0], exchange_health_port(x));
	memset(text, 'A', sizeof(text));
	client_send(&h[0], text, 1024);
	hear_all(&h[0], "431");
	client_close(&h[0]);
	STEP("one who says nothing, half, and one who vanishes");
	client_open(&h[1], exchange_health_port(x));
	client_open(&h[2], exchange_health_port(x));
	client_send(&h[2], "GET /health", 11);
	client_open(&h[3], exchange_health_port(x));
	client_vanish(&h[3]);
	ask(&h[1], "GET /health HTTP/1.1\r\n\r\n", "200 OK");
	STEP("and the market closes");
	market_close(x);
	/* One of them may find a reset, if what he said was not read yet. */
	EXPECT(recv(h[1].fd, text, 1, 0) <= 0, "they are told");
	EXPECT(recv(h[2].fd, text, 1, 0) <= 0, "both of them");
	client_close(&h[1]);
	client_close(&h[2]);
}

static void crunch_and_close(bool on_main)
{
	struct exchange_options o = {
		.journal = JOURNAL_NAME,
		.crunch = 3,
		.crunch_ns = 100 * NSEC_PER_USEC,
		.crunch_on_main = on_main,
	};
	struct exchange_stats st;
	struct exchange *x;
	struct client c;

	unlink(JOURNAL_NAME);
	EXPECT_ERR(exchange_create(&x, &o), 0, "the market opens");
	client_open(&c, exchange_port(x));
	client_say(&c, "BUY 1 OAK 1 1");
	EXPECT_LINE(&c, "ACK 1 1");
	do
		exchange_stats(x, &st);
	while (st.crunched < 10);
	client_end(&c);
	market_close(x);
}

TEST(computing_goes_on_beside_the_market_and_ends_with_it, 0, 0, kit)
{
	STEP("on the dedicated executor");
	crunch_and_close(false);
	STEP("and in polls of the main runtime");
	crunch_and_close(true);
}
