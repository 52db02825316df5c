/**
 * @file shop.h
 * The demo workload: a small picture shop, in which something is slow.
 *
 *	visitors --TCP--> desks            ask, and are answered
 *	clocks                             tick
 *	camera --queue--> album            pictures go from one to the other
 *	thumbnails, audit, archive         what goes on behind the counter
 *
 * Most of it is healthy. Who is not, and why, is for the reader of the console
 * to find out: see hunt.c.
 */
#ifndef DAY5_DEMO_SHOP_H
#define DAY5_DEMO_SHOP_H

#include "blocking.h"
#include "driver.h"
#include "io.h"
#include "queue.h"
#include "sched.h"

#include "kit/atomic.h"

#define SHOP_VISITORS 8 /**< visitors, and desks */
#define SHOP_CLOCKS 4	/**< tasks that tick */

/** All that its tasks share. */
struct shop {
	struct sched *sched;	       /**< where they run */
	struct driver *driver;	       /**< I/O and timers */
	struct blocking *pool;	       /**< for what blocks */
	struct source *door;	       /**< the listening socket */
	struct queue pictures;	       /**< from the camera to the album */
	bool is_healthy;	       /**< nobody is slow */
	_Atomic(bool) is_closing;      /**< tasks end */
	_Atomic(unsigned long) served; /**< answers that visitors got */
};

/**
 * shop_open() - spawn all tasks
 * @shop: sched, driver, pool and is_healthy are set; the rest is made here
 *
 * Context: no worker's thread.
 * Return: 0; what the calls said that failed: the tasks that were spawned go
 *         on, until shop_close().
 */
int shop_open(struct shop *shop) __must_check;

/**
 * shop_close() - ask the tasks to end
 * @shop: the shop
 *
 * They do within a second; sched_shutdown() cancels who waits longer.
 *
 * Context: any thread.
 */
void shop_close(struct shop *shop);

/**
 * shop_fini() - give back what the tasks shared
 * @shop: the shop, also one that shop_open() could not open
 *
 * Not before the tasks are gone: one that is polled for the first time after
 * shop_close() still looks for the door.
 *
 * Context: any thread, after sched_destroy().
 */
void shop_fini(struct shop *shop);

#endif
