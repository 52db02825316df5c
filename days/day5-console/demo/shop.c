/* Given: the tasks of the demo workload. */
#include "shop.h"

#include <string.h>
#include <time.h>

#include "sleep.h"
#include "span.h"

#include "kit/alloc.h"
#include "kit/async.h"
#include "kit/clock.h"
#include "kit/err.h"

static bool is_closing(struct shop *shop)
{
	/* relaxed: a hint; a task that misses it looks again. */
	return atomic_load_explicit(&shop->is_closing, memory_order_relaxed);
}

/* Compute for so long. */
static void spin(uint64_t ns)
{
	uint64_t end = clock_now() + ns;

	while (clock_now() < end)
		;
}

/* Read something from a slow disk: the thread sleeps until it is there. */
static void read_slow_disk(uint64_t ns)
{
	struct timespec ts = { .tv_nsec = (long)ns };

	nanosleep(&ts, NULL);
}

/* Whoever does something again and again, with a sleep in between. */
struct regular {
	struct async async;
	struct shop *shop;
	struct sleep sleep;
	struct blocking_job job;
	struct queue_op op;
	unsigned int round;
	int err;
};

static void regular_drop(struct future *f)
{
	async_drop(&container_of(f, struct regular, async.future)->async);
}

#define REGULAR(name)                           \
	static const struct future_ops name = { \
		.poll = name##_poll,            \
		.drop = regular_drop,           \
		.size = sizeof(struct regular), \
	}

#define SLEEP(r, ns)                                             \
	do {                                                     \
		(r)->sleep = sleep_for((r)->shop->driver, (ns)); \
		AWAIT(&(r)->sleep.future, &(r)->err);            \
	} while (0)

static enum poll clock_tick_poll(struct future *f, struct context *cx,
				 void *out)
{
	struct regular *r = container_of(f, struct regular, async.future);

	ASYNC_BEGIN(&r->async);
	while (!is_closing(r->shop))
		SLEEP(r, 10 * NSEC_PER_MSEC);
	ASYNC_END(&r->async);
}
REGULAR(clock_tick);

/* Sleeps most of its life: that is no fault. */
static enum poll night_watch_poll(struct future *f, struct context *cx,
				  void *out)
{
	struct regular *r = container_of(f, struct regular, async.future);

	ASYNC_BEGIN(&r->async);
	while (!is_closing(r->shop))
		SLEEP(r, 500 * NSEC_PER_MSEC);
	ASYNC_END(&r->async);
}
REGULAR(night_watch);

/* Once in a hundred polls it takes long; the others are short. */
static enum poll audit_poll(struct future *f, struct context *cx, void *out)
{
	struct regular *r = container_of(f, struct regular, async.future);

	ASYNC_BEGIN(&r->async);
	for (; !is_closing(r->shop); r->round++) {
		if (!r->shop->is_healthy && r->round % 100 == 50) {
			SPAN("add up");
			spin(15 * NSEC_PER_MSEC);
		}
		SLEEP(r, 8 * NSEC_PER_MSEC);
	}
	ASYNC_END(&r->async);
}
REGULAR(audit);

static enum poll thumbnail_poll(struct future *f, struct context *cx, void *out)
{
	struct regular *r = container_of(f, struct regular, async.future);

	ASYNC_BEGIN(&r->async);
	while (!is_closing(r->shop)) {
		if (!r->shop->is_healthy) {
			SPAN("load picture");
			read_slow_disk(9 * NSEC_PER_MSEC);
		}
		SLEEP(r, 30 * NSEC_PER_MSEC);
	}
	ASYNC_END(&r->async);
}
REGULAR(thumbnail);

static int archive_write(void *arg, void *out)
{
	read_slow_disk(6 * NSEC_PER_MSEC);
	return 0;
}

/* The same disk, but on a thread that may block. */
static enum poll archive_poll(struct future *f, struct context *cx, void *out)
{
	static const struct blocking_ops ops = { .run = archive_write };
	struct regular *r = container_of(f, struct regular, async.future);

	ASYNC_BEGIN(&r->async);
	while (!is_closing(r->shop)) {
		r->err = blocking_spawn(r->shop->pool, &ops, "", 0, 0, &r->job);
		if (!r->err)
			AWAIT(&r->job.future, &r->err);
		SLEEP(r, 20 * NSEC_PER_MSEC);
	}
	ASYNC_END(&r->async);
}
REGULAR(archive);

static enum poll camera_poll(struct future *f, struct context *cx, void *out)
{
	struct regular *r = container_of(f, struct regular, async.future);

	ASYNC_BEGIN(&r->async);
	for (; !is_closing(r->shop); r->round++) {
		r->op = queue_send(&r->shop->pictures);
		AWAIT(&r->op.future, NULL);
		if (r->round % 4 == 0)
			SLEEP(r, 4 * NSEC_PER_MSEC);
	}
	ASYNC_END(&r->async);
}
REGULAR(camera);

static void glue(void)
{
	SPAN("glue");
	void *paper = kit_alloc(512);

	spin(20 * NSEC_PER_USEC);
	kit_free(paper);
}

static enum poll album_poll(struct future *f, struct context *cx, void *out)
{
	struct regular *r = container_of(f, struct regular, async.future);

	ASYNC_BEGIN(&r->async);
	while (!is_closing(r->shop)) {
		r->op = queue_receive(&r->shop->pictures);
		AWAIT(&r->op.future, NULL);
		glue();
	}
	ASYNC_END(&r->async);
}
REGULAR(album);

/* Visitors and desks ------------------------------------------------------- */

/* Either end of a connection. */
struct line {
	struct async async;
	struct shop *shop;
	struct source *conn;
	struct io_op op;
	struct sleep sleep;
	ssize_t n;
	int err;
	char buf[64];
};

static void line_drop(struct future *f)
{
	struct line *l = container_of(f, struct line, async.future);

	async_drop(&l->async);
	if (l->conn)
		io_close(l->conn);
}

static enum poll desk_poll(struct future *f, struct context *cx, void *out)
{
	struct line *l = container_of(f, struct line, async.future);

	ASYNC_BEGIN(&l->async);
	for (;;) {
		l->op = io_read(l->conn, l->buf, sizeof(l->buf));
		AWAIT(&l->op.future, &l->n);
		if (l->n <= 0)
			break;
		l->op = io_write_all(l->conn, l->buf, (size_t)l->n);
		AWAIT(&l->op.future, &l->n);
		if (l->n < 0)
			break;
	}
	ASYNC_END(&l->async);
}

static const struct future_ops desk = {
	.poll = desk_poll,
	.drop = line_drop,
	.size = sizeof(struct line),
};

static enum poll visitor_poll(struct future *f, struct context *cx, void *out)
{
	struct line *l = container_of(f, struct line, async.future);

	ASYNC_BEGIN(&l->async);
	l->op = io_connect(l->shop->driver, (uint16_t)io_port(l->shop->door),
			   &l->conn);
	AWAIT(&l->op.future, &l->n);
	while (l->n >= 0 && !is_closing(l->shop)) {
		l->op = io_write_all(l->conn, "a picture, please", 17);
		AWAIT(&l->op.future, &l->n);
		if (l->n < 0)
			break;
		l->op = io_read(l->conn, l->buf, sizeof(l->buf));
		AWAIT(&l->op.future, &l->n);
		/* relaxed: a counter. */
		atomic_fetch_add_explicit(&l->shop->served, 1,
					  memory_order_relaxed);
		l->sleep = sleep_for(l->shop->driver, 5 * NSEC_PER_MSEC);
		AWAIT(&l->sleep.future, &l->err);
	}
	ASYNC_END(&l->async);
}

static const struct future_ops visitor = {
	.poll = visitor_poll,
	.drop = line_drop,
	.size = sizeof(struct line),
};

/* Accepts; a desk for each visitor. */
static enum poll porter_poll(struct future *f, struct context *cx, void *out)
{
	struct line *l = container_of(f, struct line, async.future);
	struct line d;

	ASYNC_BEGIN(&l->async);
	for (;;) {
		l->op = io_accept(l->shop->door, &l->conn);
		AWAIT(&l->op.future, &l->n);
		if (l->n < 0)
			break;
		d = (struct line){ .async.future.ops = &desk,
				   .shop = l->shop,
				   .conn = l->conn };
		if (sched_spawn(l->shop->sched, &desk, &d, NULL))
			io_close(l->conn);
		l->conn = NULL;
	}
	l->conn = NULL;
	ASYNC_END(&l->async);
}

static const struct future_ops porter = {
	.poll = porter_poll,
	.drop = line_drop,
	.size = sizeof(struct line),
};

/* The shop ----------------------------------------------------------------- */

/* A macro, so that each task says where it was spawned. */
#define SPAWN(shop, type, what)                                 \
	sched_spawn((shop)->sched, &what,                       \
		    &((struct type){ .async.future = { &what }, \
				     .shop = (shop) }),         \
		    NULL)

static int open_behind_the_counter(struct shop *shop)
{
	int err = SPAWN(shop, regular, night_watch);

	if (!err)
		err = SPAWN(shop, regular, audit);
	if (!err)
		err = SPAWN(shop, regular, thumbnail);
	if (!err)
		err = SPAWN(shop, regular, archive);
	if (!err)
		err = SPAWN(shop, regular, album);
	if (!err)
		err = SPAWN(shop, regular, camera);
	return err;
}

int shop_open(struct shop *shop)
{
	unsigned int i;
	int err = io_listen(shop->driver, 0, SHOP_VISITORS, &shop->door);

	if (err)
		return err;
	atomic_init(&shop->is_closing, false);
	atomic_init(&shop->served, 0);
	queue_init(&shop->pictures, "pictures");
	err = SPAWN(shop, line, porter);
	for (i = 0; !err && i < SHOP_VISITORS; i++)
		err = SPAWN(shop, line, visitor);
	for (i = 0; !err && i < SHOP_CLOCKS; i++)
		err = SPAWN(shop, regular, clock_tick);
	return err ? err : open_behind_the_counter(shop);
}

void shop_close(struct shop *shop)
{
	atomic_store_explicit(&shop->is_closing, true, memory_order_relaxed);
}

void shop_fini(struct shop *shop)
{
	if (!shop->door)
		return;
	io_close(shop->door);
	queue_fini(&shop->pictures);
}
