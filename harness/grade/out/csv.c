/*
 * The table for a learning platform: a line a student, a column a unit.
 */
#define _GNU_SOURCE
#include <string.h>

#include "grade/book/store.h"
#include "grade/out/table.h"

/* One student's cell a unit; the state says what is not simply graded. */
static void csv_row(struct table *t, const char *student,
		    const struct out_units *u)
{
	char state[1024] = "";
	long long total = 0;
	sqlite3_stmt *st;
	unsigned int i;

	table_text(t, student);
	for (i = 0; i < u->nr; i++) {
		st = store_query("SELECT state, points, stale FROM students"
				 " WHERE student = ? AND unit = ?",
				 "ss", student, u->name[i]);
		if (!store_next(st) ||
		    sqlite3_column_type(st, 1) == SQLITE_NULL)
			table_nothing(t);
		else
			table_number(t, sqlite3_column_int64(st, 1));
		if (sqlite3_data_count(st)) {
			const bool is_stale = *store_text(st, 2);

			if (unit_counts(u, u->name[i]))
				total += sqlite3_column_int64(st, 1);
			if (is_stale || strcmp(store_text(st, 0), "graded"))
				snprintf(state + strlen(state),
					 sizeof(state) - strlen(state),
					 "%s%s:%s", *state ? " " : "",
					 u->name[i],
					 is_stale ? "old-mark"
						  : store_text(st, 0));
		}
		sqlite3_finalize(st);
	}
	table_number(t, total);
	table_text(t, *state ? state : "graded");
	table_end_row(t);
}

int csv_write(const struct out_units *u)
{
	char head[32 * OUT_MAX_UNITS] = "student";
	struct table t;
	sqlite3_stmt *st;
	unsigned int i;
	int err;

	for (i = 0; i < u->nr; i++)
		snprintf(head + strlen(head), sizeof(head) - strlen(head),
			 ",%s", u->name[i]);
	strcat(head, ",total,state");
	err = table_open(&t, "gradebook", head);
	if (err)
		return err;
	st = store_query("SELECT DISTINCT student FROM students ORDER BY 1",
			 "");
	while (store_next(st))
		csv_row(&t, store_text(st, 0), u);
	sqlite3_finalize(st);
	return table_close(&t);
}
