/**
 * @file chart.h
 * What common.c and chart.c share; no workshop needs it.
 */
#ifndef WORKSHOPS_CHART_H
#define WORKSHOPS_CHART_H

#include <stdio.h>

/**
 * chart_open() - the workshop's SVG
 *
 * Context: the main thread; ends the program when it cannot be made.
 * Return: the file, for chart_close(); NULL when none is wanted.
 */
FILE *chart_open(void);

/**
 * chart_close() - all of it is in the file, or the end of the program
 * @f: from chart_open(); consumed
 *
 * Context: the main thread.
 */
void chart_close(FILE *f);

#endif
