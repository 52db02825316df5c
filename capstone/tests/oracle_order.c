/*
 * Programs that nobody but the supervisor knows before they run, and the
 * judgement of the order in which they ran.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "order.h"
#include "report.h"
#include "test/oracle.h"

struct drawn {
	struct order_program p; /* handed out, not judged yet */
	uint64_t random;	/* state of splitmix64 */
	unsigned int first;	/* kind of the first program */
	unsigned int judged;	/* answers that were right */
	bool is_open;
};

static uint64_t next_random(struct drawn *d)
{
	uint64_t z = d->random += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static uint32_t below(struct drawn *d, uint32_t n)
{
	return (uint32_t)(next_random(d) % n);
}

/*
 * What each program is like is not left to chance, or a mark would depend on
 * it: of eight, four are gathers, and three run out of memory on their way.
 */
static const struct {
	enum report_way way;
	bool fails;
} kinds[] = {
	{ REPORT_INLINE, false }, { REPORT_GATHER, false },
	{ REPORT_SPAWN, true },	  { REPORT_GATHER, true },
	{ REPORT_SPAWN, false },  { REPORT_GATHER, false },
	{ REPORT_SPAWN, true },	  { REPORT_GATHER, false },
};

static void draw(struct drawn *d)
{
	unsigned int kind = (d->first + d->judged) % ARRAY_SIZE(kinds), i;
	struct order_program *p = &d->p;
	uint32_t most = 2 + below(d, 7);

	memset(p, 0, sizeof(*p));
	p->way = kinds[kind].way;
	p->groups = 2 + below(d, 3);
	p->group = 2 + below(d, ORDER_OPS / 4 - 1);
	if (kinds[kind].fails)
		p->fail_at = 1 + below(d, p->way == REPORT_GATHER
						  ? p->groups
						  : p->groups * p->group);
	for (i = 0; i < ORDER_OPS; i++) {
		p->pauses[i] = (uint8_t)below(d, most);
		p->values[i] = next_random(d);
	}
}

static bool is_wrong(struct oracle_call *call, uint64_t got, uint64_t want,
		     const char *what)
{
	if (got == want)
		return false;
	snprintf(call->what, sizeof(call->what), "%s", what);
	snprintf(call->want, sizeof(call->want), "%llu",
		 (unsigned long long)want);
	snprintf(call->got, sizeof(call->got), "%llu", (unsigned long long)got);
	return true;
}

/* Operations before the allocation that failed. */
static uint32_t expected(const struct order_program *p)
{
	if (!p->fail_at)
		return p->groups * p->group;
	return (p->fail_at - 1) * (p->way == REPORT_GATHER ? p->group : 1);
}

static bool is_out_of_order(struct oracle_call *call,
			    const struct order_program *p,
			    const struct order_answer *a)
{
	uint64_t seen = 0;
	uint32_t i;

	for (i = 0; i < a->nr_finished; i++) {
		uint8_t op = a->finished[i];
		bool is_first = i % p->group == 0;

		if (op >= ORDER_OPS || seen & 1ull << op)
			return is_wrong(call, op, i,
					"an operation was ready twice");
		seen |= 1ull << op;
		if (p->way != REPORT_GATHER) {
			if (is_wrong(call, op, i,
				     "one operation began before the one "
				     "before it was ready"))
				return true;
		} else if (is_wrong(call, op / p->group, i / p->group,
				    "an operation ran in another group's "
				    "place") ||
			   (!is_first &&
			    p->pauses[op] < p->pauses[a->finished[i - 1]] &&
			    is_wrong(call, op, a->finished[i - 1],
				     "a child that was ready earlier came "
				     "later"))) {
			return true;
		}
	}
	return false;
}

static void judge(struct oracle_call *call, struct drawn *d,
		  const struct order_answer *a)
{
	const struct order_program *p = &d->p;
	uint32_t all = expected(p), last = (p->groups - 1) * p->group, i;

	if (is_wrong(call, (uint64_t)-a->err, p->fail_at ? ENOMEM : 0,
		     "the loop's output is not the error of the program") ||
	    is_wrong(call, a->nr_finished, all,
		     "not every operation was driven until it was ready") ||
	    is_wrong(call, a->nr_started, all,
		     "operations were begun that the program does not have") ||
	    is_out_of_order(call, p, a))
		return;
	for (i = 0; !p->fail_at && i < p->group; i++)
		if (is_wrong(call, a->outs[i], p->values[last + i],
			     "an output is not in the place of its operation"))
			return;
	if (++d->judged == ORDER_PROGRAMS)
		call->accepted = true;
}

ORACLE(order)
{
	struct drawn *d = call->priv;
	struct order_answer a;

	if (!d) {
		d = calloc(1, sizeof(*d));
		if (!d)
			return;
		d->random = call->seed ^ 0x6f72646572; /* not latency's */
		d->first = below(d, ARRAY_SIZE(kinds));
		*call->priv_slot = d;
	}
	if (call->req_len != sizeof(a)) {
		draw(d);
		memcpy(call->reply, &d->p, sizeof(d->p));
		call->reply_len = sizeof(d->p);
		d->is_open = true;
	} else if (d->is_open) {
		memcpy(&a, call->req, sizeof(a));
		d->is_open = false;
		judge(call, d, &a);
	}
}
