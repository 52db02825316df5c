/**
 * @file markup.h
 * Text within XML and HTML. For the programs around the tests; no student
 * object is linked with them.
 */
#ifndef UNPARK_MARKUP_H
#define UNPARK_MARKUP_H

#include <stdio.h>

/**
 * markup_text() - write a text of which nothing is markup
 * @out: an XML or HTML file, in an element or in a quoted attribute
 * @text: whatever somebody has printed; bytes that XML has no way to hold, or
 *	that are not ASCII, become question marks
 *
 * Context: any thread; may block on @out.
 */
void markup_text(FILE *out, const char *text);

#endif
