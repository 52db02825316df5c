/*
 * What the console costs the program that it looks at: the same work with
 * nobody listening, and at each level, one after the other, again and again, so
 * that a machine that changes its speed changes all of them.
 *
 * The echo server runs on one worker. Its client is a thread that is none of
 * the runtime's, with a plain socket, as of another program; or, the hardest
 * case, a task on the same worker, so that both ends are observed and no time
 * passes in which a processor waits for the other.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/stats.h"
#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/sock.h"
#include "kit/sys.h"

#include "console.h"
#include "driver.h"
#include "io.h"
#include "sampler.h"
#include "sched.h"
#include "view.h"

#define REPS 31
#define LEVELS CONSOLE_LEVELS

static const char *const level_name[LEVELS] = { "off", "counters", "hists",
						"trace" };

static double quantile(double *v, unsigned int i)
{
	qsort(v, REPS, sizeof(*v), stats_compare);
	return v[i];
}

/* --- echo ------------------------------------------------------------------ */
/* Either end of a connection: the client asks first. */
struct end {
	struct async async;
	struct driver *driver;
	struct source *conn, *listener;
	struct io_op op;
	ssize_t n;
	unsigned int left;
	char buf[64];
};

static void end_drop(struct future *f)
{
	struct end *e = container_of(f, struct end, async.future);

	async_drop(&e->async);
	if (e->conn)
		io_close(e->conn);
}

static enum poll server_poll(struct future *f, struct context *cx, void *out)
{
	struct end *e = container_of(f, struct end, async.future);

	ASYNC_BEGIN(&e->async);
	e->op = io_accept(e->listener, &e->conn);
	AWAIT(&e->op.future, &e->n);
	for (;;) {
		e->op = io_read(e->conn, e->buf, sizeof(e->buf));
		AWAIT(&e->op.future, &e->n);
		if (e->n <= 0)
			break;
		e->op = io_write_all(e->conn, e->buf, (size_t)e->n);
		AWAIT(&e->op.future, &e->n);
	}
	ASYNC_END(&e->async);
}

static enum poll client_poll(struct future *f, struct context *cx, void *out)
{
	struct end *e = container_of(f, struct end, async.future);

	ASYNC_BEGIN(&e->async);
	e->op = io_connect(e->driver, (uint16_t)io_port(e->listener), &e->conn);
	AWAIT(&e->op.future, &e->n);
	BUG_ON(e->n < 0);
	for (; e->left; e->left--) {
		e->op = io_write_all(e->conn, e->buf, 32);
		AWAIT(&e->op.future, &e->n);
		e->op = io_read(e->conn, e->buf, sizeof(e->buf));
		AWAIT(&e->op.future, &e->n);
		BUG_ON(e->n != 32);
	}
	ASYNC_END(&e->async);
}

static const struct future_ops server_ops = {
	.poll = server_poll,
	.drop = end_drop,
	.size = sizeof(struct end),
};
static const struct future_ops client_ops = {
	.poll = client_poll,
	.drop = end_drop,
	.size = sizeof(struct end),
};

/* The server's side of both. */
struct echo {
	struct driver *driver;
	struct source *listener;
	struct sched *sched;
};

static void echo_open(struct echo *e, unsigned int workers)
{
	struct end server = { .async.future = { &server_ops } };

	BUG_ON(driver_create(&e->driver));
	BUG_ON(io_listen(e->driver, 0, 4, &e->listener));
	BUG_ON(sched_create_driven(&e->sched, workers, &e->driver->park));
	server.driver = e->driver;
	server.listener = e->listener;
	BUG_ON(sched_spawn(e->sched, &server_ops, &server, NULL));
}

static void echo_close(struct echo *e)
{
	io_close(e->listener);
	sched_destroy(e->sched);
	driver_destroy(e->driver);
}

static double echo_within(unsigned int n)
{
	struct end client = { .async.future = { &client_ops }, .left = n };
	struct join join;
	struct echo e;
	uint64_t from;
	int status;

	echo_open(&e, 0);
	client.driver = e.driver;
	client.listener = e.listener;
	from = clock_now();
	BUG_ON(sched_spawn(e.sched, &client_ops, &client, &join));
	BUG_ON(sched_block_on(e.sched, &join.future, &status));
	from = clock_now() - from;
	future_drop(&join.future);
	echo_close(&e);
	return (double)from / n;
}

static double echo_outside(unsigned int n)
{
	char buf[64] = { 0 };
	struct echo e;
	uint64_t from;
	unsigned int i;
	int fd;

	echo_open(&e, 1);
	fd = sock_tcp();
	BUG_ON(fd < 0 || fcntl(fd, F_SETFL, 0));
	BUG_ON(sock_connect(fd, (uint16_t)io_port(e.listener)));
	from = clock_now();
	for (i = 0; i < n; i++) {
		BUG_ON(sys_write(fd, buf, 32) != 32);
		BUG_ON(sys_read(fd, buf, sizeof(buf)) != 32);
	}
	from = clock_now() - from;
	sys_close(fd);
	echo_close(&e);
	return (double)from / n;
}

/* --- polls that do nothing -------------------------------------------------- */
struct spinner {
	struct future future;
	unsigned int left;
};

static enum poll spinner_poll(struct future *f, struct context *cx, void *out)
{
	struct spinner *s = container_of(f, struct spinner, future);

	if (!s->left--)
		return POLL_READY;
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

static const struct future_ops spinner_ops = {
	.poll = spinner_poll,
	.size = sizeof(struct spinner),
};

static double poll_run(unsigned int n)
{
	struct spinner init = { { &spinner_ops }, n };
	struct sched *s;
	struct join join;
	uint64_t from;
	int status;

	BUG_ON(sched_create(&s, 0));
	from = clock_now();
	BUG_ON(sched_spawn(s, &spinner_ops, &init, &join));
	BUG_ON(sched_block_on(s, &join.future, &status));
	from = clock_now() - from;
	future_drop(&join.future);
	sched_destroy(s);
	return (double)from / n;
}

/* --- a frame of 100,000 tasks -------------------------------------------------- */
#define CROWD 100000

static enum poll waiter_poll(struct future *f, struct context *cx, void *out)
{
	return POLL_PENDING;
}

static const struct future_ops waiter_ops = {
	.poll = waiter_poll,
	.size = sizeof(struct future),
};

/* All that unpark-top does for a frame: read, find what is wrong, draw. */
static double frame_ms(struct sampler *p)
{
	static struct grid g = { .width = 80, .height = 24 };
	struct view v = { .screen = VIEW_TASKS, .sort = COLUMN_P95 };
	uint64_t from = clock_now();

	BUG_ON(sampler_take(p));
	view_draw(&g, &v,
		  &(struct view_data){ .before = p->before,
				       .now = p->now,
				       .findings = &p->findings,
				       .params = &p->params,
				       .rates = p->rates });
	return (double)(clock_now() - from) / 1e6;
}

static void crowd_run(json_t *cases)
{
	static const struct future waiter = { &waiter_ops };
	struct console_options o = { .level = CONSOLE_HISTS, .tasks = CROWD };
	static struct sampler p;
	struct sched *s;
	double ms[REPS], median;
	unsigned int i;

	if (console_start(&o)) {
		printf("a frame of 100,000 tasks: no room for its region in "
		       "/dev/shm\n");
		return;
	}
	BUG_ON(sched_create(&s, 0));
	for (i = 0; i < CROWD; i++)
		BUG_ON(sched_spawn(s, &waiter_ops, &waiter, NULL));
	while (sched_step(s, 0))
		;
	BUG_ON(sampler_open(&p, console_path()));
	for (i = 0; i < REPS; i++)
		ms[i] = frame_ms(&p);
	BUG_ON(p.now->nr_tasks != CROWD);
	median = stats_median(ms, REPS);
	printf("a frame of 100,000 tasks %8.1f ms  [%.1f-%.1f]; %zu bytes a "
	       "task in the region\n",
	       median, ms[0], ms[REPS - 1], sizeof(struct region_task));
	json_array_append_new(cases,
			      json_pack("{s:s, s:s, s:f, s:n, s:n, s:n, s:n}",
					"name", "a frame of 100,000 tasks",
					"unit", "ns", "ours", median * 1e6,
					"peer", "peer_name", "floor", "ratio"));
	sampler_close(&p);
	sched_destroy(s);
	console_stop();
}

/* --- the runs ---------------------------------------------------------------- */
static struct work {
	const char *name;
	double (*run)(unsigned int n);
	unsigned int n;
	double ns[LEVELS][REPS];
	double share[LEVELS][REPS]; /* over the run before it with level off */
} works[] = {
	{ "echo, client outside", echo_outside, 3000, { { 0 } }, { { 0 } } },
	{ "echo, both ends observed", echo_within, 3000, { { 0 } }, { { 0 } } },
	{ "a poll that does nothing", poll_run, 100000, { { 0 } }, { { 0 } } },
};

static void run_level(struct work *w, enum console_level level, unsigned int r)
{
	struct console_options o = { .level = level };

	if (level)
		BUG_ON(console_start(&o));
	w->ns[level][r] = w->run(w->n);
	w->share[level][r] = w->ns[level][r] / w->ns[CONSOLE_OFF][r];
	console_stop();
}

static void report(struct work *w, enum console_level level, json_t *cases)
{
	double *share = w->share[level];
	double ours = quantile(w->ns[level], REPS / 2);
	double off = quantile(w->ns[CONSOLE_OFF], REPS / 2);
	char name[64];

	snprintf(name, sizeof(name), "%s: %s", w->name, level_name[level]);
	printf("%-34s %8.1f ns, off %8.1f: %+6.2f %%  [%+.2f %+.2f]\n", name,
	       ours, off, 100 * (quantile(share, REPS / 2) - 1),
	       100 * (quantile(share, REPS / 4) - 1),
	       100 * (quantile(share, REPS - 1 - REPS / 4) - 1));
	json_array_append_new(
		cases,
		json_pack("{s:s, s:s, s:f, s:f, s:s, s:n, s:f}", "name", name,
			  "unit", "ns", "ours", ours, "peer", off, "peer_name",
			  "console off", "floor", "ratio", off / ours));
}

int main(int argc, char **argv)
{
	json_t *cases = json_array(), *doc;
	unsigned int i, r, level;

	if (argc != 2) {
		fprintf(stderr, "usage: bench-console OUT.json (make bench)\n");
		return 2;
	}
	/* The first of each pays for what is cold. */
	for (i = 0; i < ARRAY_SIZE(works); i++)
		works[i].run(works[i].n);
	for (r = 0; r < REPS; r++)
		for (i = 0; i < ARRAY_SIZE(works); i++)
			for (level = 0; level < LEVELS; level++)
				run_level(&works[i], level, r);
	printf("%-34s medians of %d, beside those with the console off "
	       "[quartiles]\n",
	       "the console's price", REPS);
	for (i = 0; i < ARRAY_SIZE(works); i++)
		for (level = 1; level < LEVELS; level++)
			report(&works[i], level, cases);
	crowd_run(cases);
	doc = json_pack("{s:o}", "cases", cases);
	return stats_save(doc, argv[1]);
}
