/*
 * The heap under watch: how much was allocated, what is still live, and where
 * that was asked for.
 *
 * Under ThreadSanitizer only the numbers are kept: the table's lock would
 * order threads that the code under test does not order, and hide its races.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "kit/alloc.h"
#include "kit/atomic.h"
#include "test/child.h"
#include "test/test.h"

#if defined(__SANITIZE_THREAD__)
#define KEEP_TABLE 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define KEEP_TABLE 0
#endif
#endif
#ifndef KEEP_TABLE
#define KEEP_TABLE 1
#endif

#define NR_CHAINS 4096

struct block {
	struct block *next;
	void *p;
	size_t size;
	const char *where;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct block *chains[NR_CHAINS];
static _Atomic(unsigned long) nr_allocs, nr_frees;

static struct block **chain_of(const void *p)
{
	return &chains[((uintptr_t)p >> 4) * 2654435761u % NR_CHAINS];
}

static void born(void *p, size_t size, const char *where)
{
	struct block *b, **chain;

	/* Statistics: nothing is published through them. */
	atomic_fetch_add_explicit(&nr_allocs, 1, memory_order_relaxed);
	if (!KEEP_TABLE)
		return;
	b = malloc(sizeof(*b));
	if (!b)
		return;
	*b = (struct block){ .p = p, .size = size, .where = where };
	chain = chain_of(p);
	pthread_mutex_lock(&lock);
	b->next = *chain;
	*chain = b;
	pthread_mutex_unlock(&lock);
}

static void died(void *p)
{
	struct block *b = NULL, **link;

	atomic_fetch_add_explicit(&nr_frees, 1, memory_order_relaxed);
	if (!KEEP_TABLE)
		return;
	pthread_mutex_lock(&lock);
	for (link = chain_of(p); *link; link = &(*link)->next) {
		if ((*link)->p != p)
			continue;
		b = *link;
		*link = b->next;
		break;
	}
	pthread_mutex_unlock(&lock);
	if (!b)
		test_fail("", "memory that kit_alloc() gave, freed once",
			  "freed twice, never allocated, or overwritten at "
			  "its edge: SAN=address tells",
			  "kit_free() got a pointer that is not live");
	free(b);
}

void heap_watch_start(void)
{
	static const struct alloc_watcher watcher = { born, died };

	alloc_watch = &watcher;
}

unsigned long heap_allocs(void)
{
	return atomic_load_explicit(&nr_allocs, memory_order_relaxed);
}

unsigned long heap_live(void)
{
	return heap_allocs() -
	       atomic_load_explicit(&nr_frees, memory_order_relaxed);
}

/* How many live blocks came from where @b came from, and is it the first? */
static unsigned int count_like(const struct block *b, bool *is_first)
{
	const struct block *o;
	unsigned int i, n = 0;

	*is_first = true;
	for (i = 0; i < NR_CHAINS; i++)
		for (o = chains[i]; o; o = o->next) {
			if (o->where != b->where || o->size != b->size)
				continue;
			if (o == b && n)
				*is_first = false;
			n++;
		}
	return n;
}

bool heap_describe_live(char *buf, size_t len)
{
	const struct block *b;
	unsigned int i, n;
	size_t at = 0;
	bool is_first;

	snprintf(buf, len, "%lu not freed", heap_live());
	pthread_mutex_lock(&lock);
	for (i = 0; i < NR_CHAINS && at < len / 2; i++) {
		for (b = chains[i]; b && at < len / 2; b = b->next) {
			n = count_like(b, &is_first);
			if (is_first)
				at += (size_t)snprintf(
					buf + at, len - at,
					"%s%u times %zu bytes from %s",
					at ? ", " : "", n, b->size, b->where);
		}
	}
	pthread_mutex_unlock(&lock);
	return heap_live();
}
