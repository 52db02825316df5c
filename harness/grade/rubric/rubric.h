/**
 * @file rubric.h
 * The rubric of the capstone: points for what tests alone do not see.
 *
 * load.c     the rubric itself, which is data: capstone/RUBRIC
 * rubric.c   item by item, student by student, into the gradebook
 * ratio.c    the program, measured here beside the reference
 * agree.c    do two programs measure the same?
 * journal.c  the journal and its BENCH.json
 * bench.c    can a run have written this BENCH.json?
 * job.c      a program under a keeper, waited for
 */
#ifndef UNPARK_RUBRIC_H
#define UNPARK_RUBRIC_H

#include "grade/grade.h"

#define RUBRIC_ITEMS 16
#define RUBRIC_WORDS 32

/** How an item is marked. */
enum rubric_kind {
	RUBRIC_TESTS,
	RUBRIC_JOURNAL,
	RUBRIC_RATIO,
	RUBRIC_STYLE,
	RUBRIC_KINDS
};

/** One item. */
struct rubric_item {
	char name[32];
	enum rubric_kind kind;
	int points;
	char words[RUBRIC_WORDS][80]; /**< after `of` and `needs` */
	unsigned int nr_words;
	double within, claim;	    /**< ratio */
	unsigned int pairs, rounds; /**< ratio */
	char says[160];		    /**< to the student */
};

/** All of it. */
struct rubric {
	struct rubric_item items[RUBRIC_ITEMS];
	unsigned int nr;
};

/** What an item came to. */
struct outcome {
	const char *state; /**< ok, part, no, inconclusive, left out, infra */
	int points;	   /**< -1: none, and the rest is weighted anew */
	char detail[400];
};

/** What is known of one student's capstone. */
struct capstone {
	const struct submission *s;
	unsigned int unit;
	long long check;  /**< in the gradebook; 0: it was not checked */
	int points;	  /**< of the check */
	const char *seed; /**< borrowed */
	struct journal *journal;
};

/**
 * rubric_open() - read the rubric and look for mistakes.
 * @path: of the data, borrowed.
 *
 * Context: once, before a check runs; does nothing where no capstone is graded.
 * Return: 0; -EINVAL or -ENOENT after one line that says where and what to do.
 */
int rubric_open(const char *path);

/**
 * rubric_all() - mark every submission's capstone by the rubric.
 * @list: submissions after run_all(), borrowed.
 * @n: how many.
 * @seed: of the tests, borrowed.
 *
 * Measures one program at a time, the same content once.
 *
 * Context: once, the grader's only thread, nothing else at work.
 * Return: number of marks that our side failed to find; -EINTR when stopped.
 */
int rubric_all(struct submission *list, unsigned int n, const char *seed);

/* --- for the files of this folder ----------------------------------------- */
/** A program that ended. */
struct job {
	int status;	    /**< as in keeper.h */
	char log[600];	    /**< path of what it printed */
	unsigned int limit; /**< seconds */
};

/** Runs @argv under a keeper, into job->log; 0, -EINTR or -errno. */
int job_run(struct job *job, char *const argv[]);
/** Likewise a program that is not make, with these arguments and no others. */
int job_sh(struct job *job, char *const argv[]);

/** Points of an item for a share of it, from 0 to 1. */
void outcome_share(struct outcome *o, const struct rubric_item *item,
		   double share);

/** One reason more. */
void detail_add(struct outcome *o, const char *text);

/** The ratio; -EINTR when stopped. */
int ratio_mark(const struct capstone *c, const struct rubric_item *item,
	       struct outcome *o);
/** Judges what was measured: see ratio.c for its form. */
void ratio_judge(const struct rubric_item *item, json_t *measured,
		 struct outcome *o);

/** Reads a journal with the project's own checker; -EINTR when stopped. */
int journal_read(struct capstone *c);
/** Marks a journal item. */
void journal_mark(const struct capstone *c, const struct rubric_item *item,
		  struct outcome *o);
/** The ratios of BENCH.json as a text, or why it is none. */
const char *journal_recorded(const struct capstone *c);
/** Frees it. */
void journal_drop(struct capstone *c);

/**
 * bench_clean() - read a BENCH.json that a stranger wrote.
 * @path: of the file, borrowed.
 * @why: filled when it is refused.
 * @len: room.
 *
 * Return: what the schema names and nothing else, owned by the caller; NULL
 * when it is not of the form, or when no run can have written it: then @why
 * begins with "impossible: ".
 */
json_t *bench_clean(const char *path, char *why, size_t len);

#endif
