/**
 * @file tokens.h
 * A student's files as tokens: what is left when names, numbers, texts,
 * comments and layout are taken away.
 */
#ifndef UNPARK_TOKENS_H
#define UNPARK_TOKENS_H

#include <stdio.h>

#include "kit/compiler.h"

/** A token, and where it stands. */
struct token {
	uint32_t line;	    /**< from 1 */
	uint16_t file;	    /**< index, by the caller's count */
	unsigned char kind; /**< for token_text() */
	bool is_out;	    /**< everybody's: the stub's, the solution's */
};

/** A list of them. */
struct tokens {
	struct token *list;
	unsigned int n, room;
};

/**
 * tokens_add() - take a file's tokens.
 * @t: grows; tokens_drop() it.
 * @text: any bytes, borrowed.
 * @len: of them.
 * @file: index to note.
 *
 * Context: any; ends the grader when memory does.
 */
void tokens_add(struct tokens *t, const char *text, size_t len,
		unsigned int file);

/**
 * tokens_drop() - free a list.
 * @t: borrowed.
 *
 * Context: any.
 */
void tokens_drop(struct tokens *t);

/**
 * token_text() - how a token is written for sim_c.
 * @kind: of a token.
 *
 * Context: any.
 * Return: plain ASCII, never a byte of a student's.
 */
const char *token_text(unsigned char kind);

#endif
