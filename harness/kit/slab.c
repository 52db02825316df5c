/* Small blocks from caches of threads. What makes it fast is said in slab.h. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kit/atomic.h"
#include "kit/slab.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
	defined(KIT_MODEL)
#define SLAB_HERE 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLAB_HERE 0
#endif
#endif
#ifndef SLAB_HERE
#define SLAB_HERE 1
#endif

#define CHUNK ((uintptr_t)1 << 16)
/* Addresses, not memory: a page is there once it is written to. Less of them
 * where they are limited. */
#define RANGE ((size_t)1 << 34)
#define RANGE_FEW ((size_t)1 << 27)

/* A block that nobody has. */
struct slab_block {
	struct slab_block *next;
};

/* What a cache has of one size. Key: W only the owner. */
struct slab_size {
	struct slab_block *free; /* W: given back */
	char *fresh, *end;	 /* W: of the newest chunk, never used yet */
};

/*
 * A thread's cache.
 *
 * Key: W only the owner, A atomic, L under left_lock.
 */
struct slab {
	struct slab_size sizes[SLAB_SIZES];
	_Alignas(64) _Atomic(struct slab_block *) remote; /* A: by others */
	struct slab *next_left; /* L: its thread has ended, and so has this */
};

/* Head of a chunk. Key: I set before any of its blocks is given out. */
struct slab_chunk {
	struct slab *owner; /* I: never another one; threads may change */
	size_t size;	    /* I: of a block */
	_Alignas(SLAB_STEP) char blocks[];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static size_t range_size;	      /* I: bytes, all of them ours */
static _Atomic(uintptr_t) range_at;   /* A: where it begins; 0: there is none */
static _Atomic(uintptr_t) next_chunk; /* A: offset of the first unused one */
static pthread_mutex_t left_lock = PTHREAD_MUTEX_INITIALIZER;
static struct slab *left; /* L: caches without a thread */

/* One chunk more: what is cut off so that it is aligned is not missing at the
 * end, where malloc's memory may begin. */
static void *reserve(size_t size)
{
	void *p = mmap(NULL, size + CHUNK, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	range_size = size;
	return p == MAP_FAILED ? NULL : p;
}

static void range_init(void)
{
	void *p = reserve(RANGE);

	if (!p)
		p = reserve(RANGE_FEW);
	/* release: pairs with range(); publishes range_size. */
	if (p)
		atomic_store_explicit(&range_at,
				      ((uintptr_t)p + CHUNK - 1) / CHUNK *
					      CHUNK,
				      memory_order_release);
}

static uintptr_t range(void)
{
	/* acquire: pairs with range_init(). */
	return atomic_load_explicit(&range_at, memory_order_acquire);
}

/* 64 KiB that are aligned to that, and zero; NULL when all are used. */
static void *chunk_alloc(void)
{
	/* relaxed: the caller alone uses it until it hands out blocks. */
	uintptr_t at = atomic_fetch_add_explicit(&next_chunk, CHUNK,
						 memory_order_relaxed);

	return at + CHUNK <= range_size ? (void *)(range() + at) : NULL;
}

/* The thread's first block: a cache that was left, or a new one. */
static struct slab *slab_enter(struct kit_self *self)
{
	struct slab *s;

	if (self->has_no_slab)
		return NULL;
	pthread_once(&once, range_init);
	pthread_mutex_lock(&left_lock);
	s = left;
	if (s)
		left = s->next_left;
	pthread_mutex_unlock(&left_lock);
	if (!s && range())
		s = chunk_alloc();
	self->slab = s;
	self->has_no_slab = !s;
	return s;
}

void slab_leave(struct kit_self *self)
{
	struct slab *s = self->slab;

	if (!s)
		return;
	self->slab = NULL;
	self->has_no_slab = true;
	/* What the next owner finds in it is published by this lock. */
	pthread_mutex_lock(&left_lock);
	s->next_left = left;
	left = s;
	pthread_mutex_unlock(&left_lock);
}

static struct slab_chunk *chunk_of(const void *p)
{
	return (struct slab_chunk *)((uintptr_t)p / CHUNK * CHUNK);
}

static struct slab_size *size_of(struct slab *s, size_t size)
{
	return &s->sizes[(size - 1) / SLAB_STEP];
}

static void size_push(struct slab_size *z, struct slab_block *b)
{
	b->next = z->free;
	z->free = b;
}

static struct slab_block *size_pop(struct slab_size *z)
{
	struct slab_block *b = z->free;

	if (b)
		z->free = b->next;
	return b;
}

/* Sort into the sizes what other threads gave back. */
static void slab_collect(struct slab *s)
{
	struct slab_block *b, *next;

	/* relaxed: a hint that it is worth an exchange. */
	if (!atomic_load_explicit(&s->remote, memory_order_relaxed))
		return;
	/* acquire: pairs with the release in slab_free_remote(). */
	for (b = atomic_exchange_explicit(&s->remote, NULL,
					  memory_order_acquire);
	     b; b = next) {
		next = b->next;
		size_push(size_of(s, chunk_of(b)->size), b);
	}
}

/* No block is free: those of other threads, of the chunk, of a new chunk. */
static void *slab_refill(struct slab *s, size_t size)
{
	struct slab_size *z = size_of(s, size);
	struct slab_chunk *c;
	struct slab_block *b;

	slab_collect(s);
	b = size_pop(z);
	if (b)
		return b;
	size = (size + SLAB_STEP - 1) / SLAB_STEP * SLAB_STEP;
	if ((size_t)(z->end - z->fresh) < size) {
		c = chunk_alloc();
		if (!c)
			return NULL;
		c->owner = s;
		c->size = size;
		z->fresh = c->blocks;
		z->end = (char *)c + CHUNK;
	}
	b = (struct slab_block *)z->fresh;
	z->fresh += size;
	return b;
}

void *slab_alloc(struct kit_self *self, size_t size)
{
	struct slab *s = self->slab;
	struct slab_block *b;

	if (!SLAB_HERE || size > SLAB_MAX)
		return NULL;
	if (unlikely(!s)) {
		s = slab_enter(self);
		if (!s)
			return NULL;
	}
	b = size_pop(size_of(s, size));
	return likely(b) ? b : slab_refill(s, size);
}

static void slab_free_remote(struct slab *owner, struct slab_block *b)
{
	/* relaxed: its value is only put back. */
	b->next = atomic_load_explicit(&owner->remote, memory_order_relaxed);
	/* release: pairs with slab_collect(); nobody uses the block any more,
	 * and its link is seen. The owner takes all, so there is no ABA. */
	while (!atomic_compare_exchange_weak_explicit(&owner->remote, &b->next,
						      b, memory_order_release,
						      memory_order_relaxed))
		;
}

bool slab_free(struct kit_self *self, void *p)
{
	struct slab_chunk *c = chunk_of(p);
	uintptr_t from = range();

	if (!SLAB_HERE || !from || (uintptr_t)p - from >= range_size)
		return false;
	if (likely(c->owner == self->slab))
		size_push(size_of(c->owner, c->size), p);
	else
		slab_free_remote(c->owner, p);
	return true;
}
