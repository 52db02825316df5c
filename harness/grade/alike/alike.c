/*
 * A unit's texts: without what the stub, the solution or the kit says, too;
 * then compared with each other. Who has the same rest to the token is put
 * together first, so a class that copied one file costs no more than the file.
 */
#define _GNU_SOURCE
#include "grade/alike/alike.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "grade/grade.h"
#include "grade/spread/keep.h"

/* Tokens: of a run that is taken out, and of one that is worth a look. */
#define LEAST_OUT 12
#define LEAST_SAME 24
/* A pair below is not listed: see alike_weigh(). */
#define LEAST_SCORE 24.0
#define CHUNK 25
#define NR_OURS 3 /* stub, solution, what is given */

/* --- reading -------------------------------------------------------------- */
static unsigned int file_index(const char *path)
{
	unsigned int i;

	for (i = 0; i < grade_kit.nr_files; i++)
		if (!strcmp(grade_kit.files[i].path, path))
			return i;
	return grade_kit.nr_files;
}

static void read_student(struct alike_text *t, const char *unit)
{
	sqlite3_stmt *st = store_query(
		"SELECT path, text, size FROM files WHERE unit = ? AND"
		" content = ? ORDER BY path",
		"ss", unit, t->content);
	size_t len;
	char *text;

	while (store_next(st)) {
		text = keep_text(st, 1, &len);
		if (text)
			tokens_add(&t->tokens, text, len,
				   file_index((const char *)sqlite3_column_text(
					   st, 0)));
		free(text);
	}
	sqlite3_finalize(st);
}

/* Everybody with a file of this unit, by name. */
static void read_students(struct alike_unit *u)
{
	sqlite3_stmt *st = store_query(
		"SELECT student, content FROM students s WHERE unit = ?1 AND"
		" EXISTS(SELECT 1 FROM files f WHERE f.unit = ?1 AND"
		" f.content = s.content) ORDER BY student",
		"s", u->name);
	struct alike_text *t;

	while (store_next(st)) {
		u->texts = reallocarray(u->texts, u->nr_texts + 1, sizeof(*t));
		if (!u->texts)
			break;
		t = &u->texts[u->nr_texts++];
		memset(t, 0, sizeof(*t));
		t->student = strdup((const char *)sqlite3_column_text(st, 0));
		t->content = strdup((const char *)sqlite3_column_text(st, 1));
		read_student(t, u->name);
	}
	sqlite3_finalize(st);
}

static void read_ours(struct tokens *t, const char *path, unsigned int file)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t len = 0;
	ssize_t n;

	n = f ? getdelim(&text, &len, '\0', f) : -1;
	if (n > 0)
		tokens_add(t, text, (size_t)n, file);
	free(text);
	if (f)
		fclose(f);
}

/* What is given beside the students' own files in one folder. */
static void read_given(struct tokens *t, const char *file)
{
	char pattern[192];
	size_t i;
	glob_t g;

	snprintf(pattern, sizeof(pattern), "%.*s/*.[ch]",
		 (int)(strrchr(file, '/') - file), file);
	if (glob(pattern, 0, NULL, &g))
		return;
	for (i = 0; i < g.gl_pathc; i++)
		if (file_index(g.gl_pathv[i]) == grade_kit.nr_files)
			read_ours(t, g.gl_pathv[i], (unsigned int)i);
	globfree(&g);
}

static void read_kit(struct tokens *ours, unsigned int unit)
{
	const struct student_file *f = grade_kit.files;
	unsigned int i, known = 0;
	char path[512];

	for (i = 0; i < grade_kit.nr_files; i++, f++) {
		if (f->unit != unit)
			continue;
		snprintf(path, sizeof(path), "%s/grade/stubs/%s",
			 grade_opt.build, f->path);
		read_ours(&ours[0], path, i);
		snprintf(path, sizeof(path), "solutions/%s",
			 strncmp(f->path, "days/", 5) ? f->path : f->path + 5);
		read_ours(&ours[1], path, i);
		if (!known++)
			read_given(&ours[2], f->path);
	}
}

/* --- comparing ------------------------------------------------------------ */
/* Some against stub and solution; what is the same is out. */
static int take_out_of(struct alike_text *texts, unsigned int n,
		       const struct tokens *ours)
{
	struct sim_text t[CHUNK + NR_OURS] = { 0 };
	struct sim_run *runs = NULL;
	unsigned int i, k;
	int nr;

	for (i = 0; i < n; i++)
		t[i].tokens = &texts[i].tokens;
	for (k = 0; k < NR_OURS; k++)
		t[n + k].tokens = &ours[k];
	nr = sim_compare(t, n + NR_OURS, n, LEAST_OUT, ALIKE_LIMIT, &runs);
	for (i = 0; nr > 0 && i < (unsigned int)nr; i++)
		for (k = runs[i].a_from; k <= runs[i].a_to; k++)
			texts[runs[i].a].tokens.list[k].is_out = true;
	for (i = 0; i < n + NR_OURS; i++)
		free(t[i].at);
	free(runs);
	return nr < 0 ? nr : 0;
}

/* In small groups: sim_c looks through all that it was given each time. */
static int take_out(struct alike_unit *u, const struct tokens *ours)
{
	unsigned int i, n;
	int err = 0;

	for (i = 0; !err && i < u->nr_texts; i += n) {
		n = u->nr_texts - i < CHUNK ? u->nr_texts - i : CHUNK;
		err = take_out_of(&u->texts[i], n, ours);
	}
	return err;
}

/* The next token that is not out, from @i on. */
static unsigned int next_left(const struct tokens *t, unsigned int i)
{
	while (i < t->n && t->list[i].is_out)
		i++;
	return i;
}

static bool is_same_rest(const struct tokens *a, const struct tokens *b)
{
	unsigned int i = next_left(a, 0), k = next_left(b, 0);

	while (i < a->n && k < b->n) {
		if (a->list[i].kind != b->list[k].kind)
			return false;
		i = next_left(a, i + 1);
		k = next_left(b, k + 1);
	}
	return i >= a->n && k >= b->n;
}

static void add_run(struct alike_unit *u, const struct sim_run *r)
{
	if (!(u->nr_runs % 256))
		u->runs = reallocarray(u->runs, u->nr_runs + 256,
				       sizeof(*u->runs));
	if (!u->runs)
		exit(2);
	u->runs[u->nr_runs++] = (struct alike_run){ .at = *r };
}

/* The same rest: each piece of it is a run. */
static void add_pieces(struct alike_unit *u, unsigned int a, unsigned int b)
{
	const struct tokens *x = &u->texts[a].tokens, *y = &u->texts[b].tokens;
	unsigned int i = next_left(x, 0), k = next_left(y, 0);
	struct sim_run r;

	while (i < x->n && k < y->n) {
		r = (struct sim_run){ a, b, i, i, k, k };
		for (i++, k++; i < x->n && k < y->n && !x->list[i].is_out &&
			       !y->list[k].is_out &&
			       x->list[i].file == x->list[r.a_from].file &&
			       y->list[k].file == y->list[r.b_from].file;
		     i++, k++)
			;
		r.a_to = i - 1;
		r.b_to = k - 1;
		if (r.a_to - r.a_from + 1 >= LEAST_OUT)
			add_run(u, &r);
		i = next_left(x, i);
		k = next_left(y, k);
	}
}

static void group(struct alike_unit *u)
{
	struct alike_text *t;
	unsigned int i, k;

	for (i = 0; i < u->nr_texts; i++) {
		t = &u->texts[i];
		for (k = 0; k < t->tokens.n; k++)
			t->left += !t->tokens.list[k].is_out;
		for (k = 0; k < i; k++)
			if (u->texts[k].same == k &&
			    u->texts[k].left == t->left &&
			    is_same_rest(&u->texts[k].tokens, &t->tokens))
				break;
		t->same = k;
		u->texts[k].nr_same++;
		if (k < i && t->left >= LEAST_SAME)
			add_pieces(u, k, i);
	}
}

static int compare(struct alike_unit *u)
{
	struct sim_text *t = calloc(u->nr_texts + 1, sizeof(*t));
	unsigned int *who = calloc(u->nr_texts + 1, sizeof(*who));
	unsigned int i, nr = 0;
	struct sim_run *runs = NULL;
	int n = -ENOMEM;

	for (i = 0; t && who && i < u->nr_texts; i++) {
		if (u->texts[i].same != i || u->texts[i].left < LEAST_SAME)
			continue;
		who[nr] = i;
		t[nr++].tokens = &u->texts[i].tokens;
	}
	if (t && who)
		n = nr < 2 ? 0
			   : sim_compare(t, nr, nr, LEAST_SAME, ALIKE_LIMIT,
					 &runs);
	for (i = 0; n > 0 && i < (unsigned int)n; i++) {
		runs[i].a = who[runs[i].a];
		runs[i].b = who[runs[i].b];
		add_run(u, &runs[i]);
	}
	for (i = 0; i < nr; i++)
		free(t[i].at);
	free(t);
	free(who);
	free(runs);
	return n < 0 ? n : 0;
}

/* --- writing -------------------------------------------------------------- */
static void keep_place(char *buf, size_t len, const struct tokens *t,
		       unsigned int from, unsigned int to)
{
	const struct token *k = &t->list[from];

	snprintf(buf, len, "%s:%u-%u",
		 k->file < grade_kit.nr_files ? grade_kit.files[k->file].path
					      : "?",
		 k->line, t->list[to].line);
}

static void keep_runs(const struct alike_unit *u)
{
	const struct alike_run *r = u->runs;
	char place[192], place2[192];
	unsigned int i;

	book_do("DELETE FROM alike WHERE unit = ?", "s", u->name);
	for (i = 0; i < u->nr_runs; i++, r++) {
		keep_place(place, sizeof(place), &u->texts[r->at.a].tokens,
			   r->at.a_from, r->at.a_to);
		keep_place(place2, sizeof(place2), &u->texts[r->at.b].tokens,
			   r->at.b_from, r->at.b_to);
		book_do("INSERT INTO alike VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
			"sssiidss", u->name, u->texts[r->at.a].student,
			u->texts[r->at.b].student,
			(long long)(r->at.a_to - r->at.a_from + 1),
			(long long)r->students, r->score, place, place2);
	}
}

static const char *failure_of(int err)
{
	if (err == -ETIME)
		return "sim_c did not end in time: nobody was compared";
	return err ? "sim_c failed: nobody was compared" : NULL;
}

static int alike_unit(unsigned int unit)
{
	struct alike_unit u = { .name = grade_kit.units[unit] };
	struct tokens ours[NR_OURS] = { 0 };
	unsigned int i;
	int err = 0;

	read_students(&u);
	read_kit(ours, unit);
	if (u.nr_texts > 1) {
		err = take_out(&u, ours);
		if (!err)
			group(&u);
		if (!err)
			err = compare(&u);
		u.failure = failure_of(err);
		if (err)
			fprintf(stderr, "grade: %s: %s\n", u.name, u.failure);
		alike_weigh(&u);
		for (i = 0; i < u.nr_runs && u.runs[i].pair >= LEAST_SCORE;)
			i++;
		u.nr_runs = i;
	}
	keep_runs(&u);
	err = u.nr_texts ? alike_page(&u) : 0;
	for (i = 0; i < u.nr_texts; i++) {
		free(u.texts[i].student);
		free(u.texts[i].content);
		tokens_drop(&u.texts[i].tokens);
	}
	for (i = 0; i < NR_OURS; i++)
		tokens_drop(&ours[i]);
	free(u.texts);
	free(u.runs);
	return err;
}

int alike_all(void)
{
	char path[1024];
	unsigned int u;
	int err = 0;

	if (!sim_is_there()) {
		fputs("grade: nobody is compared: missing package: "
		      "similarity-tester - run: sh harness/setup\n",
		      stderr);
		return 0;
	}
	snprintf(path, sizeof(path), "%s/html", grade_opt.out);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/html/alike", grade_opt.out);
	if (mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	book_do("CREATE TABLE IF NOT EXISTS alike(unit TEXT, a TEXT, b TEXT,"
		" tokens INTEGER, students INTEGER, score REAL, place_a TEXT,"
		" place_b TEXT)",
		"");
	book_do("BEGIN", "");
	for (u = 0; !err && u < grade_kit.nr_units; u++)
		err = alike_unit(u);
	book_do("COMMIT", "");
	return err;
}
