/**
 * @file precise.c
 * The finer histogram, 128 counters to a doubling: a bonus. precise.h says what
 * each function promises, README.md ("Beyond the day") tells why.
 *
 * Nothing here blocks or knows of threads; ranks are hist_rank()'s.
 */
#include "precise.h"

#include <string.h>

#include "hist.h"
#include "kit/alloc.h"
#include "kit/bug.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

#define PARTS (1u << PRECISE_BITS) /* of each doubling */
#define GROUP 64		   /* counters that a walk may skip at once */
#define MAX_GROUPS (PRECISE_COUNTERS(PRECISE_MAX) / GROUP)
#define LAST (PRECISE_COUNTERS(PRECISE_MAX) - 1)

void precise_init(struct precise *h, uint64_t *counters, unsigned int bits)
{
	BUG_ON(bits < PRECISE_MIN || bits > PRECISE_MAX);
	*h = (struct precise){ .counters = counters,
			       .nr = PRECISE_COUNTERS(bits),
			       .min = UINT64_MAX };
	memset(counters, 0, h->nr * sizeof(*counters));
}
EXPORT_SYMBOL(precise_init);

int precise_create(struct precise **h, unsigned int bits)
{
	struct precise *p;

	if (bits < PRECISE_MIN || bits > PRECISE_MAX)
		return -EINVAL;
	p = kit_alloc(sizeof(*p) + PRECISE_COUNTERS(bits) * sizeof(uint64_t));
	if (!p)
		return -ENOMEM;
	precise_init(p, (uint64_t *)(p + 1), bits);
	*h = p;
	return 0;
}
EXPORT_SYMBOL(precise_create);

void precise_destroy(struct precise *h)
{
	kit_free(h);
}
EXPORT_SYMBOL(precise_destroy);

unsigned int precise_index(uint64_t v)
{
	/* TODO 9 (10 bonus points): the finer histogram. First the counter of a
	 * value: 128 to every doubling. Hint: README#todo-9
	 */
	return TODO(9, 0);
}
EXPORT_SYMBOL(precise_index);

uint64_t precise_upper(unsigned int index)
{
	/* TODO 9, second part (see above): the largest value of a counter. */
	return TODO(9, 0);
}
EXPORT_SYMBOL(precise_upper);

/* TODO 9, third part: record, and what a closed loop has left out. */

void precise_record(struct precise *h, uint64_t v)
{
	/* TODO 9, third part, here; and in the next function. */
	TODO(9, );
}
EXPORT_SYMBOL(precise_record);

void precise_record_corrected(struct precise *h, uint64_t v, uint64_t interval)
{
	/* TODO 9, third part, here, too. */
	TODO(9, );
}
EXPORT_SYMBOL(precise_record_corrected);

/* TODO 9, fourth part: quantiles in one pass, and merge. */

uint64_t precise_count(const struct precise *h)
{
	/* TODO 9, fourth part, here. */
	return TODO(9, 0);
}
EXPORT_SYMBOL(precise_count);

int precise_quantiles(const struct precise *h, const double *q, uint64_t *out,
		      unsigned int n, bool clamp)
{
	/* TODO 9, fourth part, here: one pass, whatever n is. */
	return TODO(9, -ENOSYS);
}
EXPORT_SYMBOL(precise_quantiles);

int precise_merge(struct precise *into, const struct precise *from)
{
	/* TODO 9, fourth part, here. */
	return TODO(9, -ENOSYS);
}
EXPORT_SYMBOL(precise_merge);

MODULE(precise, "histogram of latencies, 128 counters a doubling", NULL, NULL);
