/* What the programs of the workshops share; charts are in chart.c. */
#include "common.h"
#include "chart.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kit/bug.h"
#include "kit/clock.h"

#define SEEN_MAX 12

static struct {
	const char *name, *dir; /* dir: NULL: no files */
	struct knob *knobs;
	unsigned int nr_knobs;
	char sentence[SEEN_MAX][160];
	bool is_so[SEEN_MAX];
	unsigned int nr_seen;
	uint64_t now; /* of the virtual clock */
} me;

/* --- the command line ------------------------------------------------------ */
static void usage(const char *wrong)
{
	unsigned int i;

	fprintf(stderr, "%s: %s: NAME=NUMBER, of:\n", me.name, wrong);
	for (i = 0; i < me.nr_knobs; i++)
		fprintf(stderr, "  %-9s %8llu  %s (%llu to %llu)\n",
			me.knobs[i].name, (unsigned long long)me.knobs[i].value,
			me.knobs[i].meaning,
			(unsigned long long)me.knobs[i].least,
			(unsigned long long)me.knobs[i].most);
	exit(2);
}

static struct knob *find(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < me.nr_knobs; i++)
		if (strlen(me.knobs[i].name) == len &&
		    !strncmp(me.knobs[i].name, name, len))
			return &me.knobs[i];
	return NULL;
}

static void turn(const char *arg)
{
	const char *equals = strchr(arg, '=');
	struct knob *k = find(arg, equals - arg);
	char *end;

	if (!k || equals[1] < '0' || equals[1] > '9')
		usage(arg);
	errno = 0;
	k->value = strtoull(equals + 1, &end, 10);
	if (*end || errno || k->value < k->least || k->value > k->most)
		usage(arg);
}

void workshop_begin(const char *name, int argc, char **argv, struct knob *knobs,
		    unsigned int nr)
{
	int i;

	me.name = name;
	me.knobs = knobs;
	me.nr_knobs = nr;
	for (i = 1; i < argc; i++) {
		if (strchr(argv[i], '='))
			turn(argv[i]);
		else if (i == 1)
			me.dir = argv[i];
		else
			usage(argv[i]);
	}
	printf("%s:", name);
	for (i = 0; i < (int)nr; i++)
		printf(" %s=%llu", knobs[i].name,
		       (unsigned long long)knobs[i].value);
	printf("\n\n");
}

uint64_t knob(const char *name)
{
	struct knob *k = find(name, strlen(name));

	BUG_ON(!k);
	return k->value;
}

/* --- what was to be seen --------------------------------------------------- */
void seen(bool is_so, const char *format, ...)
{
	va_list args;

	BUG_ON(me.nr_seen == SEEN_MAX);
	va_start(args, format);
	vsnprintf(me.sentence[me.nr_seen], sizeof(me.sentence[0]), format,
		  args);
	va_end(args);
	me.is_so[me.nr_seen++] = is_so;
}

int workshop_end(void)
{
	unsigned int i, missing = 0;

	printf("\n");
	for (i = 0; i < me.nr_seen; i++) {
		missing += !me.is_so[i];
		printf("%-9s %s\n", me.is_so[i] ? "seen" : "NOT SEEN",
		       me.sentence[i]);
	}
	if (me.dir)
		printf("\nthe picture: %s/%s.svg\n", me.dir, me.name);
	return missing > 0;
}

FILE *chart_open(void)
{
	char path[512];
	FILE *f;

	if (!me.dir)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s.svg", me.dir, me.name);
	f = fopen(path, "w");
	if (f)
		return f;
	fprintf(stderr, "%s: %s: %s\n", me.name, path, strerror(errno));
	exit(1);
}

void chart_close(FILE *f)
{
	bool failed = ferror(f);

	if (!fclose(f) && !failed)
		return;
	fprintf(stderr, "%s: %s/%s.svg: %s\n", me.name, me.dir, me.name,
		strerror(errno));
	exit(1);
}

/* --- time ------------------------------------------------------------------ */
static uint64_t virtual_now(void)
{
	return me.now;
}

void virtual_start(uint64_t now)
{
	me.now = now;
	clock_source = virtual_now;
}

void virtual_set(uint64_t now)
{
	me.now = now;
}

void virtual_advance(uint64_t ns)
{
	me.now += ns;
}

void virtual_stop(void)
{
	clock_source = NULL;
}

/* --- numbers --------------------------------------------------------------- */
static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double median_of(double *v, unsigned int nr)
{
	qsort(v, nr, sizeof(*v), by_double);
	return v[nr / 2];
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t percentile_of(uint64_t *v, unsigned int nr, unsigned int percent)
{
	unsigned int rank = ((uint64_t)nr * percent + 99) / 100;

	BUG_ON(!nr);
	qsort(v, nr, sizeof(*v), by_value);
	return v[rank ? rank - 1 : 0];
}
