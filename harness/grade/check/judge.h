/**
 * @file judge.h
 * From what a check left behind to a state, and whose fault it is.
 */
#ifndef UNPARK_JUDGE_H
#define UNPARK_JUDGE_H

#include <jansson.h>

#include "kit/compiler.h"

/** What became of a unit. Everything but JUDGE_INFRA is a mark. */
enum judge_state {
	JUDGE_GRADED,	    /**< the supervisor gave verdicts */
	JUDGE_INCONCLUSIVE, /**< likewise, and a person must look */
	JUDGE_BUILD,	    /**< does not compile or link: 0 */
	JUDGE_MODPOST,	    /**< does what a module may not: 0 */
	JUDGE_TIMEOUT,	    /**< the whole check ran out of time: 0 */
	JUDGE_INFRA	    /**< our side failed: no mark */
};

/** The outcome of one check. */
struct judgement {
	enum judge_state state;
	bool is_doubtful; /**< BUILD, unless the same build fails with stubs */
	int points, bonus;
	double seconds;
	char detail[512];
	char label[256]; /**< what kind of thing was found, see label.h */
	json_t *tests;	 /**< the supervisor's list, or NULL; owned */
};

/**
 * judge_name() - a state's name in the gradebook.
 * @s: the state.
 *
 * Context: any.
 * Return: a word.
 */
const char *judge_name(enum judge_state s);

/**
 * judge_check() - judge a finished check.
 * @j: filled; judge_drop() it.
 * @id: of the submission, borrowed.
 * @unit: index of the unit.
 * @status: the keeper's exit status, -1 when it was killed itself.
 *
 * Context: the grader's only thread; reads the log and the results.
 */
void judge_check(struct judgement *j, const char *id, unsigned int unit,
		 int status);

/**
 * judge_count() - state, points and detail from the tests' verdicts.
 * @j: with its tests; the rest is filled.
 *
 * Context: any; after every change of a verdict.
 */
void judge_count(struct judgement *j);

/**
 * judge_drop() - free what a judgement owns.
 * @j: judged.
 *
 * Context: any.
 */
void judge_drop(struct judgement *j);

/**
 * judge_build() - is the program to blame for a build that failed?
 * @why: filled with the compiler's or modpost's words.
 * @len: its bytes.
 * @dir: of the submission's unit; its file "log" is read; borrowed.
 *
 * Context: any; for a program that can be built as it was checked.
 * Return: false when it may have been the machine.
 */
bool judge_build(char *why, size_t len, const char *dir);

/**
 * judge_results() - the path of a check's results.
 * @buf: filled.
 * @len: its bytes.
 * @id: of the submission, borrowed.
 * @unit: index of the unit.
 *
 * Context: any.
 */
void judge_results(char *buf, size_t len, const char *id, unsigned int unit);

#endif
