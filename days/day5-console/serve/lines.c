/* Given: MCP on stdin and stdout, one message a line. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"

#include "mcp.h"

#include "kit/err.h"

/* What was read, and is no whole line yet. */
struct line {
	char text[MCP_MESSAGE_MAX + 2];
	size_t len;
	bool is_too_long;
};

/* Answer one message; an empty line is none. */
static int answer(const struct feed *f, const struct line *l)
{
	struct reply r;
	int err = 0;

	if (!l->len && !l->is_too_long)
		return 0;
	mcp_message(&r, f, l->text, l->len + l->is_too_long, NULL);
	if (r.body && (printf("%s\n", r.body) < 0 || fflush(stdout)))
		err = -EIO;
	reply_free(&r);
	return err;
}

static int take(const struct feed *f, struct line *l, const char *data,
		size_t n)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		if (data[i] == '\n') {
			err = answer(f, l);
			l->len = 0;
			l->is_too_long = false;
		} else if (l->len < MCP_MESSAGE_MAX) {
			l->text[l->len++] = data[i];
		} else {
			l->is_too_long = true;
		}
	}
	return err;
}

int lines_run(struct feed *f, bool (*is_over)(void))
{
	static struct line line;
	char data[4096];
	int err = 0;

	while (!err && !is_over()) {
		struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
		unsigned int ms = feed_tick(f);
		ssize_t n;

		if (poll(&p, 1, (int)ms) <= 0)
			continue;
		n = read(STDIN_FILENO, data, sizeof(data));
		if (n <= 0)
			break;
		err = take(f, &line, data, (size_t)n);
	}
	return err;
}
