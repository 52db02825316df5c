/* TODO 9: the prediction against a run of the program. */
#include <stdio.h>
#include <string.h>

#include "predict_trace.h"
#include "program.h"

#include "kit/tracepoint.h"

#define SHOWN                                                      \
	(1u << TP_POLL_BEGIN | 1u << TP_POLL_END | 1u << TP_WAKE | \
	 1u << TP_SCHEDULE)

/* The event at @text, which the next comma ends; at the end: "(the end)". */
static void take_event(const char *text, char *buf, size_t len)
{
	size_t n = strcspn(text, ",");

	if (n)
		snprintf(buf, len, "%.*s", (int)n, text);
	else
		snprintf(buf, len, "(the end)");
}

TEST(prediction_meets_the_trace, 9, 5, untraced)
{
	const char *said = predict_events(), *ran;
	char want[64], got[64];
	struct join joins[2];
	struct sched *s;
	unsigned int n = 1;

	WHY("Who can say what follows a wake has understood the runtime.");
	STEP("run the program of predict_trace.h, turn by turn");
	EXPECT_ERR(sched_create_stepped(&s, 1), 0,
		   "a stepped scheduler can be made");
	letter_spawn(s, 'R', &joins[0]);
	letter_spawn(s, 'W', &joins[1]);
	record_start();
	record_name(joins[0].task, "R");
	record_name(joins[1].task, "W");
	program_run(s);
	ran = record_text(SHOWN);
	future_drop(&joins[0].future);
	future_drop(&joins[1].future);
	sched_destroy(s);
	for (;; n++) {
		take_event(said, got, sizeof(got));
		take_event(ran, want, sizeof(want));
		EXPECT_STR(got, want,
			   "prediction and trace part at event number %u", n);
		if (!*ran)
			break;
		STEP("event %u, as you said: %s", n, got);
		said += strcspn(said, ",");
		ran += strcspn(ran, ",");
		said += strspn(said, ", ");
		ran += strspn(ran, ", ");
	}
}
