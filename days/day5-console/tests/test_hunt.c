/* TODO 9: what was found in front of the console. The supervisor judges. */
#include <stdio.h>
#include <string.h>

#include "hunt.h"

#include "test/test.h"

/* An answer as the supervisor gets it; test_hunt.c and oracle_hunt.c agree. */
struct answer {
	char question; /* 't': the task, 'r': the reason */
	char reason;
	char task[48];
	char span[48];
};

static void ask(char question)
{
	const struct hunt_answer *said = hunt_answer();
	struct answer a = { .question = question };
	char reply[8];

	EXPECT(said, "there is an answer");
	a.reason = (char)said->reason;
	if (said->task)
		snprintf(a.task, sizeof(a.task), "%s", said->task);
	if (said->span)
		snprintf(a.span, sizeof(a.span), "%s", said->span);
	STEP("you say: %s", question == 't' ? a.task : a.span);
	oracle_ask("hunt", &a, sizeof(a), reply, sizeof(reply));
}

TEST(the_slow_task_is_found, 9, 5, oracle, untraced)
{
	WHY("The longest poll is an accident; the 95th percentile is a habit.");
	ask('t');
}

TEST(the_reason_is_found, 9, 3, oracle, untraced)
{
	WHY("A task that computes is cured otherwise than one that blocks.");
	ask('r');
}
