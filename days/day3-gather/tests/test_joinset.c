/* Given: the join set, with handles that are woken by hand. */
#include "child.h"
#include "joinset.h"
#include "kit/err.h"
#include "kit/fault.h"

enum { N = 8 };

static unsigned int aborts[N];

/* The task is asked to end, and has by the next poll of its handle. */
static void abort_by_hand(struct future *handle)
{
	struct child *c = container_of(handle, struct child, future);

	aborts[c->index]++;
	if (c->done)
		return;
	c->value = -ECANCELED;
	child_finish(c);
}

static void set_start(struct joinset *s, struct joinset_task *t,
		      struct child *c)
{
	unsigned int i;

	EXPECT_ERR(joinset_init(s, abort_by_hand), 0, "memory for a set");
	for (i = 0; i < N; i++) {
		child_init(&c[i], i);
		EXPECT_ERR(joinset_push(s, &t[i], &c[i].future), 0,
			   "memory for task %u", i);
	}
}

static struct joinset_task *next_turn(struct joinset *s, struct parent *p)
{
	struct unordered_next next = joinset_next(s);
	struct future *done = NULL;

	turn_into(&next.future, p, &done);
	future_drop(&next.future);
	return joinset_task(done);
}

TEST(what_is_left_of_a_join_set_is_aborted, 9, 0, kit)
{
	struct joinset_task t[N], *done;
	struct joinset s;
	struct child c[N];
	struct parent p;
	unsigned int i;

	WHY("Tasks that nobody waits for any more run on, with all that they "
	    "hold, unless somebody stops them.");
	parent_init(&p);
	set_start(&s, t, c);
	EXPECT(!next_turn(&s, &p), "all tasks run");
	STEP("task 3 ends");
	child_finish(&c[3]);
	done = next_turn(&s, &p);
	EXPECT(done == &t[3], "it is handed out");
	EXPECT_EQ(done->status, 103, "with what its handle said");
	EXPECT_EQ(c[3].drops, 0, "its handle may be asked for the output");
	future_drop(done->handle);
	STEP("task 5 ends, and is not handed out; then the set ends");
	child_finish(&c[5]);
	joinset_fini(&s);
	for (i = 0; i < N; i++) {
		EXPECT_EQ(aborts[i], i != 3, "task %u is aborted once", i);
		EXPECT_EQ(c[i].drops, 1, "handle %u is dropped once", i);
	}
	EXPECT_EQ(parent_live(&p), 0, "no clone of the parent's waker is left");
}

TEST(aborted_tasks_stay_until_they_are_handed_out, 9, 0, kit)
{
	struct joinset_task t[N], *done;
	struct joinset s;
	struct child c[N];
	struct parent p;
	unsigned int i, canceled = 0;

	WHY("Asked to end is not ended: whoever waits for all hears of all.");
	parent_init(&p);
	set_start(&s, t, c);
	next_turn(&s, &p);
	STEP("tasks 0 to 3 end; abort all");
	for (i = 0; i < N / 2; i++)
		child_finish(&c[i]);
	joinset_abort_all(&s);
	for (i = 0; i < N; i++) {
		EXPECT_EQ(unordered_len(&s.set), N - i, "it is in there still");
		done = next_turn(&s, &p);
		EXPECT(done, "it is handed out");
		canceled += done->status == -ECANCELED;
		future_drop(done->handle);
	}
	EXPECT_EQ(canceled, N / 2, "those that had ended say so");
	EXPECT(!next_turn(&s, &p), "nobody is left");
	joinset_fini(&s);
	for (i = 0; i < N; i++)
		EXPECT_EQ(aborts[i], 1, "task %u was aborted by hand only", i);
}

TEST(join_set_without_memory_keeps_no_task, 9, 0, kit)
{
	struct joinset_task t;
	struct joinset s;
	struct child c;

	WHY("Whoever is refused still owns its handle.");
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(joinset_init(&s, abort_by_hand), -ENOMEM, "no set");
	EXPECT_ERR(joinset_init(&s, abort_by_hand), 0, "a set");
	child_init(&c, 0);
	fault_set(FAULT_ALLOC, 1, -ENOMEM);
	EXPECT_ERR(joinset_push(&s, &t, &c.future), -ENOMEM, "no task");
	joinset_abort_all(&s);
	joinset_fini(&s);
	EXPECT_EQ(aborts[0] + c.drops, 0, "the handle is left alone");
}
