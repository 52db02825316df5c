/* Given: exact quantiles of a few thousand numbers, by sorting them. */
#include "kit/module.h"
#include "report.h"

/* Let v[i] sink until both halves below it are no larger: a heap of n. */
static void sift_down(uint64_t *v, size_t i, size_t n)
{
	uint64_t x = v[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= n)
			break;
		if (child + 1 < n && v[child + 1] > v[child])
			child++;
		if (v[child] <= x)
			break;
		v[i] = v[child];
		i = child;
	}
	v[i] = x;
}

void exact_sort(uint64_t *v, size_t n)
{
	size_t i;

	for (i = n / 2; i-- > 0;)
		sift_down(v, i, n);
	for (i = n; i-- > 1;) {
		uint64_t largest = v[0];

		v[0] = v[i];
		v[i] = largest;
		sift_down(v, 0, i);
	}
}
EXPORT_SYMBOL(exact_sort);

uint64_t exact_quantile(const uint64_t *sorted, size_t n, double q)
{
	uint64_t rank = 0;
	int err = hist_rank(q, n, &rank);

	BUG_ON(err);
	return sorted[rank - 1];
}
EXPORT_SYMBOL(exact_quantile);

MODULE(exact, "exact quantiles of sorted numbers", NULL, NULL);
