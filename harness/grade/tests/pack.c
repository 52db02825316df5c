/*
 * pack: archives as nobody's packer makes them, for the grader's corpus.
 *
 *	pack OUT.tar.gz|OUT.zip ENTRY...
 *	f:PATH:FILE   a file        z:PATH:BYTES  zeros     n:PATH:COUNT  many
 *	l:PATH:TO     a link        h:PATH:TO     a hard link
 *	p:PATH:       a fifo        c:PATH:       a device
 *	e::PASSWORD   encrypts what follows (zip)
 */
#define _GNU_SOURCE
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct archive *a;

static void check(int rc, const char *what)
{
	if (rc >= ARCHIVE_WARN)
		return;
	fprintf(stderr, "pack: %s: %s\n", what, archive_error_string(a));
	exit(1);
}

static void put(const char *path, unsigned int type, const char *link,
		const char *data, size_t len)
{
	struct archive_entry *e = archive_entry_new();
	static const char zeros[65536];
	size_t n;

	archive_entry_set_pathname(e, path);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_filetype(e, type);
	archive_entry_set_size(e, (la_int64_t)len);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(e, link);
	else if (link)
		archive_entry_set_hardlink(e, link);
	check(archive_write_header(a, e), path);
	for (; len; len -= n) {
		n = data || len < sizeof(zeros) ? len : sizeof(zeros);
		if (archive_write_data(a, data ? data : zeros, n) < 0)
			check(ARCHIVE_FATAL, path);
	}
	archive_entry_free(e);
}

static void put_file(const char *path, const char *from)
{
	static char data[4 << 20];
	FILE *f = fopen(from, "r");

	if (!f) {
		perror(from);
		exit(1);
	}
	put(path, AE_IFREG, NULL, data, fread(data, 1, sizeof(data), f));
	fclose(f);
}

static void put_many(const char *path, unsigned long n)
{
	char name[256];

	while (n--) {
		snprintf(name, sizeof(name), "%s%lu", path, n);
		put(name, AE_IFREG, NULL, NULL, 0);
	}
}

static void put_entry(char *arg)
{
	char *path = arg + 2, *more = strrchr(path, ':');

	*more++ = '\0';
	switch (*arg) {
	case 'f':
		put_file(path, more);
		break;
	case 'z':
		put(path, AE_IFREG, NULL, NULL, strtoul(more, NULL, 10));
		break;
	case 'n':
		put_many(path, strtoul(more, NULL, 10));
		break;
	case 'l':
		put(path, AE_IFLNK, more, NULL, 0);
		break;
	case 'h':
		put(path, AE_IFREG, more, NULL, 0);
		break;
	case 'p':
		put(path, AE_IFIFO, NULL, NULL, 0);
		break;
	case 'c':
		put(path, AE_IFCHR, NULL, NULL, 0);
		break;
	case 'e':
		check(archive_write_set_options(a, "zip:encryption=zipcrypt"),
		      "encryption");
		check(archive_write_set_passphrase(a, more), "password");
		break;
	}
}

int main(int argc, char **argv)
{
	const char *out = argc > 2 ? argv[1] : "";
	int i;

	a = archive_write_new();
	if (strstr(out, ".zip")) {
		check(archive_write_set_format_zip(a), out);
	} else {
		check(archive_write_add_filter_gzip(a), out);
		check(archive_write_set_format_pax_restricted(a), out);
	}
	/* Before the archive is open, or it has no effect. */
	for (i = 2; i < argc && argv[i][0] == 'e'; i++)
		put_entry(argv[i]);
	check(archive_write_open_filename(a, out), out);
	for (; i < argc; i++)
		put_entry(argv[i]);
	check(archive_write_close(a), out);
	return 0;
}
