/**
 * @file label.h
 * What kind of thing was found in a submission, in a few words.
 */
#ifndef UNPARK_LABEL_H
#define UNPARK_LABEL_H

#include <jansson.h>

#include "kit/compiler.h"

/**
 * judge_label() - name what a check found beyond wrong code.
 * @buf: filled: labels with "; " between them, "" when there is none.
 * @len: its bytes.
 * @log: path of the check's log, borrowed.
 * @tests: the supervisor's list of tests, borrowed, or NULL.
 *
 * A label is a reason to look, no judgement: the first finding of each kind
 * in modpost's and the compiler's words, then in the tests' reports.
 *
 * Context: the grader's only thread; reads the log.
 */
void judge_label(char *buf, size_t len, const char *log, json_t *tests);

#endif
