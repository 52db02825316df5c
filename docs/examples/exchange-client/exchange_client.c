/*
 * A client of day 6's exchange, on an installed libunpark: buys and sells, and
 * tells how long an answer takes, at the tail.
 *
 *	exchange_client PORT [CLIENTS [ORDERS]]		10 clients, 1000 orders each
 *
 * Each client is a task with a connection of its own and one order under way. It
 * buys and sells a lot at one price in turns, so most orders find another. All
 * tasks run on the thread of main(): the current-thread flavour, in which
 * sched_block_on() does the workers' work.
 *
 * What is measured is the time from an order to its answer, while the client
 * waits for it: not what a client would see that sends at fixed times. Day 4
 * tells the difference.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unpark/hist.h>
#include <unpark/io.h>
#include <unpark/kit/async.h>
#include <unpark/kit/clock.h>
#include <unpark/kit/err.h>
#include <unpark/kit/module.h>
#include <unpark/sched.h>

#define CLIENTS_MAX 1000

/* The output of a client's task. */
struct result {
	int err; /* 0, or -errno */
	unsigned long accepted, refused, lots;
	struct hist answered; /* ns from an order to its answer */
};

struct client {
	struct async async;
	struct driver *driver;
	struct source *conn; /* NULL: not connected yet */
	struct io_op op;
	ssize_t n;
	unsigned long orders, id; /* how many; which one is under way */
	uint64_t sent;		  /* when */
	bool is_answered;
	struct result result;
	uint16_t port;
	char out[64];
	size_t have; /* bytes in ->in */
	char in[4096];
};

/* A line of the exchange. One about the order under way ends the waiting. */
static void hear(struct client *c, const char *line)
{
	struct result *r = &c->result;
	unsigned long id, lots;

	if (sscanf(line, "FILL %lu %lu", &id, &lots) == 2) {
		r->lots += lots;
		return;
	}
	if (sscanf(line, "ACK %lu", &id) == 1)
		r->accepted++;
	else if (strncmp(line, "REJECT ", 7) == 0 ||
		 strncmp(line, "ERR ", 4) == 0)
		r->refused++;
	else
		return;
	c->is_answered = true;
	hist_record(&r->answered, clock_now() - c->sent);
}

/* What was read: whole lines are heard, the rest stays. */
static ssize_t take(struct client *c, ssize_t n)
{
	char *line = c->in, *end;

	c->have += (size_t)n;
	while ((end = memchr(line, '\n', c->have))) {
		*end++ = '\0';
		c->have -= (size_t)(end - line);
		hear(c, line);
		line = end;
	}
	memmove(c->in, line, c->have);
	return c->have < sizeof(c->in) ? n : -EPROTO;
}

static struct future *say(struct client *c)
{
	c->op = io_write_all(c->conn, c->out, strlen(c->out));
	return &c->op.future;
}

static struct future *order(struct client *c)
{
	snprintf(c->out, sizeof(c->out), "%s %lu OAK 1 100\n",
		 c->id % 2 ? "BUY" : "SELL", c->id);
	c->is_answered = false;
	c->sent = clock_now();
	return say(c);
}

static struct future *listen_to(struct client *c)
{
	c->op = io_read(c->conn, c->in + c->have, sizeof(c->in) - c->have);
	return &c->op.future;
}

static enum poll client_poll(struct future *f, struct context *cx, void *out)
{
	struct client *c = container_of(f, struct client, async.future);

	ASYNC_BEGIN(&c->async);
	c->op = io_connect(c->driver, c->port, &c->conn);
	AWAIT(&c->op.future, &c->n);
	for (c->id = 1; c->n >= 0 && c->id <= c->orders; c->id++) {
		AWAIT(order(c), &c->n);
		while (c->n >= 0 && !c->is_answered) {
			AWAIT(listen_to(c), &c->n);
			c->n = c->n > 0	  ? take(c, c->n)
			       : c->n < 0 ? c->n
					  : -ECONNRESET;
		}
	}
	/* The exchange closes when it has said all that is still to be said. */
	if (c->n >= 0) {
		strcpy(c->out, "QUIT\n");
		AWAIT(say(c), &c->n);
	}
	while (c->n > 0) {
		AWAIT(listen_to(c), &c->n);
		if (c->n > 0)
			c->n = take(c, c->n);
	}
	c->result.err = (int)c->n;
	*(struct result *)out = c->result;
	ASYNC_END(&c->async);
}

static void client_drop(struct future *f)
{
	struct client *c = container_of(f, struct client, async.future);

	async_drop(&c->async);
	if (c->conn)
		io_close(c->conn);
}

static const struct future_ops client_ops = {
	.poll = client_poll,
	.drop = client_drop,
	.size = sizeof(struct client),
	.out_size = sizeof(struct result),
};

static int client_spawn(struct sched *s, struct driver *d, uint16_t port,
			unsigned long orders, struct join *join)
{
	struct client c = {
		.async.future.ops = &client_ops,
		.driver = d,
		.port = port,
		.orders = orders,
	};

	hist_init(&c.result.answered);
	return sched_spawn(s, &client_ops, &c, join);
}

/* Wait for one, and add what it has. */
static void client_join(struct sched *s, struct join *join, struct result *sum)
{
	const struct result *r;
	int status, err = sched_block_on(s, &join->future, &status);

	if (!err)
		err = status;
	if (!err) {
		r = join_output(join);
		err = r->err;
		sum->accepted += r->accepted;
		sum->refused += r->refused;
		sum->lots += r->lots;
		hist_merge(&sum->answered, &r->answered);
	}
	if (!sum->err)
		sum->err = err;
	future_drop(&join->future);
}

static void run(struct sched *s, struct driver *d, uint16_t port,
		unsigned long clients, unsigned long orders, struct result *sum)
{
	static struct join join[CLIENTS_MAX];
	unsigned long i, n;

	for (n = 0; n < clients && !sum->err; n++)
		sum->err = client_spawn(s, d, port, orders, &join[n]);
	if (sum->err)
		n--; /* the last one has no handle */
	for (i = 0; i < n; i++)
		client_join(s, &join[i], sum);
}

static void print(const struct result *r)
{
	static const double q[] = { 0.5, 0.9, 0.99, 0.999 };
	uint64_t ns, max = hist_max(&r->answered);
	size_t i;

	printf("%lu accepted, %lu refused, %lu lots filled\n", r->accepted,
	       r->refused, r->lots);
	/* The bound of a bucket may lie above all that is in it. */
	for (i = 0; i < ARRAY_SIZE(q); i++)
		if (hist_percentile(&r->answered, q[i], &ns) == 0)
			printf("p%g %.1f us\n", q[i] * 100,
			       (double)(ns < max ? ns : max) / 1e3);
	printf("max %.1f us\n", (double)max / 1e3);
}

static bool number(const char *text, unsigned long max, unsigned long *out)
{
	char *end;

	*out = strtoul(text, &end, 10);
	return end != text && !*end && *out > 0 && *out <= max;
}

int main(int argc, char *argv[])
{
	unsigned long port = 0, clients = 10, orders = 1000;
	struct result sum = { .err = 0 };
	struct driver *d;
	struct sched *s;

	if (argc < 2 || argc > 4 || !number(argv[1], 65535, &port) ||
	    (argc > 2 && !number(argv[2], CLIENTS_MAX, &clients)) ||
	    (argc > 3 && !number(argv[3], 1000000, &orders))) {
		fprintf(stderr,
			"usage: exchange_client PORT [CLIENTS [ORDERS]]\n");
		return 2;
	}
	hist_init(&sum.answered);
	/* Lets a peer that is gone be an error of write, not a signal. */
	sum.err = module_boot();
	if (sum.err)
		goto out;
	sum.err = driver_create(&d);
	if (sum.err)
		goto out_modules;
	sum.err = sched_create_driven(&s, 0, &d->park);
	if (sum.err)
		goto out_driver;
	run(s, d, (uint16_t)port, clients, orders, &sum);
	print(&sum);
	sched_destroy(s);
out_driver:
	driver_destroy(d);
out_modules:
	module_unload();
out:
	if (sum.err)
		fprintf(stderr, "exchange_client: %s\n", err_name(sum.err));
	return sum.err ? 1 : 0;
}
