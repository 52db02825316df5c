/*
 * What another kit made of the marks, as a table and in a few lines.
 */
#include "grade/book/store.h"
#include "grade/out/look.h"
#include "grade/out/table.h"

#define MAX_SHOWN 10

/* Was there a mark of another kit before? */
static bool was_regraded(void)
{
	sqlite3_stmt *st =
		store_query("SELECT 1 FROM regrades WHERE kit = ? LIMIT 1", "s",
			    grade_opt.hash);
	bool found = store_next(st);

	sqlite3_finalize(st);
	return found;
}

static void row(struct table *t, sqlite3_stmt *st, bool is_shown)
{
	long long old = sqlite3_column_int64(st, 2);
	long long new = sqlite3_column_int64(st, 3);

	table_text(t, store_text(st, 0));
	table_text(t, store_text(st, 1));
	table_number(t, old);
	table_number(t, new);
	table_text(t, store_text(st, 4));
	table_end_row(t);
	if (is_shown)
		printf("  %s, %s: %lld, was %lld: %.200s\n", store_text(st, 0),
		       store_text(st, 1), new, old, store_text(st, 4));
}

int regrade_export(void)
{
	sqlite3_stmt *st;
	struct table t;
	unsigned int n = 0;
	int err;

	if (!was_regraded())
		return 0;
	err = table_open(&t, "regrade", "student,unit,old,new,changed");
	if (err)
		return err;
	st = store_query("SELECT student, unit, old, new, changed FROM regrades"
			 " WHERE kit = ? AND (old <> new OR changed <> '')"
			 " ORDER BY student, unit",
			 "s", grade_opt.hash);
	while (store_next(st))
		row(&t, st, n++ < MAX_SHOWN);
	sqlite3_finalize(st);
	printf("another kit than before: %u marks differ, or their tests: "
	       "%s/regrade.csv\n",
	       n, grade_opt.out);
	return table_close(&t);
}
