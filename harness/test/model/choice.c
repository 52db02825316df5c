/*
 * The tree of decisions, depth first. A run takes the decisions of the path,
 * and behind its end always the first; then the last decision that has another
 * one left takes that.
 */
#include <stdio.h>
#include <stdlib.h>

#include "test/child.h"
#include "test/model/core.h"

/* One decision that had alternatives. */
struct decision {
	unsigned char taken, of;
};

#define MAX_DEPTH MODEL_STEPS

static struct {
	struct decision path[MAX_DEPTH];
	unsigned int len;   /* of the path */
	unsigned int at;    /* of this run, in it */
	unsigned int bound; /* preemptions that a run may cost */
	unsigned int spent; /* by this run */
	bool is_cut;
	bool follows; /* a given schedule */
} tree;

void choice_begin(unsigned int bound)
{
	tree.len = tree.at = tree.spent = 0;
	tree.bound = bound;
	tree.is_cut = tree.follows = false;
}

/* No schedule of this says anything, so the report has none. */
static void fail_other(void)
{
	child.before_end = NULL;
	if (tree.follows)
		test_fail("", "a schedule of this test", "one of another",
			  "SCHED= asks for choices that this test does not "
			  "have");
	test_fail("", "the same choices each time the body runs",
		  "others than before",
		  "the test depends on more than its schedule: something of an "
		  "earlier run is left over");
}

unsigned int choice_take(unsigned int n, const unsigned char *cost)
{
	unsigned char open[32];
	unsigned int i, nr = 0;
	struct decision *d;

	for (i = 0; i < n && nr < ARRAY_SIZE(open); i++) {
		if (tree.spent + cost[i] > tree.bound)
			tree.is_cut = true;
		else
			open[nr++] = (unsigned char)i;
	}
	/* The first costs nothing: there is one. */
	if (nr == 1)
		return open[0];
	d = &tree.path[tree.at];
	if (tree.at == tree.len) {
		if (tree.len == MAX_DEPTH)
			steps_fail("fewer decisions", "too many",
				   "a schedule has more than %u decisions",
				   MAX_DEPTH);
		*d = (struct decision){ 0, (unsigned char)nr };
		tree.len++;
	}
	if (tree.follows)
		d->of = (unsigned char)nr;
	if (d->of != nr || d->taken >= nr)
		fail_other();
	tree.at++;
	tree.spent += cost[open[d->taken]];
	return open[d->taken];
}

bool choice_next(void)
{
	if (tree.at < tree.len)
		fail_other();
	if (tree.follows)
		return false;
	while (tree.len &&
	       tree.path[tree.len - 1].taken + 1u == tree.path[tree.len - 1].of)
		tree.len--;
	tree.at = tree.spent = 0;
	if (!tree.len)
		return false;
	tree.path[tree.len - 1].taken++;
	return true;
}

bool choice_is_cut(void)
{
	return tree.is_cut;
}

unsigned int choice_spent(void)
{
	return tree.spent;
}

/* Only what is not the first of its decision: "12:1,30:2"; "0" for none. The
 * bound comes first, since it says what can be chosen. */
bool choice_text(char *buf, size_t len)
{
	size_t n = (size_t)snprintf(buf, len, "%s%u", model.is_weak ? "w" : "s",
				    tree.bound);
	unsigned int i;

	for (i = 0; i < tree.at && n < len; i++)
		if (tree.path[i].taken)
			n += (size_t)snprintf(buf + n, len - n, ",%u:%u", i,
					      tree.path[i].taken);
	return n < len;
}

bool choice_follow(const char *text)
{
	unsigned int at, taken, i;
	char kind;
	int n = 0;

	if (sscanf(text, "%c%1u%n", &kind, &at, &n) != 2 ||
	    (kind != 's' && kind != 'w'))
		return false;
	choice_begin(at);
	model.is_weak = kind == 'w';
	tree.follows = true;
	for (text += n; *text; text += n) {
		n = 0;
		if (sscanf(text, ",%5u:%2u%n", &at, &taken, &n) != 2 || !n ||
		    at >= MAX_DEPTH || taken > 31 || at < tree.len)
			return false;
		for (i = tree.len; i < at; i++)
			tree.path[i] = (struct decision){ 0, 0 };
		tree.path[at] = (struct decision){ (unsigned char)taken, 0 };
		tree.len = at + 1;
	}
	return true;
}
