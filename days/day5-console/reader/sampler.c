/* Given: snapshots, two at a time, live or out of a recording. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording.h"
#include "sampler.h"

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/module.h"

uint64_t sampler_interval(const char *text, char *warning, size_t size)
{
	size_t digits = text ? strspn(text, "0123456789") : 0;
	unsigned long ms = SAMPLER_DEFAULT_MS;

	warning[0] = '\0';
	if (!text)
		return ms * NSEC_PER_MSEC;
	if (!digits || text[digits]) {
		snprintf(warning, size,
			 "UNPARK_INTERVAL_MS=%.40s is no number of ms; %lu ms "
			 "are used",
			 text, ms);
		return ms * NSEC_PER_MSEC;
	}
	/* More digits than that are too large, whatever they are. */
	ms = digits > 9 ? SAMPLER_MAX_MS + 1 : strtoul(text, NULL, 10);
	if (ms >= SAMPLER_MIN_MS && ms <= SAMPLER_MAX_MS)
		return ms * NSEC_PER_MSEC;
	ms = ms < SAMPLER_MIN_MS ? SAMPLER_MIN_MS : SAMPLER_MAX_MS;
	snprintf(warning, size,
		 "UNPARK_INTERVAL_MS=%.40s is not within %u to %u; %lu ms are "
		 "used",
		 text, SAMPLER_MIN_MS, SAMPLER_MAX_MS, ms);
	return ms * NSEC_PER_MSEC;
}
EXPORT_SYMBOL(sampler_interval);

int sampler_open(struct sampler *p, const char *what)
{
	char path[128];
	int err;

	memset(p, 0, sizeof(*p));
	p->params = lint_defaults;
	err = reader_find(what, path, sizeof(path));
	if (err)
		return err;
	err = recording_open(&p->rec, path);
	if (err != -EINVAL)
		return err;
	err = reader_open(&p->src, path);
	if (err)
		return err;
	p->is_live = reader_state(&p->src) == READER_LIVE;
	return 0;
}
EXPORT_SYMBOL(sampler_open);

const char *sampler_why(int err, const char *what, char *buf, size_t size)
{
	const char *of = what ? what : "this user";

	switch (err) {
	case -ENOENT:
		snprintf(buf, size,
			 what ? "%s: there is no such file or process with a "
				"console; --list shows those that there are"
			      : "no program of %s has a console; start one "
				"that calls console_start(), or name a file",
			 of);
		break;
	case -EEXIST:
		snprintf(buf, size,
			 "there is more than one program with a console: say "
			 "which PID; --list shows them");
		break;
	case -EACCES:
		snprintf(buf, size,
			 "%s belongs to another user: only its owner may look",
			 of);
		break;
	case -EPROTO:
		snprintf(buf, size,
			 "%s was written by another version of unpark; build "
			 "program and reader from the same tree",
			 of);
		break;
	case -ENODATA:
	case -EBADMSG:
		snprintf(buf, size,
			 "%s is damaged, or cut off; make a new one with "
			 "unpark-rec",
			 of);
		break;
	case -EINVAL:
		snprintf(buf, size,
			 "%s is neither a region nor a recording; --list shows "
			 "the regions that there are",
			 of);
		break;
	default:
		snprintf(buf, size, "%s: %s", of, strerror(-err));
		break;
	}
	return buf;
}
EXPORT_SYMBOL(sampler_why);

/* Frame @i of those that are remembered. */
static struct snapshot *ring_at(struct sampler *p, size_t i)
{
	return &p->frame[(p->first + i) % SAMPLER_HISTORY];
}

/* The entry behind the newest one; memory is taken over from the oldest, where
 * there is no room for one more. */
static struct snapshot *ring_next(struct sampler *p)
{
	struct snapshot *oldest = ring_at(p, 0), spare;
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < p->nr; i++)
		bytes += ring_at(p, i)->room;
	if (p->nr < SAMPLER_HISTORY && (p->nr <= 2 || bytes < SAMPLER_BYTES))
		return ring_at(p, p->nr);
	spare = *oldest;
	memset(oldest, 0, sizeof(*oldest));
	p->first = (p->first + 1) % SAMPLER_HISTORY;
	p->nr--;
	*ring_at(p, p->nr) = spare;
	return ring_at(p, p->nr);
}

/* Rates of each worker of ->now. */
static int find_rates(struct sampler *p)
{
	unsigned int i, nr = p->now->nr_workers;

	if (nr > p->nr_room) {
		struct metrics_rates *room = kit_zalloc(nr * sizeof(*room));

		if (!room)
			return -ENOMEM;
		kit_free(p->room);
		p->room = room;
		p->nr_room = nr;
	}
	p->rates = p->room;
	for (i = 0; i < nr; i++) {
		struct metrics_reading begin = { .now = p->now->now -
							p->now->uptime };
		const struct metrics_reading *from = &begin;

		if (p->before)
			from = i < p->before->nr_workers
				       ? &p->before->workers[i].reading
				       : NULL;
		metrics_rates(from, &p->now->workers[i].reading, &p->room[i]);
	}
	return 0;
}

/* Two frames next to each other: the rest follows from them. */
static int look_at(struct sampler *p, const struct snapshot *before,
		   const struct snapshot *now, size_t i)
{
	int err;

	if (before && (before->id != now->id || before->now > now->now))
		before = NULL;
	p->before = before;
	p->now = now;
	p->shown = i;
	err = find_rates(p);
	if (err)
		return err;
	err = lint_run(&p->findings, before, now, &p->params);
	thread_cpu_note(&p->cpu, &p->findings);
	return err;
}

size_t sampler_frames(const struct sampler *p)
{
	return p->rec ? recording_frames(p->rec) : p->nr;
}
EXPORT_SYMBOL(sampler_frames);

static uint64_t time_at(struct sampler *p, size_t i)
{
	return p->rec ? recording_time(p->rec, i) : ring_at(p, i)->now;
}

/* The frame before frame @i: rules say nothing of a window that is shorter
 * than theirs, so it is one that lies as far back, if there is. */
static size_t frame_before(struct sampler *p, size_t i)
{
	uint64_t now = time_at(p, i);
	size_t k = i - 1;

	while (k && now - time_at(p, k) < p->params.window)
		k--;
	return k;
}

int sampler_show(struct sampler *p, size_t i)
{
	size_t k;
	int err;

	if (i >= sampler_frames(p))
		return -EINVAL;
	k = i ? frame_before(p, i) : 0;
	if (!p->rec)
		return look_at(p, i ? ring_at(p, k) : NULL, ring_at(p, i), i);
	/* What was shown is of no use any more, whatever happens. */
	p->before = p->now = NULL;
	if (i) {
		err = recording_take(p->rec, k, &p->pair[0]);
		if (err)
			return err;
	}
	err = recording_take(p->rec, i, &p->pair[1]);
	if (err)
		return err;
	return look_at(p, i ? &p->pair[0] : NULL, &p->pair[1], i);
}
EXPORT_SYMBOL(sampler_show);

const struct snapshot *sampler_peek(struct sampler *p, size_t i)
{
	if (i >= sampler_frames(p))
		return NULL;
	if (!p->rec)
		return ring_at(p, i);
	return recording_take(p->rec, i, &p->peek) ? NULL : &p->peek;
}
EXPORT_SYMBOL(sampler_peek);

int sampler_take(struct sampler *p)
{
	size_t next_i = p->now ? p->shown + 1 : 0;
	struct snapshot *next;
	int err;

	/* All frames are there: the next one. */
	if (p->rec || (p->nr && !p->is_live))
		return next_i < sampler_frames(p) ? sampler_show(p, next_i)
						  : -ENODATA;
	/* The oldest frame may be the one that is shown. */
	p->before = p->now = NULL;
	next = ring_next(p);
	err = snapshot_take(next, &p->src);
	if (!err)
		thread_cpu_look(&p->cpu, next, &p->src);
	if (!err && next->state != READER_LIVE)
		p->is_live = false;
	/* It has ended since: its last frame is one with rates. */
	if (!err && p->nr && !p->is_live)
		ring_at(p, p->nr - 1)->state = next->state;
	else if (!err)
		p->nr++;
	if (p->nr && sampler_show(p, p->nr - 1))
		return -ENOMEM;
	return err					  ? err
	       : next->state == READER_LIVE || p->nr == 1 ? 0
							  : -ENODATA;
}
EXPORT_SYMBOL(sampler_take);

int sampler_reader(struct sampler *p, struct reader *src)
{
	if (!p->now)
		return -ENODATA;
	if (p->rec)
		return recording_reader(p->rec, p->shown, src);
	*src = p->src;
	return 0;
}
EXPORT_SYMBOL(sampler_reader);

void sampler_close(struct sampler *p)
{
	size_t i;

	for (i = 0; i < SAMPLER_HISTORY; i++)
		snapshot_free(&p->frame[i]);
	snapshot_free(&p->pair[0]);
	snapshot_free(&p->pair[1]);
	snapshot_free(&p->peek);
	lint_free(&p->findings);
	thread_cpu_free(&p->cpu);
	kit_free(p->room);
	if (p->rec)
		recording_close(p->rec);
	reader_close(&p->src);
	memset(p, 0, sizeof(*p));
}
EXPORT_SYMBOL(sampler_close);

MODULE(sampler, "snapshots, two at a time", NULL, NULL);
