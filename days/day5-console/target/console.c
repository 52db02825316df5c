/* Given: make the region, listen, and take it away again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "target.h"
#include "trace.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/printk.h"

/* One runtime for every so many workers would be many. */
#define RUNTIMES 16

struct target target;

static const char *const levels[CONSOLE_LEVELS] = {
	[CONSOLE_OFF] = "off",
	[CONSOLE_COUNTERS] = "counters",
	[CONSOLE_HISTS] = "hists",
	[CONSOLE_TRACE] = "trace",
};

/* What the environment says; what it says wrongly is said once. */
static enum console_level level_wanted(void)
{
	const char *s = getenv("UNPARK_CONSOLE");
	unsigned int i;

	if (!s || !s[0])
		return CONSOLE_HISTS;
	for (i = 0; i < CONSOLE_LEVELS; i++)
		if (!strcmp(s, levels[i]))
			return i;
	pr_warn("UNPARK_CONSOLE=%s: choose off, counters, hists or trace; "
		"taking hists",
		s);
	return CONSOLE_HISTS;
}

static unsigned int or_default(unsigned int n, unsigned int def)
{
	return n ? n : def;
}

/* The counts of all parts. */
static int plan(struct region_header *h, const struct console_options *o)
{
	unsigned int events = or_default(o->events, 4096);
	bool is_traced = h->level == CONSOLE_TRACE;

	h->part[REGION_RUNTIMES].count = RUNTIMES;
	h->part[REGION_WORKERS].count = or_default(o->workers, 64);
	h->part[REGION_TASKS].count = or_default(o->tasks, 4096);
	h->part[REGION_PLACES].count = or_default(o->places, 128);
	h->part[REGION_RESOURCES].count = or_default(o->resources, 128);
	h->part[REGION_SPANS].count = or_default(o->spans, 64);
	h->part[REGION_RINGS].count = is_traced ? or_default(o->rings, 32) : 0;
	if (h->part[REGION_WORKERS].count > 4096 ||
	    h->part[REGION_TASKS].count > 1u << 24 ||
	    h->part[REGION_PLACES].count > 1u << 16 ||
	    h->part[REGION_RESOURCES].count > 1u << 15 ||
	    h->part[REGION_SPANS].count > 1u << 16 ||
	    h->part[REGION_RINGS].count > TRACE_RINGS_MAX ||
	    events > TRACE_EVENTS_MAX || (events & (events - 1)))
		return -EINVAL;
	h->part[REGION_RINGS].size = (uint32_t)trace_ring_size(events);
	target.events = events;
	region_layout(h);
	return 0;
}

/* What is the same from now on. */
static void fill_header(struct region_header *h)
{
	struct timespec ts;

	h->pid = (uint32_t)getpid();
	h->start_ticks = process_start_ticks(getpid());
	process_name(h->program, sizeof(h->program));
	clock_trace_init();
	clock_scale_get(&h->clock);
	clock_gettime(CLOCK_REALTIME, &ts);
	h->created = (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
	h->created_mono = clock_trace();
	if (getrandom(&h->id, sizeof(h->id), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(h->id))
		h->id = h->created ^ (uint64_t)h->pid << 32;
}

/* Has a process made it that is dead: now, or before it could fill it? */
static bool is_left_behind(const struct region_header *old)
{
	static const struct region_header none;

	if (!memcmp(old, &none, sizeof(none)))
		return true;
	return !memcmp(old->magic, REGION_MAGIC, sizeof(old->magic)) &&
	       (!old->start_ticks ||
		process_start_ticks((int)old->pid) != old->start_ticks);
}

/* The file; one that a dead process has left in our place goes first. */
static int make_file(const struct region_header *h, const char *path)
{
	struct region_header old;
	struct shm shm;
	int err = shm_create(&target.shm, path, h->total);

	if (err == -EEXIST && !shm_open_reader(&shm, path)) {
		memset(&old, 0, sizeof(old));
		memcpy(&old, shm.mem,
		       shm.size < sizeof(old) ? shm.size : sizeof(old));
		shm_unmap(&shm);
		if (!is_left_behind(&old))
			return err;
		shm_remove(path);
		err = shm_create(&target.shm, path, h->total);
	}
	return err;
}

static int make_memory(struct region_header *h, const char *path)
{
	int err;

	target.seen = kit_zalloc(h->part[REGION_WORKERS].count *
				 sizeof(*target.seen));
	if (!target.seen)
		return -ENOMEM;
	err = make_file(h, path);
	if (err)
		goto free_seen;
	target.header = target.shm.mem;
	memcpy(target.header, h, sizeof(*h));
	err = slots_init();
	if (err)
		goto unmap;
	return 0;
unmap:
	shm_unmap(&target.shm);
	shm_remove(path);
	target.header = NULL;
free_seen:
	kit_free(target.seen);
	return err;
}

static void free_memory(void)
{
	slots_fini();
	shm_unmap(&target.shm);
	shm_remove(target.path);
	target.header = NULL;
	kit_free(target.seen);
}

/* Unless we are called already: see listen_no_more(). */
static void listen_first(void)
{
	tp_listener_fn *fn =
		atomic_load_explicit(&tp_listener, memory_order_acquire);

	if (fn == target_listen || (fn && target.is_left))
		return;
	target.before = fn;
	/* release: pairs with the acquire in tp_emit(); all of the above. */
	atomic_store_explicit(&tp_listener, target_listen,
			      memory_order_release);
}

static int listen_now(const struct region_header *h)
{
	int err;

	/* release: pairs with the acquire in target_is_on(). */
	atomic_store_explicit(&target.is_on, true, memory_order_release);
	listen_first();
	if (!h->part[REGION_RINGS].count)
		return 0;
	err = trace_start_at(target_entry(REGION_RINGS, 0),
			     h->part[REGION_RINGS].count, target.events);
	if (err)
		return err;
	target.header->trace_start = trace_time();
	gauge_set(&target.header->used[REGION_RINGS],
		  h->part[REGION_RINGS].count);
	return 0;
}

static void listen_no_more(void)
{
	tp_listener_fn *fn = target_listen;

	/* release: as in listen_first(). Whoever listens after us stays, and
	 * goes on calling us. */
	target.is_left = !atomic_compare_exchange_strong_explicit(
		&tp_listener, &fn, target.before, memory_order_release,
		memory_order_relaxed);
	/* relaxed: no event is under way. */
	atomic_store_explicit(&target.is_on, false, memory_order_relaxed);
}

static void stop_listening(void)
{
	listen_no_more();
	mutex_fini(&target.lock);
	free_memory();
}

int console_start(const struct console_options *o)
{
	static const struct console_options defaults;
	struct region_header h = { .version = REGION_VERSION };
	int err;

	if (!o)
		o = &defaults;
	if (target.header)
		return -EBUSY;
	h.level = o->level ? o->level : level_wanted();
	if (h.level == CONSOLE_OFF)
		return 0;
	if (h.level >= CONSOLE_LEVELS || plan(&h, o))
		return -EINVAL;
	if (o->path && strlen(o->path) >= sizeof(target.path))
		return -ENAMETOOLONG;
	fill_header(&h);
	if (o->path)
		snprintf(target.path, sizeof(target.path), "%s", o->path);
	else
		console_path_of(getpid(), target.path, sizeof(target.path));
	err = make_memory(&h, target.path);
	if (err) {
		pr_warn("console: %s, %llu MB: %s; running without it",
			target.path, (unsigned long long)(h.total >> 20) + 1,
			err_name(err));
		return err;
	}
	target.level = h.level;
	target.session++;
	atomic_init(&target.next_task, 1);
	target.next_resource = 0;
	memset(target.pool, 0, sizeof(target.pool));
	mutex_init(&target.lock);
	err = listen_now(&h);
	if (!err)
		return 0;
	/* The rings are another trace's, which goes on. */
	stop_listening();
	return err;
}
EXPORT_SYMBOL(console_start);

int console_watch(struct sched *s, const char *name)
{
	return target.header ? runtime_enter(s, name) : 0;
}
EXPORT_SYMBOL(console_watch);

const char *console_path(void)
{
	return target.header ? target.path : NULL;
}
EXPORT_SYMBOL(console_path);

void console_stop(void)
{
	if (!target.header)
		return;
	if (target.header->part[REGION_RINGS].count)
		trace_free();
	stop_listening();
}
EXPORT_SYMBOL(console_stop);

/* A test that failed in the middle left it on. */
static void console_exit(void)
{
	console_stop();
}

MODULE(console, "make the region, and take it away", NULL, console_exit);
