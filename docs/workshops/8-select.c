/*
 * Workshop 8: select, and the work you threw away. Lines come out of a pipe a
 * piece at a time, and meanwhile something ticks; in virtual time.
 */
#include "common.h"

#include "chan.h"
#include "select.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/container.h"

#define POINTS 24

static struct knob knobs[] = {
	{ "pieces", 8, 1, 100, "pieces that make a line" },
	{ "piece", 100, 1, 10000, "us from one piece to the next" },
	{ "tick", 300, 1, 100000, "us from one tick to the next" },
	{ "seconds", 1, 1, 10, "how long" },
};

enum way { FRESH, KEPT, CHANNEL, WAYS };

static const char *const way_name[WAYS] = { "a new future each turn",
					    "one future, kept", "a channel" };

/* What comes from outside: pieces of lines, and ticks. One task looks. */
static struct world {
	uint64_t next_piece, next_tick; /* when it comes */
	unsigned int arrived;		/* pieces that nobody has taken */
	bool has_ticked;		/* nor that */
	struct chan *lines;		/* CHANNEL: whole lines */
	unsigned int lines_done, ticks, taken, thrown;
} world;

/* --- the leaves ------------------------------------------------------------ */

/*
 * Reads a line: a piece is taken when it is there, and what was taken is in the
 * machine. Whoever drops the machine before the line is whole drops that, too.
 */
struct read_line {
	struct future future;
	unsigned int pieces; /* of the line, so far */
};

static enum poll read_poll(struct future *f, struct context *cx, void *out)
{
	struct read_line *r = container_of(f, struct read_line, future);

	while (world.arrived && r->pieces < knob("pieces")) {
		world.arrived--;
		world.taken++;
		r->pieces++;
	}
	if (r->pieces < knob("pieces"))
		return POLL_PENDING; /* the world polls again */
	r->pieces = 0;
	*(int *)out = 0;
	return POLL_READY;
}

static void read_drop(struct future *f)
{
	world.thrown += container_of(f, struct read_line, future)->pieces;
}

static const struct future_ops read_ops = {
	.poll = read_poll,
	.drop = read_drop,
	.size = sizeof(struct read_line),
	.out_size = sizeof(int),
};

static struct read_line read_line(void)
{
	return (struct read_line){ .future.ops = &read_ops };
}

/* Polls another future, and leaves it alone when it is dropped itself. */
struct by_ref {
	struct future future;
	struct future *of;
};

static enum poll ref_poll(struct future *f, struct context *cx, void *out)
{
	return future_poll(container_of(f, struct by_ref, future)->of, cx, out);
}

static const struct future_ops ref_ops = {
	.poll = ref_poll,
	.size = sizeof(struct by_ref),
	.out_size = sizeof(int),
};

static enum poll tick_poll(struct future *f, struct context *cx, void *out)
{
	if (!world.has_ticked)
		return POLL_PENDING;
	world.has_ticked = false;
	*(int *)out = 0;
	return POLL_READY;
}

static const struct future_ops tick_ops = {
	.poll = tick_poll,
	.size = sizeof(struct future),
	.out_size = sizeof(int),
};

/* --- the loop, three ways -------------------------------------------------- */
struct loop {
	struct async async;
	enum way way;
	struct future *child[2];
	struct read_line line; /* FRESH: made each turn; KEPT: made once */
	struct by_ref ref;
	struct future tick;
	struct chan_recv recv;
	struct select select;
	uint64_t random;
	size_t winner;
	int result;
	char message;
};

static struct future *line_of(struct loop *l)
{
	switch (l->way) {
	case FRESH:
		l->line = read_line();
		return &l->line.future;
	case KEPT:
		l->ref = (struct by_ref){ { &ref_ops }, &l->line.future };
		return &l->ref.future;
	default:
		l->recv = chan_recv(world.lines, &l->message);
		return &l->recv.future;
	}
}

static enum poll loop_poll(struct future *f, struct context *cx, void *out)
{
	struct loop *l = container_of(f, struct loop, async.future);

	ASYNC_BEGIN(&l->async);
	for (;;) {
		l->tick.ops = &tick_ops;
		l->child[0] = line_of(l);
		l->child[1] = &l->tick;
		BUG_ON(select_init(&l->select, l->child, 2, &l->result,
				   &l->random));
		AWAIT(&l->select.future, &l->winner);
		if (l->winner == 0)
			world.lines_done++;
		else
			world.ticks++;
	}
	ASYNC_END(&l->async);
}

static const struct future_ops loop_ops = { .poll = loop_poll,
					    .size = sizeof(struct loop) };

/* CHANNEL: a task of its own reads, and nobody ever drops what it has read. */
struct reader {
	struct async async;
	struct read_line line;
	struct chan_send send;
	char message;
	int err;
};

static enum poll reader_poll(struct future *f, struct context *cx, void *out)
{
	struct reader *r = container_of(f, struct reader, async.future);

	ASYNC_BEGIN(&r->async);
	for (;;) {
		r->line = read_line();
		AWAIT(&r->line.future, &r->err);
		r->send = chan_send(world.lines, &r->message);
		AWAIT(&r->send.future, &r->err);
		BUG_ON(r->err);
	}
	ASYNC_END(&r->async);
}

static const struct future_ops reader_ops = { .poll = reader_poll,
					      .size = sizeof(struct reader) };

/* --- a run ----------------------------------------------------------------- */

/* Moves the clock to what comes next, and lets it come. */
static void next_event(uint64_t tick)
{
	uint64_t now = world.next_piece < world.next_tick ? world.next_piece
							  : world.next_tick;

	virtual_set(now);
	if (now == world.next_piece) {
		world.next_piece += knob("piece") * NSEC_PER_USEC;
		world.arrived++;
	}
	if (now == world.next_tick) {
		world.next_tick += tick;
		world.has_ticked = true;
	}
}

static struct world run(enum way way, uint64_t tick)
{
	struct waker waker = waker_noop();
	struct context cx = { .waker = &waker };
	struct loop loop = { .async.future.ops = &loop_ops,
			     .way = way,
			     .line = read_line(),
			     .random = 7 };
	struct reader reader = { .async.future.ops = &reader_ops };

	world = (struct world){ .next_piece = knob("piece") * NSEC_PER_USEC,
				.next_tick = tick };
	virtual_start(0);
	if (way == CHANNEL)
		BUG_ON(chan_create(&world.lines, "lines", 16, 1, NULL));
	while (clock_now() < knob("seconds") * NSEC_PER_SEC) {
		next_event(tick);
		if (way == CHANNEL)
			future_poll(&reader.async.future, &cx, NULL);
		future_poll(&loop.async.future, &cx, NULL);
	}
	async_drop(&loop.async);
	async_drop(&reader.async);
	if (way == CHANNEL) {
		chan_receiver_put(world.lines);
		chan_sender_put(world.lines);
	}
	virtual_stop();
	return world;
}

/* Lines that arrive, by how far apart the ticks are. */
static void sweep(void)
{
	static double x[POINTS], y[WAYS][POINTS];
	struct series s[WAYS];
	const struct plot plot = { "lines that arrive, of those that could",
				   "ticks a line", "% of the lines", true,
				   false };
	double line = knob("pieces") * knob("piece") * 1000.0;
	double most = knob("seconds") * 1e9 / line;
	int i, way;

	for (way = 0; way < WAYS; way++) {
		for (i = 0; i < POINTS; i++) {
			x[i] = 0.1 * (1 << i / 4) * (1 + i % 4 / 4.0);
			y[way][i] =
				100 * run(way, line / x[i]).lines_done / most;
		}
		s[way] = (struct series){ way_name[way], x, y[way], POINTS };
	}
	plot_show(&plot, s, WAYS);
}

int main(int argc, char **argv)
{
	struct world w[WAYS];
	int way;

	workshop_begin("8-select", argc, argv, knobs, ARRAY_SIZE(knobs));
	printf("%-24s %9s %9s %9s %9s\n", "", "ticks", "lines", "pieces",
	       "thrown");
	for (way = 0; way < WAYS; way++) {
		w[way] = run(way, knob("tick") * NSEC_PER_USEC);
		printf("%-24s %9u %9u %9u %9u\n", way_name[way], w[way].ticks,
		       w[way].lines_done, w[way].taken, w[way].thrown);
	}
	sweep();
	seen(w[FRESH].thrown > w[FRESH].taken / 2,
	     "the loser took its work along: %u of %u pieces", w[FRESH].thrown,
	     w[FRESH].taken);
	seen(10 * w[FRESH].lines_done < w[KEPT].lines_done,
	     "so of %u lines %u arrived", w[KEPT].lines_done,
	     w[FRESH].lines_done);
	seen(w[KEPT].lines_done > 0 &&
		     w[KEPT].taken - w[KEPT].lines_done * knob("pieces") <
			     knob("pieces") &&
		     w[CHANNEL].taken - w[CHANNEL].lines_done * knob("pieces") <
			     20 * knob("pieces"),
	     "what is kept loses none");
	return workshop_end();
}
