/* TODO 9, bonus: the outputs of many futures in the order of completion. */
#include "child.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/thread.h"
#include "unordered.h"

enum { NONE = 1000000 };

static void set_init(struct unordered *u)
{
	EXPECT_ERR(unordered_init(u), 0, "there is memory for a set");
}

static void set_push(struct unordered *u, struct child *c, int *out)
{
	EXPECT_ERR(unordered_push(u, &c->future, out), 0,
		   "there is memory for child %u", c->index);
}

static void set_start(struct unordered *u, struct child *c, unsigned int n,
		      int *outs)
{
	unsigned int i;

	set_init(u);
	for (i = 0; i < n; i++) {
		child_init(&c[i], i);
		set_push(u, &c[i], &outs[i]);
	}
}

/* Poll for the next one, once: its index, or -1, or NONE when pending. */
static int next_turn(struct unordered *u, struct parent *p)
{
	struct unordered_next next = unordered_next(u);
	struct future *done = NULL;
	enum poll poll = turn_into(&next.future, p, &done);

	future_drop(&next.future);
	if (poll == POLL_PENDING)
		return NONE;
	return done ? (int)container_of(done, struct child, future)->index : -1;
}

TEST(outputs_come_in_the_order_of_completion, 9, 1, bonus)
{
	enum { N = 20 };
	struct child c[N];
	unsigned int order[N], i;
	struct unordered u;
	struct parent p;
	int outs[N] = { 0 };

	WHY("The first answer can be used while the slowest is waited for.");
	parent_init(&p);
	shuffle(order, N);
	set_start(&u, c, N, outs);
	STEP("poll for the first of %u children, none is ready", N);
	EXPECT_EQ(next_turn(&u, &p), NONE, "all children wait");
	for (i = 0; i < N; i++) {
		STEP("finish child %u", order[i]);
		child_finish(&c[order[i]]);
		EXPECT_EQ(parent_wakes(&p), i + 1, "the parent is told once");
		EXPECT_EQ(next_turn(&u, &p), order[i],
			  "child %u is the next to be handed out", order[i]);
		EXPECT_EQ(outs[order[i]], c[order[i]].value,
			  "its output is where the push said");
		EXPECT_EQ(c[order[i]].drops, 1, "it is dropped by then");
		EXPECT_EQ(unordered_len(&u), N - 1 - i, "one less is left");
		if (i < N - 1)
			EXPECT_EQ(next_turn(&u, &p), NONE, "the others wait");
	}
	EXPECT_EQ(next_turn(&u, &p), -1, "nobody is left, which is told");
	EXPECT_EQ(children_polls(c, N), 2 * N, "each child was polled twice");
	unordered_fini(&u);
	EXPECT_EQ(parent_live(&p), 0, "no clone of the parent's waker is left");
}

TEST(child_that_is_pushed_while_it_runs_is_polled, 9, 2, bonus)
{
	struct child c[3];
	struct unordered u;
	struct parent p;
	int outs[3];

	WHY("A server takes new requests while it answers old ones: whoever "
	    "waits for the next has to look at the new one, too.");
	parent_init(&p);
	set_start(&u, c, 1, outs);
	STEP("poll: child 0 waits");
	EXPECT_EQ(next_turn(&u, &p), NONE, "child 0 waits");
	STEP("push children 1 and 2");
	child_init(&c[1], 1);
	child_init(&c[2], 2);
	set_push(&u, &c[1], &outs[1]);
	EXPECT_EQ(parent_wakes(&p), 1, "the push wakes whoever waits");
	set_push(&u, &c[2], &outs[2]);
	EXPECT_EQ(parent_wakes(&p), 1, "who was told already is not told");
	c[2].done = true;
	EXPECT_EQ(next_turn(&u, &p), 2, "child 2 is ready at once");
	EXPECT_EQ(c[0].polls, 1, "child 0, which nobody woke, is not polled");
	EXPECT_EQ(c[1].polls, 1, "child 1 is polled");
	child_finish(&c[0]);
	EXPECT_EQ(next_turn(&u, &p), 0, "child 0 is the next");
	child_finish(&c[1]);
	EXPECT_EQ(next_turn(&u, &p), 1, "child 1 is the next");
	STEP("nobody is left; push child 0 once more");
	EXPECT_EQ(next_turn(&u, &p), -1, "nobody is left");
	child_init(&c[0], 0);
	set_push(&u, &c[0], &outs[0]);
	c[0].done = true;
	EXPECT_EQ(next_turn(&u, &p), 0, "an empty set is not the end of it");
	unordered_fini(&u);
}

/* A child that pushes another one in its poll. */
struct pusher {
	struct future future;
	struct unordered *set;
	struct child *child;
	int *out;
};

static enum poll pusher_poll(struct future *f, struct context *cx, void *out)
{
	struct pusher *p = container_of(f, struct pusher, future);

	set_push(p->set, p->child, p->out);
	return POLL_READY;
}

TEST(child_may_push_another_one_in_its_poll, 9, 1, bonus)
{
	static const struct future_ops ops = { .poll = pusher_poll,
					       .size = sizeof(struct pusher) };
	struct unordered u;
	struct child c;
	int out = 0;
	struct pusher pusher = { { &ops }, &u, &c, &out };
	struct unordered_next next;
	struct future *done;
	struct parent p;

	WHY("A request that leads to another one: a lock that is held during "
	    "the poll would be waited for by its holder.");
	parent_init(&p);
	set_init(&u);
	child_init(&c, 0);
	c.done = true;
	EXPECT_ERR(unordered_push(&u, &pusher.future, NULL), 0, "memory");
	next = unordered_next(&u);
	EXPECT_POLL(turn_into(&next.future, &p, &done), "ready",
		    "the one that pushes is ready");
	EXPECT(done == &pusher.future, "the one that pushes comes first");
	EXPECT_EQ(next_turn(&u, &p), 0, "then the one that was pushed");
	EXPECT_EQ(out, 100, "its output is where the push said");
	unordered_fini(&u);
}

TEST(next_that_is_dropped_loses_nothing, 9, 1, bonus)
{
	struct unordered_next next;
	struct child c[2];
	struct future *done;
	struct unordered u;
	struct parent p;
	int outs[2];

	WHY("A next may lose a select: the work goes on in the set, and "
	    "nothing of it is gone.");
	parent_init(&p);
	set_start(&u, c, 2, outs);
	STEP("wait for the next one; child 0 ends; drop the wait");
	next = unordered_next(&u);
	EXPECT_POLL(turn_into(&next.future, &p, &done), "pending", "both wait");
	child_finish(&c[0]);
	future_drop(&next.future);
	EXPECT_EQ(c[0].drops + c[1].drops, 0, "nobody was dropped");
	STEP("wait again");
	EXPECT_EQ(next_turn(&u, &p), 0, "child 0 is still there");
	unordered_fini(&u);
}

TEST(wake_after_the_end_of_a_child_tells_nobody, 9, 1, bonus)
{
	struct child c[2];
	struct unordered u;
	struct waker late;
	struct parent p;
	unsigned long live = heap_live();
	unsigned int wakes;
	int outs[2];

	WHY("A timer or a socket does not know that the child has ended.");
	parent_init(&p);
	set_start(&u, c, 2, outs);
	next_turn(&u, &p);
	late = child_waker(&c[0]);
	STEP("child 0 ends; the next one is waited for");
	child_finish(&c[0]);
	EXPECT_EQ(next_turn(&u, &p), 0, "child 0 is handed out");
	EXPECT_EQ(next_turn(&u, &p), NONE, "child 1 waits");
	wakes = parent_wakes(&p);
	STEP("wake child 0 through a waker that somebody kept");
	waker_wake_by_ref(&late);
	EXPECT_EQ(parent_wakes(&p), wakes, "nobody is told");
	EXPECT_EQ(next_turn(&u, &p), NONE, "child 1 still waits");
	STEP("end the set, then wake once more");
	unordered_fini(&u);
	waker_wake_by_ref(&late);
	EXPECT_EQ(parent_wakes(&p), wakes, "nobody is told");
	EXPECT_EQ(heap_live(), live + 2, "child 0's node and the hub stay");
	waker_drop(&late);
	EXPECT_EQ(heap_live(), live, "the last waker frees both");
}

/* A child that is woken in the poll that ends it. */
struct hasty {
	struct future future;
	struct waker waker;
	unsigned int polls;
};

static enum poll hasty_poll(struct future *f, struct context *cx, void *out)
{
	struct hasty *h = container_of(f, struct hasty, future);

	if (++h->polls > 1)
		FAIL("the child was polled again after it was ready");
	h->waker = waker_clone(cx->waker);
	waker_wake_by_ref(&h->waker);
	return POLL_READY;
}

TEST(child_that_is_woken_while_it_ends_is_gone, 9, 1, bonus)
{
	static const struct future_ops ops = { .poll = hasty_poll,
					       .size = sizeof(struct hasty) };
	struct hasty h = { .future.ops = &ops };
	struct unordered_next next;
	struct unordered u;
	struct future *done;
	struct child c;
	struct parent p;
	int out;

	WHY("It is on the list of the woken when it ends, and nobody may find "
	    "it there.");
	parent_init(&p);
	set_start(&u, &c, 1, &out);
	EXPECT_EQ(next_turn(&u, &p), NONE, "child 0 waits");
	EXPECT_ERR(unordered_push(&u, &h.future, NULL), 0, "memory");
	STEP("push a child that wakes itself and is ready");
	next = unordered_next(&u);
	EXPECT_POLL(turn_into(&next.future, &p, &done), "ready", "it is ready");
	STEP("wait for child 0");
	EXPECT_EQ(next_turn(&u, &p), NONE, "child 0 waits");
	waker_drop(&h.waker);
	unordered_fini(&u);
}

TEST(end_of_the_set_drops_each_child_once, 9, 1, bonus)
{
	struct child c[4];
	struct unordered u;
	struct parent p;
	unsigned int i;
	int outs[4];

	WHY("Dropped twice is a double free, never dropped is a leak.");
	parent_init(&p);
	set_start(&u, c, 3, outs);
	STEP("three children wait; 1 has ended, 2 is woken, 3 is new");
	next_turn(&u, &p);
	child_finish(&c[1]);
	next_turn(&u, &p);
	child_wake(&c[2]);
	child_init(&c[3], 3);
	set_push(&u, &c[3], &outs[3]);
	STEP("end the set");
	unordered_fini(&u);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(c[i].drops, 1, "child %u is dropped once", i);
	EXPECT_EQ(children_polls(c, 4), 4, "and not polled any more");
	EXPECT_EQ(parent_live(&p), 0, "no clone of the parent's waker is left");
}

TEST(turn_of_a_set_gives_way, 9, 1, bonus)
{
	struct child c[4];
	struct unordered u;
	struct parent p;
	unsigned int i, wakes;
	unsigned long polls;
	int outs[4];

	WHY("All other tasks of this thread wait until the turn is over.");
	parent_init(&p);
	set_start(&u, c, 4, outs);
	c[1].self_wakes = 2 * CHILD_MANY;
	for (i = 1; i <= 5; i++) {
		STEP("turn %u; child 1 wakes itself in each of its polls", i);
		polls = children_polls(c, 4);
		wakes = parent_wakes(&p);
		EXPECT_EQ(next_turn(&u, &p), NONE, "nobody has ended");
		polls = children_polls(c, 4) - polls;
		if (!polls || polls > 4)
			FAIL("a turn over 4 children made %lu polls", polls);
		if (parent_wakes(&p) == wakes)
			FAIL("the turn ended early, and nobody told the parent "
			     "to come back");
	}
	unordered_fini(&u);
}

/* Ready, if the task has something left of its budget in this turn. */
struct charged {
	struct future future;
	unsigned int *budget, *polls;
};

static enum poll charged_poll(struct future *f, struct context *cx, void *out)
{
	struct charged *c = container_of(f, struct charged, future);

	++*c->polls;
	if (*c->budget) {
		--*c->budget;
		return POLL_READY;
	}
	waker_wake_by_ref(cx->waker);
	return POLL_PENDING;
}

TEST(turn_without_a_budget_does_not_ask_everybody, 9, 1, bonus)
{
	static const struct future_ops ops = { .poll = charged_poll,
					       .size = sizeof(struct charged) };
	enum { N = 2000, OPS = 128 };
	static struct charged c[N];
	unsigned int budget = OPS, polls = 0, turns = 1, i;
	struct unordered_next next;
	struct future *done;
	struct unordered u;
	struct parent p;

	WHY("A task whose budget is spent gets a new one in its next turn; "
	    "asking all children first makes each turn as long as the set.");
	parent_init(&p);
	set_init(&u);
	for (i = 0; i < N; i++) {
		c[i] = (struct charged){ { &ops }, &budget, &polls };
		EXPECT_ERR(unordered_push(&u, &c[i].future, NULL), 0, "memory");
	}
	STEP("%u children, all ready, with %u operations a turn", N, OPS);
	for (i = 0; i < N; i++) {
		next = unordered_next(&u);
		while (turn_into(&next.future, &p, &done) == POLL_PENDING) {
			budget = OPS;
			if (++turns > N)
				FAIL("the set does not get to its end");
		}
	}
	if (polls > N + 2 * turns)
		FAIL("%u children in %u turns cost %u polls: two for nothing "
		     "in a turn are enough",
		     N, turns, polls);
	unordered_fini(&u);
}

struct push {
	struct unordered *set;
	struct child child;
	int out, err;
};

static void push_main(void *arg)
{
	struct push *p = arg;

	p->err = unordered_push(p->set, &p->child.future, &p->out);
}

TEST(push_without_memory_consumes_nothing, 9, 0, bonus)
{
	struct unordered u;
	struct push push = { .set = &u };
	struct thread t;
	struct child c;
	struct parent p;
	int out;

	WHY("Whoever is refused still owns its child, and may try again.");
	parent_init(&p);
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(unordered_init(&u), -ENOMEM, "no memory for a set");
	set_init(&u);
	child_init(&c, 0);
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(unordered_push(&u, &c.future, &out), -ENOMEM,
		   "no memory for a child");
	EXPECT_EQ(c.drops, 0, "it is not consumed");
	EXPECT_EQ(unordered_len(&u), 0, "it is not in the set");
	STEP("another thread pushes");
	EXPECT_EQ(next_turn(&u, &p), -1, "nobody is there");
	child_init(&push.child, 7);
	push.child.done = true;
	EXPECT_ERR(thread_create(&t, "pusher", push_main, &push), 0,
		   "a thread");
	thread_join(&t);
	EXPECT_ERR(push.err, 0, "there is memory for its child");
	EXPECT_EQ(next_turn(&u, &p), 7, "its child is handed out");
	unordered_fini(&u);
}
