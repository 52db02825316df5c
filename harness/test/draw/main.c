/*
 * unpark-steps: the log of a model test, made into a page, JSON and text.
 *
 * The supervisor calls it, for make trace MODEL=1, and says how the test ended.
 */
#include <stdlib.h>
#include <string.h>

#include "test/draw/draw.h"

static bool write_file(const char *base, const char *ending,
		       bool (*draw)(FILE *out, const struct draw *d),
		       const struct draw *d)
{
	char path[512];
	bool fine = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", base, ending);
	f = fopen(path, "w");
	if (f) {
		fine = draw(f, d);
		fine = !fclose(f) && fine;
	}
	if (!fine)
		fprintf(stderr, "unpark-steps: %s: cannot be written\n", path);
	return fine;
}

int main(int argc, char **argv)
{
	static struct draw d;
	int i;
	char *p;

	if (argc != 11) {
		fprintf(stderr, "usage: unpark-steps LOG BASE TITLE VERDICT "
				"WHERE WHAT WANT GOT WHY REPLAY (make trace "
				"calls it; writes BASE.html, .json, .txt)\n");
		return 2;
	}
	/* Some of it a test has said. */
	for (i = 3; i < argc; i++)
		for (p = argv[i]; *p; p++)
			if ((unsigned char)*p < ' ' || *p == 127)
				*p = ' ';
	d.report = (struct draw_report){ argv[3], argv[4], argv[5], argv[6],
					 argv[7], argv[8], argv[9], argv[10] };
	d.steps = calloc(DRAW_STEPS + 1, sizeof(*d.steps));
	/* The page last: whoever waits for it finds the others, too. */
	if (!d.steps || !draw_read(&d, argv[1]) ||
	    !write_file(argv[2], ".txt", draw_text, &d) ||
	    !write_file(argv[2], ".json", draw_json, &d) ||
	    !write_file(argv[2], ".html", draw_page, &d))
		return 1;
	free(d.steps);
	return 0;
}
