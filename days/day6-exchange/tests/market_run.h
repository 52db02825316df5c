/**
 * @file market_run.h
 * An exchange for tests, in this process, and what is left of it at its end.
 */
#ifndef DAY6_TESTS_MARKET_RUN_H
#define DAY6_TESTS_MARKET_RUN_H

#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "market/exchange.h"
#include "market/journal.h"
#include "market_client.h"

#include "kit/clock.h"
#include "kit/err.h"

#define JOURNAL_NAME "orders.log"

/** Open a market of two symbols. */
static inline struct exchange *market_open(unsigned int conns)
{
	struct exchange_options o = {
		.journal = JOURNAL_NAME,
		.symbols = 2,
		.conns = conns,
	};
	struct exchange *x;

	unlink(JOURNAL_NAME);
	EXPECT_ERR(exchange_create(&x, &o), 0, "the market opens");
	return x;
}

/** Close it, and read its journal: nobody is left, and all of it fits. */
static inline struct replay market_close(struct exchange *x)
{
	struct exchange_stats st;
	struct replay r;
	FILE *f;

	EXPECT_ERR(exchange_stop(x, clock_now() + 20 * NSEC_PER_SEC), 0,
		   "the market closes");
	exchange_stats(x, &st);
	EXPECT_EQ(st.tasks, 0, "no task is left");
	EXPECT_EQ(st.conns, 0, "no connection is left");
	EXPECT_EQ(st.answered, st.orders, "what was accepted was answered");
	exchange_destroy(x);
	f = fopen(JOURNAL_NAME, "r");
	EXPECT(f, "there is a journal");
	if (replay_file(f, &r))
		FAIL("the journal does not hold together: %s", r.wrong);
	fclose(f);
	EXPECT_EQ(r.orders + r.cancels + r.errors, st.orders,
		  "each accepted order has its line");
	EXPECT_EQ(r.torn + r.is_half, 0, "and nothing is missing");
	return r;
}

/** From here on a file may have 1000 bytes; @old: to be put back. */
static inline void files_are_small(struct rlimit *old)
{
	struct rlimit small;

	EXPECT(!getrlimit(RLIMIT_FSIZE, old), "there is a limit");
	signal(SIGXFSZ, SIG_IGN);
	small = *old;
	small.rlim_cur = 1000;
	EXPECT(!setrlimit(RLIMIT_FSIZE, &small), "a file may have 1000 bytes");
}

/** Close a market whose journal was full: the orders that are in it. */
static inline uint64_t market_close_full(struct exchange *x,
					 const struct rlimit *old)
{
	struct replay r;
	FILE *f;

	EXPECT_ERR(exchange_stop(x, clock_now() + 2 * NSEC_PER_SEC), -EFBIG,
		   "the end says why");
	exchange_destroy(x);
	setrlimit(RLIMIT_FSIZE, old);
	f = fopen(JOURNAL_NAME, "r");
	EXPECT(f && !replay_file(f, &r), "the journal can be read");
	fclose(f);
	return r.orders;
}

/** Bytes, as they are. */
static inline void client_send(struct client *c, const void *bytes, size_t len)
{
	EXPECT_EQ(send(c->fd, bytes, len, MSG_NOSIGNAL), len, "it is sent");
}

/** The next line, without its LF, until the next call; NULL at the end. */
static inline const char *client_line(struct client *c)
{
	static char line[sizeof(c->buf)];
	ssize_t n;
	char *end;

	while (!(end = memchr(c->buf, '\n', c->len))) {
		n = recv(c->fd, c->buf + c->len, sizeof(c->buf) - c->len, 0);
		if (n == 0 && c->len == 0)
			return NULL;
		if (n <= 0)
			FAIL("the exchange neither answers nor closes");
		c->len += (size_t)n;
	}
	*end = '\0';
	memcpy(line, c->buf, (size_t)(end + 1 - c->buf));
	c->len -= (size_t)(end + 1 - c->buf);
	memmove(c->buf, end + 1, c->len);
	return line;
}

/** The next line is @want. */
#define EXPECT_LINE(c, want) \
	EXPECT_STR(client_line(c), want, "this is what is answered")

/** No more is said; the exchange closes. */
static inline void client_end(struct client *c)
{
	shutdown(c->fd, SHUT_WR);
	if (client_line(c))
		FAIL("there is one more answer than there should be");
	client_close(c);
}

/** Gone, without a word: what has not been read is thrown away. */
static inline void client_vanish(struct client *c)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	client_close(c);
}

#endif
