/**
 * @file perfetto.h
 * The rings of events in a region, as JSON for ui.perfetto.dev.
 */
#ifndef DAY5_SERVE_PERFETTO_H
#define DAY5_SERVE_PERFETTO_H

#include <stdio.h>

#include "feed.h"

/** More events than this are not written. */
#define PERFETTO_MAX 65536

/**
 * perfetto_write() - the newest events of all threads
 * @out: written to; borrowed
 * @f: the feed; borrowed
 * @max: at most so many events, up to PERFETTO_MAX; older ones count as lost
 *
 * Context: the feed's thread; blocks as writing does.
 * Return: 0; -ENOENT: there is no ring; -ENOMEM; -EIO.
 */
int perfetto_write(FILE *out, const struct feed *f, size_t max) __must_check;

#endif
