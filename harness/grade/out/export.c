/*
 * What others read. Each file is written beside its place and renamed. No
 * times and no dates in them, the pages apart: the same marks give the same
 * bytes.
 */
#define _GNU_SOURCE
#include "grade/out/export.h"

#include <errno.h>

#include "grade/out/out.h"

/* What another run of the same files may say differently. */
static void leave_out(json_t *doc)
{
	static const char *const varying[] = { "seconds", "output", "printed" };
	json_t *unit, *t;
	size_t i, k;
	unsigned int v;

	json_object_del(doc, "bench");
	json_array_foreach(json_object_get(doc, "units"), i, unit)
		json_array_foreach(json_object_get(unit, "tests"), k,
				   t) for (v = 0; v < ARRAY_SIZE(varying); v++)
			json_object_del(t, varying[v]);
}

static int json_write(const char *name, json_t *doc)
{
	struct out_file o;
	int err = out_open(&o, "", name, ".json");

	if (err)
		return err;
	json_dumpf(doc, o.f, JSON_INDENT(2));
	fputc('\n', o.f);
	return out_close(&o);
}

static int export_student(const struct submission *s, json_t *doc)
{
	char name[160];
	int err = html_student(s, doc);

	if (err)
		return err;
	out_name(name, sizeof(name), s->name);
	leave_out(doc);
	return json_write(name, doc);
}

static int export_class(const char *seed, const struct out_units *u)
{
	json_t *doc = document_class(seed, u);
	int err = doc ? json_write("class", doc) : -ENOMEM;

	if (!err)
		err = html_class(doc);
	json_decref(doc);
	return err;
}

static int export_students(const struct submission *list, unsigned int n,
			   const char *seed, const struct out_units *u)
{
	struct out_file xml;
	int err = junit_begin(&xml), end;
	unsigned int i;
	json_t *doc;

	if (err)
		return err;
	for (i = 0; !err && i < n; i++) {
		doc = document_student(&list[i], seed, u);
		err = doc ? export_student(&list[i], doc) : -ENOMEM;
		if (doc)
			junit_student(&xml, doc);
		json_decref(doc);
	}
	end = junit_end(&xml);
	return err ? err : end;
}

int export_all(struct submission *list, unsigned int n, const char *seed)
{
	struct out_units u;
	int err = guess_load();

	document_units(&u);
	if (!err)
		err = export_students(list, n, seed, &u);
	if (!err)
		err = csv_write(&u);
	if (!err)
		err = export_class(seed, &u);
	guess_drop();
	return err;
}
