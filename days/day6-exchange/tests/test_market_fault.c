/*
 * What the exchange does when there is no memory, no thread, or a disk that does
 * not answer for long. Without points: it is given.
 */
#include <signal.h>
#include <sys/resource.h>

#include "market/inside.h"
#include "market_run.h"

#include "kit/fault.h"

/* --- memory ----------------------------------------------------------------- */

/* The next allocations of any thread, and which of them fail. */
static _Atomic(unsigned int) asked, fail_from, fail_to;

static int fail_some(enum fault_site site)
{
	unsigned int n;

	if (site != FAULT_ALLOC)
		return 0;
	/* seq_cst: it is a test; speed does not count. */
	n = atomic_fetch_add_explicit(&asked, 1, memory_order_seq_cst) + 1;
	return n >= atomic_load_explicit(&fail_from, memory_order_seq_cst) &&
			       n < atomic_load_explicit(&fail_to,
							memory_order_seq_cst)
		       ? -ENOMEM
		       : 0;
}

/* The k-th from now on fails, and @n - 1 more; n 0: none. */
static void fail_next(unsigned int k, unsigned int n)
{
	atomic_store_explicit(&fail_to, 0, memory_order_seq_cst);
	atomic_store_explicit(&asked, 0, memory_order_seq_cst);
	atomic_store_explicit(&fail_from, k, memory_order_seq_cst);
	atomic_store_explicit(&fail_to, k + n, memory_order_seq_cst);
}

TEST(a_client_for_whom_there_is_no_memory_is_turned_away, 0, 0, kit,
     timeout = 30)
{
	struct exchange *x;
	struct client c, other;
	const char *line;
	unsigned int k, n;

	WHY("Who cannot be served is told so by the end of his connection, and "
	    "nobody else notices.");
	fail_next(0, 0);
	fault_hook = fail_some;
	x = market_open(0);
	client_open(&other, exchange_port(x));
	client_say(&other, "CANCEL 1 OAK");
	EXPECT_LINE(&other, "REJECT 1 UNKNOWN");
	for (k = 1; k <= 6; k++) {
		for (n = 1; n <= 3; n++) {
			STEP("allocation %u fails, %u in all", k, n);
			fail_next(k, n);
			client_open(&c, exchange_port(x));
			shutdown(c.fd, SHUT_WR);
			line = client_line(&c);
			EXPECT(!line, "nothing is said");
			client_close(&c);
			fail_next(0, 0);
			client_say(&other, "CANCEL 1 OAK");
			EXPECT_LINE(&other, "REJECT 1 UNKNOWN");
		}
	}
	client_end(&other);
	market_close(x);
	fault_hook = NULL;
}

TEST(a_journal_that_cannot_be_synced_is_told, 0, 0, kit, plain)
{
	/* plain: faults are asked for by one thread, and met by another. */
	struct exchange *x = market_open(0);

	WHY("Who relies on the journal has to know that it may not be on the "
	    "disk.");
	fault_set(FAULT_THREAD, 1, -EAGAIN);
	EXPECT_ERR(exchange_stop(x, clock_now() + 20 * NSEC_PER_SEC), -EAGAIN,
		   "there was no thread to sync it");
	EXPECT(fault_hit(), "one was asked for");
	exchange_destroy(x);
}

TEST(what_was_written_before_the_disk_was_full_is_answered, 0, 0, kit, plain)
{
	enum { N = 100 };
	/* plain: sanitizers write files of their own. */
	struct rlimit old;
	struct exchange *x = market_open(0);
	char text[N * 32];
	unsigned int i, acked = 0;
	struct client c;
	size_t len = 0;

	WHY("write(2) may write a part: the lines in it are in the journal, "
	    "and what is in the journal has happened.");
	files_are_small(&old);
	STEP("orders, all at once");
	for (i = 0; i < N; i++)
		len += (size_t)sprintf(text + len, "BUY %u OAK 1 1\n", i);
	client_open(&c, exchange_port(x));
	client_send(&c, text, len);
	for (i = 0; i < N; i++)
		acked += !strncmp(client_line(&c), "ACK", 3);
	client_end(&c);
	EXPECT_EQ(acked, market_close_full(x, &old),
		  "what was written is what was answered");
}

TEST(health_says_that_the_journal_is_broken, 0, 0, kit)
{
	static const char ask[] = "GET /health HTTP/1.1\r\n\r\n";
	struct exchange *x = market_open(0);
	struct client h;

	WHY("A market that refuses every order is not well, and whoever asks "
	    "is to know.");
	client_open(&h, exchange_health_port(x));
	client_send(&h, ask, strlen(ask));
	client_hear(&h, "HTTP/1.1 200 OK");
	client_hear(&h, "{\"status\":\"ok\",");
	STEP("the journal cannot be written");
	/* relaxed: as the journal does it. */
	atomic_store_explicit(&x->broken, -EIO, memory_order_relaxed);
	client_send(&h, ask, strlen(ask));
	client_hear(&h, "HTTP/1.1 503 Service Unavailable");
	client_hear(&h, "{\"status\":\"journal\",");
	client_close(&h);
	EXPECT_ERR(exchange_stop(x, clock_now() + 20 * NSEC_PER_SEC), -EIO,
		   "the end says so, too");
	exchange_destroy(x);
}

/* --- a slow disk ------------------------------------------------------------- */

#define THREADS 4 /* of the exchange's pool */

/* Keeps every thread of the pool until it is opened. */
static struct gate {
	struct mutex lock;
	struct cond opened;
	bool is_open;
	unsigned int inside;
} gate;

static int wait_at_gate(void *arg, void *out)
{
	int err = 0;

	mutex_lock(&gate.lock);
	gate.inside++;
	while (!gate.is_open && !err)
		err = cond_wait(&gate.opened, &gate.lock, CLOCK_NEVER);
	mutex_unlock(&gate.lock);
	return 0;
}

static const struct blocking_ops gate_ops = { .run = wait_at_gate };

static void gate_close(struct exchange *x, struct blocking_job *jobs)
{
	unsigned int i;

	mutex_init(&gate.lock);
	cond_init(&gate.opened);
	for (i = 0; i < THREADS; i++)
		EXPECT_ERR(blocking_spawn(x->pool, &gate_ops, NULL, 0, 0,
					  &jobs[i]),
			   0, "a thread of the pool is kept");
}

static void gate_open(struct blocking_job *jobs)
{
	unsigned int i;

	mutex_lock(&gate.lock);
	gate.is_open = true;
	cond_broadcast(&gate.opened);
	mutex_unlock(&gate.lock);
	for (i = 0; i < THREADS; i++)
		future_drop(&jobs[i].future);
}

/* After a line and its answer: meanwhile others have moved, too. */
static struct exchange_stats look(struct exchange *x, struct client *c)
{
	struct exchange_stats st;

	client_say(c, "HELLO");
	client_hear(c, "ERR unknown command");
	exchange_stats(x, &st);
	return st;
}

TEST(who_vanishes_while_the_disk_is_slow_leaves_nothing, 0, 0, kit,
     timeout = 30)
{
	struct exchange *x = market_open(0);
	struct blocking_job jobs[THREADS];
	struct exchange_stats st;
	struct trade trade = { .price = 1, .quantity = 1 };
	struct client lost, other;
	unsigned int i, tasks;

	WHY("A reader that waits for answers which nobody will write any more "
	    "would wait for ever, with its connection.");
	client_open(&lost, exchange_port(x));
	client_open(&other, exchange_port(x));
	client_say(&lost, "SUB OAK");
	EXPECT_LINE(&lost, "SUBSCRIBED OAK");
	gate_close(x, jobs);
	STEP("orders, until no more are taken from him");
	for (i = 1; i <= EXCHANGE_WINDOW + 10; i++)
		client_say(&lost, "BUY %u ELM 1 1", i);
	do
		st = look(x, &other);
	while (st.under_way < EXCHANGE_WINDOW);
	tasks = st.tasks;
	STEP("he vanishes, and a trade that he would hear of shows that");
	client_vanish(&lost);
	broadcast_send(x->trades[0], &trade);
	do
		st = look(x, &other);
	while (st.tasks == tasks);
	EXPECT_EQ(st.conns, 2, "his reader is still there");
	STEP("the disk is back");
	gate_open(jobs);
	for (i = 0; i < 20000; i++)
		if (look(x, &other).conns == 1)
			break;
	EXPECT_EQ(look(x, &other).conns, 1, "his connection is gone");
	client_close(&other);
	market_close(x);
}
