/*
 * The page: page.html with values in the place of names in double braces,
 * "{{ratio release}}": what, and of which build.
 */
#include <ctype.h>
#include <string.h>

#include "bench.h"

#include "test/run/markup.h"

static void put_time(double ns, FILE *out)
{
	/* Below 100 ns a tenth counts. */
	if (ns < 99.95)
		fprintf(out, "%.1f&#160;ns", ns);
	else
		time_html(ns, out);
}

static void put_cell(uint64_t ns, FILE *out)
{
	fputs("<td>", out);
	time_html((double)ns, out);
	fputs("</td>", out);
}

static void put_row(const struct row *r, const char *name, FILE *out)
{
	char buf[32];

	fprintf(out, "<tr><th scope=\"row\">%s</th>", name);
	put_cell(r->p50, out);
	put_cell(r->p90, out);
	put_cell(r->p99, out);
	put_cell(r->p999, out);
	put_cell(r->max, out);
	fprintf(out, "<td class=\"wide\">%s</td></tr>\n",
		count_text(buf, sizeof(buf), r->n));
}

static void put_table(const struct build *b, FILE *out)
{
	unsigned int way;
	char name[32];

	for (way = 0; way < WAYS; way++)
		put_row(&b->row[way], way_names[way], out);
	snprintf(name, sizeof(name), "%u spawn at once",
		 (unsigned int)b->spawners);
	put_row(&b->crowd, name, out);
}

/* Writers of values: of a build, or of the whole (then build is NULL). */
typedef void put_fn(const struct bench *b, const struct build *build,
		    FILE *out);

static void put_whose(const struct bench *b, const struct build *build,
		      FILE *out)
{
	markup_text(out, b->whose);
}

static void put_cpu(const struct bench *b, const struct build *build, FILE *out)
{
	markup_text(out, b->cpu);
}

static void put_cores(const struct bench *b, const struct build *build,
		      FILE *out)
{
	fprintf(out, "%ld", b->cores);
}

static void put_kernel(const struct bench *b, const struct build *build,
		       FILE *out)
{
	markup_text(out, b->kernel);
}

static void put_date(const struct bench *b, const struct build *build,
		     FILE *out)
{
	fprintf(out, "<time datetime=\"%s\">%.10s %.5s UTC</time>", b->date,
		b->date, b->date + 11);
}

static void put_compiler(const struct bench *b, const struct build *build,
			 FILE *out)
{
	markup_text(out, build->compiler);
}

static void put_flags(const struct bench *b, const struct build *build,
		      FILE *out)
{
	markup_text(out, build->flags);
}

static void put_ratio(const struct bench *b, const struct build *build,
		      FILE *out)
{
	fprintf(out, build->ratio_p50 < 9.95 ? "%.1f" : "%.0f",
		build->ratio_p50);
}

static void put_ratio99(const struct bench *b, const struct build *build,
			FILE *out)
{
	fprintf(out, build->ratio_p99 < 9.95 ? "%.1f" : "%.0f",
		build->ratio_p99);
}

static void put_inline(const struct bench *b, const struct build *build,
		       FILE *out)
{
	put_time(build->row[WAY_INLINE].per_op, out);
}

static void put_spawn(const struct bench *b, const struct build *build,
		      FILE *out)
{
	put_time(build->row[WAY_SPAWN].per_op, out);
}

static void put_gather(const struct bench *b, const struct build *build,
		       FILE *out)
{
	put_time(build->row[WAY_GATHER].per_op, out);
}

/* Width of the inline bar beside a spawn bar of 100. */
static void put_width(const struct bench *b, const struct build *build,
		      FILE *out)
{
	double w = 100 * build->row[WAY_INLINE].per_op /
		   build->row[WAY_SPAWN].per_op;

	fprintf(out, "%.2f", w < 100 ? w : 100);
}

static void put_gather_width(const struct bench *b, const struct build *build,
			     FILE *out)
{
	double w = 100 * build->row[WAY_GATHER].per_op /
		   build->row[WAY_SPAWN].per_op;

	fprintf(out, "%.2f", w < 100 ? w : 100);
}

static void put_gain(const struct bench *b, const struct build *build,
		     FILE *out)
{
	fprintf(out, "%.1f",
		build->row[WAY_SPAWN].per_op / build->row[WAY_GATHER].per_op);
}

/* What 50,000 spawns a second take of one core. */
static void put_load(const struct bench *b, const struct build *build,
		     FILE *out)
{
	fprintf(out, "%.2g&nbsp;%%",
		build->row[WAY_SPAWN].per_op * 50000 / 1e9 * 100);
}

static void put_p999(const struct bench *b, const struct build *build,
		     FILE *out)
{
	time_html((double)build->row[WAY_SPAWN].p999, out);
}

static void put_max(const struct bench *b, const struct build *build, FILE *out)
{
	time_html((double)build->row[WAY_SPAWN].max, out);
}

static void put_inline_max(const struct bench *b, const struct build *build,
			   FILE *out)
{
	time_html((double)build->row[WAY_INLINE].max, out);
}

static void put_samples(const struct bench *b, const struct build *build,
			FILE *out)
{
	char buf[32];

	fputs(count_text(buf, sizeof(buf), build->row[WAY_SPAWN].n), out);
}

static void put_batches(const struct bench *b, const struct build *build,
			FILE *out)
{
	char buf[32];

	fputs(count_text(buf, sizeof(buf), build->row[WAY_GATHER].n), out);
}

static void put_batch(const struct bench *b, const struct build *build,
		      FILE *out)
{
	fprintf(out, "%llu", (unsigned long long)build->row[WAY_SPAWN].batch);
}

static void put_clock(const struct bench *b, const struct build *build,
		      FILE *out)
{
	fprintf(out, "%llu&nbsp;ns",
		(unsigned long long)build->row[WAY_SPAWN].clock_ns);
}

static void put_rows(const struct bench *b, const struct build *build,
		     FILE *out)
{
	put_table(build, out);
}

static void put_spawners(const struct bench *b, const struct build *build,
			 FILE *out)
{
	fprintf(out, "%llu", (unsigned long long)build->spawners);
}

static void put_crowd_p999(const struct bench *b, const struct build *build,
			   FILE *out)
{
	time_html((double)build->crowd.p999, out);
}

static void put_crowd_p50(const struct bench *b, const struct build *build,
			  FILE *out)
{
	time_html((double)build->crowd.p50, out);
}

static void put_p9999(const struct bench *b, const struct build *build,
		      FILE *out)
{
	time_html((double)build->fine[WAY_SPAWN].p9999, out);
}

static void put_fine(const struct bench *b, const struct build *build,
		     FILE *out)
{
	unsigned int way;

	for (way = 0; way < WAYS; way++) {
		const struct fine *f = &build->fine[way];

		fprintf(out, "<tr><th scope=\"row\">%s</th>", way_names[way]);
		put_cell(f->p50, out);
		put_cell(f->p90, out);
		put_cell(f->p99, out);
		put_cell(f->p999, out);
		put_cell(f->p9999, out);
		fputs("</tr>\n", out);
	}
}

/*
 * As an image within the page: the page's colours stay out of the picture, and
 * the page needs no second file.
 */
static void put_picture(const struct bench *b, const struct build *build,
			FILE *out)
{
	const unsigned char *c = (const unsigned char *)build->picture;

	fputs("data:image/svg+xml,", out);
	for (; *c; c++)
		fprintf(out,
			isalnum(*c) || strchr("-_./=:,; ()", *c) ? "%c"
								 : "%%%02X",
			*c);
}

static const struct {
	const char *name;
	put_fn *put;
	bool of_build;
} values[] = {
	{ "whose", put_whose, false },
	{ "cpu", put_cpu, false },
	{ "cores", put_cores, false },
	{ "kernel", put_kernel, false },
	{ "date", put_date, false },
	{ "compiler", put_compiler, true },
	{ "flags", put_flags, true },
	{ "ratio", put_ratio, true },
	{ "ratio99", put_ratio99, true },
	{ "inline", put_inline, true },
	{ "spawn", put_spawn, true },
	{ "gather", put_gather, true },
	{ "width", put_width, true },
	{ "gather-width", put_gather_width, true },
	{ "gain", put_gain, true },
	{ "load", put_load, true },
	{ "p999", put_p999, true },
	{ "max", put_max, true },
	{ "inline-max", put_inline_max, true },
	{ "samples", put_samples, true },
	{ "batches", put_batches, true },
	{ "batch", put_batch, true },
	{ "clock", put_clock, true },
	{ "rows", put_rows, true },
	{ "chart", chart_write, true },
	{ "fine", put_fine, true },
	{ "p9999", put_p9999, true },
	{ "spawners", put_spawners, true },
	{ "crowd-p50", put_crowd_p50, true },
	{ "crowd-p999", put_crowd_p999, true },
	{ "picture", put_picture, true },
};

/* One name of the template, "ratio release"; -1 when it is unknown. */
static int put_value(const struct bench *b, const char *name, FILE *out)
{
	const struct build *build = NULL;
	char what[24] = "", which[24] = "";
	size_t i;

	sscanf(name, "%23s %23s", what, which);
	for (i = 0; i < BUILDS; i++)
		if (!strcmp(b->build[i].name, which))
			build = &b->build[i];
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (strcmp(values[i].name, what))
			continue;
		if (values[i].of_build != !!build)
			break;
		values[i].put(b, build, out);
		return 0;
	}
	fprintf(stderr, "report: page.html names {{%s}}, which is nothing\n",
		name);
	return -1;
}

int page_write(const struct bench *b, const char *template, FILE *out)
{
	const char *open, *close;
	char name[64];

	while ((open = strstr(template, "{{")) &&
	       (close = strstr(open, "}}"))) {
		fwrite(template, 1, (size_t)(open - template), out);
		snprintf(name, sizeof(name), "%.*s", (int)(close - open - 2),
			 open + 2);
		if (put_value(b, name, out))
			return -1;
		template = close + 2;
	}
	fputs(template, out);
	return 0;
}
