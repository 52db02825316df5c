/*
 * A latch: closed until somebody opens it, and open for ever. Any number of
 * tasks can wait for it. A future that is written by hand: it shows what poll()
 * and drop() owe.
 */
#ifndef LATCH_H
#define LATCH_H

#include <unpark/kit/future.h>
#include <unpark/kit/list.h>
#include <unpark/kit/lock.h>

/* Key: L under ->lock. */
struct latch {
	struct mutex lock;
	bool is_open;		  /* L */
	struct list_head waiting; /* L: by latch_wait->link */
};

/* A future without an output. All of it is private. */
struct latch_wait {
	struct future future;
	struct latch *latch;
	struct list_head link; /* L of the latch: in ->waiting, or alone */
	struct waker waker;    /* L of the latch: while it is in there */
	bool was_polled;       /* ->link is set up */
};

void latch_init(struct latch *l);
void latch_fini(struct latch *l); /* nobody waits any more */
void latch_open(struct latch *l); /* any thread; a second time: nothing */
struct latch_wait latch_wait(struct latch *l);

#endif
