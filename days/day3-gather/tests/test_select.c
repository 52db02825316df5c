/* TODO 7: the first of several futures, the others dropped. */
#include <string.h>

#include "child.h"
#include "kit/err.h"
#include "select.h"

enum { NOBODY = 99 };

/* What a select is told, and what it says. */
struct race {
	struct select select;
	struct parent p;
	size_t winner;
	int result;
};

static void race_start(struct race *r, struct future *const list[], size_t n,
		       uint64_t *random)
{
	parent_init(&r->p);
	r->winner = NOBODY;
	r->result = -1;
	EXPECT_ERR(select_init(&r->select, list, n, &r->result, random), 0,
		   "a select over %zu children", n);
}

static enum poll race_turn(struct race *r)
{
	return turn_into(&r->select.future, &r->p, &r->winner);
}

TEST(first_child_that_is_ready_wins, 7, 2)
{
	struct child c[3];
	struct future *list[3];
	uint64_t random = test_rand();
	struct parent moved;
	struct race r;

	WHY("Whoever waits for a line or a tick goes on with what came first, "
	    "and has to know which it was.");
	children_init(c, list, 3);
	race_start(&r, list, 3, &random);
	STEP("poll a select over three children, none is ready");
	EXPECT_POLL(race_turn(&r), "pending", "nobody is ready");
	EXPECT_EQ(children_polls(c, 3), 3,
		  "each child is asked once, or its wake would find nobody");
	STEP("poll it in another task");
	parent_init(&moved);
	EXPECT_POLL(turn_into(&r.select.future, &moved, &r.winner), "pending",
		    "nobody is ready");
	STEP("finish child 1");
	child_finish(&c[1]);
	EXPECT_EQ(parent_wakes(&r.p), 0, "the task that was left is not woken");
	EXPECT_EQ(parent_wakes(&moved), 1, "the task that polls now is woken");
	EXPECT_POLL(turn_into(&r.select.future, &moved, &r.winner), "ready",
		    "child 1 is ready, so the select is");
	EXPECT_EQ(r.winner, 1, "the output is the index of the winner");
	EXPECT_EQ(r.result, 101, "the result is the winner's");
	future_drop(&r.select.future);
	EXPECT_EQ(parent_live(&r.p) + parent_live(&moved), 0,
		  "no clone of a parent's waker is left");
}

TEST(losers_are_dropped_once_and_not_polled_again, 7, 2)
{
	struct child c[4];
	struct future *list[4];
	uint64_t random = test_rand();
	struct waker late;
	unsigned long polls;
	struct race r;
	unsigned int i;

	WHY("A loser that goes on is work for nobody; dropped twice is a "
	    "double free, never dropped is a leak.");
	children_init(c, list, 4);
	race_start(&r, list, 4, &random);
	STEP("poll: four children wait");
	race_turn(&r);
	late = child_waker(&c[0]);
	STEP("finish child 2, poll the select");
	child_finish(&c[2]);
	EXPECT_POLL(race_turn(&r), "ready", "child 2 is ready");
	for (i = 0; i < 4; i++)
		EXPECT_EQ(c[i].drops, 1,
			  "child %u is dropped when the select is ready", i);
	polls = children_polls(c, 4);
	STEP("wake child 0, which lost, through a waker that somebody kept");
	waker_wake(&late);
	EXPECT_EQ(parent_wakes(&r.p), 2,
		  "the task is woken for nothing, and that is all");
	STEP("drop the select");
	future_drop(&r.select.future);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(c[i].drops, 1, "child %u is not dropped again", i);
	EXPECT_EQ(children_polls(c, 4), polls, "nobody is polled after it");
}

TEST(select_that_is_dropped_early_drops_all, 7, 1)
{
	struct child c[3];
	struct future *list[3];
	uint64_t random = test_rand();
	unsigned int i, polled;
	struct race r;

	WHY("A select may lose a select itself: then all its children are "
	    "losers.");
	for (polled = 0; polled < 2; polled++) {
		children_init(c, list, 3);
		race_start(&r, list, 3, &random);
		STEP(polled ? "poll a select, then drop it"
			    : "drop a select that was never polled");
		if (polled)
			race_turn(&r);
		future_drop(&r.select.future);
		for (i = 0; i < 3; i++)
			EXPECT_EQ(c[i].drops, 1, "child %u is dropped once", i);
		EXPECT_EQ(parent_live(&r.p), 0,
			  "no clone of the parent's waker is left");
	}
}

TEST(nobody_is_asked_after_the_winner, 7, 1)
{
	struct child c[4];
	struct future *list[4];
	uint64_t random = test_rand();
	unsigned int i, j, nr;
	struct race r;

	WHY("A child that is ready has given its output away: a message that "
	    "was received and then dropped is lost.");
	STEP("50 selects over four children, all ready");
	for (i = 0; i < 50; i++) {
		children_init(c, list, 4);
		for (j = 0; j < 4; j++)
			c[j].done = true;
		race_start(&r, list, 4, &random);
		EXPECT_POLL(race_turn(&r), "ready", "all are ready");
		for (j = nr = 0; j < 4; j++)
			nr += c[j].finished;
		EXPECT_EQ(nr, 1, "one child has given its output");
		EXPECT_EQ(r.result, 100 + (int)r.winner,
			  "result and index are of the same child");
		future_drop(&r.select.future);
	}
}

/* How often each child wins; bits of ready: who is. */
static void count_wins(unsigned int ready, unsigned int rounds,
		       uint64_t *random, unsigned int *wins)
{
	struct child c[3];
	struct future *list[3];
	struct race r;
	unsigned int i, j;

	memset(wins, 0, 3 * sizeof(wins[0]));
	for (i = 0; i < rounds; i++) {
		children_init(c, list, 3);
		for (j = 0; j < 3; j++)
			c[j].done = ready >> j & 1;
		race_start(&r, list, 3, random);
		EXPECT_POLL(race_turn(&r), "ready", "somebody is ready");
		EXPECT(r.winner < 3, "the output is the index of a child");
		wins[r.winner]++;
		future_drop(&r.select.future);
	}
}

TEST(each_child_that_is_ready_wins_as_often, 7, 2)
{
	enum { ROUNDS = 3000, NEAR = 200 };
	uint64_t random = 1;
	unsigned int wins[3], i;

	WHY("A child that is always ready would else be the only one that "
	    "ever wins, and what the others hold waits for ever.");
	STEP("%u selects over three children, all ready", ROUNDS);
	count_wins(7, ROUNDS, &random, wins);
	for (i = 0; i < 3; i++)
		if (wins[i] < ROUNDS / 3 - NEAR || wins[i] > ROUNDS / 3 + NEAR)
			FAIL("child %u wins %u times of %u, and one of three "
			     "is a third",
			     i, wins[i], ROUNDS);
	STEP("the same, and child 0 is never ready");
	count_wins(6, ROUNDS, &random, wins);
	for (i = 1; i < 3; i++)
		if (wins[i] < ROUNDS / 2 - NEAR || wins[i] > ROUNDS / 2 + NEAR)
			FAIL("child %u wins %u times of %u beside one that "
			     "waits, and one of two is a half",
			     i, wins[i], ROUNDS);
}

TEST(biased_select_asks_in_the_order_of_the_array, 7, 1)
{
	unsigned int wins[3];

	WHY("Some orders are meant: the request to stop before the next job.");
	STEP("100 selects with SELECT_BIASED; children 1 and 2 are ready");
	count_wins(6, 100, SELECT_BIASED, wins);
	EXPECT_EQ(wins[1], 100, "child 1 wins each time");
}

/*
 * Reads a line of 4 bytes from a stream that gives one byte a wake. Where the
 * bytes are kept until the line is whole decides what a drop costs.
 */
struct reader {
	struct future future;
	struct stream *stream;
	char own[8];  /* the line so far, in the machine */
	char *kept;   /* or where the stream's owner keeps it */
	size_t *have; /* bytes of it */
	size_t own_have;
};

struct stream {
	const char *bytes;
	size_t at, lost;
};

static enum poll reader_poll(struct future *f, struct context *cx, void *out)
{
	struct reader *r = container_of(f, struct reader, future);

	r->kept[(*r->have)++] = r->stream->bytes[r->stream->at++];
	if (*r->have < 4)
		return POLL_PENDING;
	memcpy(out, r->kept, 4);
	*r->have = 0;
	return POLL_READY;
}

static void reader_drop(struct future *f)
{
	struct reader *r = container_of(f, struct reader, future);

	r->stream->lost += r->own_have;
}

static void reader_init(struct reader *r, struct stream *s, char *kept,
			size_t *have)
{
	static const struct future_ops ops = {
		.poll = reader_poll,
		.drop = reader_drop,
		.size = sizeof(struct reader),
		.out_size = 4,
	};

	*r = (struct reader){ .future.ops = &ops, .stream = s };
	r->kept = kept ? kept : r->own;
	r->have = have ? have : &r->own_have;
}

/*
 * Reads lines until the stream is at its end; a tick wins the third turn and
 * the reader starts anew. What is the first line?
 */
static const char *read_beside_a_tick(struct stream *s, char *kept,
				      size_t *have, unsigned int *ticks)
{
	static char line[8];
	struct future *list[2];
	struct reader reader;
	struct select select;
	struct child tick;
	struct parent p;
	size_t winner = NOBODY;
	unsigned int i;

	parent_init(&p);
	for (*ticks = 0; *ticks < 3; ++*ticks) {
		reader_init(&reader, s, kept, have);
		child_init(&tick, 0);
		list[0] = &tick.future;
		list[1] = &reader.future;
		memset(line, 0, sizeof(line));
		EXPECT_ERR(select_init(&select, list, 2, line, SELECT_BIASED),
			   0, "a select over a tick and a reader");
		for (i = 0; i < 8; i++) {
			tick.done = !*ticks && i == 3;
			if (turn_into(&select.future, &p, &winner) ==
			    POLL_READY)
				break;
		}
		future_drop(&select.future);
		if (winner == 1)
			return line;
	}
	FAIL("no line was read, whoever ticked");
}

TEST(dropped_loser_takes_its_progress_along, 7, 1)
{
	struct stream careless = { .bytes = "one.two.end.done" };
	struct stream careful = { .bytes = "one.two.end.done" };
	unsigned int ticks;
	size_t have = 0;
	char kept[8];

	WHY("The reader that loses is dropped with what it has read; the next "
	    "one begins in the middle of a line. What must outlive a select "
	    "does not belong into its children.");
	STEP("a reader keeps its bytes itself; after three, a tick wins");
	EXPECT_STR(read_beside_a_tick(&careless, NULL, NULL, &ticks), ".two",
		   "the next reader gets a line that begins too late");
	EXPECT_EQ(ticks, 1, "the tick won once");
	EXPECT_EQ(careless.lost, 3, "three bytes went with the loser");
	STEP("the same, and the bytes are kept beside the select");
	EXPECT_STR(read_beside_a_tick(&careful, kept, &have, &ticks), "one.",
		   "the next reader goes on where the loser was");
	EXPECT_EQ(careful.lost, 0, "no byte went with the loser");
}

TEST(select_over_nobody_or_too_many_is_refused, 7, 0, kit)
{
	struct future *list[SELECT_MAX + 1];
	struct child c[SELECT_MAX + 1];
	struct race r;

	WHY("Nobody is never ready: pending would be for ever.");
	children_init(c, list, SELECT_MAX + 1);
	EXPECT_ERR(select_init(&r.select, list, 0, NULL, SELECT_BIASED),
		   -EINVAL, "a select over nobody is refused");
	EXPECT_ERR(select_init(&r.select, list, SELECT_MAX + 1, NULL,
			       SELECT_BIASED),
		   -EINVAL, "a select over too many is refused");
	race_start(&r, list, SELECT_MAX, SELECT_BIASED);
	c[SELECT_MAX - 1].done = true;
	EXPECT_POLL(race_turn(&r), "ready", "the last of many is asked, too");
	EXPECT_EQ(r.winner, SELECT_MAX - 1, "and wins");
	future_drop(&r.select.future);
}
