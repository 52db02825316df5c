/* The plain recorder: trace points into an array, and the array as words. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "kit/tracepoint.h"
#include "test/child.h"
#include "test/test.h"

#define NR_EVENTS 4096
#define NR_NAMES 256

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

static void listen(enum tp_event ev, const void *who, uint64_t arg)
{
	pthread_mutex_lock(&lock);
	counts[ev]++;
	if (nr_events < NR_EVENTS)
		events[nr_events++] = (struct event){ ev, who, arg };
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
		nr_names++;
	}
	pthread_mutex_unlock(&lock);
}

static int event_words(char *buf, size_t len, const struct event *e)
{
	static const char *const queues[] = { "lifo", "local", "injection" };

	switch (e->ev) {
	case TP_SPAWN:
		return snprintf(buf, len, "spawn %s", name_of(e->who));
	case TP_WAKE:
		return snprintf(buf, len, "wake %s", name_of(e->who));
	case TP_SCHEDULE:
		return snprintf(buf, len, "%s %s", queues[e->arg % 3],
				name_of(e->who));
	case TP_POLL_BEGIN:
		return snprintf(buf, len, "poll %s", name_of(e->who));
	case TP_POLL_END:
		return snprintf(buf, len, "%s %s", e->arg ? "ready" : "pending",
				name_of(e->who));
	case TP_CANCEL:
		return snprintf(buf, len, "cancel %s", name_of(e->who));
	case TP_STEAL:
		return snprintf(buf, len, "steal %u", (unsigned int)e->arg);
	case TP_OVERFLOW:
		return snprintf(buf, len, "overflow %u", (unsigned int)e->arg);
	case TP_PARK:
		return snprintf(buf, len, "park %u", (unsigned int)e->arg);
	default:
		return snprintf(buf, len, "unpark %u", (unsigned int)e->arg);
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
