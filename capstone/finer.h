/**
 * @file finer.h
 * What `make capstone` shows beside the rows: shapes, and the far tail.
 *
 * The rows of the report come from 128 buckets, which are up to 18.92 % too
 * high. The same samples go into day 4's finer histogram, where they are within
 * 0.79 %; and several tasks spawn at once, each into its shard of a recorder.
 * All of it is drawn by day 4's distribution.
 *
 * Given; a part of the program measure.c.
 */
#ifndef CAPSTONE_FINER_H
#define CAPSTONE_FINER_H

#include <jansson.h>

#include "report.h"

struct recorder;

/** struct finer - the histograms beside the rows; belongs to one thread */
struct finer {
	struct precise *fine[REPORT_WAYS]; /**< for report_config; owned */
	struct recorder *recorder; /**< of those that spawn at once; owned */
	struct report_row crowd;   /**< the tail of these, from all shards */
	unsigned int spawners;	   /**< how many spawn at once */
};

/**
 * finer_init() - make the histograms, empty
 * @f: the caller's memory, for finer_fini()
 *
 * One spawner for each core, two at least and eight at most.
 *
 * Context: any thread.
 * Return: 0; -ENOMEM, and then there is nothing to undo.
 */
int finer_init(struct finer *f) __must_check;

/**
 * finer_fini() - free them
 * @f: from finer_init()
 *
 * Context: any thread.
 */
void finer_fini(struct finer *f);

/**
 * finer_run() - let several tasks spawn at once
 * @f: from finer_init(); its crowd is set
 * @cfg: what, and how often, each of them
 *
 * Context: as for crowd_run().
 * Return: as of crowd_run().
 */
int finer_run(struct finer *f, const struct report_config *cfg) __must_check;

/**
 * finer_json() - the quantiles of each way, for harness/tools/report
 * @f: after report_run(); borrowed
 *
 * Context: any thread.
 * Return: a new array, of an object for each way: p50 to p9999.
 */
json_t *finer_json(const struct finer *f);

/**
 * finer_write() - a picture, the counts, and percentiles for plotters
 * @f: after report_run() and finer_run(); borrowed
 * @folder: where to; exists
 * @build: what the files' names begin with
 *
 * Context: any thread.
 * Return: 0; else -errno of a file, after one line on stderr.
 */
int finer_write(const struct finer *f, const char *folder, const char *build)
	__must_check;

#endif
