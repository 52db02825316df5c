/**
 * @file test_slot.c
 * Day 5, TODO 3: write a slot, while others read it.
 *
 * The test reads the slot itself here, in the middle of the write: what it
 * sees is also what a writer leaves that is killed at this instruction.
 */
#include <inttypes.h>

#include "region.h"

#include "test/cost.h"
#include "test/step.h"
#include "test/test.h"

static struct slot slot;

static uint64_t seq_of(const struct slot *s)
{
	/* relaxed, here and below: it is this thread that writes. */
	return atomic_load_explicit(&s->seq, memory_order_relaxed);
}

static uint64_t word_of(const struct slot *s, unsigned int i)
{
	return atomic_load_explicit(&s->word[i], memory_order_relaxed);
}

/* Words that tell where they belong, and to which write. */
static void words_of(uint64_t word[SLOT_WORDS], uint64_t nr)
{
	unsigned int i;

	for (i = 0; i < SLOT_WORDS; i++)
		word[i] = nr * 1000003 + (uint64_t)i * 70000000000ull + 1;
}

/* How many of the slot's words are those of write @nr. */
static unsigned int words_from(uint64_t nr)
{
	uint64_t word[SLOT_WORDS];
	unsigned int i, n = 0;

	words_of(word, nr);
	for (i = 0; i < SLOT_WORDS; i++)
		n += word_of(&slot, i) == word[i];
	return n;
}

/* The slot as write @nr has left it, with this number, made by hand. */
static void make(uint64_t seq, uint64_t nr)
{
	uint64_t word[SLOT_WORDS];
	unsigned int i;

	words_of(word, nr);
	for (i = 0; i < SLOT_WORDS; i++)
		atomic_store_explicit(&slot.word[i], word[i],
				      memory_order_relaxed);
	atomic_store_explicit(&slot.seq, seq, memory_order_relaxed);
}

static void write_nr(void *arg)
{
	uint64_t word[SLOT_WORDS];

	words_of(word, *(uint64_t *)arg);
	slot_write(&slot, word);
}

/* What is interrupted for nothing has its time bounded. */
static void nothing(void *arg)
{
}

TEST(what_was_written_stands_in_the_slot, 3, 2)
{
	uint64_t nr, last, now;

	WHY("The number changes with each write, so that a reader that was "
	    "asleep for a thousand of them still finds out.");
	make(0, 0);
	last = seq_of(&slot);
	STEP("write a new slot 1,000 times");
	for (nr = 1; nr <= 1000; nr++, last = now) {
		write_nr(&nr);
		EXPECT_EQ(words_from(nr), SLOT_WORDS,
			  "after write %" PRIu64 " all words are its own", nr);
		now = seq_of(&slot);
		EXPECT_EQ(now % 2, 0,
			  "the number is even when the write has "
			  "ended");
		EXPECT(now > last, "write %" PRIu64 " makes the number larger",
		       nr);
	}
}

/* What is seen in the middle of write 2, over write 1. */
struct seen {
	uint64_t seq;
	unsigned int old, new;
};

static void look(void *arg)
{
	struct seen *s = arg;

	s->seq = seq_of(&slot);
	s->old = words_from(1);
	s->new = words_from(2);
}

/* Write 2 over write 1, and look after each instruction. False: an even
 * number stood over words that are not of one write. */
static void write_and_look(uint64_t seq, unsigned int *nr_mixed)
{
	uint64_t nr = 2;
	struct seen s;
	unsigned int k;

	*nr_mixed = 0;
	for (k = 1; k < 1000; k++) {
		make(seq, 1);
		if (!step_interrupt(write_nr, &nr, k, look, &s))
			break;
		*nr_mixed += s.old && s.new;
		if (s.seq % 2 == 1)
			continue;
		if (s.seq == seq)
			EXPECT_EQ(s.old, SLOT_WORDS,
				  "words of the old write, after instruction "
				  "%u, while the number is the old one",
				  k);
		else
			EXPECT_EQ(s.new, SLOT_WORDS,
				  "words of the new write, after instruction "
				  "%u, while the number is even again",
				  k);
	}
	EXPECT(k < 1000, "a write ends within 1,000 instructions");
	EXPECT_EQ(words_from(2), SLOT_WORDS, "all words were written");
	EXPECT_EQ(seq_of(&slot) % 2, 0, "the number is even at the end");
}

/* plain: sanitizers and valgrind have instructions of their own. */
TEST(the_number_is_odd_while_the_words_are_mixed, 3, 3, plain)
{
	unsigned int nr_mixed;

	WHY("An even number over half old, half new words is a worker that "
	    "polls a task at a time at which it never did.");
	STEP("write over a slot; a reader looks, or the process is killed");
	STEP("once more for each instruction, until the write has ended");
	write_and_look(8, &nr_mixed);
	EXPECT(nr_mixed, "some moments lie between the first word and the "
			 "last");
}

/* plain: as above. */
TEST(a_slot_whose_writer_died_is_written_like_any_other, 3, 3, plain)
{
	unsigned int nr_mixed;
	uint64_t nr = 2;

	WHY("The thread that wrote here is gone, and its number is odd. Who "
	    "takes the slot over must neither wait for it nor take its odd "
	    "number for an even one.");
	STEP("a writer has left the number 9, which is odd");
	make(9, 1);
	step_interrupt(write_nr, &nr, 1, nothing, NULL);
	EXPECT_EQ(words_from(2), SLOT_WORDS, "all words were written");
	EXPECT_EQ(seq_of(&slot) % 2, 0,
		  "the number is even when the write has "
		  "ended");
	EXPECT(seq_of(&slot) > 9, "the number goes on from there");
	STEP("once more; a reader looks after each instruction");
	write_and_look(9, &nr_mixed);
}

/* plain: as above. */
TEST(a_write_takes_no_locked_instruction, 3, 2, plain)
{
	uint64_t nr = 2;

	WHY("A worker writes its slot twice in each poll, and nobody else "
	    "writes it: plain stores in this order are enough.");
	make(8, 1);
	STEP("write a slot, an instruction at a time");
	EXPECT_EQ(step_count_locked(write_nr, &nr), 0,
		  "no instruction of a write locks memory");
}

TEST(a_write_costs_no_more_than_it_must, 3, 2, cost)
{
	uint64_t word[SLOT_WORDS], count, limit;
	unsigned int i;

	WHY("The console is watched because it costs nothing.");
	words_of(word, 1);
	make(8, 1);
	cost_begin();
	for (i = 0; i < 1000; i++) {
		word[i % SLOT_WORDS]++;
		slot_write(&slot, word);
	}
	count = cost_end();
	cost_report("write", count);
	STEP("1,000 writes; instructions counted");
	limit = cost_reference("write") * 3 / 2;
	EXPECT_EQ(word_of(&slot, 0), word[0], "the last one is in the slot");
	if (limit && count > limit)
		EXPECT_EQ(count / 1000, limit / 1000,
			  "a write takes at most 1.5 times the instructions of "
			  "the reference");
}
