/*
 * The table for a learning platform: a line a student, a column a unit.
 */
#define _GNU_SOURCE
#include <string.h>

#include "grade/book/store.h"
#include "grade/out/out.h"

/* Quoted; what a spreadsheet would compute is made a text. */
static void csv_text(FILE *f, const char *s)
{
	fputc('"', f);
	if (*s && strchr("=+-@\t\r", *s))
		fputc('\'', f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', f);
		fputc((unsigned char)*s < ' ' || *s == 127 ? '?' : *s, f);
	}
	fputc('"', f);
}

static const char *column(sqlite3_stmt *st, int i)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	return s ? s : "";
}

/* One student's cell a unit; the state says what is not simply graded. */
static void csv_row(FILE *f, const char *student, const struct out_units *u)
{
	json_t *name = json_text(student); /* whatever bytes it is made of */
	char state[1024] = "";
	long long total = 0;
	sqlite3_stmt *st;
	unsigned int i;

	csv_text(f, json_string_value(name));
	json_decref(name);
	for (i = 0; i < u->nr; i++) {
		st = store_query("SELECT state, points, stale FROM students"
				 " WHERE student = ? AND unit = ?",
				 "ss", student, u->name[i]);
		fputc(',', f);
		if (sqlite3_step(st) == SQLITE_ROW) {
			const bool is_stale = *column(st, 2);

			fputs(column(st, 1), f);
			if (unit_counts(u, u->name[i]))
				total += sqlite3_column_int64(st, 1);
			if (is_stale || strcmp(column(st, 0), "graded"))
				snprintf(state + strlen(state),
					 sizeof(state) - strlen(state),
					 "%s%s:%s", *state ? " " : "",
					 u->name[i],
					 is_stale ? "old-mark" : column(st, 0));
		}
		sqlite3_finalize(st);
	}
	fprintf(f, ",%lld,", total);
	csv_text(f, *state ? state : "graded");
	fputc('\n', f);
}

int csv_write(const struct out_units *u)
{
	struct out_file o;
	int err = out_open(&o, "", "gradebook", ".csv");
	sqlite3_stmt *st;
	unsigned int i;

	if (err)
		return err;
	fputs("student", o.f);
	for (i = 0; i < u->nr; i++)
		fprintf(o.f, ",%s", u->name[i]);
	fputs(",total,state\n", o.f);
	st = store_query("SELECT DISTINCT student FROM students ORDER BY 1",
			 "");
	while (sqlite3_step(st) == SQLITE_ROW)
		csv_row(o.f, column(st, 0), u);
	sqlite3_finalize(st);
	return out_close(&o);
}
