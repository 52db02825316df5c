/**
 * @file out.h
 * Private to the outputs: the gradebook as documents, and views of them.
 *
 * document.c makes a JSON document of each student and one of the class, all
 * from the gradebook. Every format is a view of these: it reads nothing else.
 */
#ifndef UNPARK_OUT_H
#define UNPARK_OUT_H

#include <stdio.h>

#include "grade/grade.h"
#include "grade/out/export.h"

#define OUT_MAX_UNITS (GRADE_MAX_UNITS + 8)

/** A file that is written beside its place and then renamed. */
struct out_file {
	FILE *f;
	char path[1200], tmp[1224];
};

/** The units of the gradebook, in their order; a name each. */
struct out_units {
	char name[OUT_MAX_UNITS][24];
	unsigned int nr;
	bool has_rubric; /**< which takes the place of the capstone's tests */
};

/* text.c */
/** Begin a file in a folder of OUT ("" for OUT itself); 0 or -errno. */
int out_open(struct out_file *o, const char *folder, const char *name,
	     const char *ext);
/** Rename it into its place; 0 or -errno. */
int out_close(struct out_file *o);
/** A student's name as a file's: what is ours already gets a tail. */
void out_name(char *buf, size_t len, const char *student);
/** Text for XML and HTML, in elements and in quoted attributes. */
void xml_text(FILE *f, const char *s);
/** XML with texts in it: %s is escaped, %d is an int; %% and nothing else. */
__attribute__((format(printf, 2, 3))) void xml(FILE *f, const char *fmt, ...);
/** Bytes as a part of an URL. */
void url_text(char *buf, size_t len, const char *s);
/** A member that is a text, "" when there is none. */
const char *text_of(json_t *object, const char *key);
/** A member that is a number, 0 when there is none. */
int number_of(json_t *object, const char *key);
/** Is this member a text other than ""? */
bool has_text(json_t *object, const char *key);

/* document.c */
/** The units that somebody has a mark in. */
void document_units(struct out_units *u);
/** Is there a table of this name in the gradebook? */
bool document_has(const char *table);
/** A check's tests, as the supervisor reported each; owned by the caller. */
json_t *document_tests(long long check);
/** Does a unit count in the total? */
bool unit_counts(const struct out_units *u, const char *unit);
/** A student's document; owned by the caller; NULL without memory. */
json_t *document_student(const struct submission *s, const char *seed,
			 const struct out_units *u);

/* class.c */
/** The class's document; owned by the caller; NULL without memory. */
json_t *document_class(const char *seed, const struct out_units *u);

/* guess.c */
/** Read what the mutants' headers and vectors say; 0 or -errno. */
int guess_load(void);
void guess_drop(void);
/** Likely misconceptions of a unit's tests, the likeliest first. */
json_t *guess_unit(const char *unit, json_t *tests);

/* csv.c */
int csv_write(const struct out_units *u);

/* html.c, index.c, chart.c */
int html_student(const struct submission *s, json_t *doc);
int html_class(json_t *doc);
/** The head of a page, up to <main>; and its end, with how it was graded. */
void html_begin(FILE *f, const char *title, const char *class);
void html_end(FILE *f, json_t *doc);
/** A test's name as the sentence that it is. */
void sentence_write(FILE *f, const char *name);
/** What a unit's state means, in a few words. */
const char *state_words(const char *state);
/** Latencies as a drawing, from the rows of bench_of(). */
void chart_write(FILE *f, json_t *rows);

/* bench.c */
/** What is known of a student's latencies, a row each way; maybe empty. */
json_t *bench_of(const struct submission *s);

/* junit.c */
int junit_begin(struct out_file *o);
void junit_student(struct out_file *o, json_t *doc);
int junit_end(struct out_file *o);

#endif
