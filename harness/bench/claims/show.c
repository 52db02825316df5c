/* Claims as text: on the terminal, and as a page of the handbook. */
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "claims.h"

#define COLUMNS 72

const struct source_name source_names[SOURCES] = {
	[COURSE] = { "C", "\"Tokio Internals: The Runtime You Think You "
			  "Know\", week 1 of a course (author and year not "
			  "told)" },
	[TUNING] = { "P", "\"Beyond Async/Await: Tokio Performance Tuning That "
			  "Actually Works\" (author and year not told)" },
	[CPU_BOUND] = { "L", "Andrew Lamb, \"Using Rustlang's Async Tokio "
			     "Runtime for CPU-Bound Tasks\" (The New Stack, "
			     "2022)" },
	[METRICS] = { "M", "documentation of hotpath 0.18, \"Tokio Async "
			   "Runtime Performance Metrics and Monitoring\"" },
};

const struct claim_group claim_groups[] = {
	{ "What a spawn costs", claims_spawn, &nr_claims_spawn },
	{ "The scheduler", claims_order, &nr_claims_order },
	{ "Tasks that hold their worker", claims_holding, &nr_claims_holding },
	{ "What many tasks want", claims_sharing, &nr_claims_sharing },
	{ "Histograms and tails", claims_tail, &nr_claims_tail },
};
const unsigned int nr_claim_groups = ARRAY_SIZE(claim_groups);

/* Three digits or so; counts as they are. */
static const char *number_text(double v, char *buf, size_t size)
{
	double a = fabs(v);

	if (isinf(v))
		snprintf(buf, size, v < 0 ? "-inf" : "inf");
	else if (v == floor(v) && a < 1e6)
		snprintf(buf, size, "%.0f", v);
	else
		snprintf(buf, size, "%.*f",
			 a >= 100    ? 0
			 : a >= 10   ? 1
			 : a >= 0.1  ? 2
			 : a >= 1e-3 ? 4
				     : 6,
			 v);
	return buf;
}

const char *figure_text(const struct figure *f, char *buf, size_t size)
{
	char median[32], lo[32], hi[32];

	if (!f->n) {
		snprintf(buf, size, "-");
		return buf;
	}
	number_text(f->median, median, sizeof(median));
	if (f->is_counted)
		snprintf(buf, size, "%s", median);
	else
		snprintf(buf, size, "%s [%s, %s]", median,
			 number_text(f->lo, lo, sizeof(lo)),
			 number_text(f->hi, hi, sizeof(hi)));
	return buf;
}

const char *bound_text(const struct claim_case *k, char *buf, size_t size)
{
	char lo[32], hi[32];

	number_text(k->lo, lo, sizeof(lo));
	number_text(k->hi, hi, sizeof(hi));
	if (k->lo == k->hi)
		snprintf(buf, size, "%s %s", lo, k->unit);
	else if (isinf(k->hi))
		snprintf(buf, size, ">= %s %s", lo, k->unit);
	else if (!k->lo)
		snprintf(buf, size, "<= %s %s", hi, k->unit);
	else
		snprintf(buf, size, "%s-%s %s", lo, hi, k->unit);
	if (!*k->unit)
		buf[strlen(buf) - 1] = '\0';
	return buf;
}

static const char *cpu_name(char *buf, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256], *colon;

	snprintf(buf, size, "unknown processor");
	while (f && fgets(line, sizeof(line), f)) {
		colon = strchr(line, ':');
		if (strncmp(line, "model name", 10) || !colon)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(buf, size, "%s", colon + 2);
		break;
	}
	if (f)
		fclose(f);
	return buf;
}

const char *machine_text(char *buf, size_t size)
{
	struct utsname u;
	char cpu[128];

	uname(&u);
	snprintf(buf, size, "%s, %ld cores; Linux %s; %s %s, -O2",
		 cpu_name(cpu, sizeof(cpu)), sysconf(_SC_NPROCESSORS_ONLN),
		 u.release,
#ifdef __clang__
		 "clang",
#else
		 "gcc",
#endif
		 __VERSION__);
	return buf;
}

/* Words from @col on, broken before the 73rd column; then an end of line. */
static void wrap(FILE *to, unsigned int indent, unsigned int col,
		 const char *text)
{
	bool is_first = true;
	size_t len;

	for (; *text; is_first = false) {
		len = strcspn(text, " ");
		if (!is_first && col + 1 + len > COLUMNS) {
			fprintf(to, "\n%*s", (int)indent, "");
			col = indent;
		} else if (!is_first) {
			fputc(' ', to);
			col++;
		}
		fprintf(to, "%.*s", (int)len, text);
		col += len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

static bool has_side(const struct claim *c, enum side side)
{
	return side_verdict(c, side) != UNTESTED;
}

void claim_show(const struct claim *c, unsigned int number)
{
	static const char *const side_name[SIDES] = { "unpark", "Tokio" };
	char bound[64], figure[96];
	const struct claim_case *k;
	const struct figure *f;
	unsigned int i, side;

	printf("\n%2u %s [%s]: %s\n   ", number, c->id,
	       source_names[c->source].letter, verdict_name(claim_verdict(c)));
	wrap(stdout, 3, 3, c->text);
	if (c->untested)
		printf("     (%s)\n", c->untested);
	for (i = 0; i < CLAIM_CASES && c->cases[i].what; i++) {
		k = &c->cases[i];
		printf("     %-*s want %s\n", CLAIM_WHAT, k->what,
		       bound_text(k, bound, sizeof(bound)));
		for (side = 0; side < SIDES; side++) {
			f = &k->figure[side];
			if (f->n)
				printf("       %-7s%-31s%s\n", side_name[side],
				       figure_text(f, figure, sizeof(figure)),
				       verdict_name(figure_verdict(f, k->lo,
								   k->hi)));
			else if (f->lacking)
				printf("       %-7s- (%s)\n", side_name[side],
				       f->lacking);
		}
	}
	if (has_side(c, OURS) && has_side(c, TOKIO) &&
	    side_verdict(c, OURS) != side_verdict(c, TOKIO))
		printf("     unpark: %s; Tokio: %s\n",
		       verdict_name(side_verdict(c, OURS)),
		       verdict_name(side_verdict(c, TOKIO)));
}

void sources_show(void)
{
	unsigned int i;

	for (i = 0; i < SOURCES; i++) {
		printf("[%s] ", source_names[i].letter);
		wrap(stdout, 4, 4, source_names[i].name);
	}
}

/* --- markdown -------------------------------------------------------------------- */

/* In lines of their own, all of which start with '|' or "Verdict": a test leaves
   them out. */
static void claim_figures(FILE *to, const struct claim *c)
{
	char bound[64], ours[96], tokio[96];
	const struct claim_case *k;
	unsigned int i;

	fprintf(to, "Verdict: **%s**%s%s%s\n\n", verdict_name(claim_verdict(c)),
		c->untested ? " (" : "", c->untested ? c->untested : "",
		c->untested ? ")" : "");
	if (c->untested)
		return;
	fprintf(to, "| measured | it holds at | unpark | Tokio 1.24 |\n"
		    "|---|---|---|---|\n");
	for (i = 0; i < CLAIM_CASES && c->cases[i].what; i++) {
		k = &c->cases[i];
		figure_text(&k->figure[OURS], ours, sizeof(ours));
		figure_text(&k->figure[TOKIO], tokio, sizeof(tokio));
		fprintf(to, "| %s | %s | %s | %s |\n", k->what,
			bound_text(k, bound, sizeof(bound)), ours, tokio);
	}
	fprintf(to, "\n");
}

static void claim_markdown(FILE *to, const struct claim *c, bool has_figures)
{
	fprintf(to, "### %s\n\n", c->id);
	wrap(to, 0, 0, c->text);
	fprintf(to, "\n");
	if (has_figures)
		claim_figures(to, c);
	fprintf(to, "Source %s. How: ", source_names[c->source].letter);
	wrap(to, 0, 15, c->how);
	fprintf(to, "\n");
	wrap(to, 0, 0, c->means);
	fprintf(to, "\n");
}

void claims_markdown(FILE *to, bool has_figures)
{
	char machine[256];
	unsigned int g, i;

	fprintf(to,
		"# What the reading claims, and what is measured\n\n"
		"Every number in the reading, retold, beside a figure that you "
		"can print yourself:\n\n"
		"    make claims\n\n"
		"A verdict is not an opinion. Each case below says at which "
		"figures the claim holds, and\nthe program compares. Where a "
		"figure is timed it is the median of %u runs, in turn with\n"
		"what it is compared to, with an interval of 95 %% from order "
		"statistics: it supposes\nnothing of how the runs are "
		"distributed. When the edge lies within the interval the\n"
		"verdict is *cannot say: run again*, after three tries. What "
		"is counted, or computed,\nhas no interval.\nA claim that "
		"holds in one case "
		"and not in another *holds in part*: the two runtimes\ncount "
		"as cases, too.\n\n"
		"The figures below are those of one machine; yours differ, and "
		"the verdicts should not.\n\n",
		CLAIM_RUNS);
	if (has_figures)
		fprintf(to, "| the machine |\n|---|\n| %s |\n\n",
			machine_text(machine, sizeof(machine)));
	fprintf(to, "The texts:\n\n");
	for (i = 0; i < SOURCES; i++) {
		fprintf(to, "- %s: ", source_names[i].letter);
		wrap(to, 2, 4, source_names[i].name);
	}
	for (g = 0; g < nr_claim_groups; g++) {
		fprintf(to, "\n## %s\n\n", claim_groups[g].title);
		for (i = 0; i < *claim_groups[g].n; i++)
			claim_markdown(to, &claim_groups[g].claims[i],
				       has_figures);
	}
}
