/*
 * The intake of a .tar.gz or a .zip, with libarchive.
 *
 * Every entry is read to its end by us, never skipped: what is skipped is
 * unpacked all the same, and nobody would count it.
 */
#define _GNU_SOURCE
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grade/intake/intake.h"

/* One archive, and what its last read said. */
struct reader {
	struct archive *a;
	bool is_damaged;
};

static long read_entry(void *from, void *buf, size_t len)
{
	struct reader *r = from;
	la_ssize_t n = archive_read_data(r->a, buf, len);

	r->is_damaged |= n < 0;
	return n;
}

static void refuse_all(struct intake *in, const char *why, const char *detail)
{
	if (!in->reason[0])
		snprintf(in->reason, sizeof(in->reason), "%s%s%s", why,
			 detail ? ": " : "", detail ? detail : "");
}

static const char *bad_type(struct archive_entry *e)
{
	if (archive_entry_hardlink(e) || archive_entry_filetype(e) == AE_IFLNK)
		return "a link";
	if (archive_entry_filetype(e) != AE_IFREG)
		return "neither a file nor a folder";
	if (archive_entry_is_encrypted(e))
		return "encrypted";
	return NULL;
}

static void take_entry(struct intake *in, struct reader *r,
		       struct archive_entry *e)
{
	const char *path = archive_entry_pathname(e);
	const bool is_dir = archive_entry_filetype(e) == AE_IFDIR;
	int file = -1;

	/* "./" and "days/" need no word; "../x/" does. */
	if (is_dir && path && *path != '/' && !strstr(path, ".."))
		intake_enter(in);
	else
		file = intake_look(in, path, bad_type(e));
	if (in->reason[0] || archive_entry_is_encrypted(e))
		return;
	intake_copy(in, file, path, read_entry, r);
	if (r->is_damaged)
		refuse_all(in, "the archive is damaged or ends early",
			   archive_error_string(r->a));
}

static void read_all(struct intake *in, struct reader *r)
{
	struct archive_entry *e;
	int rc;

	while (!in->err && !in->reason[0]) {
		rc = archive_read_next_header(r->a, &e);
		/* The packing may be nested: 16 MB of it can become anything. */
		if (archive_filter_count(r->a) > 2)
			refuse_all(in, "packed more than once", NULL);
		else if (rc == ARCHIVE_EOF)
			break;
		else if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
			take_entry(in, r, e);
		else
			refuse_all(in, "the archive is damaged or ends early",
				   archive_error_string(r->a));
	}
}

static void open_format(struct archive *a, const char *path)
{
	const size_t len = strlen(path);

	if (len > 4 && !strcmp(path + len - 4, ".zip")) {
		archive_read_support_format_zip(a);
		return;
	}
	archive_read_support_filter_gzip(a);
	archive_read_support_format_tar(a);
}

void intake_archive(struct intake *in, const char *path)
{
	struct reader r = { .a = archive_read_new() };
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (!r.a || fd < 0 || fstat(fd, &st)) {
		if (fd < 0 && errno == ELOOP)
			refuse_all(in, "a link", NULL);
		else
			in->err = errno ? -errno : -ENOMEM;
		return;
	}
	open_format(r.a, path);
	if (!S_ISREG(st.st_mode))
		refuse_all(in, "neither a file nor a folder", NULL);
	else if ((unsigned long)st.st_size > INTAKE_TOTAL)
		refuse_all(in, "the archive itself is larger than 16 MB", NULL);
	else if (archive_read_open_fd(r.a, fd, 65536) != ARCHIVE_OK)
		refuse_all(in, "it cannot be opened as what its name says",
			   archive_error_string(r.a));
	else
		read_all(in, &r);
	archive_read_free(r.a);
	close(fd);
}
