/*
 * What is counted from outside of a program: its system calls, by strace, and how
 * often it calls one of its functions, by callgrind. Both make it slow, so it is
 * another run, of a program that answers lines as a peer does.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "claims.h"

#include "kit/bug.h"

#define NR_FUNCTIONS 65536

static char folder[3000];

void counted_open(const char *build)
{
	snprintf(folder, sizeof(folder), "%s", build);
}

/* "100.00 0.000123 3 41 2 total": the calls are the fourth number. */
static double total_of(FILE *f)
{
	char line[256];
	double calls = -1, n;

	while (fgets(line, sizeof(line), f))
		if (strstr(line, " total") &&
		    sscanf(line, "%*f %*f %*f %lf", &n) == 1)
			calls = n;
	return calls;
}

/*
 * Callgrind names a function once, "cfn=(12) name", and by its number from there
 * on; "calls=3" after a "cfn=" says how often that one was called from here.
 */
static double calls_of(FILE *f, const char *function)
{
	static bool is_it[NR_FUNCTIONS];
	unsigned int id, called = 0;
	char *line = NULL, *name;
	size_t size = 0;
	double sum = 0, n;

	memset(is_it, 0, sizeof(is_it));
	while (getline(&line, &size, f) > 0) {
		if (sscanf(line, "cfn=(%u)", &id) == 1)
			called = id % NR_FUNCTIONS;
		else if (sscanf(line, "fn=(%u)", &id) != 1)
			id = 0;
		name = id ? strstr(line, ") ") : NULL;
		if (name)
			is_it[id % NR_FUNCTIONS] =
				!strncmp(name + 2, function, strlen(function));
		if (is_it[called] && sscanf(line, "calls=%lf", &n) == 1)
			sum += n;
	}
	free(line);
	return sum;
}

/* -1 when the tool is not there, or may not do it. */
static double count_by(const char *tool, const char *program, const char *line,
		       const char *function)
{
	char command[16384], out[3200];
	double n = -1;
	FILE *f;

	snprintf(out, sizeof(out), "%s/claims.counted", folder);
	unlink(out);
	snprintf(command, sizeof(command),
		 "echo '%s' | %s'%s' '%s/%s' >/dev/null 2>&1", line, tool, out,
		 folder, program);
	f = system(command) ? NULL : fopen(out, "r");
	if (f) {
		n = function ? calls_of(f, function) : total_of(f);
		fclose(f);
	}
	unlink(out);
	return n;
}

/* The difference of two runs: what starting and ending needs falls out. */
static void count(struct claim *c, unsigned int nr, enum side side,
		  const char *const words[3], const char *format,
		  unsigned int n, const char *lacking)
{
	char few[128], many[128];
	double a, b;

	snprintf(few, sizeof(few), format, 500);
	snprintf(many, sizeof(many), format, 500 + n);
	a = count_by(words[0], words[1], few, words[2]);
	b = a < 0 ? -1 : count_by(words[0], words[1], many, words[2]);
	if (b < 0)
		claim_lacks(c, nr, side, lacking);
	else /* Threads that end earlier or later make it less than none. */
		claim_count(c, nr, side,
			    round((b > a ? b - a : 0) / n * 1e3) / 1e3);
}

void count_syscalls(struct claim *c, unsigned int nr, const char *format)
{
	const char *words[3] = { "strace -f -c -o " };
	unsigned int side;

	for (side = 0; side < SIDES; side++) {
		words[1] = side == OURS ? "plain/claims-serve"
					: "bench/peers/peer-claims";
		count(c, nr, side, words, format, 10000,
		      "no peer, or strace may not trace");
	}
}

void count_tokio(struct claim *c, unsigned int nr, const char *format,
		 const char *function)
{
	const char *const words[3] = {
		"valgrind --tool=callgrind --callgrind-out-file=",
		"bench/peers/peer-claims-debug", function
	};

	count(c, nr, TOKIO, words, format, 1000,
	      "no debug peer, or no valgrind");
}
