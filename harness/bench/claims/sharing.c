/* Claims on state that many tasks want: locks, channels, and what is full. */
#include <errno.h>

#include "claims.h"

#include "bench/traders.h"

#include "kit/async.h"
#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/thread.h"

#include "amutex.h"
#include "broadcast.h"
#include "chan.h"
#include "sched.h"
#include "unbounded.h"
#include "ways.h"

/* --- a lock, or an owner -------------------------------------------------------- */
#define ORDERS 60000

/* CPU time: what others on the machine do does not count. */
static double way_ns(enum way_kind kind, unsigned int workers)
{
	return traders_run(kind, TRADERS_MAX, workers, ORDERS).cpu;
}

static void share(struct claim *c, unsigned int nr, const char *mutex,
		  const char *actor, unsigned int workers)
{
	double a, b;

	if (peer_ask(PEER_TOKIO, "share", mutex, ORDERS, workers, &a, NULL) &&
	    peer_ask(PEER_TOKIO, "share", actor, ORDERS, workers, &b, NULL))
		claim_run(c, nr, TOKIO, a / b);
}

static void actor(struct claim *c)
{
	unsigned int r, i;

	for (r = 0; r < CLAIM_RUNS; r++) {
		for (i = 0; i < 2; i++) {
			claim_run(c, i, OURS,
				  way_ns(WAY_AMUTEX, i + 1) /
					  way_ns(WAY_ACTOR, i + 1));
			share(c, i, "mutex-get", "actor-get", i + 1);
		}
		share(c, 2, "mutex", "actor", 1);
		share(c, 3, "mutex", "actor", 2);
	}
	claim_lacks(c, 2, OURS, "day 6's book answers each order");
	claim_lacks(c, 3, OURS, "day 6's book answers each order");
}

/* --- what locks ask of the kernel -------------------------------------------------- */

static void async_lock_calls(struct claim *c)
{
	count_syscalls(c, 0, "lock async %u 1");
	count_syscalls(c, 1, "lock async %u 8");
}

static void plain_lock_calls(struct claim *c)
{
	count_syscalls(c, 0, "lock plain %u 1");
}

/* --- channels ------------------------------------------------------------------------ */
static void chan_locks(struct claim *c)
{
	const unsigned int n = 1000;
	unsigned int i, m = 0;
	struct chan *chan;

	BUG_ON(chan_create(&chan, "claims", n, sizeof(m), NULL));
	heard_start();
	for (i = 0; i < n; i++)
		BUG_ON(chan_try_send(chan, &i));
	for (i = 0; i < n; i++)
		BUG_ON(chan_try_recv(chan, &m));
	claim_count(c, 0, OURS, (double)heard_stop().locks / n);
	count_tokio(c, 0, "polls recv %u 0", TOKIO_LOCKS);
	chan_sender_put(chan);
	chan_receiver_put(chan);
}

static void bounds(struct claim *c)
{
	const unsigned int n = 10000;
	unsigned long bytes = kit_self()->alloc_bytes;
	struct unbounded *u;
	struct chan *chan;
	unsigned int i, refused = 0;

	BUG_ON(unbounded_create(&u, "claims", sizeof(i)));
	for (i = 0; i < n; i++)
		BUG_ON(unbounded_send(u, &i));
	claim_count(c, 0, OURS, (double)unbounded_len(u));
	claim_count(c, 1, OURS, (double)(kit_self()->alloc_bytes - bytes) / n);
	unbounded_sender_put(u);
	unbounded_receiver_put(u);
	BUG_ON(chan_create(&chan, "claims", 64, sizeof(i), NULL));
	for (i = 0; i < n; i++)
		refused += chan_try_send(chan, &i) != 0;
	BUG_ON(refused + chan_len(chan) != n);
	claim_count(c, 2, OURS, (double)chan_len(chan));
	chan_sender_put(chan);
	chan_receiver_put(chan);
}

static void lagging(struct claim *c)
{
	struct waker w = waker_noop();
	struct context cx = { .waker = &w };
	struct broadcast_recv recv;
	struct broadcast_rx rx;
	struct broadcast *b;
	unsigned int i, m, got = 0;
	int err;

	BUG_ON(broadcast_create(&b, "claims", 16, sizeof(m)));
	broadcast_subscribe(b, &rx);
	/* A send returns at once, each time: it cannot wait. */
	for (i = 0; i < 100; i++)
		broadcast_send(b, &i);
	broadcast_put(b);
	do {
		recv = broadcast_recv(&rx, &m);
		BUG_ON(future_poll(&recv.future, &cx, &err) == POLL_PENDING);
		future_drop(&recv.future);
		got += !err;
	} while (err != -EPIPE);
	broadcast_unsubscribe(&rx);
	claim_count(c, 0, OURS, 100 - got);
}

/* --- held for 50 ms --------------------------------------------------------------------- */
#define CONTENDERS 3

static void held(struct claim *c)
{
	struct waker w = waker_noop();
	struct context cx = { .waker = &w };
	struct amutex_lock lock[CONTENDERS];
	struct amutex m;
	uint64_t begin, longest = 0, shortest = CLOCK_NEVER;
	unsigned int i;

	virtual_start();
	amutex_init(&m, "claims");
	BUG_ON(!amutex_trylock(&m));
	begin = clock_now();
	for (i = 0; i < CONTENDERS; i++) {
		lock[i] = amutex_lock(&m);
		BUG_ON(future_poll(&lock[i].future, &cx, NULL) == POLL_READY);
	}
	for (i = 0; i < CONTENDERS; i++) {
		/* Whoever has it awaits something for 50 ms. */
		virtual_pass(50 * NSEC_PER_MSEC);
		amutex_unlock(&m);
		BUG_ON(future_poll(&lock[i].future, &cx, NULL) != POLL_READY);
		future_drop(&lock[i].future);
		longest = clock_now() - begin;
		if (longest < shortest)
			shortest = longest;
	}
	amutex_unlock(&m);
	amutex_fini(&m);
	virtual_stop();
	claim_count(c, 0, OURS, (double)shortest / NSEC_PER_MSEC);
	claim_count(c, 1, OURS, (double)longest / NSEC_PER_MSEC);
}

struct claim claims_sharing[] = {
	{ .id = "actor-beats-async-mutex",
	  .source = TUNING,
	  .text = "At a high rate, a task that owns a map is faster than an "
		  "async mutex around it.",
	  .how = "CPU time of 60,000 uses by 8 tasks, mutex over actor, in "
		 "turn; "
		 "ours is day 6's book.",
	  .means =
		  "A use that wants an answer needs two hops, a block for the "
		  "answer, and a wake of either side. Without an answer it is "
		  "one hop, and still more than an async lock that is held for "
		  "a moment: contention that is not there cannot be saved. An "
		  "actor is chosen for what it makes simple, and because "
		  "nothing is ever held across an await.",
	  .measure = actor,
	  .cases = { { "answered, one worker", "times", 1, INFINITY },
		     { "answered, two workers", "times", 1, INFINITY },
		     { "no answer, one worker", "times", 1, INFINITY },
		     { "no answer, two workers", "times", 1, INFINITY } } },
	{ .id = "async-lock-system-call",
	  .source = TUNING,
	  .text = "An async mutex adds a system call to every lock.",
	  .how = "System calls as strace counts them, of 10,000 locks more a "
		 "task, held across an await, current-thread.",
	  .means = "None, contended or not: whoever waits is put into a list, "
		   "and the unlock wakes a task, which is a push to a queue. A "
		   "system call comes in only where the woken task's worker "
		   "sleeps.",
	  .measure = async_lock_calls,
	  .cases = { { "system calls a lock, one task", "", 1, INFINITY },
		     { "system calls for 8 locks, 8 tasks", "", 1,
		       INFINITY } } },
	{ .id = "plain-lock-system-call",
	  .source = TUNING,
	  .text = "The standard library's mutex costs a futex system call a "
		  "lock.",
	  .how = "The same for the plain lock, which nobody else wants.",
	  .means =
		  "A futex is asked only when somebody has to sleep, or to be "
		  "woken: that is what it was invented for. A free lock is one "
		  "or two locked instructions.",
	  .measure = plain_lock_calls,
	  .cases = { { "system calls a lock, free", "", 1, INFINITY } } },
	{ .id = "lock-free-channel",
	  .source = TUNING,
	  .text = "Sending and receiving are lock-free in Tokio's mpsc.",
	  .how = "Locks taken for a message that finds room and is received: "
		 "ours at the kit's door, those of Tokio's bounded channel "
		 "as calls under callgrind, debug.",
	  .means = "Ours has one lock, taken by either side, and says so. In "
		   "Tokio 1.24 the list of blocks is lock-free, but each "
		   "receive gives a permit back to the semaphore, which takes "
		   "a mutex (sync/batch_semaphore.rs, release()). The text "
		   "tells its readers to use that one, the bounded channel.",
	  .measure = chan_locks,
	  .cases = { { "locks a message", "", 0, 0 } } },
	{ .id = "unbounded-grows",
	  .source = TUNING,
	  .text = "An unbounded channel grows without end when the producer is "
		  "faster; a bounded one makes it wait.",
	  .how = "10,000 messages of 4 bytes are sent, and none received.",
	  .means = "Each message has a block of its own, and all of them stay. "
		   "With a bound of 64 the 65th is refused, or waits. Workshop "
		   "4 draws it.",
	  .measure = bounds,
	  .cases = { { "unbounded: messages held", "", 10000, INFINITY },
		     { "unbounded: bytes a message", "bytes", 4, INFINITY },
		     { "bounded by 64: messages held", "", 0, 64 } } },
	{ .id = "broadcast-drops",
	  .source = TUNING,
	  .text = "A slow receiver of a broadcast loses messages; the sender "
		  "never waits.",
	  .how = "100 messages into a broadcast of 16, then received.",
	  .means = "The receiver gets the last 16, and is told that it missed "
		   "84.",
	  .measure = lagging,
	  .cases = { { "messages lost", "", 84, 84 } } },
	{ .id = "lock-across-await",
	  .source = TUNING,
	  .text = "An async lock held across an await of 50 ms makes every "
		  "contender wait at least 50 ms.",
	  .how = "Virtual time: three contenders, each of which holds it for "
		 "50 ms in its turn.",
	  .means = "The first waits 50 ms. The third waits 150: waits add up, "
		   "which the text leaves out.",
	  .measure = held,
	  .cases = { { "shortest wait", "ms", 50, INFINITY },
		     { "longest wait", "ms", 50, INFINITY } } },
	{ .id = "guard-is-not-send",
	  .source = TUNING,
	  .text = "The compiler refuses a standard mutex guard held across an "
		  "await: the future is not Send.",
	  .how = "Not at all.",
	  .means = "C has no Send. Here day 2's stall finds the lock that was "
		   "held, on a trace, after it hurt; the text is right that "
		   "Rust's compiler looks only at futures that are sent.",
	  .untested = "a rule of Rust's compiler, which C has nothing of" },
};
const unsigned int nr_claims_sharing = ARRAY_SIZE(claims_sharing);
