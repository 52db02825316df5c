/* Small blocks from the cache of a thread. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/atomic.h"
#include "kit/slab.h"
#include "kit/thread.h"
#include "test/test.h"

#define N 5000 /* of 64 bytes: more than four chunks */

static void *blocks[N];

/* A block of this thread's; where there is no slab, nothing is tested. */
static void *block(size_t size)
{
	void *p = slab_alloc(kit_self(), size);

	if (!p)
		SKIP("a build without slabs, or too few addresses");
	return p;
}

static void give_back(void *p)
{
	EXPECT(slab_free(kit_self(), p), "a block comes from here");
}

TEST(a_block_that_was_given_back_is_the_next_one, 0, 1)
{
	void *a = block(64), *b = block(64), *other = block(48);

	EXPECT(a != b, "two blocks are two");
	give_back(a);
	EXPECT(block(48) != a, "a block of one size is none of another");
	EXPECT(block(49) == a, "what is rounded up to its size gets it");
	give_back(b);
	give_back(other);
	EXPECT(!((uintptr_t)a % SLAB_STEP), "a block is aligned");
}

TEST(blocks_do_not_overlap, 0, 1)
{
	unsigned int i, k;

	for (i = 0; i < N; i++) {
		blocks[i] = block(64);
		memset(blocks[i], (int)(i % 251), 64);
	}
	for (i = 0; i < N; i++)
		for (k = 0; k < 64; k++)
			if (((unsigned char *)blocks[i])[k] != i % 251)
				FAIL("somebody else wrote into block %u", i);
	for (i = 0; i < N; i++)
		give_back(blocks[i]);
}

TEST(what_is_large_or_from_elsewhere_is_mallocs, 0, 1)
{
	void *p = malloc(64);
	char local[64];

	give_back(block(SLAB_MAX));
	EXPECT(!slab_alloc(kit_self(), SLAB_MAX + 1), "too large a block");
	EXPECT(!slab_free(kit_self(), p), "malloc's block is not from here");
	EXPECT(!slab_free(kit_self(), local), "nor is one on the stack");
	EXPECT(!slab_free(kit_self(), NULL), "nor is none");
	free(p);
}

/* Where the mapping that @p lies in ends. */
static uintptr_t mapping_end(const void *p)
{
	FILE *f = fopen("/proc/self/maps", "r");
	uintptr_t begin, end = 0;
	char line[512];

	EXPECT(f, "the mappings can be read");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &begin, &end) == 2 &&
		    begin <= (uintptr_t)p && (uintptr_t)p < end)
			break;
		end = 0;
	}
	fclose(f);
	return end;
}

TEST(what_lies_right_behind_the_range_is_not_from_here, 0, 1)
{
	void *p = block(64);
	uintptr_t end = mapping_end(p);

	WHY("malloc's next large block may well begin there.");
	EXPECT(end, "a block lies in a mapping");
	EXPECT(!slab_free(kit_self(), (void *)end), "not ours");
	give_back(p);
}

static int compare(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	return (x > y) - (x < y);
}

static void free_all(void *arg)
{
	unsigned int i;

	for (i = 0; i < N; i++)
		give_back(blocks[i]);
}

TEST(blocks_that_another_thread_gives_back_come_back, 0, 1)
{
	struct thread other;
	static void *second[N];
	unsigned int i;

	for (i = 0; i < N; i++)
		blocks[i] = block(64);
	EXPECT_ERR(thread_create(&other, "other", free_all, NULL), 0,
		   "a thread");
	thread_join(&other);
	for (i = 0; i < N; i++)
		second[i] = block(64);
	qsort(blocks, N, sizeof(blocks[0]), compare);
	qsort(second, N, sizeof(second[0]), compare);
	EXPECT(!memcmp(blocks, second, sizeof(blocks)),
	       "the same blocks are used again, and each of them once");
	for (i = 0; i < N; i++)
		give_back(second[i]);
}

static void take_one(void *arg)
{
	*(void **)arg = slab_alloc(kit_self(), 64);
}

TEST(the_cache_of_a_thread_that_has_ended_goes_to_the_next, 0, 1)
{
	void *first = NULL, *second = NULL;
	struct thread t;

	give_back(block(64));
	EXPECT_ERR(thread_create(&t, "first", take_one, &first), 0, "a thread");
	thread_join(&t);
	/* Its owner is gone, and gets it all the same. */
	give_back(first);
	EXPECT_ERR(thread_create(&t, "next", take_one, &second), 0, "a thread");
	thread_join(&t);
	EXPECT(first && second == first, "the next thread gets that block");
	give_back(second);
}

#define ROUNDS 100000
#define ON_THE_WAY 64

/* Blocks on their way to who gives them back; NULL: a free place. */
static _Atomic(char *) way[ON_THE_WAY];

static void free_each(void *arg)
{
	unsigned int i;
	char *p;

	for (i = 0; i < ROUNDS; i++) {
		/* acquire: pairs with the store of the test below. */
		while (!(p = atomic_load_explicit(&way[i % ON_THE_WAY],
						  memory_order_acquire)))
			;
		/* relaxed: nothing is published. */
		atomic_store_explicit(&way[i % ON_THE_WAY], NULL,
				      memory_order_relaxed);
		p[32] = 'f';
		give_back(p);
	}
}

TEST(no_block_is_had_twice_while_others_are_given_back, 0, 1, timeout = 20)
{
	struct thread other;
	unsigned int i;
	bool twice = false;
	char *p;

	for (i = 0; i < N; i++) {
		blocks[i] = block(64);
		((char *)blocks[i])[32] = 'f';
	}
	for (i = 0; i < N; i++)
		give_back(blocks[i]);
	EXPECT_ERR(thread_create(&other, "other", free_each, NULL), 0,
		   "a thread");
	for (i = 0; i < ROUNDS; i++) {
		p = block(64);
		twice |= p[32] == 'u';
		p[32] = 'u';
		/* relaxed: only a free place is looked for. */
		while (atomic_load_explicit(&way[i % ON_THE_WAY],
					    memory_order_relaxed))
			;
		/* release: publishes what is in the block. */
		atomic_store_explicit(&way[i % ON_THE_WAY], p,
				      memory_order_release);
		/* Some are the owner's to give back. */
		p = block(64);
		twice |= p[32] == 'u';
		p[32] = 'f';
		give_back(p);
	}
	thread_join(&other);
	EXPECT(!twice, "a block is in use once");
}
