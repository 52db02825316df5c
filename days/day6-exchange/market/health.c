/* Given: GET /health, in the little of HTTP/1.1 that it takes. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

#include "kit/clock.h"
#include "kit/module.h"

#define ASK_BYTES 1024 /* of a request, at most */

/** The task that has the listener. */
struct health {
	struct async async;
	struct exchange *x;
	struct io_op op;
	struct source *src;
	ssize_t n;
};

/** A connection, and its task. It is in exchange->askers once it is polled. */
struct health_conn {
	struct async async;
	struct exchange *x;
	struct socket socket;
	struct list_head link;
	bool is_entered;
	struct io_op op;
	ssize_t n;
	size_t len; /* bytes of ask */
	bool is_last;
	char ask[ASK_BYTES];
	char reply[512];
};

/* Where a request ends: behind the empty line; 0: it is not all there. */
static size_t request_end(const struct health_conn *h)
{
	size_t i;

	for (i = 4; i <= h->len; i++)
		if (memcmp(h->ask + i - 4, "\r\n\r\n", 4) == 0)
			return i;
	return 0;
}

static void put_reply(struct health_conn *h, const char *status,
		      const char *body)
{
	snprintf(h->reply, sizeof(h->reply),
		 "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
		 "Content-Length: %zu\r\n%s\r\n%s",
		 status, strlen(body),
		 h->is_last ? "Connection: close\r\n" : "", body);
}

static void put_health(struct health_conn *h)
{
	struct exchange_stats st;
	uint64_t up = (clock_now() - h->x->start) / NSEC_PER_MSEC;
	bool is_ok = !is_broken(h->x);
	char body[256];

	exchange_stats(h->x, &st);
	snprintf(body, sizeof(body),
		 "{\"status\":\"%s\",\"orders\":%lu,\"answered\":%lu,"
		 "\"under_way\":%lu,\"connections\":%u,\"cut\":%lu,"
		 "\"crunched\":%lu,\"uptime_ms\":%lu}\n",
		 is_ok ? "ok" : "journal", st.orders, st.answered, st.under_way,
		 st.conns, st.cut, st.crunched, up);
	put_reply(h, is_ok ? "200 OK" : "503 Service Unavailable", body);
}

static bool begins(const struct health_conn *h, const char *text)
{
	size_t n = strlen(text);

	return h->len >= n && memcmp(h->ask, text, n) == 0;
}

static void answer_request(struct health_conn *h, size_t end)
{
	if (!end) {
		h->is_last = true;
		put_reply(h, "431 Request Header Fields Too Large", "{}\n");
		return;
	}
	if (begins(h, "GET /health HTTP/1."))
		put_health(h);
	else if (begins(h, "GET "))
		put_reply(h, "404 Not Found", "{}\n");
	else
		put_reply(h, "501 Not Implemented", "{}\n");
	h->len -= end;
	memmove(h->ask, h->ask + end, h->len);
}

static bool enter(struct health_conn *h)
{
	struct exchange *x = h->x;

	mutex_lock(&x->lock);
	h->is_entered = x->nr_health < EXCHANGE_HEALTH_MAX && !is_closing(x);
	if (h->is_entered) {
		list_add_tail(&h->link, &x->askers);
		x->nr_health++;
	}
	mutex_unlock(&x->lock);
	return h->is_entered;
}

static enum poll health_conn_poll(struct future *f, struct context *cx,
				  void *out)
{
	struct health_conn *h =
		container_of(f, struct health_conn, async.future);

	ASYNC_BEGIN(&h->async);
	if (!enter(h))
		goto end;
	while (!h->is_last) {
		if (!request_end(h) && h->len < ASK_BYTES) {
			h->op = io_read(h->socket.src, h->ask + h->len,
					ASK_BYTES - h->len);
			AWAIT(&h->op.future, &h->n);
			if (h->n <= 0)
				break;
			h->len += (size_t)h->n;
			continue;
		}
		answer_request(h, request_end(h));
		h->op = io_write_all(h->socket.src, h->reply, strlen(h->reply));
		AWAIT(&h->op.future, &h->n);
		if (h->n < 0)
			break;
	}
end:
	ASYNC_END(&h->async);
}

static void health_conn_drop(struct future *f)
{
	struct health_conn *h =
		container_of(f, struct health_conn, async.future);
	struct exchange *x = h->x;

	async_drop(&h->async);
	mutex_lock(&x->lock);
	if (h->is_entered) {
		list_del(&h->link);
		x->nr_health--;
	}
	mutex_unlock(&x->lock);
	socket_fini(&h->socket);
	exchange_leave(x);
}

static const struct future_ops health_conn = {
	.poll = health_conn_poll,
	.drop = health_conn_drop,
	.size = sizeof(struct health_conn),
};

static void open_asker(struct exchange *x, struct source *src)
{
	struct health_conn h = { .async.future.ops = &health_conn, .x = x };

	socket_init(&h.socket, src);
	if (exchange_spawn(x, &health_conn, &h, NULL))
		socket_fini(&h.socket);
}

static enum poll health_poll(struct future *f, struct context *cx, void *out)
{
	struct health *h = container_of(f, struct health, async.future);

	ASYNC_BEGIN(&h->async);
	for (;;) {
		h->op = io_accept(h->x->health_door.src, &h->src);
		AWAIT(&h->op.future, &h->n);
		if (h->n == -ECANCELED)
			break;
		if (h->n == 0)
			open_asker(h->x, h->src);
	}
	ASYNC_END(&h->async);
}

static void health_drop(struct future *f)
{
	struct health *h = container_of(f, struct health, async.future);

	async_drop(&h->async);
	exchange_leave(h->x);
}

int health_spawn(struct exchange *x)
{
	static const struct future_ops health = {
		.poll = health_poll,
		.drop = health_drop,
		.size = sizeof(struct health),
	};
	struct health h = { .async.future.ops = &health, .x = x };

	return exchange_spawn(x, &health, &h, NULL);
}
EXPORT_SYMBOL(health_spawn);

void health_cut(struct exchange *x)
{
	struct health_conn *h;

	mutex_lock(&x->lock);
	list_for_each_entry(h, &x->askers, link)
		socket_cut(&h->socket);
	mutex_unlock(&x->lock);
}
EXPORT_SYMBOL(health_cut);

MODULE(health, "GET /health", NULL, NULL);
