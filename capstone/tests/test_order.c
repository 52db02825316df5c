/* The loops on programs that the harness draws anew for each seed. */
#include "order.h"
#include "work.h"

static const char *const ways[] = { "inline", "spawn", "gather" };

/* The next program; what was answered to it goes back. */
static void run_program(void)
{
	struct order_program p;
	struct order_answer a = { .err = 0 };
	static uint64_t ns[ORDER_OPS];
	struct run r = { .ns = ns, .outs = a.outs };
	const char please = 0;

	oracle_ask("order", &please, sizeof(please), &p, sizeof(p));
	memset(&work, 0, sizeof(work));
	work.script = p.pauses;
	work.values = p.values;
	work.nr_script = p.groups * p.group;
	work.finish_order = a.finished;
	r.way = p.way;
	r.groups = p.groups;
	r.group = p.group;
	r.fail_at = p.fail_at;
	if (p.fail_at)
		STEP("%s, %u groups of %u, no memory for allocation %u",
		     ways[p.way], p.groups, p.group, p.fail_at);
	else
		STEP("%s, %u groups of %u", ways[p.way], p.groups, p.group);
	a.err = run_loop(&r);
	a.nr_started = work.started;
	a.nr_finished = work.finished;
	EXPECT_EQ(work.drops, work.started,
		  "every operation is dropped exactly once");
	oracle_ask("order", &a, sizeof(a), &p, 0);
}

TEST(fresh_programs_run_in_their_order, 3, 5, oracle)
{
	unsigned int i;

	WHY("Which operation is ready when, and whose output lies where, must "
	    "hold for any program, and not for those that one has seen.");
	for (i = 0; i < ORDER_PROGRAMS; i++)
		run_program();
}
