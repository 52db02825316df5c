/*
 * report: two parts of capstone/measure.c in, and the pictures that it left in
 * the folder; the report out: BENCH.json and index.html there, and a table on
 * the terminal.
 *
 * Both files are written beside their place and renamed, so nobody ever reads
 * half of one.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

static char *template; /* page.html */

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	long len;

	if (!f || fseek(f, 0, SEEK_END) || (len = ftell(f)) < 0)
		goto out;
	rewind(f);
	text = calloc(1, (size_t)len + 1);
	if (text && fread(text, 1, (size_t)len, f) != (size_t)len) {
		free(text);
		text = NULL;
	}
out:
	if (f)
		fclose(f);
	if (!text)
		fprintf(stderr, "report: cannot read %s\n", path);
	return text;
}

static int bench_put(const struct bench *b, FILE *out)
{
	bench_write(b, out);
	return 0;
}

static int page_put(const struct bench *b, FILE *out)
{
	return page_write(b, template, out);
}

/* All or nothing: @folder/@name has the new content, or is as it was. */
static int put_file(const struct bench *b, const char *folder, const char *name,
		    int (*put)(const struct bench *, FILE *))
{
	char path[512], temp[528];
	FILE *out;
	int err;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(temp, sizeof(temp), "%s.tmp", path);
	out = fopen(temp, "w");
	err = out ? put(b, out) : -1;
	if (out && (ferror(out) | fclose(out)))
		err = -1;
	if (!err && !rename(temp, path))
		return 0;
	unlink(temp);
	fprintf(stderr, "report: %s was not written\n", path);
	return -1;
}

/* What measure.c drew; it goes into the page. */
static int picture_load(struct build *b, const char *folder)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s.svg", folder, b->name);
	b->picture = read_file(path);
	return b->picture ? 0 : -1;
}

int main(int argc, char **argv)
{
	static struct bench b;
	const char *folder;

	if (argc != 6) {
		fprintf(stderr,
			"usage: %s WHOSE RELEASE.json DEBUG.json "
			"PAGE.html FOLDER\n",
			argv[0]);
		return 2;
	}
	b.whose = argv[1];
	folder = argv[5];
	template = read_file(argv[4]);
	if (!template ||
	    build_load(&b.build[BUILD_RELEASE], "release", argv[2]) ||
	    build_load(&b.build[BUILD_DEBUG], "debug", argv[3]) ||
	    picture_load(&b.build[BUILD_RELEASE], folder) ||
	    picture_load(&b.build[BUILD_DEBUG], folder))
		return 1;
	facts_read(&b);
	if (put_file(&b, folder, "index.html", page_put) ||
	    put_file(&b, folder, "BENCH.json", bench_put))
		return 1;
	text_write(&b, stdout);
	free(b.build[BUILD_RELEASE].picture);
	free(b.build[BUILD_DEBUG].picture);
	free(template);
	return 0;
}
