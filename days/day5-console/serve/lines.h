/**
 * @file lines.h
 * MCP on stdin and stdout: one message a line.
 */
#ifndef DAY5_SERVE_LINES_H
#define DAY5_SERVE_LINES_H

#include "feed.h"

/**
 * lines_run() - answer, until stdin ends
 * @f: the feed
 * @is_over: asked now and then: has the program been told to end?
 *
 * Nothing but answers goes to stdout. A line that is too long is answered with
 * an error, and read over.
 *
 * Context: the feed's thread; blocks.
 * Return: 0; -EIO: stdout takes no more.
 */
int lines_run(struct feed *f, bool (*is_over)(void)) __must_check;

#endif
