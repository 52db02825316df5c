/*
 * The list for a person: measurements that stayed unclear, code that fails
 * now and then, and what looks like a cheat.
 */
#include "grade/book/look.h"

#include "grade/book/store.h"
#include "grade/book/table.h"

static const char list[] =
	"SELECT student, s.unit, t.name,"
	" CASE WHEN t.again = 'flaky' THEN 'failed, and passed when it ran"
	" once more with the same seed'"
	" WHEN t.again = 'unclear' THEN 'inconclusive twice, the second time"
	" alone'"
	" ELSE 'inconclusive, and not run again' END AS why, t.rowid AS place"
	" FROM students s JOIN tests t USING(check_id)"
	" WHERE t.again = 'flaky' OR (t.verdict = 'INCONCLUSIVE'"
	" AND t.of > 0)"
	" UNION ALL SELECT student, s.unit, '', c.label, 0"
	" FROM students s JOIN checks c ON c.id = s.check_id"
	" WHERE c.label <> ''"
	" ORDER BY 1, 2, 5";

int look_export(void)
{
	sqlite3_stmt *st = store_query(list, "");
	struct table t;
	int err = table_open(&t, "to-look-at", "student,unit,test,why");
	int n = 0, i;

	while (!err && sqlite3_step(st) == SQLITE_ROW) {
		for (i = 0; i < 4; i++)
			table_text(&t,
				   (const char *)sqlite3_column_text(st, i));
		table_end_row(&t);
		n++;
	}
	sqlite3_finalize(st);
	if (!err)
		err = table_close(&t);
	return err ? err : n;
}
