/*
 * Workshop 4: unbounded is out-of-memory in waiting. One task sends, another
 * receives and is a little slower, through a channel without a bound, and
 * through two with one; in virtual time.
 */
#include "common.h"

#include "chan.h"
#include "unbounded.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/container.h"
#include "kit/err.h"

#define SIZE_MAX_BYTES 4096
#define POINTS 60

static struct knob knobs[] = {
	{ "rate", 10000, 100, 50000, "messages a second that are made" },
	{ "slower", 5, 0, 90, "% by which the receiver is slower" },
	{ "bytes", 256, 16, SIZE_MAX_BYTES, "of a message" },
	{ "bound", 64, 1, 100000, "messages that fit into the bounded ones" },
	{ "seconds", 10, 1, 30, "how long" },
};

enum way { UNBOUNDED, WAITS, REFUSES, WAYS };

static const char *const way_name[WAYS] = { "unbounded", "bounded, waits",
					    "bounded, refuses" };

/* A message: when it was made, and bytes that nobody looks at. */
union message {
	uint64_t made;
	char bytes[SIZE_MAX_BYTES];
};

/* A run. */
static struct pipe {
	enum way way;
	struct unbounded *u;
	struct chan *c;
	struct chan_send send; /* WAITS: of the message below */
	union message sent, got;
	bool is_sending;
	uint64_t made, refused, received;
	uint64_t late;	  /* the oldest wait of a message, ns */
	uint64_t blocked; /* ns that the sender waited */
	double x[POINTS], bytes[POINTS];
} pipes[WAYS];

static struct waker waker;
static struct context cx = { .waker = &waker };

static void open_pipe(struct pipe *p, enum way way)
{
	*p = (struct pipe){ .way = way };
	if (way == UNBOUNDED)
		BUG_ON(unbounded_create(&p->u, "pipe", knob("bytes")));
	else
		BUG_ON(chan_create(&p->c, "pipe", knob("bound"), knob("bytes"),
				   NULL));
}

static void close_pipe(struct pipe *p)
{
	if (p->is_sending)
		future_drop(&p->send.future);
	if (p->way == UNBOUNDED) {
		unbounded_receiver_put(p->u);
		unbounded_sender_put(p->u);
	} else {
		chan_receiver_put(p->c);
		chan_sender_put(p->c);
	}
}

static size_t length(const struct pipe *p)
{
	return p->way == UNBOUNDED ? unbounded_len(p->u) : chan_len(p->c);
}

/* The send that waits is asked again; true when there is none any more. */
static bool go_on(struct pipe *p)
{
	int err = 0;

	if (!p->is_sending)
		return true;
	if (future_poll(&p->send.future, &cx, &err) == POLL_PENDING)
		return false;
	BUG_ON(err);
	future_drop(&p->send.future);
	p->is_sending = false;
	return true;
}

/* One message is due. Whoever waits for room makes none meanwhile. */
static void make_one(struct pipe *p)
{
	int err = 0;

	if (!go_on(p)) {
		p->blocked += NSEC_PER_SEC / knob("rate");
		return;
	}
	p->made++;
	p->sent.made = clock_now();
	switch (p->way) {
	case UNBOUNDED:
		BUG_ON(unbounded_send(p->u, &p->sent));
		break;
	case WAITS:
		p->send = chan_send(p->c, &p->sent);
		p->is_sending = true;
		go_on(p);
		break;
	default:
		err = chan_try_send(p->c, &p->sent);
		BUG_ON(err && err != -EAGAIN);
		p->refused += err == -EAGAIN;
	}
}

static void take_one(struct pipe *p)
{
	struct unbounded_recv u;
	struct chan_recv c;
	struct future *f;
	int err = -EAGAIN;

	if (p->way == UNBOUNDED) {
		u = unbounded_recv(p->u, &p->got);
		f = &u.future;
	} else {
		c = chan_recv(p->c, &p->got);
		f = &c.future;
	}
	if (future_poll(f, &cx, &err) == POLL_READY && !err) {
		p->received++;
		if (clock_now() - p->got.made > p->late)
			p->late = clock_now() - p->got.made;
	}
	future_drop(f);
	go_on(p);
}

static void run(struct pipe *p, enum way way)
{
	uint64_t every = NSEC_PER_SEC / knob("rate"), make = 0, take = 0;
	uint64_t slower = every * 100 / (100 - knob("slower"));
	uint64_t end = knob("seconds") * NSEC_PER_SEC;
	unsigned int i = 0;

	open_pipe(p, way);
	virtual_start(0);
	while (make < end) {
		bool is_make = make <= take;

		virtual_set(is_make ? make : take);
		if (is_make)
			make_one(p);
		else
			take_one(p);
		*(is_make ? &make : &take) += is_make ? every : slower;
		while (i < POINTS && clock_now() >= end / POINTS * i) {
			p->x[i] = clock_now() / 1e9;
			p->bytes[i++] = length(p) * knob("bytes") / 1024.0;
		}
	}
	for (; i < POINTS; i++) {
		p->x[i] = end / 1e9;
		p->bytes[i] = length(p) * knob("bytes") / 1024.0;
	}
	virtual_stop();
	close_pipe(p);
}

static void row(const struct pipe *p)
{
	printf("%-17s %8llu %8llu %8llu %9.0f %8.1f %7.0f\n", way_name[p->way],
	       (unsigned long long)p->made, (unsigned long long)p->received,
	       (unsigned long long)p->refused, p->bytes[POINTS - 1],
	       p->late / 1e6, p->blocked / 1e6);
}

int main(int argc, char **argv)
{
	struct series s[WAYS];
	const struct plot plot = { "what waits in the channel", "s", "KiB",
				   false, false };
	const struct pipe *u = &pipes[UNBOUNDED], *b = &pipes[WAITS];
	double growth, bound;
	int way;

	workshop_begin("4-unbounded", argc, argv, knobs, ARRAY_SIZE(knobs));
	waker = waker_noop();
	printf("%-17s %8s %8s %8s %9s %8s %7s\n", "", "made", "received",
	       "refused", "KiB", "wait, ms", "held up");
	for (way = 0; way < WAYS; way++) {
		run(&pipes[way], way);
		row(&pipes[way]);
		s[way] = (struct series){ way_name[way], pipes[way].x,
					  pipes[way].bytes, POINTS };
	}
	growth = u->bytes[POINTS - 1] / knob("seconds");
	bound = knob("bound") * knob("bytes") / 1024.0;
	if (growth > 0)
		printf("\n512 MiB are full after %.0f minutes\n",
		       512 * 1024 / growth / 60);
	plot_show(&plot, s, WAYS);
	seen(u->bytes[POINTS - 1] > 1.5 * u->bytes[POINTS / 2] &&
		     u->bytes[POINTS - 1] > 10 * bound,
	     "without a bound it grows: %.0f KiB, %.0f in the 2nd half",
	     u->bytes[POINTS - 1], u->bytes[POINTS - 1] - u->bytes[POINTS / 2]);
	seen(b->bytes[POINTS - 1] <= bound && b->refused == 0,
	     "with a bound it does not: %.0f KiB, and nothing is refused",
	     b->bytes[POINTS - 1]);
	seen(u->late > 10 * b->late,
	     "and who waits in there waits %.0f times as long",
	     (double)u->late / (b->late ? b->late : 1));
	seen(b->received * 100 >= u->received * 99,
	     "although as many are received: %llu and %llu",
	     (unsigned long long)u->received, (unsigned long long)b->received);
	return workshop_end();
}
