/*
 * The list for a person: measurements that stayed unclear, code that fails
 * now and then, files that lie elsewhere, and what looks like a cheat.
 */
#include "grade/out/look.h"

#include "grade/book/store.h"
#include "grade/out/table.h"

static const char list[] =
	"SELECT student, s.unit, t.name,"
	" CASE WHEN t.again = 'flaky' THEN 'failed, and passed when it ran"
	" once more with the same seed'"
	" WHEN t.again = 'unclear' THEN 'inconclusive twice, the second time"
	" alone'"
	" ELSE 'inconclusive, and not run again' END AS why, t.rowid AS place"
	" FROM students s JOIN tests t USING(check_id)"
	" WHERE t.again = 'flaky' OR"
	" (t.verdict = 'INCONCLUSIVE' AND t.of > 0)"
	/* An item of the rubric has no test. */
	" UNION ALL SELECT student, unit, '', detail, 0 FROM students"
	" WHERE unit = 'rubric' AND state = 'inconclusive'"
	" UNION ALL SELECT DISTINCT student, '', '', detail, 0 FROM students"
	" WHERE unit <> 'rubric' AND state = 'missing' AND detail <> ''"
	" UNION ALL SELECT student, s.unit, '', 'looks like a cheat: ' ||"
	" c.label, 0 FROM students s JOIN checks c ON c.id = s.check_id"
	" WHERE c.label <> ''"
	" ORDER BY 1, 2, 5";

json_t *look_list(void)
{
	static const char *const keys[] = { "student", "unit", "test", "why" };
	sqlite3_stmt *st = store_query(list, "");
	json_t *rows = json_array(), *row;
	unsigned int i;

	while (store_next(st)) {
		row = json_object();
		for (i = 0; i < ARRAY_SIZE(keys); i++)
			json_object_set_new(row, keys[i],
					    json_text(store_text(st, (int)i)));
		json_array_append_new(rows, row);
	}
	sqlite3_finalize(st);
	return rows;
}

int look_export(void)
{
	static const char *const keys[] = { "student", "unit", "test", "why" };
	struct table t;
	int err = table_open(&t, "to-look-at", "student,unit,test,why");
	json_t *rows = look_list(), *row;
	size_t i, k;

	json_array_foreach(rows, i, row)
	{
		for (k = 0; !err && k < ARRAY_SIZE(keys); k++)
			table_text(&t, text_of(row, keys[k]));
		if (!err)
			table_end_row(&t);
	}
	if (!err)
		err = table_close(&t);
	json_decref(rows);
	return err ? err : (int)i;
}
