/* Given: a region, read into plain structs. */
#include <string.h>

#include "console.h"
#include "snap.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

uint32_t snap_used(const struct reader *src, enum region_part_nr part)
{
	uint64_t used = snap_get(&snap_live(src)->used[part]);
	uint32_t count = src->header.part[part].count;

	return used < count ? (uint32_t)used : count;
}
EXPORT_SYMBOL(snap_used);

void snap_name(char *to, const char *from, size_t size)
{
	size_t i;

	for (i = 0; i < size - 1; i++) {
		/* relaxed: once, so that what was looked at is what is taken. */
		char c = atomic_load_explicit((const _Atomic(char) *)&from[i],
					      memory_order_relaxed);

		if (!c)
			break;
		to[i] = c >= ' ' && c <= '~' ? c : '?';
	}
	to[i] = '\0';
}
EXPORT_SYMBOL(snap_name);

/* Memory ------------------------------------------------------------------- */

/* The arrays of a snapshot: where each is told, and how large it is. */
struct arrays {
	void **at[6];
	size_t bytes[6];
};

static struct arrays arrays_of(struct snapshot *s, size_t tasks)
{
	/* Whatever has no runtime is of number 0: there is always one to read. */
	size_t runtimes = s->nr_runtimes ? s->nr_runtimes : 1;

	return (struct arrays){
		.at = { (void **)&s->runtimes, (void **)&s->workers,
			(void **)&s->tasks, (void **)&s->places,
			(void **)&s->resources, (void **)&s->spans },
		.bytes = { runtimes * sizeof(*s->runtimes),
			   s->nr_workers * sizeof(*s->workers),
			   tasks * sizeof(*s->tasks),
			   s->nr_places * sizeof(*s->places),
			   s->nr_resources * sizeof(*s->resources),
			   s->nr_spans * sizeof(*s->spans) },
	};
}

/* Room for the counts that @s has, and for so many tasks. */
static int make_room(struct snapshot *s, size_t tasks)
{
	struct arrays a = arrays_of(s, tasks);
	size_t need = 1, i;
	char *at;

	for (i = 0; i < ARRAY_SIZE(a.at); i++)
		need += a.bytes[i];
	if (need > s->room) {
		void *memory = kit_alloc(need + need / 8);

		if (!memory)
			return -ENOMEM;
		kit_free(s->memory);
		s->memory = memory;
		s->room = need + need / 8;
	}
	/* Every struct here is a multiple of 8 bytes. */
	for (i = 0, at = s->memory; i < ARRAY_SIZE(a.at); i++) {
		*a.at[i] = at;
		at += a.bytes[i];
	}
	memset(s->memory, 0, need);
	return 0;
}

void snapshot_free(struct snapshot *s)
{
	kit_free(s->memory);
	memset(s, 0, sizeof(*s));
}
EXPORT_SYMBOL(snapshot_free);

int snapshot_copy(struct snapshot *to, const struct snapshot *from)
{
	struct snapshot s = *from;
	struct arrays a, b;
	size_t i;
	int err;

	s.memory = to->memory;
	s.room = to->room;
	err = make_room(&s, s.nr_tasks);
	if (err)
		return err;
	*to = s;
	b = arrays_of((struct snapshot *)from, from->nr_tasks);
	a = arrays_of(to, to->nr_tasks);
	for (i = 0; i < ARRAY_SIZE(a.at); i++)
		if (*b.at[i])
			memcpy(*a.at[i], *b.at[i], b.bytes[i]);
	return 0;
}
EXPORT_SYMBOL(snapshot_copy);

/* All of it ---------------------------------------------------------------- */

static void read_counts(struct snapshot *s, const struct reader *src)
{
	const struct region_header *h = snap_live(src);
	uint64_t pool = snap_get(&h->pool);
	unsigned int i;

	for (i = 0; i < REGION_PARTS; i++)
		s->lost[i] = snap_get(&h->lost[i]);
	s->io_removed = snap_get(&h->io_removed);
	s->io_added = snap_get(&h->io_added);
	s->pool_threads = pool & 0xffff;
	s->pool_idle = pool >> 16 & 0xffff;
	s->pool_queued = (unsigned int)(pool >> 32);
	s->pool_jobs = snap_get(&h->pool_jobs);
	s->nr_runtimes = snap_used(src, REGION_RUNTIMES);
	s->nr_workers = snap_used(src, REGION_WORKERS);
	s->nr_places = snap_used(src, REGION_PLACES) + 1;
	s->nr_resources = snap_used(src, REGION_RESOURCES);
	s->nr_spans = snap_used(src, REGION_SPANS);
}

static void read_header(struct snapshot *s, const struct reader *src)
{
	const struct region_header *h = &src->header;

	s->state = reader_state(src);
	s->id = h->id;
	s->pid = (int)(h->pid & INT32_MAX);
	s->level = h->level < CONSOLE_LEVELS ? h->level : CONSOLE_OFF;
	snap_name(s->program, h->program, sizeof(s->program));
}

/* The time that it is: of a region whose process is gone, when it ended. */
static uint64_t time_of(const struct snapshot *s, const struct reader *src)
{
	uint64_t now = src->header.created_mono;
	unsigned int i;
	size_t k;

	if (s->state == READER_FROZEN)
		return src->header.frozen;
	if (s->state == READER_LIVE)
		return clock_scale_now(&src->header.clock);
	for (i = 0; i < s->nr_workers; i++)
		if (s->workers[i].since > now)
			now = s->workers[i].since;
	for (k = 0; k < s->nr_tasks; k++)
		if (s->tasks[k].since > now)
			now = s->tasks[k].since;
	return now;
}

/* What goes on now is counted up to now. A time that lies in the future, since
 * the clocks of two processors differ a little, or lie, is now. */
static void workers_up_to(struct snapshot *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_workers; i++) {
		struct snap_worker *w = &s->workers[i];

		if (w->since > s->now)
			w->since = s->now;
		if (w->reading.running_since > s->now)
			w->reading.running_since = s->now;
		/* Of a live one, each was read at its own time. */
		if (s->state != READER_LIVE)
			w->reading.now = s->now;
	}
}

int snapshot_take(struct snapshot *s, const struct reader *src)
{
	uint32_t nr_tasks = snap_used(src, REGION_TASKS);
	unsigned int nr_resources;
	struct snapshot new = { .memory = s->memory, .room = s->room };
	int err;

	read_header(&new, src);
	read_counts(&new, src);
	nr_resources = new.nr_resources;
	err = make_room(&new, nr_tasks);
	if (err)
		return err;
	*s = new;
	snap_places(s, src);
	snap_workers(s, src);
	snap_tasks(s, src, nr_tasks);
	snap_resources(s, src, nr_resources);
	snap_spans(s, src);
	s->now = time_of(s, src);
	s->uptime = snap_since(src->header.created_mono, s->now);
	s->wall = src->header.created + s->uptime;
	workers_up_to(s);
	snap_tasks_up_to(s);
	snap_places_add(s);
	snap_resources_up_to(s);
	return 0;
}
EXPORT_SYMBOL(snapshot_take);

MODULE(snapshot, "a region, read into plain structs", NULL, NULL);
