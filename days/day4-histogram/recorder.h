/**
 * @file recorder.h
 * A histogram that several threads record into while another one reads.
 *
 * Each thread has a shard, which nobody else stores into: recording needs no
 * lock, no read-modify-write and no cache line of another core. Whoever reads
 * adds the shards up, and stops nobody:
 *
 *	thread 0 -> shard 0 \
 *	thread 1 -> shard 1  >  recorder_read()  ->  struct hist
 *	thread 2 -> shard 2 /
 *
 * A bonus: nothing else of the week needs this file.
 *
 * Read next: README.md, TODO 10; harness/kit/atomic.h.
 */
#ifndef DAY4_RECORDER_H
#define DAY4_RECORDER_H

#include "hist.h"
#include "kit/atomic.h"

/**
 * struct recorder_shard - what one thread has recorded
 *
 * W: stored by the thread that has the shard, and by no other; read by any.
 * There is no count: it is the sum of the buckets.
 */
struct recorder_shard {
	_Atomic(uint64_t) buckets[HIST_BUCKETS]; /**< W: as in struct hist */
	_Atomic(uint64_t) sum; /**< W: stays at UINT64_MAX once too large */
	_Atomic(uint64_t) min; /**< W: UINT64_MAX at first */
	_Atomic(uint64_t) max; /**< W: 0 at first */
	/** Nothing: keeps the next shard out of this one's cache lines, and out
	 * of those that a processor fetches along with them. */
	char pad[128];
};

/**
 * struct recorder - all shards
 *
 * I: set at init; A: atomic; R: only the thread that asks for intervals.
 */
struct recorder {
	unsigned int nr;	     /**< I: how many shards */
	_Atomic(unsigned int) taken; /**< A: how many were asked for */
	struct hist last; /**< R: all that earlier intervals had counted */
	struct recorder_shard shards[]; /**< I: the memory; see there */
};

/**
 * recorder_create() - make a recorder, and its shards
 * @r: out, for recorder_destroy(); untouched on error
 * @nr: how many threads will record, at most
 *
 * Context: any thread; one allocation, of about 1.2 KiB a shard.
 * Return: 0; -EINVAL if @nr is 0 or above 4096; -ENOMEM.
 */
int recorder_create(struct recorder **r, unsigned int nr) __must_check;

/**
 * recorder_destroy() - free what recorder_create() made
 * @r: recorder that no thread uses any more; consumed; NULL is fine
 *
 * Context: any thread.
 */
void recorder_destroy(struct recorder *r);

/**
 * recorder_join() - a shard for the calling thread
 * @r: recorder; borrowed
 *
 * There is no leaving: what a thread has recorded stays, and so does its shard.
 *
 * Context: any thread, several at once; does not block.
 * Return: a shard that nobody else has, valid as long as @r; NULL when all are
 * taken, however often one asks.
 */
struct recorder_shard *recorder_join(struct recorder *r) __must_check;

/**
 * recorder_record() - count one value
 * @s: the calling thread's shard; borrowed
 * @v: value
 *
 * Loads and stores, and none of them a read-modify-write: no other thread
 * stores here. The bucket comes last, so that whoever sees a value counted also
 * finds it in sum, min and max.
 *
 * Context: the thread that has @s; does not block.
 */
void recorder_record(struct recorder_shard *s, uint64_t v);

/**
 * recorder_read() - what was recorded up to now
 * @r: recorder; borrowed
 * @h: out: a histogram of all shards; borrowed
 *
 * The threads go on recording meanwhile. Each value that was recorded before
 * the call is in it; of those recorded during it, any. What it counts is in
 * sum, min and max; these may also know a value of each shard that its buckets
 * do not yet.
 *
 * Context: any thread, several at once; does not block.
 */
void recorder_read(struct recorder *r, struct hist *h);

/**
 * recorder_interval() - what was recorded since this was last asked
 * @r: recorder; borrowed
 * @h: out: a histogram of the new values, at first of all; borrowed
 *
 * Each value is in exactly one interval: merged, they are recorder_read(). Min
 * and max of an interval are not known, since the shards keep those of all
 * times: @h has the lower edge of its lowest bucket and the upper bound of its
 * highest, or what all times have where that is closer. An interval that counts
 * nothing is empty, as hist_init() leaves it.
 *
 * Context: one thread at a time; does not block; the others go on recording.
 */
void recorder_interval(struct recorder *r, struct hist *h);

#endif
