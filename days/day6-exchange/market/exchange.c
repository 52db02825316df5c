/* Given: open the market, close it, and what is to be seen of it. */
#include "console.h"
#include "inside.h"

#include <fcntl.h>

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/module.h"
#include "kit/printk.h"
#include "kit/sock.h"
#include "kit/sys.h"

#define BACKLOG 1024
#define POOL_THREADS 4
#define STOP_NS (2 * NSEC_PER_SEC)
/** Behind the deadline of a stop: for those that were cut off to notice. */
#define CUT_NS NSEC_PER_SEC

/* --- tasks that a stop waits for ------------------------------------------- */

int exchange_spawn_at(struct exchange *x, const struct future_ops *ops,
		      const void *init, struct join *join,
		      const struct tp_place *place)
{
	int err;

	mutex_lock(&x->lock);
	x->nr_tasks++;
	mutex_unlock(&x->lock);
	err = sched_spawn_at(x->sched, ops, init, join, place);
	if (err)
		exchange_leave(x);
	return err;
}
EXPORT_SYMBOL(exchange_spawn_at);

void exchange_leave(struct exchange *x)
{
	mutex_lock(&x->lock);
	if (--x->nr_tasks == 0)
		cond_broadcast(&x->quiet);
	mutex_unlock(&x->lock);
}
EXPORT_SYMBOL(exchange_leave);

/* Until the last task has ended: 0, or -ETIMEDOUT. */
static int wait_quiet(struct exchange *x, uint64_t deadline)
{
	int err = 0;

	mutex_lock(&x->lock);
	while (x->nr_tasks && !err)
		err = cond_wait(&x->quiet, &x->lock, deadline);
	if (!x->nr_tasks)
		err = 0;
	mutex_unlock(&x->lock);
	return err;
}

/* --- channels --------------------------------------------------------------- */

/* What nobody will receive has a voice, or half of a oneshot, to be given back. */
static void discard_request(void *m)
{
	conn_silence(((struct request *)m)->conn);
}

static void discard_record(void *m)
{
	conn_silence(((struct record *)m)->conn);
}

static void discard_question(void *m)
{
	struct question *q = m;

	if (q->answer)
		oneshot_sender_put(q->answer);
}

static int symbol_create(struct exchange *x, unsigned int i)
{
	int err =
		chan_create(&x->orders[i], EXCHANGE_ORDERS, EXCHANGE_ORDERS_FIT,
			    sizeof(struct request), discard_request);

	if (!err)
		err = broadcast_create(&x->trades[i], EXCHANGE_TRADES,
				       EXCHANGE_TRADES_FIT,
				       sizeof(struct trade));
	if (err)
		return err;
	broadcast_subscribe(x->trades[i], &x->keep[i]);
	x->nr_keep++;
	return 0;
}

static void put_both(struct chan *c)
{
	if (!c)
		return;
	chan_receiver_put(c);
	chan_sender_put(c);
}

static void trades_unkeep(struct exchange *x)
{
	while (x->nr_keep)
		broadcast_unsubscribe(&x->keep[--x->nr_keep]);
}

/* Nobody was given an end yet. */
static void channels_destroy(struct exchange *x)
{
	unsigned int i;

	put_both(x->questions);
	put_both(x->records);
	for (i = 0; i < x->o.symbols; i++) {
		put_both(x->orders[i]);
		if (x->trades[i])
			broadcast_put(x->trades[i]);
	}
	trades_unkeep(x);
}

static int channels_create(struct exchange *x)
{
	unsigned int i;
	int err = chan_create(&x->questions, EXCHANGE_QUESTIONS,
			      EXCHANGE_QUESTIONS_FIT, sizeof(struct question),
			      discard_question);

	if (!err)
		err = chan_create(&x->records, EXCHANGE_RECORDS,
				  EXCHANGE_RECORDS_FIT, sizeof(struct record),
				  discard_record);
	for (i = 0; !err && i < x->o.symbols; i++)
		err = symbol_create(x, i);
	if (err)
		channels_destroy(x);
	return err;
}

/* --- the outside world ------------------------------------------------------- */

/* A journal is of one market: what another one has written stays as it is. */
static int journal_open(const char *path)
{
	char byte;
	int fd = sys_open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0644);

	if (fd != -EEXIST)
		return fd;
	fd = sys_open(path, O_RDONLY, 0);
	if (fd < 0)
		return fd;
	if (sys_read(fd, &byte, 1)) {
		sys_close(fd);
		return -EEXIST;
	}
	sys_close(fd);
	return sys_open(path, O_WRONLY | O_APPEND, 0);
}

static int door_open(struct exchange *x, struct socket *door, uint16_t port,
		     uint16_t *got)
{
	struct source *src;
	int n, err = io_listen(x->driver, port, BACKLOG, &src);

	if (err)
		return err;
	/* A client that does not read has so much of our memory, and no more. */
	n = sock_send_buffer(src->fd, EXCHANGE_SOCKET_BYTES);
	if (!n)
		n = io_port(src);
	if (n < 0) {
		io_close(src);
		return n;
	}
	*got = (uint16_t)n;
	socket_init(door, src);
	return 0;
}

static int outside_open(struct exchange *x)
{
	int err;

	x->journal_fd = journal_open(x->o.journal);
	if (x->journal_fd < 0)
		return x->journal_fd;
	err = door_open(x, &x->door, x->o.port, &x->port);
	if (err)
		goto close_journal;
	err = door_open(x, &x->health_door, x->o.health_port, &x->health_port);
	if (err)
		goto close_door;
	return 0;
close_door:
	socket_fini(&x->door);
close_journal:
	sys_close(x->journal_fd);
	return err;
}

static void outside_close(struct exchange *x)
{
	socket_fini(&x->health_door);
	socket_fini(&x->door);
	sys_close(x->journal_fd);
}

/* --- where it runs ----------------------------------------------------------- */

static int runtime_create(struct exchange *x)
{
	int err = driver_create(&x->driver);

	if (err)
		return err;
	err = blocking_create(&x->pool, POOL_THREADS, BLOCKING_KEEP_ALIVE);
	if (err)
		goto destroy_driver;
	err = sched_create_driven(&x->sched, x->o.workers, &x->driver->park);
	if (err)
		goto destroy_pool;
	if (x->o.crunch && !x->o.crunch_on_main)
		err = dedicated_create(&x->second, "crunch", x->o.crunchers,
				       EXCHANGE_JOBS_FIT);
	if (err)
		goto destroy_sched;
	return 0;
destroy_sched:
	sched_destroy(x->sched);
destroy_pool:
	blocking_destroy(x->pool);
destroy_driver:
	driver_destroy(x->driver);
	return err;
}

/* What is still in a task is dropped with the scheduler. */
static void runtime_end(struct exchange *x)
{
	sched_destroy(x->sched);
	dedicated_destroy(x->second);
	blocking_destroy(x->pool);
}

/* Each of them has its ends of channels from here on, started or not. */
static int tasks_spawn(struct exchange *x)
{
	int err = journal_spawn(x), e = risk_spawn(x);
	unsigned int i;

	err = err ? err : e;
	for (i = 0; i < x->o.symbols; i++) {
		e = shard_spawn(x, i);
		err = err ? err : e;
	}
	for (i = 0; i < x->o.crunch; i++) {
		e = crunch_spawn(x);
		err = err ? err : e;
	}
	e = health_spawn(x);
	err = err ? err : e;
	e = acceptor_spawn(x);
	return err ? err : e;
}

/* --- open and close ----------------------------------------------------------- */

static int set_options(struct exchange *x, const struct exchange_options *o)
{
	x->o = *o;
	if (!x->o.symbols)
		x->o.symbols = 1;
	if (!x->o.workers)
		x->o.workers = 2;
	if (!x->o.conns)
		x->o.conns = EXCHANGE_CONNS_MAX;
	if (!x->o.crunchers)
		x->o.crunchers = 2;
	if (!x->o.crunch_ns)
		x->o.crunch_ns = 10 * NSEC_PER_MSEC;
	if (!o->journal || x->o.symbols > EXCHANGE_SYMBOLS_MAX ||
	    x->o.conns > EXCHANGE_CONNS_MAX ||
	    x->o.workers > SCHED_WORKERS_MAX || x->o.crunch > EXCHANGE_JOBS_FIT)
		return -EINVAL;
	return 0;
}

static void exchange_init(struct exchange *x)
{
	x->start = clock_now();
	atomic_init(&x->is_closing, false);
	atomic_init(&x->broken, 0);
	atomic_init(&x->nr_orders, 0);
	atomic_init(&x->nr_answered, 0);
	atomic_init(&x->nr_cut, 0);
	atomic_init(&x->nr_refused, 0);
	atomic_init(&x->nr_crunched, 0);
	mutex_init(&x->lock);
	cond_init(&x->quiet);
	list_init(&x->conns);
	list_init(&x->askers);
}

static void exchange_free(struct exchange *x)
{
	cond_fini(&x->quiet);
	mutex_fini(&x->lock);
	kit_free(x);
}

int exchange_create(struct exchange **out, const struct exchange_options *o)
{
	struct exchange *x = kit_zalloc(sizeof(*x));
	int err;

	if (!x)
		return -ENOMEM;
	exchange_init(x);
	err = set_options(x, o);
	if (err)
		goto free_exchange;
	err = runtime_create(x);
	if (err)
		goto free_exchange;
	err = outside_open(x);
	if (err)
		goto end_runtime;
	err = channels_create(x);
	if (err)
		goto close_outside;
	err = tasks_spawn(x);
	if (err) {
		exchange_destroy(x);
		return err;
	}
	/* Only how it is called there: without it, it is runtime-1. */
	if (console_watch(x->sched, "exchange"))
		pr_warn("the console shows the exchange under another name");
	*out = x;
	return 0;
close_outside:
	outside_close(x);
end_runtime:
	runtime_end(x);
	driver_destroy(x->driver);
free_exchange:
	exchange_free(x);
	return err;
}
EXPORT_SYMBOL(exchange_create);

uint16_t exchange_port(const struct exchange *x)
{
	return x->port;
}
EXPORT_SYMBOL(exchange_port);

uint16_t exchange_health_port(const struct exchange *x)
{
	return x->health_port;
}
EXPORT_SYMBOL(exchange_health_port);

static uint64_t counted(_Atomic(uint64_t) *counter)
{
	/* relaxed: a counter; nothing else is read by it. */
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void exchange_stats(struct exchange *x, struct exchange_stats *out)
{
	*out = (struct exchange_stats){
		.orders = counted(&x->nr_orders),
		.answered = counted(&x->nr_answered),
		.cut = counted(&x->nr_cut),
		.refused = counted(&x->nr_refused),
		.crunched = counted(&x->nr_crunched),
	};
	/* Two counters are not read at once. */
	if (out->orders > out->answered)
		out->under_way = out->orders - out->answered;
	mutex_lock(&x->lock);
	out->conns = x->nr_conns;
	out->tasks = x->nr_tasks;
	mutex_unlock(&x->lock);
}
EXPORT_SYMBOL(exchange_stats);

int exchange_stop(struct exchange *x, uint64_t deadline)
{
	int err, broken;

	if (x->is_stopped)
		return 0;
	x->is_stopped = true;
	/* release: pairs with is_closing(). */
	atomic_store_explicit(&x->is_closing, true, memory_order_release);
	socket_cut(&x->door);
	socket_cut(&x->health_door);
	health_cut(x);
	conns_stop(x);
	err = wait_quiet(x, deadline);
	if (err) {
		conns_cut(x);
		if (wait_quiet(x, clock_now() + CUT_NS) == 0)
			err = -ETIMEDOUT;
	}
	/* relaxed: the journal's task has ended; the lock made it seen. */
	broken = atomic_load_explicit(&x->broken, memory_order_relaxed);
	return broken ? broken : err;
}
EXPORT_SYMBOL(exchange_stop);

void exchange_destroy(struct exchange *x)
{
	if (!x)
		return;
	exchange_stop(x, clock_now() + STOP_NS);
	runtime_end(x);
	trades_unkeep(x);
	outside_close(x);
	driver_destroy(x->driver);
	exchange_free(x);
}
EXPORT_SYMBOL(exchange_destroy);

MODULE(exchange, "the market as a whole", NULL, NULL);
