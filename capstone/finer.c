/*
 * Given: the finer histograms of the samples, several tasks that spawn at once,
 * and their distributions as files. finer.h says what for.
 */
#include "finer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crowd.h"
#include "distribution.h"
#include "kit/err.h"
#include "recorder.h"

#define SHOWN (REPORT_WAYS + 1) /* the ways, and the crowd */

static unsigned int cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 2 ? 2 : n > 8 ? 8 : (unsigned int)n;
}

int finer_init(struct finer *f)
{
	unsigned int way;
	int err;

	*f = (struct finer){ .spawners = cores() };
	err = recorder_create(&f->recorder, f->spawners);
	for (way = 0; !err && way < REPORT_WAYS; way++)
		err = precise_create(&f->fine[way], PRECISE_1S);
	if (err)
		finer_fini(f);
	return err;
}

void finer_fini(struct finer *f)
{
	unsigned int way;

	for (way = 0; way < REPORT_WAYS; way++)
		precise_destroy(f->fine[way]);
	recorder_destroy(f->recorder);
}

/* All shards become a row; there are samples in them. */
static void crowd_read(struct finer *f)
{
	static const double q[] = { 0.5, 0.9, 0.99, 0.999 };
	struct report_row *row = &f->crowd;
	uint64_t *const out[] = { &row->p50, &row->p90, &row->p99, &row->p999 };
	unsigned int i;

	recorder_read(f->recorder, &row->hist);
	for (i = 0; i < ARRAY_SIZE(q); i++)
		BUG_ON(hist_percentile(&row->hist, q[i], out[i]));
	row->max = row->hist.max;
	row->n = hist_count(&row->hist);
}

int finer_run(struct finer *f, const struct report_config *cfg)
{
	const struct crowd crowd = { .work = cfg->work,
				     .workers = f->spawners,
				     .spawners = f->spawners,
				     .rounds = cfg->rounds,
				     .singles = cfg->singles };
	int err = crowd_run(&crowd, f->recorder);

	if (!err)
		crowd_read(f);
	return err;
}

json_t *finer_json(const struct finer *f)
{
	static const double q[] = { 0.5, 0.9, 0.99, 0.999, 0.9999 };
	json_t *ways = json_array();
	unsigned int way;

	for (way = 0; way < REPORT_WAYS; way++) {
		uint64_t v[ARRAY_SIZE(q)];

		BUG_ON(precise_quantiles(f->fine[way], q, v, ARRAY_SIZE(q),
					 true));
		json_array_append_new(
			ways,
			json_pack("{s:I, s:I, s:I, s:I, s:I}", "p50",
				  (json_int_t)v[0], "p90", (json_int_t)v[1],
				  "p99", (json_int_t)v[2], "p999",
				  (json_int_t)v[3], "p9999", (json_int_t)v[4]));
	}
	return ways;
}

/* --- files ----------------------------------------------------------------- */
static FILE *file_open(const char *folder, const char *build, const char *tail)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s%s", folder, build, tail);
	file = fopen(path, "w");
	if (!file)
		fprintf(stderr, "measure: cannot write %s\n", path);
	return file;
}

/* All of it is there, or it is told. */
static int file_close(FILE *file, const char *folder)
{
	bool failed = ferror(file);

	if (!fclose(file) && !failed)
		return 0;
	fprintf(stderr, "measure: cannot write all of a file in %s\n", folder);
	return -EIO;
}

/* Lines of nanoseconds, a file each. */
static int percentiles_write(const struct distribution *d, const char *folder,
			     const char *build)
{
	static const char *const tail[SHOWN] = { "-inline.hgrm", "-spawn.hgrm",
						 "-gather.hgrm",
						 "-crowd.hgrm" };
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < SHOWN; i++) {
		FILE *file = file_open(folder, build, tail[i]);

		if (!file)
			return -EIO;
		distribution_print_percentiles(file, &d[i], 1);
		err = file_close(file, folder);
	}
	return err;
}

int finer_write(const struct finer *f, const char *folder, const char *build)
{
	static void (*const print[])(FILE *, const struct distribution *,
				     unsigned int) = { distribution_print_svg,
						       distribution_print_csv };
	static const char *const tail[] = { ".svg", ".csv" };
	char crowd[48];
	const struct distribution d[SHOWN] = {
		distribution_of_precise("inline", f->fine[REPORT_INLINE]),
		distribution_of_precise("spawn", f->fine[REPORT_SPAWN]),
		distribution_of_precise("gather (per operation)",
					f->fine[REPORT_GATHER]),
		distribution_of_hist(crowd, &f->crowd.hist),
	};
	unsigned int i;
	int err = 0;

	snprintf(crowd, sizeof(crowd), "spawn (%u tasks at once)", f->spawners);
	for (i = 0; !err && i < ARRAY_SIZE(tail); i++) {
		FILE *file = file_open(folder, build, tail[i]);

		if (!file)
			return -EIO;
		print[i](file, d, SHOWN);
		err = file_close(file, folder);
	}
	return err ? err : percentiles_write(d, folder, build);
}
