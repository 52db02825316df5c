/* Given: two snapshots of a region, and what happened between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feed.h"
#include "recording.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"

unsigned int feed_interval(void)
{
	char warning[160];
	uint64_t ns = sampler_interval(getenv("UNPARK_INTERVAL_MS"), warning,
				       sizeof(warning));

	if (warning[0])
		fprintf(stderr, "unpark-serve: %s\n", warning);
	return (unsigned int)(ns / NSEC_PER_MSEC);
}

/* States ------------------------------------------------------------------- */

enum feed_state feed_state(const struct feed *f)
{
	if (!f->sampler)
		return FEED_NONE;
	switch (f->now->state) {
	case READER_LIVE:
		return f->is_named ? FEED_LIVE : FEED_STOPPED;
	case READER_FROZEN:
		return FEED_FROZEN;
	default:
		return FEED_DEAD;
	}
}

const char *feed_state_name(const struct feed *f)
{
	static const char *const name[] = { "none", "live", "stopped", "dead",
					    "frozen" };

	return name[feed_state(f)];
}

uint64_t feed_window(const struct feed *f)
{
	if (!f->before || f->now->now <= f->before->now)
		return 0;
	return f->now->now - f->before->now;
}

/* Shares ------------------------------------------------------------------- */

/* ns that a worker has spent so far in a state, what goes on now included. */
static uint64_t spent(const struct snap_worker *w, enum metric which,
		      enum worker_state state)
{
	uint64_t ns = w->reading.v[which];

	if (w->state == state && w->reading.now > w->since)
		ns += w->reading.now - w->since;
	return ns;
}

static uint64_t share(const struct feed *f, unsigned int worker,
		      enum metric which, enum worker_state state,
		      uint64_t *left)
{
	uint64_t a = spent(&f->before->workers[worker], which, state);
	uint64_t b = spent(&f->now->workers[worker], which, state);
	uint64_t ns = b > a ? b - a : 0;

	if (ns > *left)
		ns = *left;
	*left -= ns;
	return ns;
}

struct feed_shares feed_shares(const struct feed *f, unsigned int worker)
{
	uint64_t left = feed_window(f);
	struct feed_shares s = {};

	if (!left || worker >= f->before->nr_workers)
		return s;
	s.polling = share(f, worker, METRIC_BUSY, WORKER_POLLING, &left);
	s.parked = share(f, worker, METRIC_PARKED, WORKER_PARKED, &left);
	s.searching = share(f, worker, METRIC_SEARCH, WORKER_SEARCHING, &left);
	return s;
}

/* History ------------------------------------------------------------------ */

static void remember(struct feed *f)
{
	struct feed_point *p = &f->point[f->nr_points % FEED_POINTS];
	uint64_t ns = feed_window(f);
	unsigned int i;

	if (!ns)
		return;
	f->nr_points++;
	memset(p, 0, sizeof(*p));
	p->at = f->now->now;
	for (i = 0; i < f->now->nr_runtimes; i++) {
		p->injection += f->now->runtimes[i].injection;
		p->alive += f->now->runtimes[i].alive;
	}
	for (i = 0; i < f->now->nr_workers; i++) {
		const struct snap_worker *w = &f->now->workers[i];
		struct feed_shares s = feed_shares(f, i);

		p->queued += w->depth + w->slot_used;
		if (i >= FEED_WORKERS)
			continue;
		p->nr = i + 1;
		p->percent[i][0] = (uint8_t)(s.polling * 100 / ns);
		p->percent[i][1] = (uint8_t)(s.searching * 100 / ns);
		p->percent[i][2] = (uint8_t)(s.parked * 100 / ns);
	}
}

/* Snapshots ---------------------------------------------------------------- */

/* What the sampler shows, or nothing. */
static void show(struct feed *f)
{
	static const struct snapshot no_snapshot;
	static const struct findings no_findings;
	const struct sampler *p = f->sampler;

	f->now = p && p->now ? p->now : &no_snapshot;
	f->before = p && p->now ? p->before : NULL;
	f->findings = p && p->now ? &p->findings : &no_findings;
}

/* Forget one run. */
static void forget(struct feed *f)
{
	if (f->sampler)
		sampler_close(f->sampler);
	kit_free(f->sampler);
	f->sampler = NULL;
	f->nr_points = 0;
	show(f);
}

/* A frame more; or -ENODATA, and the last one once more: it has ended. */
static int take(struct feed *f)
{
	int err = sampler_take(f->sampler);

	show(f);
	if (!err) {
		f->nr++;
		remember(f);
	}
	return err;
}

/* The last frames of a recording become history; one that is damaged is left
 * out, unless there is no other. */
static int take_all(struct feed *f)
{
	size_t n = sampler_frames(f->sampler), i, last = n;
	int err = -ENODATA;

	for (i = n > FEED_POINTS ? n - FEED_POINTS : 0; i < n; i++) {
		int bad = sampler_show(f->sampler, i);

		show(f);
		if (bad) {
			err = bad;
			continue;
		}
		last = i;
		f->nr++;
		remember(f);
	}
	if (last == n)
		return err;
	err = sampler_show(f->sampler, last);
	show(f);
	return err;
}

/* Go over to the region or the recording at @path, if it is a good one. */
static int go_to(struct feed *f, const char *path)
{
	struct sampler *p = kit_zalloc(sizeof(*p));
	char named[sizeof(f->path)];
	int err;

	if (!p)
		return -ENOMEM;
	err = sampler_open(p, path);
	if (err) {
		kit_free(p);
		return err;
	}
	snprintf(named, sizeof(named), "%s", path);
	forget(f);
	f->sampler = p;
	f->is_named = true;
	memcpy(f->path, named, sizeof(f->path));
	return sampler_frames(p) ? take_all(f) : take(f);
}

/* Is there a region at @path that is another run, or a live one? */
static bool is_there(const char *path, const struct feed *f, bool is_live)
{
	struct reader src;
	bool yes;

	if (reader_open(&src, path))
		return false;
	yes = is_live ? reader_state(&src) == READER_LIVE
		      : src.header.id != f->now->id;
	reader_close(&src);
	return yes;
}

/* Has another run come to the path; or, where any will do, to another path? */
static void follow(struct feed *f)
{
	char path[128];

	if (feed_state(f) == FEED_FROZEN)
		return;
	if (f->path[0]) {
		snprintf(path, sizeof(path), "%s", f->path);
		f->is_named = !access(path, F_OK);
		if (is_there(path, f, false) && !go_to(f, path))
			return;
	}
	if (!f->is_auto || feed_state(f) == FEED_LIVE ||
	    reader_find(NULL, path, sizeof(path)) || !strcmp(path, f->path))
		return;
	/* What cannot be followed is looked at again the next time. */
	if (is_there(path, f, true) && go_to(f, path))
		f->is_named = false;
}

int feed_open(struct feed *f, const char *what, unsigned int interval)
{
	char path[128];
	int err;

	show(f);
	f->interval = interval;
	f->is_auto = !what;
	f->due = clock_now() + interval * NSEC_PER_MSEC;
	err = reader_find(what, path, sizeof(path));
	if (err == -ENOENT && !what)
		return 0;
	if (err)
		return err;
	return go_to(f, path);
}

unsigned int feed_tick(struct feed *f)
{
	uint64_t now = clock_now(), step = f->interval * NSEC_PER_MSEC;

	if (now >= f->due) {
		uint64_t nr = f->nr;

		follow(f);
		/* Of a run that has ended, the last snapshot stays; so does
		 * the last one of all, when there is no memory. */
		if (nr == f->nr && feed_state(f) == FEED_LIVE &&
		    take(f) == -ENOMEM)
			f->due = now;
		f->due += step;
		if (f->due <= now)
			f->due = now + step;
		now = clock_now();
	}
	return f->due > now
		       ? (unsigned int)((f->due - now + NSEC_PER_MSEC - 1) /
					NSEC_PER_MSEC)
		       : 0;
}

void feed_close(struct feed *f)
{
	forget(f);
}
