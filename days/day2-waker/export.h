/**
 * @file export.h
 * A timeline for people: as text, as JSON for Perfetto, as a page.
 *
 * All three say how many events are missing. Names of tasks may hold anything:
 * they are escaped.
 */
#ifndef DAY2_EXPORT_H
#define DAY2_EXPORT_H

#include <stdio.h>

#include "timeline.h"

/**
 * export_text() - one line an event: time, lane, words
 * @out: written to; borrowed
 * @tl: the timeline
 *
 * Context: any thread; blocks as writing does.
 * Return: 0; -EIO when it could not be written.
 */
int export_text(FILE *out, const struct timeline *tl) __must_check;

/**
 * export_json() - Chrome's trace event format, which ui.perfetto.dev opens
 * @out: written to; borrowed
 * @tl: the timeline
 *
 * Process 1 has a track for each lane, with polls as slices. Process 2 has one
 * for each task: when it waits in a queue, and when it is polled. A flow leads
 * from each wake that counted to the poll after it. Begins and ends balance on
 * every track, and each flow has both: a viewer has nothing to drop.
 *
 * Context: any thread; blocks as writing does.
 * Return: 0; -EIO when it could not be written.
 * Source: "Trace Event Format", Google, of the Chromium project; times there
 *         are in microseconds.
 */
int export_json(FILE *out, const struct timeline *tl) __must_check;

/**
 * export_page() - one HTML file with everything in it
 * @out: written to; borrowed
 * @tl: the timeline
 * @title: for its head; borrowed
 *
 * Lanes, tasks, wakes as arrows, thefts, a time axis that zooms. It loads
 * nothing from anywhere.
 *
 * Context: any thread; blocks as writing does.
 * Return: 0; -EIO when it could not be written.
 */
int export_page(FILE *out, const struct timeline *tl, const char *title)
	__must_check;

/**
 * export_string() - a string in quotes, for JSON, also within HTML
 * @out: written to; borrowed
 * @s: any bytes; what is no UTF-8 becomes '?'
 *
 * Context: any thread; blocks as writing does.
 */
void export_string(FILE *out, const char *s);

#endif
