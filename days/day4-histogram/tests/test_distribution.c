/* Day 4, what is given: a histogram as text and as a picture. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"
#include "test/test.h"

static char text[65536];

/* What a printer writes, in @text. */
#define PRINTED(print)                                       \
	do {                                                 \
		FILE *f = fmemopen(text, sizeof(text), "w"); \
                                                             \
		EXPECT(f, "there is a file in memory");      \
		print;                                       \
		EXPECT(!fclose(f), "all of it was written"); \
	} while (0)

static unsigned int times(const char *what)
{
	const char *p = text;
	unsigned int n = 0;

	while ((p = strstr(p, what))) {
		p += strlen(what);
		n++;
	}
	return n;
}

TEST(a_plotter_can_read_the_percentiles, 9, 0, kit)
{
	static uint64_t counters[PRECISE_COUNTERS(PRECISE_1S)];
	struct distribution d;
	struct precise h;
	const char *line;
	double value, share, before = -1;
	unsigned long total;
	unsigned int i, lines = 0;

	WHY("Who plots HdrHistogram's text form plots ours.");
	precise_init(&h, counters, PRECISE_1S);
	for (i = 1; i <= 1000; i++)
		precise_record(&h, 1000 * i);
	STEP("print the percentiles of 1 to 1,000 us, in us");
	d = distribution_of_precise("a", &h);
	PRINTED(distribution_print_percentiles(f, &d, 1000));
	EXPECT_EQ(times("#[Buckets =           23, SubBuckets     =          "
			"256]"),
		  1, "3,072 counters are 256, and 22 times the upper 128");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (sscanf(line, " %lf %lf %lu", &value, &share, &total) != 3)
			continue;
		lines++;
		EXPECT(share > before, "percentiles rise: %g after %g", share,
		       before);
		EXPECT(total >= share * 1000 && total <= 1000,
		       "%lu of 1,000 values are at least the share %g", total,
		       share);
		EXPECT(value >= total && value <= total * 1.0079,
		       "the value of rank %lu is %g: not lower, less than "
		       "0.79 %% more",
		       total, value);
		before = share;
	}
	EXPECT(lines > 20 && before == 1, "the last of many lines is p100");
}

TEST(percentiles_of_the_coarse_one_say_so, 5, 0, kit)
{
	struct distribution d;
	struct hist h;

	WHY("Whoever reads 256 parts believes in 0.79 %.");
	hist_init(&h);
	hist_record(&h, 1000);
	STEP("print the percentiles of one value in 128 buckets");
	d = distribution_of_hist("a", &h);
	PRINTED(distribution_print_percentiles(f, &d, 1));
	EXPECT_EQ(times("#[Buckets =           31, SubBuckets     =            "
			"8]"),
		  1, "128 buckets are 8, and 30 times the upper 4");
	EXPECT_EQ(
		times("    1000.000 1.000000000000          1            inf"),
		1, "the last line has the maximum");
}

TEST(a_csv_has_each_value_once, 9, 0, kit)
{
	static const char want[] = "name,from,to,count\n"
				   "\"a\",5,5,2\n"
				   "\"a\",1024,1217,1\n"
				   "\"a\",3611622603,10000000000,1\n";
	struct distribution d;
	struct hist h;

	WHY("A spreadsheet wants edges and counts, and no value above max.");
	hist_init(&h);
	hist_record(&h, 5);
	hist_record(&h, 5);
	hist_record(&h, 1100);
	hist_record(&h, 10000000000);
	STEP("print 5, 5, 1,100 and 10 seconds as CSV");
	d = distribution_of_hist("a", &h);
	PRINTED(distribution_print_csv(f, &d, 1));
	EXPECT_STR(text, want, "a line a bucket that is not empty");
}

TEST(a_chart_fits_a_terminal, 9, 0, kit)
{
	struct distribution d;
	const char *line;
	struct hist h;
	unsigned int i, lines = 0;

	WHY("What wraps cannot be read.");
	hist_init(&h);
	for (i = 0; i < 10000; i++)
		hist_record(&h, 1000);
	hist_record(&h, UINT64_MAX);
	hist_record(&h, 0);
	STEP("print 0, 10,000 times 1,000, and 2^64 - 1");
	d = distribution_of_hist("a", &h);
	PRINTED(distribution_print_chart(f, &d));
	EXPECT_EQ(times("|."), 2, "what is rare has a dot");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		EXPECT(strlen(line) < 80, "a line has less than 80 columns");
		lines++;
	}
	EXPECT_EQ(lines, 33, "a heading, and 2^0 to 2^31");
	STEP("print an empty one");
	hist_init(&h);
	PRINTED(distribution_print_chart(f, &d));
	EXPECT_EQ(times("\n"), 1, "of nothing there is the heading only");
}

TEST(a_picture_has_a_line_for_each, 9, 0, kit)
{
	struct hist h[3];
	struct distribution d[3];
	unsigned int i;

	WHY("Several of them over one axis can be compared; one that is empty "
	    "must not spoil it.");
	for (i = 0; i < 3; i++)
		hist_init(&h[i]);
	for (i = 0; i < 1000; i++) {
		hist_record(&h[0], 100 + i);
		hist_record(&h[1], 100000 + 1000 * i);
	}
	STEP("draw two histograms, and an empty one with <, & in its name");
	d[0] = distribution_of_hist("fast", &h[0]);
	d[1] = distribution_of_hist("slow", &h[1]);
	d[2] = distribution_of_hist("none < & all", &h[2]);
	PRINTED(distribution_print_svg(f, d, 3));
	EXPECT_EQ(times("<svg "), 1, "it is one picture");
	EXPECT_EQ(times("</svg>"), 1, "it has an end");
	EXPECT_EQ(times("fill='none'"), 2, "two have a line");
	EXPECT_EQ(times("none &lt; &amp; all"), 1, "a name is text");
	EXPECT_EQ(times("nan"), 0, "all places are numbers");
	EXPECT_EQ(times("inf"), 0, "all places are numbers");
	STEP("draw nothing but the empty one");
	PRINTED(distribution_print_svg(f, d + 2, 1));
	EXPECT_EQ(times("nan"), 0, "all places are numbers");
	EXPECT_EQ(times("inf"), 0, "all places are numbers");
}
