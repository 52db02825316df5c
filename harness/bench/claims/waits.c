/*
 * How long others wait for a task that holds their worker, in virtual time:
 * workers are moved by hand, and a poll of 100 us moves the clock by that.
 */
#include "claims.h"

#include "kit/bug.h"
#include "kit/clock.h"

#include "sched.h"
#include "stall.h"

/* --- how long others wait, in virtual time ----------------------------------------- */
static struct {
	unsigned int left;	 /* polls of the victim to come */
	uint64_t since, longest; /* its wait */
} victim;

/* Each poll takes so long, and then it gives way; the victim takes nothing. */
struct slicer {
	struct future future;
	uint64_t takes;
	bool is_victim;
};

static enum poll slicer_poll(struct future *f, struct context *cx, void *out)
{
	struct slicer *s = container_of(f, struct slicer, future);

	if (s->is_victim) {
		if (clock_now() - victim.since > victim.longest)
			victim.longest = clock_now() - victim.since;
		victim.since = clock_now();
		victim.left--;
	}
	virtual_pass(s->takes);
	if (!victim.left)
		return POLL_READY;
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

/* The longest wait, in us, of one task beside so many of such slices. */
static double longest_wait(unsigned int others, uint64_t takes)
{
	static const struct future_ops ops = { .poll = slicer_poll,
					       .size = sizeof(struct slicer) };
	struct slicer s = { .future.ops = &ops, .takes = takes };
	struct slicer v = { .future.ops = &ops, .is_victim = true };
	struct sched *sched;
	unsigned int i;

	virtual_start();
	victim.left = 100;
	victim.longest = 0;
	victim.since = clock_now();
	BUG_ON(sched_create_stepped(&sched, 1));
	for (i = 0; i < others; i++)
		BUG_ON(sched_spawn(sched, &ops, &s, NULL));
	BUG_ON(sched_spawn(sched, &ops, &v, NULL));
	while (sched_step(sched, 0))
		;
	sched_destroy(sched);
	virtual_stop();
	return (double)victim.longest / NSEC_PER_USEC;
}

void claim_over_100us(struct claim *c)
{
	/* Above the threshold somebody waits for longer; below it nobody? */
	claim_count(c, 0, OURS, longest_wait(1, 110 * NSEC_PER_USEC));
	claim_count(c, 1, OURS, longest_wait(1, 90 * NSEC_PER_USEC));
	claim_count(c, 2, OURS, longest_wait(20, 90 * NSEC_PER_USEC));
}

void claim_between_awaits(struct claim *c)
{
	unsigned int r;

	claim_count(c, 0, OURS, longest_wait(1, 100 * NSEC_PER_USEC));
	claim_count(c, 1, OURS, longest_wait(20, 100 * NSEC_PER_USEC));
	/* A yield is a wake and a poll: less than a lock that is handed on. */
	for (r = 0; r < CLAIM_RUNS; r++)
		claim_run(c, 2, OURS,
			  work_locks(true, 20000, 1) / 20000 / 1e4 * 100);
}

/* --- two numbers ----------------------------------------------------------------------- */
#define TASKS 40

/* On one worker: TASKS tasks are woken together, and polled in turn. */
static void record(struct stall_event *ev, size_t *n, uint64_t poll,
		   uint64_t run_delay)
{
	uint64_t now = NSEC_PER_SEC, cpu = 0, delay = 0;
	unsigned int i, round;

	*n = 0;
	for (round = 0; round < 20; round++) {
		for (i = 1; i <= TASKS; i++)
			ev[(*n)++] = (struct stall_event){ .time = now,
							   .event = STALL_WAKE,
							   .task = i };
		for (i = 1; i <= TASKS; i++) {
			ev[(*n)++] =
				(struct stall_event){ .time = now,
						      .event = STALL_POLL_BEGIN,
						      .task = i,
						      .cpu = cpu,
						      .run_delay = delay };
			/* One task in a round does what is planted. */
			if (i == 1) {
				now += poll + run_delay;
				cpu += poll;
				delay += run_delay;
			}
			now += 50 * NSEC_PER_USEC;
			cpu += 50 * NSEC_PER_USEC;
			ev[(*n)++] =
				(struct stall_event){ .time = now,
						      .event = STALL_POLL_END,
						      .task = i,
						      .cpu = cpu,
						      .run_delay = delay };
		}
	}
}

/* What the text says of two numbers: one is too high, or the other. */
static enum stall_kind of_two(const struct stall_trace *t)
{
	uint64_t poll = 0, delay = 0;
	size_t i;

	for (i = 0; i < t->nr_tasks; i++) {
		if (t->tasks[i].poll_max > poll)
			poll = t->tasks[i].poll_max;
		if (t->tasks[i].delay_max > delay)
			delay = t->tasks[i].delay_max;
	}
	if (poll > 100 * NSEC_PER_USEC)
		return STALL_BLOCKING;
	return delay > NSEC_PER_MSEC ? STALL_SATURATION : STALL_HEALTHY;
}

static void told_apart(struct claim *c, unsigned int nr, uint64_t poll,
		       uint64_t run_delay, enum stall_kind is)
{
	static struct stall_event events[20 * 3 * TASKS];
	struct stall_trace t;
	size_t n;

	record(events, &n, poll, run_delay);
	BUG_ON(stall_read(events, n, NULL, &t));
	claim_count(c, nr, OURS, of_two(&t) == is);
	stall_free(&t);
}

void claim_two_numbers(struct claim *c)
{
	told_apart(c, 0, 5 * NSEC_PER_MSEC, 0, STALL_BLOCKING);
	told_apart(c, 1, 0, 0, STALL_SATURATION);
	told_apart(c, 2, 0, 5 * NSEC_PER_MSEC, STALL_NEIGHBOUR);
}
