/* Given: two snapshots of a region, and what happened between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feed.h"
#include "sampler.h"

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
	if (!f->is_open)
		return FEED_NONE;
	switch (f->now.state) {
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
	if (!f->has_before || f->now.now <= f->before.now)
		return 0;
	return f->now.now - f->before.now;
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
	uint64_t a = spent(&f->before.workers[worker], which, state);
	uint64_t b = spent(&f->now.workers[worker], which, state);
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

	if (!left || worker >= f->before.nr_workers)
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
	p->at = f->now.now;
	for (i = 0; i < f->now.nr_runtimes; i++) {
		p->injection += f->now.runtimes[i].injection;
		p->alive += f->now.runtimes[i].alive;
	}
	for (i = 0; i < f->now.nr_workers; i++) {
		const struct snap_worker *w = &f->now.workers[i];
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

/* The next snapshot: of the region, or frame @i of the recording. */
static int read_next(struct feed *f, size_t i)
{
	return f->rec ? recording_take(f->rec, i, &f->now)
		      : snapshot_take(&f->now, &f->src);
}

/* The newer one becomes the older one, whose memory is used again. */
static int take(struct feed *f, size_t i)
{
	struct snapshot last = f->now;
	int err;

	f->now = f->before;
	err = read_next(f, i);
	if (err) {
		f->before = f->now;
		f->now = last;
		return err;
	}
	f->before = last;
	/* Of the same run: forget() leaves nothing of another one. */
	f->has_before = last.memory;
	f->nr++;
	remember(f);
	thread_cpu_look(&f->cpu, &f->now, &f->src);
	err = lint_run(&f->findings, f->has_before ? &f->before : NULL, &f->now,
		       NULL);
	thread_cpu_note(&f->cpu, &f->findings);
	return err;
}

/* Forget one run. */
static void forget(struct feed *f)
{
	if (f->rec)
		recording_close(f->rec);
	else if (f->is_open)
		reader_close(&f->src);
	f->rec = NULL;
	f->is_open = false;
	f->has_before = false;
	f->nr_points = 0;
	snapshot_free(&f->before);
	snapshot_free(&f->now);
	lint_free(&f->findings);
	thread_cpu_free(&f->cpu);
}

/* Go over to what is open now: @src, or @rec. */
static void change(struct feed *f, const char *path, struct recording *rec,
		   const struct reader *src)
{
	forget(f);
	f->rec = rec;
	if (src)
		f->src = *src;
	f->is_open = true;
	f->is_named = true;
	snprintf(f->path, sizeof(f->path), "%s", path);
}

/* A recording: its last frame, and what came before as history. */
static int go_to_recording(struct feed *f, const char *path)
{
	struct recording *rec;
	size_t i, n;
	int err = recording_open(&rec, path);

	if (err)
		return err;
	change(f, path, rec, NULL);
	n = recording_frames(rec);
	for (i = n > FEED_POINTS ? n - FEED_POINTS : 0; i < n; i++) {
		/* A frame that is damaged is left out. */
		int bad = take(f, i);

		if (bad)
			err = bad;
	}
	if (!f->nr)
		return err;
	return recording_reader(rec, n - 1, &f->src);
}

/* Go over to the region at @path, if there is a good one. */
static int go_to(struct feed *f, const char *path)
{
	struct reader src;
	int err = reader_open(&src, path);

	if (err)
		return err;
	change(f, path, NULL, &src);
	return take(f, 0);
}

/* Is there a region at @path that is another run, or a live one? */
static bool is_there(const char *path, const struct feed *f, bool is_live)
{
	struct reader src;
	bool yes;

	if (reader_open(&src, path))
		return false;
	yes = is_live ? reader_state(&src) == READER_LIVE
		      : src.header.id != f->src.header.id;
	reader_close(&src);
	return yes;
}

/* Has another run come to the path; or, where any will do, to another path? */
static void follow(struct feed *f)
{
	char path[128];

	if (f->rec)
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

	f->interval = interval;
	f->is_auto = !what;
	f->due = clock_now() + interval * NSEC_PER_MSEC;
	err = reader_find(what, path, sizeof(path));
	if (err == -ENOENT && !what)
		return 0;
	if (err)
		return err;
	err = go_to_recording(f, path);
	return err == -EINVAL || err == -EACCES ? go_to(f, path) : err;
}

unsigned int feed_tick(struct feed *f)
{
	uint64_t now = clock_now(), step = f->interval * NSEC_PER_MSEC;

	if (now >= f->due) {
		uint64_t nr = f->nr;

		follow(f);
		/* Of a run that has ended, the last snapshot stays; so does
		 * the last one of all, when there is no memory. */
		if (nr == f->nr && feed_state(f) == FEED_LIVE && take(f, 0))
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
