/**
 * @file api.h
 * Answers, apart from how they travel: HTTP, MCP and `--once` share them.
 */
#ifndef DAY5_SERVE_API_H
#define DAY5_SERVE_API_H

#include <jansson.h>

#include "feed.h"

/** More parameters than this are refused. */
#define API_ARGS 8

/** A parameter: "limit" and "10". */
struct api_arg {
	const char *key;   /**< its name; borrowed */
	const char *value; /**< what it is; borrowed */
};

/** The parameters of a request. */
struct api_args {
	struct api_arg at[API_ARGS]; /**< each one */
	unsigned int nr;	     /**< how many */
	bool is_full;		     /**< there were more */
};

/** An answer, as it is sent. */
struct reply {
	unsigned int status; /**< as HTTP counts */
	const char *type;    /**< of the body: a MIME type; static */
	char *body;	     /**< the reply's own: reply_free(); or NULL */
	size_t len;	     /**< bytes of it */
	char nonce[33];	     /**< of a page's scripts; else empty */
};

/**
 * args_add() - one more parameter
 * @args: the parameters
 * @key: its name; borrowed
 * @value: what it is; borrowed; NULL counts as ""
 *
 * Context: any thread; does not block.
 */
void args_add(struct api_args *args, const char *key, const char *value);

/**
 * args_get() - a parameter
 * @args: the parameters; borrowed
 * @key: its name
 *
 * Context: any thread; does not block.
 * Return: what it is, borrowed; NULL when it was not given.
 */
const char *args_get(const struct api_args *args, const char *key);

/**
 * args_number() - a parameter that is a number
 * @args: the parameters; borrowed
 * @key: its name
 * @min: the smallest
 * @max: the largest
 * @out: receives it; untouched when it was not given
 *
 * Context: any thread; does not block.
 * Return: 0; -EINVAL: it is something else.
 */
int args_number(const struct api_args *args, const char *key, uint64_t min,
		uint64_t max, uint64_t *out) __must_check;

/**
 * api_error() - an answer that says what was wrong
 * @f: the feed; borrowed
 * @status: receives @code
 * @code: as HTTP counts
 * @fmt: printf-like: one sentence
 *
 * Context: any thread; takes the allocator's lock.
 * Return: the answer, owned by the caller; NULL: no memory.
 */
json_t *api_error(const struct feed *f, unsigned int *status, unsigned int code,
		  const char *fmt, ...) __printf(4, 5);

/**
 * api_get() - the answer at a path below /api/v1
 * @f: the feed; borrowed
 * @path: "/api/v1/tasks"; borrowed
 * @args: its parameters; borrowed
 * @status: receives 200, 400 or 404
 *
 * Context: the feed's thread; takes the allocator's lock.
 * Return: the answer, owned by the caller; NULL: no memory.
 */
json_t *api_get(const struct feed *f, const char *path,
		const struct api_args *args, unsigned int *status);

/**
 * reply_get() - the answer at any path
 * @r: receives it; the caller gives it back with reply_free()
 * @f: the feed; borrowed
 * @path: "/", "/metrics", ...; borrowed
 * @args: its parameters; borrowed
 *
 * Context: the feed's thread; takes the allocator's lock.
 */
void reply_get(struct reply *r, const struct feed *f, const char *path,
	       const struct api_args *args);

/**
 * reply_json() - make a reply of an answer
 * @r: receives it
 * @status: as HTTP counts
 * @answer: the answer; consumed; NULL: no memory, status 500
 *
 * Context: any thread; takes the allocator's lock.
 */
void reply_json(struct reply *r, unsigned int status, json_t *answer);

/**
 * reply_free() - give a reply's body back
 * @r: the reply
 *
 * Context: any thread; takes the allocator's lock.
 */
void reply_free(struct reply *r);

#endif
