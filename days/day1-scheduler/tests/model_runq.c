/*
 * The ring in every order of its owner and its thieves: whatever goes in comes
 * out once. Rings begin just before their indices wrap.
 */
#include "rings.h"

#include "kit/thread.h"
#include "test/model/model.h"

/** What the threads took; found when all have ended. */
static struct task *popped[8];
static unsigned int nr_popped;

static void setup(unsigned int n)
{
	static const char *const names[] = { "A", "B", "C", "D",
					     "E", "F", "G", "H" };
	unsigned int i;

	make_with(n);
	nr_popped = 0;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		model_name(tasks[i], names[i]);
}

static void pop_one(void)
{
	struct task *t = runq_pop(&ring);

	if (t)
		popped[nr_popped++] = t;
}

static void steal(void *arg)
{
	runq_steal(&ring, arg);
}

static void start(struct thread *t, const char *name, struct runq *into)
{
	EXPECT_ERR(thread_create(t, name, steal, into), 0, "a thread");
}

/* Everything is in one place, wherever that is. */
static void expect_all(void)
{
	struct task *t;
	unsigned int i, times;

	for (i = 0; i < nr_popped; i++)
		find(popped[i]);
	find_in(&ring);
	find_in(&thief);
	while ((t = inject_pop(&inject)))
		find(t);
	for (i = 0; i < nr_in; i++) {
		times = found[i];
		EXPECT_EQ(times, 1, "task %c is delivered once", 'A' + i);
	}
	inject_fini(&inject);
}

MODEL(the_last_task_goes_to_one_of_two, 5, 10)
{
	struct thread t;

	WHY("Owner and thief both see the task; only one may take it.");
	setup(1);
	start(&t, "thief", &thief);
	pop_one();
	thread_join(&t);
	expect_all();
}

MODEL(pops_and_a_steal_share_the_tasks, 5, 10)
{
	struct thread t;

	WHY("What a thief copied may be popped before it moves head.");
	setup(3);
	start(&t, "thief", &thief);
	pop_one();
	EXPECT_EQ(nr_popped, 1,
		  "a thief leaves one of three, so a pop finds one");
	pop_one();
	thread_join(&t);
	expect_all();
}

MODEL(a_push_does_not_overwrite_what_is_stolen, 3, 10)
{
	struct thread t;

	WHY("The ring is full: the next task takes the place of the oldest, "
	    "which a thief may be reading.");
	setup(RUNQ_SIZE);
	start(&t, "thief", &thief);
	pop_one();
	runq_push(&ring, tasks[nr_in++], &inject);
	thread_join(&t);
	expect_all();
}

MODEL(an_overflow_meets_a_thief, 3, 10)
{
	struct thread t;

	WHY("The older half moves to the injection queue, while a thief is "
	    "after the same tasks.");
	setup(RUNQ_SIZE);
	start(&t, "thief", &thief);
	runq_push(&ring, tasks[nr_in++], &inject);
	thread_join(&t);
	expect_all();
}

MODEL(a_thief_is_late_by_a_round_of_the_ring, 5, 10)
{
	struct thread t;
	unsigned int i;

	WHY("A thief has read one index; when it reads the other one, the "
	    "owner has gone on by as many tasks as the ring has slots.");
	setup(1);
	start(&t, "thief", &thief);
	for (i = 0; i < RUNQ_SIZE; i++) {
		runq_push(&ring, tasks[nr_in++], &inject);
		pop_one();
	}
	pop_one();
	thread_join(&t);
	expect_all();
}

static struct runq second;

MODEL(two_thieves_and_the_owner, 5, 10)
{
	struct thread a, b;

	WHY("Two thieves read the same head; one of them is late.");
	setup(2);
	runq_init(&second);
	start(&a, "thief", &thief);
	start(&b, "second", &second);
	pop_one();
	thread_join(&a);
	thread_join(&b);
	find_in(&second);
	expect_all();
}
