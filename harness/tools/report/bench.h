/**
 * @file bench.h
 * What the report is made of: two builds measured on one machine.
 *
 * capstone/measure.c writes a part for each build; main.c reads both and hands
 * them to bench.c (BENCH.json), text.c (the terminal), page.c and chart.c (the
 * page).
 */
#ifndef REPORT_BENCH_H
#define REPORT_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define BARS_MAX 128 /**< bars of a distribution */

/** The ways in which the work was driven, in the order of the rows. */
enum way { WAY_INLINE, WAY_SPAWN, WAY_GATHER, WAYS };

/** The builds, in the order in which they are shown. */
enum { BUILD_RELEASE, BUILD_DEBUG, BUILDS };

/** One bar of a distribution: nanoseconds, both bounds inclusive. */
struct bar {
	uint64_t from;	/**< smallest */
	uint64_t to;	/**< largest */
	uint64_t count; /**< samples */
};

/** One row of the report; fields as in BENCH.json. */
struct row {
	uint64_t p50;		   /**< ns */
	uint64_t p90;		   /**< ns */
	uint64_t p99;		   /**< ns */
	uint64_t p999;		   /**< ns */
	uint64_t max;		   /**< ns */
	uint64_t n;		   /**< samples */
	uint64_t batch;		   /**< operations in a batch */
	uint64_t clock_ns;	   /**< cost of a clock read */
	double per_op;		   /**< ns, median batch, clock excluded */
	struct bar bars[BARS_MAX]; /**< the samples */
	unsigned int nr_bars;	   /**< their number */
};

/** Quantiles of a row from the finer histogram; in no other file. */
struct fine {
	uint64_t p50;	/**< ns */
	uint64_t p90;	/**< ns */
	uint64_t p99;	/**< ns */
	uint64_t p999;	/**< ns */
	uint64_t p9999; /**< ns */
};

/** What one build said. */
struct build {
	const char *name;  /**< "release", "debug" */
	char compiler[64]; /**< name and version */
	char flags[256];   /**< that matter */
	struct row row[WAYS];
	struct fine fine[WAYS]; /**< of the same samples */
	struct row crowd;	/**< spawned by several tasks at once */
	uint64_t spawners;	/**< how many */
	char *picture;		/**< SVG of the distributions */
	double ratio_p50;	/**< the ratio */
	double ratio_p99;	/**< slow batches over slow batches */
};

/** The whole report. */
struct bench {
	const char *whose; /**< "the reference", "your report.c" */
	char cpu[128];	   /**< model */
	long cores;	   /**< online */
	char kernel[160];  /**< system, release, architecture */
	char date[32];	   /**< ISO 8601, UTC */
	struct build build[BUILDS];
};

extern const char *const way_names[WAYS]; /**< as in BENCH.json */

/**
 * build_load() - read what capstone/measure.c wrote
 * @b: out
 * @name: the build that it must be; a string that stays
 * @path: the file
 *
 * Return: 0, or -1 after one line on stderr.
 */
int build_load(struct build *b, const char *name, const char *path);

/**
 * facts_read() - fill in the machine's facts and the date
 * @b: out
 */
void facts_read(struct bench *b);

/**
 * bench_write() - write BENCH.json
 * @b: the report
 * @out: where to
 */
void bench_write(const struct bench *b, FILE *out);

/**
 * text_write() - write the report for a terminal
 * @b: the report
 * @out: where to
 */
void text_write(const struct bench *b, FILE *out);

/**
 * page_write() - write the page
 * @b: the report
 * @template: page.html as it is in this folder
 * @out: where to
 *
 * Return: 0, or -1 after one line on stderr: a name in braces is unknown.
 */
int page_write(const struct bench *b, const char *template, FILE *out);

/**
 * chart_write() - write the SVG of one build's two distributions
 * @b: the report; both builds share the axes
 * @build: the build to draw
 * @out: where to
 */
void chart_write(const struct bench *b, const struct build *build, FILE *out);

/**
 * time_text() - a time in the unit that suits it: "127 ns", "8.05 ms"
 * @buf: out
 * @len: room, 16 suffices
 * @ns: nanoseconds
 *
 * Return: @buf.
 */
const char *time_text(char *buf, size_t len, double ns);

/**
 * time_html() - the same for a page, with the unit kept on the same line
 * @ns: nanoseconds
 * @out: where to
 */
void time_html(double ns, FILE *out);

/**
 * count_text() - a number with commas: "1,000,000"
 * @buf: out
 * @len: room, 32 suffices
 * @n: the number
 *
 * Return: @buf.
 */
const char *count_text(char *buf, size_t len, uint64_t n);

#endif
