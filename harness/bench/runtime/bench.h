/**
 * @file bench.h
 * The parts of the runtime's bench: loads, floors, an echo server.
 *
 * A load is a future that does something n times and says how long it took:
 * run by a task of the runtime ("worker"), or by whoever called
 * sched_block_on() ("root"). harness/bench/peers/tokio/runtime.rs has the same
 * loads under the same names.
 */
#ifndef BENCH_RUNTIME_H
#define BENCH_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "kit/async.h"

struct driver;
struct sched;

/** Where a load runs. */
struct place {
	unsigned int workers; /**< 0: the current-thread flavour */
	bool is_root;	      /**< on the thread that called sched_block_on() */
};

/** What every load begins with. Its output is a double: what it took. */
struct load {
	struct async async;    /**< ops are the load's */
	struct sched *sched;   /**< borrowed */
	struct driver *driver; /**< borrowed */
	unsigned int n;	       /**< how often */
	unsigned int k;	       /**< as the load says */
	bool is_cpu;	       /**< CPU time: one thread, that never sleeps */
	uint64_t from;	       /**< ns, when it began */
	unsigned int i;	       /**< so far */
	int status;	       /**< of whatever it waited for last */
};

/** One of the loads, by its name. */
struct way {
	const char *name;	      /**< the peer's word for it, too */
	const struct future_ops *ops; /**< begins with a struct load */
};

/** Those of tasks.c, channels.c and waits.c; each list ends with no name. */
extern const struct way task_ways[], channel_ways[], wait_ways[];

/** A future that is ready at once, with a number. */
extern const struct future_ops one_ops;

/**
 * load_begin() - the load begins: from here on it is measured
 * @w: the load
 */
void load_begin(struct load *w);

/**
 * load_end() - the load is done
 * @w: the load
 *
 * Return: ns since load_begin(): of CPU where it is_cpu, else of the clock.
 */
double load_end(const struct load *w);

/**
 * load_run() - do a load in a runtime of its own
 * @name: whose; a name of the lists above
 * @at: where
 * @n: how often
 * @k: as the load says
 *
 * Return: what it took, all n together.
 */
double load_run(const char *name, struct place at, unsigned int n,
		unsigned int k);

/** The least that something takes: so many of each. */
struct floor {
	unsigned int mallocs; /**< blocks of 96 bytes, and freed */
	unsigned int locked;  /**< instructions with a lock prefix */
	unsigned int polls;   /**< indirect calls */
	bool is_hand_over;    /**< from one thread to another, and back */
};

/**
 * floor_run() - do nothing but the floor
 * @f: what there is to do
 * @n: how often
 *
 * Return: ns of CPU, or of the clock where threads hand over.
 */
double floor_run(const struct floor *f, unsigned int n);

/**
 * floor_text() - what it consists of, in words
 * @f: the floor
 *
 * Return: a string that the next call overwrites; "" where there is none.
 */
const char *floor_text(const struct floor *f);

/**
 * echo_serve() - serve for ever, in a process of its own
 * @workers: of the runtime; ECHO_PLAIN: no runtime, a loop over epoll
 * @port: receives the port, on 127.0.0.1
 *
 * Return: the process, to be killed.
 */
int echo_serve(int workers, int *port);

/** The floor's server. */
#define ECHO_PLAIN -1

/** What a client saw. */
struct echo_times {
	double mean; /**< ns a request, all together over their number */
	double p99;  /**< ns from a request to its answer */
};

/**
 * echo_ask() - be the client, with blocking sockets
 * @port: whom to ask
 * @n: requests
 * @k: connections: a request on each, then the answers of all
 *
 * Return: what it took.
 */
struct echo_times echo_ask(int port, unsigned int n, unsigned int k);

#endif
