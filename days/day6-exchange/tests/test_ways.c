/* TODO 7, with 1 to 3 and 5: the same book under a lock, an amutex, an actor. */
#include "kit/fault.h"
#include "tape.h"
#include "ways.h"

enum { ORDERS = 120, DEPTH = 4 };

static const char *const way_name[WAYS] = { "a plain lock", "an amutex",
					    "an actor" };

/* Few prices, so that nearly half of them trade. */
static void draw_orders(struct order *o, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		o[i] = limit(test_rand() % 2, i + 1, 1 + test_rand() % 9,
			     100 + test_rand() % 5);
		o[i].client = 1 + test_rand() % 3;
		if (test_rand() % 8)
			continue;
		o[i].kind = BOOK_MARKET;
		o[i].price = 0;
	}
}

/* What a book said of a stream: fills, and what was left of each order. */
struct said {
	struct fill fill[2 * ORDERS];
	size_t nr;
	uint32_t left[ORDERS];
};

static void said_fill(void *arg, const struct fill *fill)
{
	struct said *s = arg;

	if (s->nr == ARRAY_SIZE(s->fill))
		FAIL("there are more than two fills an order: one of them "
		     "filled nobody to the end");
	s->fill[s->nr++] = *fill;
}

/* Polls a submit by hand; the workers turn in between. */
static int drive(struct way_submit *submit, struct sched *s)
{
	struct waker waker = waker_noop();
	struct context cx = { .waker = &waker };
	unsigned int turns = 0;
	int err = -1;

	while (future_poll(&submit->async.future, &cx, &err) == POLL_PENDING) {
		if (++turns > 1000)
			FAIL("the answer does not come");
		sched_step(s, 0);
	}
	future_drop(&submit->async.future);
	return err;
}

static void submit_all(enum way_kind kind, struct sched *s,
		       const struct order *o, struct said *said)
{
	struct way_submit submit;
	struct way *w;
	unsigned int i;

	EXPECT_ERR(way_create(&w, kind, ORDERS, s, DEPTH, said_fill, said), 0,
		   "there is memory for a book");
	for (i = 0; i < ORDERS; i++) {
		submit = way_submit(w, &o[i], &said->left[i]);
		EXPECT_ERR(drive(&submit, s), 0, "order %u is taken", i + 1);
	}
	way_destroy(w);
}

TEST(the_same_orders_fill_alike_all_three_ways, 7, 1)
{
	static struct order o[ORDERS];
	static struct said plain, said;
	struct book *b = new_book(ORDERS);
	struct sched *s;
	unsigned int i;
	int kind;

	WHY("How a book is shared decides who waits and what it costs, and "
	    "never who trades with whom.");
	draw_orders(o, ORDERS);
	STEP("%d orders to a book that nobody shares", ORDERS);
	for (i = 0; i < ORDERS; i++)
		EXPECT_ERR(book_submit(b, &o[i], &plain.left[i], said_fill,
				       &plain),
			   0, "order %u is taken", i + 1);
	book_destroy(b);
	EXPECT(plain.nr > ORDERS / 8, "some of the orders trade");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a scheduler");
	for (kind = 0; kind < WAYS; kind++) {
		STEP("the same to a book that is shared by %s", way_name[kind]);
		memset(&said, 0, sizeof(said));
		submit_all(kind, s, o, &said);
		EXPECT_EQ(said.nr, plain.nr, "there are as many fills");
		EXPECT(!memcmp(said.fill, plain.fill, sizeof(said.fill)),
		       "the fills are the same");
		EXPECT(!memcmp(said.left, plain.left, sizeof(said.left)),
		       "as much is left of each order");
	}
	sched_destroy(s);
}

/* Many tasks, on two threads: nothing is filled twice, and nothing is lost. */
enum { TASKS = 4, EACH = 100, ALL = TASKS * EACH };

struct floor {
	struct order order[ALL];
	uint32_t taken[ALL];  /* lots that it took as it came in */
	uint32_t filled[ALL]; /* lots in all */
	uint32_t left[ALL];   /* said of it */
	bool is_broken;	      /* more was filled than there was */
};

static void floor_fill(void *arg, const struct fill *fill)
{
	struct floor *f = arg;
	uint64_t maker = fill->maker - 1, taker = fill->taker - 1;

	f->filled[maker] += fill->quantity;
	f->filled[taker] += fill->quantity;
	f->taken[taker] += fill->quantity;
	f->is_broken |= f->filled[maker] > f->order[maker].quantity ||
			f->filled[taker] > f->order[taker].quantity;
}

/* A task that submits its share. */
struct trader {
	struct async async;
	struct floor *floor;
	struct way *way;
	unsigned int i, end;
	int err;
	struct way_submit submit;
};

static enum poll trader_poll(struct future *f, struct context *cx, void *out)
{
	struct trader *t = container_of(f, struct trader, async.future);

	ASYNC_BEGIN(&t->async);
	for (*(int *)out = 0; t->i < t->end; t->i++) {
		t->submit = way_submit(t->way, &t->floor->order[t->i],
				       &t->floor->left[t->i]);
		AWAIT(&t->submit.async.future, &t->err);
		if (t->err)
			break;
	}
	*(int *)out = t->err;
	ASYNC_END(&t->async);
}

static void trader_drop(struct future *f)
{
	async_drop(&container_of(f, struct trader, async.future)->async);
}

static void trade(struct way *w, struct sched *s, struct floor *f)
{
	static const struct future_ops trader = {
		.poll = trader_poll,
		.drop = trader_drop,
		.size = sizeof(struct trader),
		.out_size = sizeof(int),
	};
	struct join join[TASKS];
	unsigned int i;
	int status;

	for (i = 0; i < TASKS; i++) {
		struct trader t = { .async.future.ops = &trader,
				    .floor = f,
				    .way = w,
				    .i = i * EACH,
				    .end = (i + 1) * EACH };

		EXPECT_ERR(sched_spawn(s, &trader, &t, &join[i]), 0, "a task");
	}
	for (i = 0; i < TASKS; i++) {
		EXPECT_ERR(sched_block_on(s, &join[i].future, &status), 0,
			   "task %u ends", i);
		EXPECT_ERR(status, 0, "task %u is not cancelled", i);
		EXPECT_ERR(*(const int *)join_output(&join[i]), 0,
			   "all its orders are taken");
		future_drop(&join[i].future);
	}
}

TEST(many_tasks_share_a_book_and_no_lot_is_filled_twice, 0, 0, kit)
{
	static struct floor floor;
	struct sched *s;
	struct way *w;
	unsigned int i;
	int kind;

	WHY("Whoever has the book has it alone.");
	for (kind = 0; kind < WAYS; kind++) {
		STEP("%d tasks on two threads share a book by %s", TASKS,
		     way_name[kind]);
		memset(&floor, 0, sizeof(floor));
		draw_orders(floor.order, ALL);
		EXPECT_ERR(sched_create(&s, 2), 0, "a scheduler");
		EXPECT_ERR(way_create(&w, kind, ALL, s, DEPTH, floor_fill,
				      &floor),
			   0, "a book");
		trade(w, s, &floor);
		way_destroy(w);
		sched_destroy(s);
		EXPECT(!floor.is_broken, "no order is filled above its lots");
		for (i = 0; i < ALL; i++)
			EXPECT_EQ(floor.left[i] + floor.taken[i],
				  floor.order[i].quantity,
				  "what order %u took and what was left of it "
				  "are all its lots",
				  i + 1);
	}
}

/* A submit that is polled once, and waits then; the other one has the book. */
static void poll_once(struct way_submit *submit)
{
	struct waker waker = waker_noop();
	struct context cx = { .waker = &waker };
	int err;

	EXPECT_EQ(future_poll(&submit->async.future, &cx, &err), POLL_PENDING,
		  "the order waits");
}

TEST(a_dropped_order_waits_for_no_lock_and_may_reach_an_actor, 0, 0, kit)
{
	struct order o = limit(BOOK_BUY, 1, 5, 100);
	struct way_submit submit;
	struct sched *s;
	struct tape t = { .fills = 0 };
	struct way *w;
	uint32_t left;

	WHY("Cancel-safe means something else for a lock and for a message.");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a scheduler");
	STEP("an order waits for an amutex, and is dropped");
	EXPECT_ERR(way_create(&w, WAY_AMUTEX, 8, NULL, 0, tape_fill, &t), 0,
		   "a book");
	EXPECT(amutex_trylock(&w->amutex), "nobody has the lock");
	submit = way_submit(w, &o, &left);
	poll_once(&submit);
	future_drop(&submit.async.future);
	amutex_unlock(&w->amutex);
	EXPECT_EQ(book_len(w->book), 0, "it is not in the book");
	way_destroy(w);
	STEP("an order was sent to an actor, and is dropped");
	EXPECT_ERR(way_create(&w, WAY_ACTOR, 8, s, 1, tape_fill, &t), 0,
		   "a book");
	submit = way_submit(w, &o, &left);
	poll_once(&submit);
	future_drop(&submit.async.future);
	STEP("a second one waits for room, and is dropped");
	o.id = 2;
	EXPECT_EQ(chan_len(w->orders), 1, "the channel is full");
	submit = way_submit(w, &o, &left);
	poll_once(&submit);
	future_drop(&submit.async.future);
	o = limit(BOOK_SELL, 3, 9, 100);
	submit = way_submit(w, &o, &left);
	EXPECT_ERR(drive(&submit, s), 0, "a third one is taken");
	EXPECT_EQ(left, 4, "it met the first one, and not the second");
	way_destroy(w);
	sched_destroy(s);
}

TEST(an_actor_that_is_gone_is_heard_of, 0, 0, kit)
{
	struct order o = limit(BOOK_BUY, 1, 5, 100);
	struct way_submit waits, late;
	struct tape t = { .fills = 0 };
	struct waker waker = waker_noop();
	struct context cx = { .waker = &waker };
	struct sched *s;
	struct way *w;
	uint32_t left;
	int err = 0;

	WHY("Whoever waits for an answer has to hear that there is none.");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a scheduler");
	EXPECT_ERR(way_create(&w, WAY_ACTOR, 8, s, 1, tape_fill, &t), 0,
		   "a book");
	sched_step(s, 0);
	STEP("the scheduler ends, and with it the owner of the book");
	sched_destroy(s);
	waits = way_submit(w, &o, &left);
	EXPECT_EQ(future_poll(&waits.async.future, &cx, &err), POLL_READY,
		  "there is nothing to wait for");
	EXPECT_ERR(err, -EPIPE, "nobody has the book");
	future_drop(&waits.async.future);
	way_destroy(w);
	STEP("the same, and an order is on its way already");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a scheduler");
	EXPECT_ERR(way_create(&w, WAY_ACTOR, 8, s, 1, tape_fill, &t), 0,
		   "a book");
	late = way_submit(w, &o, &left);
	poll_once(&late);
	sched_destroy(s);
	EXPECT_EQ(future_poll(&late.async.future, &cx, &err), POLL_READY,
		  "there is nothing to wait for any more");
	future_drop(&late.async.future);
	way_destroy(w);
}

TEST(a_book_that_cannot_be_made_leaves_nothing_behind, 0, 0, kit)
{
	struct tape t = { .fills = 0 };
	struct sched *s;
	struct way *w = NULL;
	unsigned int k;
	int kind, err;

	WHY("What was taken before the error has to be given back.");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0, "a scheduler");
	EXPECT_ERR(way_create(&w, WAYS, 8, s, 1, tape_fill, &t), -EINVAL,
		   "there is no such way");
	EXPECT_ERR(way_create(&w, WAY_LOCK, 0, s, 1, tape_fill, &t), -EINVAL,
		   "a book has room for an order");
	EXPECT_ERR(way_create(&w, WAY_ACTOR, 8, s, 0, tape_fill, &t), -EINVAL,
		   "a channel has room for an order");
	for (kind = 0; kind < WAYS; kind++) {
		STEP("memory fails at each step: %s", way_name[kind]);
		for (k = 1;; k++) {
			EXPECT(k < 50, "it succeeds some time");
			fault_set(FAULT_ALLOC, k, -ENOMEM);
			err = way_create(&w, kind, 8, s, 1, tape_fill, &t);
			if (!fault_hit())
				break;
			EXPECT_ERR(err, -ENOMEM, "there is no memory");
		}
		EXPECT_ERR(err, 0, "there is memory");
		way_destroy(w);
	}
	sched_destroy(s);
}
