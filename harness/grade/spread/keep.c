/*
 * Sources in the gradebook, packed with zlib: a week is some 20 kB a student.
 */
#define _GNU_SOURCE
#include "grade/spread/keep.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "grade/intake/intake.h"

static const char *const tables[] = {
	"CREATE TABLE IF NOT EXISTS files(unit TEXT, content TEXT, path TEXT,"
	" text BLOB, size INTEGER, PRIMARY KEY(unit, content, path))",
	"CREATE TABLE IF NOT EXISTS handed(student TEXT PRIMARY KEY,"
	" reason TEXT, report TEXT)",
};

void keep_step(sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE) {
		fprintf(stderr, "grade: the gradebook cannot be written: %s\n",
			sqlite3_errmsg(sqlite3_db_handle(st)));
		exit(2);
	}
	sqlite3_finalize(st);
}

long long keep_number(sqlite3_stmt *st)
{
	long long n = 0;

	if (store_next(st))
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

void keep_tables(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		book_do(tables[i], "");
}

/* A file as the student handed it in, or the stub in its place. */
static void keep_file(const struct submission *s, const struct student_file *f,
		      const char *unit, const char *content)
{
	static unsigned char text[INTAKE_FILE + 1], *packed;
	uLongf len = compressBound(INTAKE_FILE);
	sqlite3_stmt *st;
	char path[512];
	size_t n;
	FILE *in;

	if (!packed)
		packed = malloc(len);
	unit_folder(path, sizeof(path), s->id, f->unit);
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "/%s",
		 f->base);
	in = fopen(path, "r");
	if (!in || !packed)
		return;
	n = fread(text, 1, sizeof(text), in);
	fclose(in);
	if (compress(packed, &len, text, n) != Z_OK)
		return;
	st = store_query("INSERT OR IGNORE INTO files(unit, content, path,"
			 " size, text) VALUES(?, ?, ?, ?, ?)",
			 "sssi", unit, content, f->path, (long long)n);
	sqlite3_bind_blob(st, 5, packed, (int)len, SQLITE_TRANSIENT);
	keep_step(st);
}

static bool is_kept(const struct submission *s, unsigned int unit)
{
	return book_number("SELECT 1 FROM files WHERE unit = ? AND content = ?",
			   "ss", grade_kit.units[unit], s->content[unit]);
}

/* Journal and figures: a student's, and only as long as they are handed in. */
static void keep_papers(const struct submission *s)
{
	unsigned int i;

	book_do("DELETE FROM files WHERE unit = 'papers' AND content = ?", "s",
		s->name);
	for (i = 0; !s->is_refused && i < grade_kit.nr_files; i++)
		if (grade_kit.files[i].unit == GRADE_MAX_UNITS)
			keep_file(s, &grade_kit.files[i], "papers", s->name);
}

static void keep_submission(const struct submission *s)
{
	char *report = s->report ? json_dumps(s->report, JSON_COMPACT) : NULL;
	unsigned int i, u;
	bool known;

	book_do("INSERT OR REPLACE INTO handed VALUES(?, ?, ?)", "sss", s->name,
		s->reason, report ? report : "null");
	free(report);
	for (u = 0; !s->is_refused && u < grade_kit.nr_units; u++) {
		known = !s->taken[u] || is_kept(s, u);
		for (i = 0; !known && i < grade_kit.nr_files; i++)
			if (grade_kit.files[i].unit == u)
				keep_file(s, &grade_kit.files[i],
					  grade_kit.units[u], s->content[u]);
	}
	keep_papers(s);
}

void keep_all(const struct submission *list, unsigned int n)
{
	unsigned int i;

	keep_tables();
	book_do("BEGIN", "");
	for (i = 0; i < n; i++) {
		if (!list[i].is_broken)
			keep_submission(&list[i]);
		else
			book_do("INSERT OR IGNORE INTO handed VALUES(?, ?,"
				" 'null')",
				"ss", list[i].name, list[i].reason);
	}
	book_do("COMMIT", "");
}

char *keep_text(sqlite3_stmt *st, int column, size_t *len)
{
	const void *packed = sqlite3_column_blob(st, column);
	uLongf n = (uLongf)sqlite3_column_int64(st, column + 1);
	char *text = n <= INTAKE_FILE ? malloc(n + 1) : NULL;

	if (!text || !packed ||
	    uncompress((Bytef *)text, &n, packed,
		       (uLong)sqlite3_column_bytes(st, column)) != Z_OK) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	*len = n;
	return text;
}

void keep_papers_back(const struct submission *s)
{
	sqlite3_stmt *st = store_query("SELECT path, text, size FROM files"
				       " WHERE unit = 'papers' AND content = ?",
				       "s", s->name);
	char folder[512], path[768], *text;
	const char *base;
	size_t len;
	FILE *f;

	unit_folder(folder, sizeof(folder), s->id, GRADE_MAX_UNITS);
	mkdir(folder, 0755);
	while (store_next(st)) {
		base = strrchr((const char *)sqlite3_column_text(st, 0), '/');
		text = keep_text(st, 1, &len);
		snprintf(path, sizeof(path), "%s%s", folder,
			 base ? base : "/x");
		f = text ? fopen(path, "w") : NULL;
		if (f) {
			fwrite(text, 1, len, f);
			fclose(f);
		}
		free(text);
	}
	sqlite3_finalize(st);
}

static void make_folders(char *path)
{
	char *slash = strchr(path + 1, '/');

	for (; slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

void keep_pages(const char *from)
{
	char path[1024], *page;
	size_t i;
	glob_t g;

	snprintf(path, sizeof(path), "%s/html/trace/*/*.html", from);
	if (glob(path, 0, NULL, &g))
		return;
	for (i = 0; i < g.gl_pathc; i++) {
		page = g.gl_pathv[i] + strlen(from);
		snprintf(path, sizeof(path), "%s%s", grade_opt.out, page);
		make_folders(path);
		file_copy(g.gl_pathv[i], path);
	}
	globfree(&g);
}
