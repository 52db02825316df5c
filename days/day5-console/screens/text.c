/* Given: times, numbers and places as text. */
#include <stdio.h>
#include <string.h>

#include "text.h"

#include "kit/module.h"

/* Three digits of @n thousandths, rounded down: 1.23, 12.3, 123. */
static int three_digits(char *buf, size_t size, uint64_t n)
{
	if (n < 10000)
		return snprintf(buf, size, "%u.%02u", (unsigned int)n / 1000,
				(unsigned int)n % 1000 / 10);
	if (n < 100000)
		return snprintf(buf, size, "%u.%u", (unsigned int)n / 1000,
				(unsigned int)n % 1000 / 100);
	return snprintf(buf, size, "%u", (unsigned int)n / 1000);
}

/* From 1,000 s on: two units, as long as both fit. */
static void long_time(uint64_t s, char buf[8])
{
	unsigned long long d = s / 86400, h = s / 3600, m = s / 60;

	if (h < 1)
		snprintf(buf, 8, "%llum%02us", m, (unsigned int)(s % 60));
	else if (d < 1)
		snprintf(buf, 8, "%lluh%02um", h, (unsigned int)(m % 60));
	else if (d < 1000)
		snprintf(buf, 8, "%llud%02uh", d, (unsigned int)(h % 24));
	else
		snprintf(buf, 8, "%llud", d);
}

const char *text_ns(uint64_t ns, char buf[8])
{
	static const char unit[][4] = { " us", " ms", " s" };
	unsigned int i = 0;
	int n;

	if (ns < 1000) {
		snprintf(buf, 8, "%u ns", (unsigned int)ns);
		return buf;
	}
	if (ns / 1000 >= 1000000000) {
		long_time(ns / 1000000000, buf);
		return buf;
	}
	/* Thousandths of the unit. */
	for (; ns >= 1000000; ns /= 1000)
		i++;
	n = three_digits(buf, 8, ns);
	snprintf(buf + n, 8 - (size_t)n, "%s", unit[i]);
	return buf;
}
EXPORT_SYMBOL(text_ns);

const char *text_count(uint64_t n, char buf[8])
{
	static const char unit[] = "kMGTPE";
	unsigned int i = 0;
	int len;

	if (n < 100000) {
		snprintf(buf, 8, "%u", (unsigned int)n);
		return buf;
	}
	for (; n >= 1000000; n /= 1000)
		i++;
	len = three_digits(buf, 8, n);
	snprintf(buf + len, 8 - (size_t)len, "%c", unit[i]);
	return buf;
}
EXPORT_SYMBOL(text_count);

const char *text_where(const char *where)
{
	const char *slash = strrchr(where, '/');

	return slash ? slash + 1 : where;
}
EXPORT_SYMBOL(text_where);

MODULE(text, "times, numbers and places as text", NULL, NULL);
