/*
 * The plain recorder: trace points into an array, and the array as words.
 * Beside it the log, which a test cannot reset: what make trace shows, and what
 * is shown of a test that failed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kit/clock.h"
#include "kit/thread.h"
#include "kit/tracewait.h"
#include "test/child.h"
#include "test/test.h"

#define NR_EVENTS 4096
#define NR_NAMES 256
#define NR_LOGGED 65536
#define NR_THREADS 256

_Static_assert(TP_NR <= 32, "an event is a bit of record_text()'s mask");

struct event {
	enum tp_event ev;
	const void *who;
	uint64_t arg;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct event events[NR_EVENTS];
static unsigned int nr_events;
static unsigned long counts[TP_NR];
static struct {
	const void *who;
	char text[24];
} names[NR_NAMES];
static unsigned int nr_names;
static unsigned int nr_unnamed;

/* The log: the same events, with their times and threads. */
static struct logged {
	struct event e;
	uint64_t time;
	unsigned int thread;
} logged[NR_LOGGED];
static unsigned int nr_logged;
static unsigned long nr_unlogged;
static size_t named_at[NR_NAMES]; /* nr_logged when the name was given */
static const struct kit_self *threads[NR_THREADS];

/* The real time, whatever the test's clock says: a picture needs widths. */
static uint64_t real_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* Lock held. Threads are numbered as they come; the last number is shared. */
static unsigned int __this_thread(void)
{
	unsigned int i;

	for (i = 0; i < NR_THREADS - 1 && threads[i]; i++)
		if (threads[i] == kit_self())
			return i;
	threads[i] = kit_self();
	return i;
}

/* Lock held. The first events are kept: they lead to what went wrong. */
static void __log_event(const struct event *e)
{
	if (nr_logged == NR_LOGGED)
		nr_unlogged++;
	else
		logged[nr_logged++] =
			(struct logged){ *e, real_time(), __this_thread() };
}

static void listen(enum tp_event ev, const void *who, uint64_t arg)
{
	const struct event e = { ev, who, arg };

	pthread_mutex_lock(&lock);
	counts[ev]++;
	if (nr_events < NR_EVENTS)
		events[nr_events++] = e;
	/* What make trace draws is what day 2's trace would hold. */
	if (!tp_is_account(ev))
		__log_event(&e);
	pthread_mutex_unlock(&lock);
}

void record_start(void)
{
	pthread_mutex_lock(&lock);
	memset(counts, 0, sizeof(counts));
	nr_events = 0;
	pthread_mutex_unlock(&lock);
	/* release: pairs with the acquire in tp_emit(). */
	atomic_store_explicit(&tp_listener, listen, memory_order_release);
}

void record_reset(void)
{
	atomic_store_explicit(&tp_listener, NULL, memory_order_release);
}

static const char *name_of(const void *who)
{
	unsigned int i;

	/* The latest first: a new task may live at a dead one's address. */
	for (i = nr_names; i-- > 0;)
		if (names[i].who == who)
			return names[i].text;
	if (nr_names == NR_NAMES)
		return "?";
	names[nr_names].who = who;
	named_at[nr_names] = SIZE_MAX;
	snprintf(names[nr_names].text, sizeof(names[0].text), "t%u",
		 ++nr_unnamed);
	return names[nr_names++].text;
}

void record_name(const void *who, const char *name)
{
	pthread_mutex_lock(&lock);
	if (nr_names < NR_NAMES) {
		names[nr_names].who = who;
		snprintf(names[nr_names].text, sizeof(names[0].text), "%s",
			 name);
		named_at[nr_names++] = nr_logged;
	}
	pthread_mutex_unlock(&lock);
}

/* Most events are a word, and what follows it. */
enum rest { ALONE, WHO, NUMBER, BOTH };

static const struct words {
	const char *word;
	enum rest rest;
} words[TP_NR] = {
	[TP_SPAWN] = { "spawn", WHO },
	[TP_WAKE] = { "wake", WHO },
	[TP_POLL_BEGIN] = { "poll", WHO },
	[TP_CANCEL] = { "cancel", WHO },
	[TP_OVERFLOW] = { "overflow", NUMBER },
	[TP_PARK] = { "park", NUMBER },
	[TP_UNPARK] = { "unpark", NUMBER },
	[TP_RESUME] = { "resume", NUMBER },
	[TP_DROP] = { "drop", WHO },
	[TP_JOIN] = { "join", WHO },
	[TP_IO_READY] = { "io", NUMBER },
	[TP_TIMER] = { "timer", ALONE },
	[TP_BLOCKING_BEGIN] = { "block", NUMBER },
	[TP_BLOCKING_END] = { "unblock", NUMBER },
	[TP_STOP] = { "stop", ALONE },
	[TP_CLONE] = { "clone", WHO },
	[TP_WAKER_DROP] = { "waker-drop", WHO },
	[TP_YIELD] = { "yield", WHO },
	[TP_IO_ADD] = { "watch", NUMBER },
	[TP_IO_DEL] = { "unwatch", NUMBER },
	[TP_RES_NEW] = { "new", WHO },
	[TP_RES_GONE] = { "gone", WHO },
	[TP_SEND] = { "send", BOTH },
	[TP_RECV] = { "receive", BOTH },
	[TP_LOCK] = { "lock", WHO },
	[TP_UNLOCK] = { "unlock", WHO },
	[TP_FREE] = { "free", WHO },
};

static int plain_words(char *buf, size_t len, const struct event *e)
{
	const struct words *w = &words[e->ev];

	switch (w->rest) {
	case WHO:
		return snprintf(buf, len, "%s %s", w->word, name_of(e->who));
	case NUMBER:
		return snprintf(buf, len, "%s %u", w->word,
				(unsigned int)e->arg);
	case BOTH:
		return snprintf(buf, len, "%s %s %u", w->word, name_of(e->who),
				(unsigned int)e->arg);
	default:
		return snprintf(buf, len, "%s", w->word);
	}
}

static int wait_words(char *buf, size_t len, const struct event *e)
{
	static const char *const kinds[] = { "?",	"join", "timer",
					     "io",	"job",	"send",
					     "receive", "lock", "other" };
	unsigned int kind = tp_wait_kind(e->arg);
	const char *word = kinds[kind < ARRAY_SIZE(kinds) ? kind : 0];

	if (kind == TP_WAIT_JOIN)
		return snprintf(buf, len, "wait %s %s", word, name_of(e->who));
	if (kind == TP_WAIT_IO)
		return snprintf(buf, len, "wait %s %u", word,
				tp_wait_detail(e->arg));
	return snprintf(buf, len, "wait %s", word);
}

static int event_words(char *buf, size_t len, const struct event *e)
{
	static const char *const queues[] = { "lifo", "local", "injection" };

	switch (e->ev) {
	case TP_SCHEDULE:
		return snprintf(buf, len, "%s %s", queues[e->arg % 3],
				name_of(e->who));
	case TP_POLL_END:
		return snprintf(buf, len, "%s %s", e->arg ? "ready" : "pending",
				name_of(e->who));
	case TP_STEAL:
		return snprintf(buf, len, "steal %u", tp_steal_tasks(e->arg));
	case TP_POOL:
		return snprintf(buf, len, "pool %u/%u/%u",
				(unsigned int)(e->arg & 0xffff),
				(unsigned int)(e->arg >> 16 & 0xffff),
				(unsigned int)(e->arg >> 32));
	case TP_WAIT:
		return wait_words(buf, len, e);
	default:
		return plain_words(buf, len, e);
	}
}

const char *record_text(unsigned int mask)
{
	static char buf[16384];
	size_t at = 0;
	unsigned int i;

	buf[0] = '\0';
	pthread_mutex_lock(&lock);
	for (i = 0; i < nr_events && at + 64 < sizeof(buf); i++) {
		if (!(mask & 1u << events[i].ev))
			continue;
		if (at)
			at += (size_t)snprintf(buf + at, sizeof(buf) - at,
					       ", ");
		at += (size_t)event_words(buf + at, sizeof(buf) - at,
					  &events[i]);
	}
	pthread_mutex_unlock(&lock);
	return buf;
}

unsigned long record_count(unsigned int ev)
{
	unsigned long n;

	pthread_mutex_lock(&lock);
	n = counts[ev];
	pthread_mutex_unlock(&lock);
	return n;
}

/* Buffered, without the heap: the program may be about to die. */
static void dump_line(int fd, const char *line)
{
	static char buf[8192];
	static size_t at;
	size_t len = line ? strlen(line) : 0;

	if (!line || at + len > sizeof(buf)) {
		if (write(fd, buf, at) < 0)
			return;
		at = 0;
	}
	memcpy(buf + at, line ? line : "", len);
	at += len;
}

void record_dump(const char *path)
{
	char line[128];
	unsigned int i;
	int fd;

	/* A thread that died in here holds the lock for ever. */
	if (!nr_logged || pthread_mutex_trylock(&lock))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		goto unlock;
	snprintf(line, sizeof(line), "unpark-trace 1\nlost %lu\n", nr_unlogged);
	dump_line(fd, line);
	for (i = 0; i < nr_names; i++) {
		if (named_at[i] == SIZE_MAX)
			continue;
		snprintf(line, sizeof(line), "name %llx %zu %s\n",
			 (unsigned long long)(uintptr_t)names[i].who,
			 named_at[i], names[i].text);
		dump_line(fd, line);
	}
	for (i = 0; i < nr_logged; i++) {
		const struct logged *l = &logged[i];

		snprintf(line, sizeof(line), "event %llu %u %d %llx %llx\n",
			 (unsigned long long)(l->time - logged[0].time),
			 l->thread, (int)l->e.ev,
			 (unsigned long long)(uintptr_t)l->e.who,
			 (unsigned long long)l->e.arg);
		dump_line(fd, line);
	}
	dump_line(fd, NULL);
	close(fd);
unlock:
	pthread_mutex_unlock(&lock);
}
