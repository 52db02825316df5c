/* Given: the rules in words, their thresholds, and what to try next. */
#include <inttypes.h>

#include "lint.h"
#include "say.h"

#include "kit/module.h"

/* The rules in words, and what to try next. */
static const struct {
	const char *says, *next;
	uint64_t params; /* bits 1 << enum lint_param */
} manual[LINT_NR] = {
#define P(name) (1ull << LINT_PARAM_##name)
	[LINT_DEADLOCK] = { "Tasks wait in a circle, each for the end of the "
			    "next one or "
			    "for a lock that it holds, and nobody else has a "
			    "waker.",
			    "take the locks in one order everywhere; await a "
			    "task before "
			    "the lock is taken, not while it is held",
			    P(settled) },
	[LINT_LOST_WAKER] = { "A task waits, all wakers that were made of it "
			      "are gone, and "
			      "it waits for nothing that the runtime ends.",
			      "read the future's poll: which path returns "
			      "pending without "
			      "storing a waker, or drops the one that it has?",
			      P(lost_waker) },
	[LINT_BLOCKING] = { "A worker is inside a poll, and that poll covers "
			    "most of the "
			    "time that another task has been scheduled.",
			    "off the CPU: move the call to the blocking pool; "
			    "on it: give "
			    "way between pieces of work, or move it to a pool "
			    "of its own",
			    P(poll_warn) | P(explains_percent) | P(poll_error) |
				    P(poll_critical) },
	[LINT_SATURATION] = { "All workers were busy, tasks are queued at both "
			      "ends of the "
			      "window, and no single poll explains their "
			      "delay.",
			      "take in less (bound what waits, or refuse), "
			      "make the polls "
			      "cheaper, or add workers if there are cores",
			      P(busy_percent) | P(queue_min) |
				      P(explains_percent) | P(window) },
	[LINT_LONG_POLL] = { "Polls that took too long: often, or very much "
			     "so.",
			     "look at the task's histogram and its last polls: "
			     "is it always "
			     "long, or only with some input? Then as for "
			     "blocking",
			     P(poll_info) | P(poll_warn) | P(poll_error) |
				     P(poll_critical) | P(min_polls) },
	[LINT_LONG_DELAY] = { "Tasks were scheduled, and waited too long for a "
			      "worker; why, "
			      "no other rule has found.",
			      "look at the workers: do they sleep meanwhile (a "
			      "wake-up is "
			      "missing), or have their threads no core (the "
			      "machine is full)?",
			      P(delay_warn) | P(delay_error) |
				      P(explains_percent) },
	[LINT_NEVER_YIELDED] = { "A task is in its first poll, and has been "
				 "for long; nobody "
				 "waits for its worker now.",
				 "if it computes, let it give way; if it "
				 "blocks, it is a job "
				 "for the blocking pool",
				 P(never_yielded) },
	[LINT_SELF_WAKES] = { "A task mostly wakes itself, not because its "
			      "budget is spent; "
			      "its polls are very short, and it never rests.",
			      "store the waker where the event happens, and "
			      "return pending "
			      "without waking",
			      P(self_percent) | P(min_wakes) | P(short_poll) |
				      P(idle_percent) },
	[LINT_IMBALANCE] = { "One worker is busy and has a queue at both ends "
			     "of the "
			     "window; all others are mostly idle.",
			     "why do they not steal? Look for a worker that is "
			     "not woken "
			     "when a task is queued",
			     P(busy_percent) | P(idle_percent) | P(queue_min) |
				     P(window) },
	[LINT_STEALING] = { "Most tasks were stolen before they ran, and their "
			    "polls are "
			    "shorter than what that costs.",
			    "spawn where the work is, or make the pieces "
			    "larger",
			    P(steal_percent) | P(min_polls) | P(short_poll) },
	[LINT_FLAT_PARKS] = { "A worker has not slept once in the window, and "
			      "has had a "
			      "queue at both ends: it has no reserve.",
			      "watch the queue: if it grows with more load, "
			      "the runtime is "
			      "about to be saturated",
			      P(queue_min) | P(min_polls) | P(window) },
	[LINT_QUEUE_GROWTH] = { "A queue has grown by half or more, and its "
				"newest entry will "
				"wait too long at the rate at which it is "
				"emptied.",
				"bound the queue, so that whoever fills it has "
				"to wait; then "
				"see who does",
				P(queue_min) | P(delay_warn) | P(window) },
	[LINT_POOL_EXHAUSTED] = { "At both ends of the window blocking jobs "
				  "were queued and no "
				  "thread was idle; at the rate of the window "
				  "they wait too "
				  "long.",
				  "which jobs take long? Allow more threads if "
				  "they sleep, "
				  "fewer jobs at a time if they compute",
				  P(delay_warn) | P(delay_error) | P(window) },
	[LINT_INJECTION] = { "Nothing was taken out of the injection queue in "
			     "the window.",
			     "a worker looks there every 61 turns, or before "
			     "it sleeps: "
			     "does it? And is one woken when a task is put "
			     "there?",
			     P(window) },
	[LINT_LOCK_HELD] = { "A task holds a lock for long, and another has "
			     "waited as long "
			     "for it.",
			     "do not hold it while you await: copy what you "
			     "need, unlock, "
			     "then await",
			     P(lock_held) },
	[LINT_CHANNEL_FULL] = { "A task has waited long for room in a channel.",
				"look at the task that receives: is it in long "
				"polls, or does "
				"it wait for something else between two "
				"messages?",
				P(channel_full) },
#undef P
};

const char *explain_rule(enum lint_rule rule, const struct lint_params *p,
			 char *buf, size_t size)
{
	struct text t = { .buf = buf, .size = size };
	const char *comma = "";
	unsigned int i;

	buf[0] = '\0';
	if ((unsigned int)rule >= LINT_NR)
		return buf;
	if (!p)
		p = &lint_defaults;
	say(&t, "%s: %s\nThresholds: ", lint_info[rule].name,
	    manual[rule].says);
	for (i = 0; i < LINT_PARAM_NR; i++) {
		if (!(manual[rule].params >> i & 1))
			continue;
		say(&t, "%s%s ", comma, lint_param_info[i].name);
		comma = ", ";
		if (lint_param_info[i].unit[0] == 'n')
			say_ns(&t, lint_param_of(p, i));
		else
			say(&t, "%" PRIu64 "%s", lint_param_of(p, i),
			    lint_param_info[i].unit[0] ? " %" : "");
	}
	say(&t, "\nNext: %s.\n", manual[rule].next);
	return buf;
}
EXPORT_SYMBOL(explain_rule);

MODULE(manual, "the rules in words", NULL, NULL);
