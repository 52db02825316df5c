/*
 * make claims: what the reading claims, beside what is measured here.
 *
 *	claims BUILD [ID...]		measure all of them, or some
 *	claims --text			the handbook's page, without figures
 *	claims --prove			do planted figures change the verdicts?
 *	claims --judge LO HI RUN...	the verdict on these runs
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/stats.h"
#include "claims.h"

#include "kit/bug.h"
#include "kit/clock.h"
#include "kit/park.h"
#include "kit/thread.h"

static const char usage[] = "usage: claims BUILD [ID...] | --text | --prove | "
			    "--judge LO HI RUN...   (make claims)";

static int judge(int n, char **words)
{
	struct figure f = { .n = 0 };
	int i;

	for (i = 2; i < n && f.n < CLAIM_RUNS; i++)
		f.run[f.n++] = atof(words[i]);
	f.is_counted = f.n == 1;
	figure_settle(&f);
	puts(verdict_name(figure_verdict(&f, atof(words[0]), atof(words[1]))));
	return 0;
}

static int prove(void)
{
	unsigned int g, i, n = 0, bad = 0;
	struct claim *c;

	for (g = 0; g < nr_claim_groups; g++) {
		for (i = 0; i < *claim_groups[g].n; i++, n++) {
			c = &claim_groups[g].claims[i];
			if (!claim_prove(c))
				continue;
			printf("%s: a planted figure has another verdict\n",
			       c->id);
			bad++;
		}
	}
	printf("%u claims, %u of them judged wrongly\n", n, bad);
	return bad != 0;
}

/* A claim that stays open is measured again, so often in all. */
#define TRIES 3

static void measure_once(struct claim *c)
{
	unsigned int i, side;

	for (i = 0; i < CLAIM_CASES; i++)
		memset(c->cases[i].figure, 0, sizeof(c->cases[i].figure));
	c->measure(c);
	for (i = 0; i < CLAIM_CASES; i++)
		for (side = 0; side < SIDES; side++)
			figure_settle(&c->cases[i].figure[side]);
}

/*
 * Noise is no verdict. Measuring again is no fishing for one, either: whatever
 * comes out decided counts, whichever way, and all runs before it are forgotten.
 */
static void measure(struct claim *c)
{
	unsigned int try = 0;

	/* What is going on, where somebody looks. */
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s", c->id);
	while (c->measure && try++ < TRIES) {
		measure_once(c);
		if (claim_verdict(c) != UNSAID)
			break;
	}
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
}

static bool is_wanted(const char *id, int n, char **ids)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(id, ids[i]))
			return true;
	return !n;
}

static bool is_claim(const char *id)
{
	unsigned int g, i;

	for (g = 0; g < nr_claim_groups; g++)
		for (i = 0; i < *claim_groups[g].n; i++)
			if (!strcmp(id, claim_groups[g].claims[i].id))
				return true;
	fprintf(stderr, "claims: no claim \"%s\"; docs/claims.md has all\n",
		id);
	return false;
}

static void measure_all(int n, char **ids, unsigned int verdicts[VERDICTS])
{
	unsigned int g, i, number = 0;
	struct claim *c;

	for (g = 0; g < nr_claim_groups; g++) {
		for (i = 0; i < *claim_groups[g].n; i++) {
			c = &claim_groups[g].claims[i];
			number++;
			if (!is_wanted(c->id, n, ids))
				continue;
			measure(c);
			claim_show(c, number);
			fflush(stdout);
			verdicts[claim_verdict(c)]++;
		}
	}
}

static int save(const char *build)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/report/claims.html", build);
	if (claims_page(path)) {
		fprintf(stderr, "claims: cannot write %s\n", path);
		return 1;
	}
	printf("the page: %s", path);
	snprintf(path, sizeof(path), "%s/claims.md", build);
	f = fopen(path, "w");
	if (!f) {
		fprintf(stderr, "claims: cannot write %s\n", path);
		return 1;
	}
	claims_markdown(f, true);
	fclose(f);
	snprintf(path, sizeof(path), "%s/claims.json", build);
	printf("    the numbers: %s\n", path);
	return stats_save(claims_json(), path);
}

/*
 * A process of one thread is another one: the C library then takes its locks
 * without a locked instruction. So there is a second one, from the start on.
 */
static void sleep_on(void *arg)
{
	parker_park(arg, CLOCK_NEVER);
}

static int run(const char *build, int n, char **ids)
{
	struct thread sleeper;
	struct parker parker;
	unsigned int verdicts[VERDICTS] = { 0 }, i;
	char machine[256];

	for (i = 0; i < (unsigned int)n; i++)
		if (!is_claim(ids[i]))
			return 2;
	printf("%s\nfigures: counted, or the median of up to %u runs "
	       "[95 %% interval]\n",
	       machine_text(machine, sizeof(machine)), CLAIM_RUNS);
	claims_open(build);
	parker_init(&parker);
	BUG_ON(thread_create(&sleeper, "sleeper", sleep_on, &parker));
	measure_all(n, ids, verdicts);
	parker_unpark(&parker);
	thread_join(&sleeper);
	claims_close();
	printf("\n");
	sources_show();
	for (i = 0; i < VERDICTS; i++)
		if (verdicts[i])
			printf("%4u %s\n", verdicts[i], verdict_name(i));
	return n ? 0 : save(build);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--text")) {
		claims_markdown(stdout, false);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "--prove"))
		return prove();
	if (argc >= 5 && !strcmp(argv[1], "--judge"))
		return judge(argc - 2, argv + 2);
	if (argc >= 2 && argv[1][0] != '-')
		return run(argv[1], argc - 2, argv + 2);
	fprintf(stderr, "%s\n", usage);
	return 2;
}
