/**
 * @file prom.h
 * A snapshot as Prometheus text, version 0.0.4.
 *
 * Source: "Exposition formats", the Prometheus project: a family has one HELP
 * and one TYPE line, before its samples, which stand together; base units are
 * seconds; counters end in _total; buckets are cumulative and end with +Inf.
 */
#ifndef DAY5_SERVE_PROM_H
#define DAY5_SERVE_PROM_H

#include <stdio.h>

#include "feed.h"

/** Where samples go, and of what. */
struct prom {
	FILE *out;		  /**< written to */
	const struct feed *f;	  /**< the feed */
	const struct snapshot *s; /**< its newer snapshot */
};

/**
 * prom_write() - all families
 * @out: written to; borrowed
 * @f: the feed; borrowed
 *
 * Context: the feed's thread; blocks as writing does.
 */
void prom_write(FILE *out, const struct feed *f);

/**
 * prom_label() - a label's value in quotes
 * @out: written to; borrowed
 * @s: any bytes but 0; borrowed
 *
 * Context: any thread; blocks as writing does.
 */
void prom_label(FILE *out, const char *s);

/**
 * prom_seconds() - ns as seconds, every digit of them
 * @out: written to; borrowed
 * @ns: the time
 *
 * Context: any thread; blocks as writing does.
 */
void prom_seconds(FILE *out, uint64_t ns);

/** prom_family() - HELP and TYPE of a family; @name without unpark_ */
void prom_family(struct prom *p, const char *name, const char *type,
		 const char *help);
/** prom_value() - a sample's value: @v, or, when it @is_ns, seconds */
void prom_value(struct prom *p, uint64_t v, bool is_ns);
/** prom_worker() - labels of worker number @i, from 0, without the brace */
void prom_worker(struct prom *p, size_t i);
/** prom_lists() - families of runtimes, workers, places, resources, spans */
void prom_lists(struct prom *p);

#endif
