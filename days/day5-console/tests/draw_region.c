/**
 * @file draw_region.c
 * A program: writes the region of region_world.h to a file, or says how long a
 * frame of one with many tasks takes.
 *
 *	draw-region FILE        a region of 20 tasks
 *	draw-region --time N    snapshot, findings and screen, of N tasks
 */
#include "region_world.h"

#include "sampler.h"
#include "view.h"

static struct sampler sampler;
static struct view view = { .screen = VIEW_TASKS, .sort = COLUMN_P95 };
static struct grid grid = { .width = 120, .height = 40 };

static int write_file(const char *path)
{
	struct region_world w;
	FILE *f = fopen(path, "w");
	bool ok = f && rw_make(&w, RW_TASKS);

	ok = ok && fwrite(w.mem, w.size, 1, f) == 1;
	if (f && fclose(f))
		ok = false;
	if (!ok)
		perror(path);
	return !ok;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

#define ROUNDS 7

/* The median of some rounds, in ms, and of each part. */
static int time_frames(unsigned int nr)
{
	static double take[ROUNDS], draw[ROUNDS];
	struct region_world w;
	unsigned int i;

	if (!rw_make(&w, nr) || reader_memory(&sampler.src, w.mem, w.size))
		return 1;
	sampler.params = lint_defaults;
	sampler.is_live = true;
	for (i = 0; i < ROUNDS; i++) {
		uint64_t begin = clock_now(), middle;
		struct view_data d = {};

		/* A live one is read again and again. */
		sampler.is_live = false;
		sampler.nr = 0;
		if (sampler_take(&sampler))
			return 1;
		middle = clock_now();
		d.now = sampler.now;
		d.findings = &sampler.findings;
		d.params = &sampler.params;
		d.rates = sampler.rates;
		view_draw(&grid, &view, &d);
		take[i] = (double)(middle - begin) / 1e6;
		draw[i] = (double)(clock_now() - middle) / 1e6;
	}
	qsort(take, ROUNDS, sizeof(take[0]), by_value);
	qsort(draw, ROUNDS, sizeof(draw[0]), by_value);
	printf("%zu tasks: snapshot and findings %.1f ms, list %.1f ms, frame "
	       "%.1f ms\n",
	       sampler.now->nr_tasks, take[ROUNDS / 2], draw[ROUNDS / 2],
	       take[ROUNDS / 2] + draw[ROUNDS / 2]);
	sampler_close(&sampler);
	free(w.mem);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && argv[1][0] != '-')
		return write_file(argv[1]);
	if (argc == 3 && !strcmp(argv[1], "--time") &&
	    atoi(argv[2]) >= RW_TASKS)
		return time_frames((unsigned int)atoi(argv[2]));
	fprintf(stderr,
		"usage: draw-region FILE | --time TASKS (at least %u)\n",
		RW_TASKS);
	return 2;
}
