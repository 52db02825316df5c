/* Given: one run of the load: a thread, its sockets, and a schedule. */
#define _GNU_SOURCE /* ppoll */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load.h"
#include "pace.h"

#include "kit/alloc.h"
#include "kit/atomic.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/sock.h"
#include "kit/sys.h"

#define OUT_BYTES (1u << 20) /* that wait for room in a socket */
#define IN_BYTES 65536
#define TICK_NS (200 * NSEC_PER_USEC) /* it wakes no more often */
#define ANSWERS_NS (3 * NSEC_PER_SEC) /* at the end, without any */
#define FLUSH_EVERY 64		      /* events of a backlog */
#define BURST 16 /* events in a row that go to one connection: fewer writes */

/** A connection. */
struct link {
	int fd;
	uint64_t n; /* its next event */
	size_t out_len, in_len;
	char out[OUT_BYTES];
	char in[IN_BYTES];
};

/** The run. One at a time: pace's wait() is told nothing else. */
static struct load {
	const struct load_options *o;
	struct load_result *r;
	struct pace pace;
	struct link *links;
	uint64_t woken; /* when it woke last */
	int err;
} load;

/* Asked to end: what is sent is still waited for. */
static _Atomic(bool) is_over;

void load_end(void)
{
	/* relaxed: a hint; nothing else is read by it. */
	atomic_store_explicit(&is_over, true, memory_order_relaxed);
}

static bool goes_on(void)
{
	/* relaxed: as above. */
	return !load.err &&
	       !atomic_load_explicit(&is_over, memory_order_relaxed);
}

static void fail(int err)
{
	if (!load.err)
		load.err = err;
}

static void link_flush(struct link *l)
{
	ssize_t n;

	if (!l->out_len)
		return;
	n = sys_write(l->fd, l->out, l->out_len);
	if (n < 0) {
		if (n != -EAGAIN)
			fail((int)n);
		return;
	}
	l->out_len -= (size_t)n;
	memmove(l->out, l->out + n, l->out_len);
}

static void flush_all(void)
{
	unsigned int i;

	for (i = 0; i < load.o->conns; i++)
		link_flush(&load.links[i]);
}

/* Whose event it is; and which event the connection's @n-th one is. */
static unsigned int link_of(uint64_t event)
{
	return (unsigned int)(event / BURST % load.o->conns);
}

static uint64_t event_of(unsigned int link, uint64_t n)
{
	return (n / BURST * load.o->conns + link) * BURST + n % BURST;
}

static void take_answer(struct link *l, const char *line, uint64_t now)
{
	uint64_t n, i;
	char what = plan_event_of(line, &n);

	if (!what) {
		load.r->other++;
		return;
	}
	i = event_of((unsigned int)(l - load.links), n);
	load.r->answered++;
	load.r->refused += what == 'R';
	precise_record(load.r->times,
		       hist_since_due(load.pace.start, load.pace.interval, i,
				      now));
}

static void link_read(struct link *l)
{
	ssize_t n = sys_read(l->fd, l->in + l->in_len, IN_BYTES - l->in_len);
	uint64_t now = clock_now();
	char *at = l->in, *end;

	if (n == -EAGAIN)
		return;
	if (n <= 0) {
		fail(n ? (int)n : -EPIPE);
		return;
	}
	l->in_len += (size_t)n;
	while ((end = memchr(at, '\n', l->in_len - (size_t)(at - l->in)))) {
		*end = '\0';
		take_answer(l, at, now);
		at = end + 1;
	}
	l->in_len -= (size_t)(at - l->in);
	memmove(l->in, at, l->in_len);
}

/* What there is to read; for so long, if there is nothing. */
static void read_all(uint64_t ns)
{
	struct timespec ts = { .tv_sec = (time_t)(ns / NSEC_PER_SEC),
			       .tv_nsec = (long)(ns % NSEC_PER_SEC) };
	struct pollfd fds[LOAD_CONNS_MAX];
	unsigned int i;

	for (i = 0; i < load.o->conns; i++)
		fds[i] = (struct pollfd){
			.fd = load.links[i].fd,
			.events =
				POLLIN | (load.links[i].out_len ? POLLOUT : 0),
		};
	if (ppoll(fds, load.o->conns, &ts, NULL) <= 0)
		return;
	for (i = 0; i < load.o->conns; i++) {
		if (fds[i].revents & (POLLIN | POLLHUP | POLLERR))
			link_read(&load.links[i]);
		if (fds[i].revents & POLLOUT)
			link_flush(&load.links[i]);
	}
}

/* Of pace.h. What is due within a tick is sent at once: so it is a little late,
 * and pace counts how much. */
static void wait_until(uint64_t until)
{
	uint64_t now = clock_now();

	if (until < load.woken + TICK_NS)
		until = load.woken + TICK_NS;
	flush_all();
	while (now < until && !load.err) {
		read_all(until - now);
		now = clock_now();
	}
	load.woken = now;
	load.r->ticks++;
}

/* An event of the next connection in turn. */
static void send_event(uint64_t i)
{
	struct link *l = &load.links[link_of(i)];

	while (OUT_BYTES - l->out_len < 256 && !load.err) {
		flush_all();
		read_all(TICK_NS);
	}
	l->out_len +=
		plan_text(l->out + l->out_len, 256, l->n++, load.o->symbols);
	load.r->sent++;
	if (load.pace.behind % FLUSH_EVERY == FLUSH_EVERY - 1) {
		flush_all();
		read_all(0);
	}
}

static void send_all(uint64_t events)
{
	uint64_t i, behind = 0;

	for (i = 0; i < events && goes_on(); i++) {
		pace_next(&load.pace);
		/* Not waited for: it is late by this much all the same. */
		if (load.pace.behind != behind)
			hist_record(&load.r->late,
				    hist_since_due(load.pace.start,
						   load.pace.interval, i,
						   clock_now()));
		behind = load.pace.behind;
		send_event(i);
	}
}

static void wait_answers(void)
{
	uint64_t last = clock_now(), seen = load.r->answered;

	while (load.r->answered < load.r->sent && !load.err) {
		flush_all();
		read_all(10 * NSEC_PER_MSEC);
		if (load.r->answered != seen)
			last = clock_now();
		seen = load.r->answered;
		if (clock_now() > last + ANSWERS_NS)
			break;
	}
}

static int link_open(struct link *l, uint16_t port)
{
	int err;

	l->fd = sock_tcp();
	if (l->fd < 0)
		return l->fd;
	err = sock_connect(l->fd, port);
	if (err == -EINPROGRESS) {
		struct pollfd p = { .fd = l->fd, .events = POLLOUT };

		poll(&p, 1, 2000);
		err = sock_error(l->fd);
	}
	if (err)
		sys_close(l->fd);
	return err;
}

static void links_close(unsigned int nr)
{
	while (nr)
		sys_close(load.links[--nr].fd);
	kit_free(load.links);
}

static int links_open(void)
{
	unsigned int i;
	int err;

	load.links = kit_alloc(load.o->conns * sizeof(*load.links));
	if (!load.links)
		return -ENOMEM;
	for (i = 0; i < load.o->conns; i++) {
		load.links[i].n = 0;
		load.links[i].out_len = 0;
		load.links[i].in_len = 0;
		err = link_open(&load.links[i], load.o->port);
		if (err) {
			links_close(i);
			return err;
		}
	}
	return 0;
}

int load_run(const struct load_options *o, struct load_result *r)
{
	uint64_t events = (uint64_t)(o->rate * o->seconds), start;
	int err;

	load = (struct load){ .o = o, .r = r };
	err = links_open();
	if (err)
		return err;
	start = clock_now() + NSEC_PER_MSEC;
	pace_init(&load.pace, start, NSEC_PER_SEC / o->rate);
	load.pace.wait = wait_until;
	hist_init(&r->late);
	send_all(events);
	wait_answers();
	hist_merge(&r->late, &load.pace.late);
	r->seconds = (double)(clock_now() - start) / NSEC_PER_SEC;
	links_close(o->conns);
	r->is_cut = load.err == -EPIPE || load.err == -ECONNRESET;
	return r->is_cut ? 0 : load.err;
}
