/**
 * @file load.h
 * The rubric that was loaded; for the files of this folder.
 */
#ifndef UNPARK_RUBRIC_LOAD_H
#define UNPARK_RUBRIC_LOAD_H

#include "grade/rubric/rubric.h"

extern struct rubric rubric; /**< read-only after rubric_load() */

/** As rubric_open(), in any case. */
int rubric_load(const char *path);

#endif
