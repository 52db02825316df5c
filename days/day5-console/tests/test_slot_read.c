/**
 * @file test_slot_read.c
 * Day 5, TODO 4: read a slot that somebody writes, or has left half written.
 *
 * The writer is the test itself, by hand, one store after the other.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "judge_slot.h"
#include "region.h"

#include "kit/err.h"
#include "kit/shm.h"
#include "kit/thread.h"
#include "test/step.h"
#include "test/test.h"

static struct slot slot;

#define STEP_OF_WORDS 1000003

/* Words that tell where they belong, and to which write. */
static uint64_t word_of(uint64_t nr, unsigned int i)
{
	return nr * STEP_OF_WORDS + (uint64_t)i * 70000000000ull + 1;
}

static void write_part(struct slot *s, uint64_t nr, unsigned int stores)
{
	uint64_t word[SLOT_WORDS];
	unsigned int i;

	for (i = 0; i < SLOT_WORDS; i++)
		word[i] = word_of(nr, i);
	judge_slot_write(s, nr, word, stores);
}

/* One read of the slot. */
struct read {
	const struct slot *slot;
	uint64_t word[SLOT_WORDS];
	int err;
};

static void read_once(void *arg)
{
	struct read *r = arg;

	r->err = slot_read(r->slot, r->word);
}

/* What is interrupted for nothing has its time bounded. */
static void nothing(void *arg)
{
}

/* How many of the words are those of write @nr. */
static unsigned int words_from(const struct read *r, uint64_t nr)
{
	unsigned int i, n = 0;

	for (i = 0; i < SLOT_WORDS; i++)
		n += r->word[i] == word_of(nr, i);
	return n;
}

TEST(a_read_gives_all_words_of_the_last_write, 4, 2)
{
	struct read r = { .slot = &slot };
	uint64_t nr;

	WHY("What was written is all that a reader has.");
	for (nr = 1; nr <= 100; nr++) {
		write_part(&slot, nr, STORES);
		read_once(&r);
		EXPECT_ERR(r.err, 0, "nobody writes: the slot can be read");
		EXPECT_EQ(words_from(&r, nr), SLOT_WORDS,
			  "words of write %" PRIu64 ", the last", nr);
	}
}

/* As the region is for a reader: another mapping, and read-only. */
static void map_slot(struct shm *rw, struct shm *ro)
{
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/dev/shm/unpark-test-slot-%d", getpid());
	shm_remove(path);
	EXPECT_ERR(shm_create(rw, path, sizeof(struct slot)), 0,
		   "a file in /dev/shm");
	err = shm_open_reader(ro, path);
	shm_remove(path);
	EXPECT_ERR(err, 0, "a reader of it");
}

TEST(a_reader_writes_nothing, 4, 2)
{
	struct shm rw, ro;
	struct read r;

	WHY("The reader has the region mapped read-only: it cannot leave a "
	    "mark in it, and a target is safe from its readers.");
	STEP("map a slot twice, to write it and to read it only");
	map_slot(&rw, &ro);
	r.slot = ro.mem;
	write_part(rw.mem, 5, STORES);
	STEP("read it");
	read_once(&r);
	EXPECT_ERR(r.err, 0, "nobody writes: the slot can be read");
	EXPECT_EQ(words_from(&r, 5), SLOT_WORDS, "words that were written");
	STEP("read it when its writer has died in the middle");
	write_part(rw.mem, 6, 3);
	read_once(&r);
	EXPECT_ERR(r.err, -EAGAIN, "a half written slot cannot be read");
	shm_unmap(&ro);
	shm_unmap(&rw);
}

/* plain: sanitizers and valgrind have instructions of their own. */
TEST(a_half_written_slot_is_given_up, 4, 3, plain)
{
	struct read r = { .slot = &slot };
	unsigned int stores;

	WHY("The process may have been killed at any store. A reader that "
	    "takes the half for all shows what never was; one that waits for "
	    "the writer waits for ever.");
	for (stores = 0; stores <= STORES; stores++) {
		unsigned int want = stores == STORES ? 2 : 1;

		write_part(&slot, 1, STORES);
		STEP("the writer dies after %u of %u stores", stores, STORES);
		write_part(&slot, 2, stores);
		step_interrupt(read_once, &r, 1, nothing, NULL);
		if (stores > 0 && stores < STORES) {
			EXPECT_ERR(r.err, -EAGAIN,
				   "a half written slot cannot be read");
			continue;
		}
		EXPECT_ERR(r.err, 0, "a whole slot can be read");
		EXPECT_EQ(words_from(&r, want), SLOT_WORDS,
			  "words of write %u, the last one that ended", want);
	}
	STEP("someone takes the slot over, and writes it");
	write_part(&slot, 2, 4);
	write_part(&slot, 3, STORES);
	read_once(&r);
	EXPECT_ERR(r.err, 0, "the next write makes it readable again");
	EXPECT_EQ(words_from(&r, 3), SLOT_WORDS, "words of that write");
}

static void write_whole(void *arg)
{
	write_part(&slot, 2, STORES);
}

static void write_half(void *arg)
{
	write_part(&slot, 2, STORES / 2);
}

/* plain: as above. */
TEST(a_write_in_the_middle_of_a_read_is_noticed, 4, 2, plain)
{
	struct read r = { .slot = &slot };
	unsigned int k, end, nr_new = 0;

	WHY("The writer never waits, so it may write while you copy: words "
	    "from before and after must not be handed out together.");
	STEP("read; in the middle of it the slot is written anew");
	STEP("once more for each instruction, until the read has ended");
	for (k = 1; k < 1000; k++) {
		write_part(&slot, 1, STORES);
		if (!step_interrupt(read_once, &r, k, write_whole, NULL))
			break;
		EXPECT_ERR(r.err, 0,
			   "one write, after instruction %u, does not make the "
			   "slot unreadable: try again",
			   k);
		if (words_from(&r, 1) == SLOT_WORDS)
			continue;
		nr_new++;
		EXPECT_EQ(words_from(&r, 2), SLOT_WORDS,
			  "words of the new write, when it came after "
			  "instruction %u, and not all are of the old one",
			  k);
	}
	EXPECT(nr_new, "a write before the words are read is seen");
	STEP("the same, but the writer dies after half of it");
	for (end = k, k = 1; k < end; k++) {
		write_part(&slot, 1, STORES);
		step_interrupt(read_once, &r, k, write_half, NULL);
		if (!r.err)
			EXPECT_EQ(words_from(&r, 1), SLOT_WORDS,
				  "words of the old write, when half of a new "
				  "one came after instruction %u",
				  k);
	}
}

/* A writer that has written before each instruction of the reader, until that
 * ought to have given up long ago. */
static bool write_again(void *arg)
{
	uint64_t *nr = arg;

	write_part(&slot, ++*nr, STORES);
	return *nr > 20000;
}

/* plain: as above. */
TEST(a_reader_tries_again_but_not_for_ever, 4, 2, plain)
{
	struct read r = { .slot = &slot };
	uint64_t nr = 2;
	unsigned int k, last = 0;

	WHY("A write takes some ten ns; a reader that gives up at once misses "
	    "what it could have read a moment later. But a number of tries it "
	    "has to be.");
	STEP("the slot is written before each instruction of the read");
	step_count(read_once, &r, write_again, &nr);
	EXPECT_ERR(r.err, -EAGAIN,
		   "a slot that changes all the time is given "
		   "up");
	STEP("a half written slot; in the middle of the read it is finished");
	for (k = 1; k < 2000; k += 3) {
		write_part(&slot, 2, STORES / 2);
		if (!step_interrupt(read_once, &r, k, write_whole, NULL))
			break;
		if (!r.err)
			last = k;
	}
	/* Load, compare, jump: a try is no less. */
	EXPECT(last > 2 * SLOT_TRIES,
	       "a slot that is finished within 64 tries can be read");
}

/* A writer and a reader at the same time. */
#define ROUNDS (test_is_slow() ? 2000u : 50000u)

static void write_often(void *arg)
{
	unsigned int i;

	for (i = 2; i <= ROUNDS; i++)
		write_part(&slot, i, STORES);
}

/* The write that all words are of; 0: not of one. */
static uint64_t write_of(const struct read *r)
{
	uint64_t nr = (r->word[0] - 1) / STEP_OF_WORDS;

	return words_from(r, nr) == SLOT_WORDS ? nr : 0;
}

TEST(while_a_thread_writes_no_read_is_mixed_or_old, 4, 1)
{
	struct read r = { .slot = &slot };
	uint64_t nr, last = 1, bad = 0;
	struct thread t;
	unsigned int i;

	WHY("The writer is another core, which shows its stores in an order of "
	    "its own unless told otherwise.");
	write_part(&slot, 1, STORES);
	STEP("a thread writes %u times, we read", ROUNDS);
	EXPECT_ERR(thread_create(&t, "writes", write_often, NULL), 0,
		   "a thread");
	for (i = 0; i < ROUNDS && !bad; i++) {
		read_once(&r);
		if (r.err)
			continue;
		nr = write_of(&r);
		bad = nr < last ? last : 0;
		last = nr;
	}
	thread_join(&t);
	if (bad)
		FAIL("a read after write %" PRIu64 " gave words that are not "
		     "of one write, or of an older one",
		     bad);
	read_once(&r);
	EXPECT_ERR(r.err, 0, "the writer has ended: the slot can be read");
	EXPECT_EQ(words_from(&r, ROUNDS), SLOT_WORDS,
		  "words of the last "
		  "write");
}
