/**
 * @file feed.h
 * The region as the server sees it: two snapshots, and what happened between.
 *
 * Everything that unpark-serve answers comes out of one struct feed, and the
 * whole program has one thread: what an answer is made of does not change while
 * it is made.
 *
 * Snapshots, rates and findings come from the sampler, as in unpark-top. What is
 * added here: a program that is started anew is followed, and of the last
 * minutes the shares are kept.
 *
 * Two runs of a program are never mixed: when another region is found at the
 * path, snapshots, rates and history begin anew.
 */
#ifndef DAY5_SERVE_FEED_H
#define DAY5_SERVE_FEED_H

#include "sampler.h"

/** Points of the history: at the default interval, four minutes. */
#define FEED_POINTS 256
/** Workers of the history; the others are not in it. */
#define FEED_WORKERS 64

/** How the target is. */
enum feed_state {
	FEED_NONE,    /**< no region was found yet */
	FEED_LIVE,    /**< it runs */
	FEED_STOPPED, /**< it runs, and has taken its region away */
	FEED_DEAD,    /**< it has ended; these are its last numbers */
	FEED_FROZEN   /**< it is a copy: the last frame of a recording */
};

/** What a worker did in a window, in ns; the rest of it is not known. */
struct feed_shares {
	uint64_t polling;   /**< inside polls */
	uint64_t searching; /**< awake, outside of polls */
	uint64_t parked;    /**< asleep */
};

/** One window of the history. */
struct feed_point {
	uint64_t at;	    /**< ns of the target's clock: its end */
	uint64_t injection; /**< tasks in injection queues */
	uint64_t queued;    /**< tasks in rings and LIFO slots */
	uint64_t alive;	    /**< tasks */
	unsigned int nr;    /**< workers in ->percent */
	uint8_t percent[FEED_WORKERS][3]; /**< polling, searching, parked */
};

/** All of it. */
struct feed {
	char path[128];		 /**< of the file; empty: none yet */
	bool is_auto;		 /**< the only region there is, whose ever */
	bool is_named;		 /**< the file is still there, under its name */
	unsigned int interval;	 /**< ms from one snapshot to the next */
	uint64_t due;		 /**< ns of clock_now(): of the next one */
	struct sampler *sampler; /**< of the region or recording, or NULL */
	const struct snapshot *now;	 /**< the newer one; never NULL */
	const struct snapshot *before;	 /**< the older one, or NULL */
	const struct findings *findings; /**< of the two; never NULL */
	uint64_t nr;			 /**< number of the newer one, from 1 */
	struct feed_point
		point[FEED_POINTS]; /**< number i in i % FEED_POINTS */
	uint64_t nr_points;	    /**< that were ever written */
};

/**
 * feed_open() - find the region, and take the first snapshot
 * @f: the feed; all zeros
 * @what: a path, also of a recording; a pid in digits; NULL: the only region of this user, and when
 *        its program has ended, the next one
 * @interval: ms
 *
 * Context: one thread.
 * Return: 0, also when @what is NULL and there is no region yet; -EEXIST: there
 *         are several; -ENOMEM; else as reader_open() and recording_open().
 */
int feed_open(struct feed *f, const char *what, unsigned int interval)
	__must_check;

/**
 * feed_tick() - take the next snapshot, when it is due
 * @f: the feed
 *
 * Context: the same thread; does not block.
 * Return: ms until the next one is due.
 */
unsigned int feed_tick(struct feed *f);

/**
 * feed_close() - give everything back
 * @f: the feed
 *
 * Context: the same thread.
 */
void feed_close(struct feed *f);

/**
 * feed_state() - how is the target?
 * @f: the feed; borrowed
 *
 * Context: the same thread; does not block.
 * Return: how.
 */
enum feed_state feed_state(const struct feed *f);

/**
 * feed_state_name() - the same in a word
 * @f: the feed; borrowed
 *
 * Context: the same thread; does not block.
 * Return: "live", ...
 */
const char *feed_state_name(const struct feed *f);

/**
 * feed_window() - ns between the two snapshots
 * @f: the feed; borrowed
 *
 * Context: the same thread; does not block.
 * Return: ns; 0 when there is one only.
 */
uint64_t feed_window(const struct feed *f);

/**
 * feed_shares() - what a worker did between the two snapshots
 * @f: the feed; borrowed
 * @worker: its number in f->now
 *
 * What goes on now counts up to now: a worker that has been asleep for an hour
 * was asleep in this window.
 *
 * Context: the same thread; does not block.
 * Return: the shares, together no more than the window.
 */
struct feed_shares feed_shares(const struct feed *f, unsigned int worker);

/**
 * feed_interval() - UNPARK_INTERVAL_MS
 *
 * Context: one thread.
 * Return: ms, from 10 to 3600000; 1000 without it, and, with a line on stderr,
 *         when it is something else.
 */
unsigned int feed_interval(void);

#endif
