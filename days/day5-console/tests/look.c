/*
 * unpark-look FILE [FRAME]: what is in a region, or in a frame of a recording,
 * in one line; for live.sh.
 *
 * The digest is of all that a snapshot holds, but how it was read: so a region
 * that stands still, and a frame of it, have the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "recording.h"

#include "kit/err.h"

static const char *const state_name[] = {
	[READER_LIVE] = "live",
	[READER_DEAD] = "dead",
	[READER_FROZEN] = "frozen",
};

static uint64_t hash(uint64_t h, const void *from, size_t len)
{
	const unsigned char *byte = from;

	/* FNV-1a. */
	while (len--)
		h = (h ^ *byte++) * 0x100000001b3;
	return h;
}

static uint64_t digest(const struct snapshot *s, const struct events *e)
{
	uint64_t h = 0xcbf29ce484222325;

	h = hash(h, &s->now, sizeof(s->now));
	h = hash(h, &s->torn, sizeof(s->torn));
	h = hash(h, s->lost, sizeof(s->lost));
	h = hash(h, s->runtimes, s->nr_runtimes * sizeof(*s->runtimes));
	h = hash(h, s->workers, s->nr_workers * sizeof(*s->workers));
	h = hash(h, s->tasks, s->nr_tasks * sizeof(*s->tasks));
	h = hash(h, s->places, s->nr_places * sizeof(*s->places));
	h = hash(h, s->resources, s->nr_resources * sizeof(*s->resources));
	h = hash(h, s->spans, s->nr_spans * sizeof(*s->spans));
	return hash(h, e->list, e->n * sizeof(*e->list));
}

static int show(const struct reader *src, size_t frames)
{
	struct snapshot s = { 0 };
	struct events e = { 0 };
	uint64_t polls = 0;
	unsigned int i;
	int err = snapshot_take(&s, src);

	if (!err)
		err = events_read(&e, src);
	for (i = 0; !err && i < s.nr_workers; i++)
		polls += s.workers[i].reading.v[METRIC_POLLS];
	if (!err)
		printf("%s pid %d polls %llu tasks %zu events %zu frames %zu "
		       "digest %016llx\n",
		       state_name[s.state], s.pid, (unsigned long long)polls,
		       s.nr_tasks, e.n, frames,
		       (unsigned long long)digest(&s, &e));
	events_free(&e);
	snapshot_free(&s);
	return err;
}

static int look(const char *path, const char *frame)
{
	struct recording *r;
	struct reader src;
	size_t n;
	int err = recording_open(&r, path);

	if (!err) {
		n = recording_frames(r);
		err = recording_reader(r,
				       frame ? strtoul(frame, NULL, 10) : n - 1,
				       &src);
		if (!err)
			err = show(&src, n);
		recording_close(r);
		return err;
	}
	if (err != -EINVAL)
		return err;
	err = reader_open(&src, path);
	if (!err) {
		err = show(&src, 0);
		reader_close(&src);
	}
	return err;
}

int main(int argc, char **argv)
{
	int err;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: unpark-look FILE [FRAME]\n");
		return 2;
	}
	err = look(argv[1], argc == 3 ? argv[2] : NULL);
	if (err)
		fprintf(stderr, "unpark-look: %s: %s\n", argv[1],
			err_name(err));
	return err != 0;
}
