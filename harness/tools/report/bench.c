/* The parts that measure.c wrote, the machine's facts, and BENCH.json. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

const char *const way_names[WAYS] = { "inline", "spawn", "gather" };

static int row_load(struct row *r, json_t *j)
{
	json_int_t p50, p90, p99, p999, max, n, batch, clock;
	json_int_t from, to, count;
	json_t *bars, *bar;
	size_t i;

	if (json_unpack(j, "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:F, s:o}",
			"p50", &p50, "p90", &p90, "p99", &p99, "p999", &p999,
			"max", &max, "n", &n, "batch", &batch, "clock_ns",
			&clock, "per_op", &r->per_op, "bars", &bars))
		return -1;
	r->p50 = (uint64_t)p50;
	r->p90 = (uint64_t)p90;
	r->p99 = (uint64_t)p99;
	r->p999 = (uint64_t)p999;
	r->max = (uint64_t)max;
	r->n = (uint64_t)n;
	r->batch = (uint64_t)batch;
	r->clock_ns = (uint64_t)clock;
	r->nr_bars = 0;
	json_array_foreach(bars, i, bar)
	{
		if (i == BARS_MAX ||
		    json_unpack(bar, "[I, I, I]", &from, &to, &count))
			return -1;
		r->bars[r->nr_bars++] =
			(struct bar){ (uint64_t)from, (uint64_t)to,
				      (uint64_t)count };
	}
	/* Nothing is drawn or divided by nothing. */
	return r->n && r->nr_bars ? 0 : -1;
}

/* What the finer histograms and the recorder say. */
static int finer_load(struct build *b, json_t *j)
{
	json_int_t v[5], spawners;
	json_t *fine = json_object_get(j, "fine");
	unsigned int way;

	for (way = 0; way < WAYS; way++) {
		if (json_unpack(json_array_get(fine, way),
				"{s:I, s:I, s:I, s:I, s:I}", "p50", &v[0],
				"p90", &v[1], "p99", &v[2], "p999", &v[3],
				"p9999", &v[4]))
			return -1;
		b->fine[way] = (struct fine){ (uint64_t)v[0], (uint64_t)v[1],
					      (uint64_t)v[2], (uint64_t)v[3],
					      (uint64_t)v[4] };
	}
	if (json_unpack(j, "{s:I}", "spawners", &spawners))
		return -1;
	b->spawners = (uint64_t)spawners;
	return row_load(&b->crowd, json_object_get(j, "crowd"));
}

static int part_load(struct build *b, json_t *j)
{
	const char *name, *compiler, *flags;
	unsigned int way;

	if (json_unpack(j, "{s:s, s:s, s:s, s:{s:F, s:F}}", "build", &name,
			"compiler", &compiler, "flags", &flags, "ratio", "p50",
			&b->ratio_p50, "p99", &b->ratio_p99))
		return -1;
	if (strcmp(name, b->name))
		return -1;
	snprintf(b->compiler, sizeof(b->compiler), "%s", compiler);
	snprintf(b->flags, sizeof(b->flags), "%s", flags);
	for (way = 0; way < WAYS; way++)
		if (row_load(&b->row[way], json_object_get(j, way_names[way])))
			return -1;
	return finer_load(b, j);
}

int build_load(struct build *b, const char *name, const char *path)
{
	json_error_t error;
	json_t *j = json_load_file(path, 0, &error);
	int err;

	if (!j) {
		fprintf(stderr, "report: %s: %s\n", path, error.text);
		return -1;
	}
	b->name = name;
	err = part_load(b, j);
	if (err)
		fprintf(stderr, "report: %s: not a %s run of measure\n", path,
			name);
	json_decref(j);
	return err;
}

/* "model name	: Brand X" of /proc/cpuinfo; not on every architecture. */
static void read_cpu(char *buf, size_t len)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		char *value = strchr(line, ':');

		if (!value || strncmp(line, "model name", 10))
			continue;
		value += 1 + strspn(value + 1, " \t");
		value[strcspn(value, "\n")] = 0;
		snprintf(buf, len, "%s", value);
		break;
	}
	if (f)
		fclose(f);
}

void facts_read(struct bench *b)
{
	time_t now = time(NULL);
	struct utsname u;
	struct tm tm;

	uname(&u);
	snprintf(b->kernel, sizeof(b->kernel), "%s %s %s", u.sysname, u.release,
		 u.machine);
	snprintf(b->cpu, sizeof(b->cpu), "%s processor", u.machine);
	read_cpu(b->cpu, sizeof(b->cpu));
	b->cores = sysconf(_SC_NPROCESSORS_ONLN);
	gmtime_r(&now, &tm);
	strftime(b->date, sizeof(b->date), "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static json_t *row_json(const struct row *r)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "p50",
			 (json_int_t)r->p50, "p90", (json_int_t)r->p90, "p99",
			 (json_int_t)r->p99, "p999", (json_int_t)r->p999, "max",
			 (json_int_t)r->max, "n", (json_int_t)r->n, "batch",
			 (json_int_t)r->batch, "clock_ns",
			 (json_int_t)r->clock_ns);
}

/* A ratio, to the digits that mean something. */
static double to_hundredths(double ratio)
{
	return round(ratio * 100) / 100;
}

static json_t *build_json(const struct build *b)
{
	json_t *j = json_object();
	unsigned int way;

	for (way = 0; way < WAYS; way++)
		json_object_set_new(j, way_names[way], row_json(&b->row[way]));
	json_object_set_new(j, "ratio",
			    json_pack("{s:f, s:f}", "p50",
				      to_hundredths(b->ratio_p50), "p99",
				      to_hundredths(b->ratio_p99)));
	return j;
}

void bench_write(const struct bench *b, FILE *out)
{
	json_t *builds = json_object(), *j;
	char machine[192];
	unsigned int i;

	for (i = 0; i < BUILDS; i++)
		json_object_set_new(builds, b->build[i].name,
				    build_json(&b->build[i]));
	snprintf(machine, sizeof(machine), "%s, %ld core%s", b->cpu, b->cores,
		 b->cores == 1 ? "" : "s");
	j = json_pack("{s:s, s:s, s:s, s:s, s:o}", "machine", machine,
		      "compiler", b->build[BUILD_RELEASE].compiler, "kernel",
		      b->kernel, "date", b->date, "build", builds);
	json_dumpf(j, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	fputc('\n', out);
	json_decref(j);
}
