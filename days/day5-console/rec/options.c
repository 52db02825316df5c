/* Given: unpark-rec's command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "program.h"

#include "kit/clock.h"

#define INTERVAL_DEFAULT 1000
#define INTERVAL_MIN 10
#define INTERVAL_MAX 3600000

static const char usage[] =
	"usage: unpark-rec [PID|FILE] -o FILE [--interval MS] [--count N] "
	"[--seconds S]\n"
	"  Records what the console shows of a program; unpark-top FILE shows "
	"it again.\n"
	"  PID|FILE       of a program with UNPARK_CONSOLE on, or one that "
	"was\n"
	"                 killed (default: the only one there is)\n"
	"  -o FILE        a file that is not there yet\n"
	"  --interval MS  10 to 3600000 (default: UNPARK_INTERVAL_MS, or "
	"1000)\n"
	"  --count N      end after N frames\n"
	"  --seconds S    end after S seconds\n"
	"  It ends with the program, or with Ctrl-C. A frame is a copy of the\n"
	"  region; the program does not notice.\n";

/* Nonsense in the environment does not keep a program from its work. */
static unsigned long interval_wanted(void)
{
	const char *text = getenv("UNPARK_INTERVAL_MS");
	unsigned long n;

	if (!text || !text[0])
		return INTERVAL_DEFAULT;
	if (program_is_number(text, INTERVAL_MIN, INTERVAL_MAX, &n))
		return n;
	fprintf(stderr,
		"unpark-rec: UNPARK_INTERVAL_MS=%s: choose %u to %u; taking "
		"%u\n",
		text, INTERVAL_MIN, INTERVAL_MAX, INTERVAL_DEFAULT);
	return INTERVAL_DEFAULT;
}

static void take_rest(struct options *o, int argc, char **argv, int i)
{
	if (i < argc)
		o->what = argv[i++];
	if (i < argc) {
		fprintf(stderr, "unpark-rec: %s: one PID or FILE at a time\n",
			argv[i]);
		exit(2);
	}
	if (!o->out || !o->out[0]) {
		fprintf(stderr,
			"unpark-rec: where to? say -o FILE (--help: all of "
			"it)\n");
		exit(2);
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "interval", required_argument, NULL, 'i' },
		{ "count", required_argument, NULL, 'c' },
		{ "seconds", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	unsigned long ms = 0;
	int c;

	memset(o, 0, sizeof(*o));
	while ((c = getopt_long(argc, argv, "o:h", names, NULL)) != -1) {
		if (c == 'o') {
			o->out = optarg;
		} else if (c == 'i') {
			ms = program_number("unpark-rec", "interval", optarg,
					    INTERVAL_MIN, INTERVAL_MAX);
		} else if (c == 'c') {
			o->count = program_number("unpark-rec", "count", optarg,
						  1, 1000000000);
		} else if (c == 's') {
			o->seconds = program_number("unpark-rec", "seconds",
						    optarg, 1, 31536000);
		} else {
			fputs(usage, c == 'h' ? stdout : stderr);
			exit(c == 'h' ? 0 : 2);
		}
	}
	take_rest(o, argc, argv, optind);
	o->interval = (ms ? ms : interval_wanted()) * NSEC_PER_MSEC;
}
