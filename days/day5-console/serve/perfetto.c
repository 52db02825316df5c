/* Given: the events of a region as JSON for ui.perfetto.dev. */
#include <string.h>

#include "perfetto.h"

#include "events.h"
#include "export.h"

#include "kit/alloc.h"
#include "kit/err.h"

/* What a trace can hold, and the newest @max of it: to the front. */
static void keep(struct events *e, size_t max)
{
	size_t i, k = 0;

	for (i = 0; i < e->n; i++)
		if (!tp_is_account(e->list[i].ev))
			e->list[k++] = e->list[i];
	i = k > max ? k - max : 0;
	memmove(e->list, e->list + i, (k - i) * sizeof(*e->list));
	e->n = k - i;
	e->lost += i;
}

/* Names for a trace; to find the task of each costs a look at all. */
#define NAMES 512

struct names {
	struct timeline_name at[NAMES];
	char text[NAMES][32];
	size_t n;
};

static void name_tasks(struct names *names, const struct snapshot *s, size_t n)
{
	size_t i;

	for (i = 0; i < s->nr_tasks && names->n < NAMES; i++) {
		const struct snap_task *t = &s->tasks[i];

		snprintf(names->text[names->n], sizeof(names->text[0]),
			 "%llu %s", (unsigned long long)t->id,
			 s->places[t->place].what);
		names->at[names->n] =
			(struct timeline_name){ t->tag, n,
						names->text[names->n] };
		names->n++;
	}
}

static int write_out(FILE *out, const struct feed *f,
		     const struct trace_event *e, size_t n, uint64_t lost)
{
	struct names *names = kit_zalloc(sizeof(*names));
	struct timeline tl;
	int err;

	if (!names)
		return -ENOMEM;
	name_tasks(names, f->now, n);
	err = timeline_init(&tl, e, n, lost, names->at, names->n);
	if (!err) {
		err = export_json(out, &tl);
		timeline_fini(&tl);
	}
	kit_free(names);
	return err;
}

int perfetto_write(FILE *out, const struct feed *f, size_t max)
{
	struct events e = {};
	struct reader src;
	int err;

	if (!f->sampler || sampler_reader(f->sampler, &src) ||
	    !src.header.part[REGION_RINGS].count)
		return -ENOENT;
	err = events_read(&e, &src);
	if (err)
		return err;
	keep(&e, max);
	e.lost += f->now->lost[REGION_RINGS];
	err = write_out(out, f, e.list, e.n, e.lost);
	events_free(&e);
	return err;
}
