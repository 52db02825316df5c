/**
 * @file market_client.h
 * A client of the exchange for tests: says lines, and hears answers.
 */
#ifndef DAY6_TESTS_MARKET_CLIENT_H
#define DAY6_TESTS_MARKET_CLIENT_H

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "market/line.h"

#include "test/test.h"

/** A connection. */
struct client {
	int fd;
	size_t len;    /**< bytes in buf */
	char buf[512]; /**< what came and was not looked at */
};

/** Connect, with room for so many @bytes on their way, each way; 0: as usual. */
static inline void client_open_small(struct client *c, uint16_t port, int bytes)
{
	struct timeval patience = { .tv_sec = 5 };
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	c->len = 0;
	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	EXPECT(c->fd >= 0, "there is a socket");
	if (bytes) {
		setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
		setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	}
	EXPECT(!setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			   sizeof(patience)) &&
		       !setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
				   sizeof(patience)),
	       "a read and a write have an end");
	EXPECT(!connect(c->fd, (struct sockaddr *)&to, sizeof(to)),
	       "the exchange is there");
}

/** Connect. */
static inline void client_open(struct client *c, uint16_t port)
{
	client_open_small(c, port, 0);
}

static inline void client_close(struct client *c)
{
	close(c->fd);
}

/** A line, without its LF. */
__printf(2, 3) static inline void client_say(struct client *c, const char *fmt,
					     ...)
{
	char line[160];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	line[n++] = '\n';
	EXPECT_EQ(send(c->fd, line, (size_t)n, MSG_NOSIGNAL), n,
		  "the line is sent");
}

/** Reads lines up to one that begins with @begin. */
static inline void client_hear(struct client *c, const char *begin)
{
	size_t want = strlen(begin), line;
	ssize_t n;
	char *end;

	for (;;) {
		while ((end = memchr(c->buf, '\n', c->len))) {
			bool is_it;

			line = (size_t)(end + 1 - c->buf);
			is_it = line > want && !memcmp(c->buf, begin, want);
			c->len -= line;
			memmove(c->buf, end + 1, c->len);
			if (is_it)
				return;
		}
		n = recv(c->fd, c->buf + c->len, sizeof(c->buf) - c->len, 0);
		if (n <= 0)
			FAIL("the exchange does not answer: no line begins "
			     "with %s",
			     begin);
		c->len += (size_t)n;
	}
}

#endif
