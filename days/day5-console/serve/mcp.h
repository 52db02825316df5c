/**
 * @file mcp.h
 * The Model Context Protocol: tools that read, for a language model.
 *
 * Two eras are served. Up to revision 2025-11-25 a client says `initialize`
 * first; since 2026-07-28 nothing is said first, and every request brings its
 * revision in params._meta. No session is kept in either: an answer depends on
 * the request alone.
 *
 * Source: the specification at modelcontextprotocol.io, revisions 2025-11-25
 * and 2026-07-28; JSON-RPC 2.0.
 */
#ifndef DAY5_SERVE_MCP_H
#define DAY5_SERVE_MCP_H

#include "api.h"
#include "feed.h"

/** A message may not be longer. */
#define MCP_MESSAGE_MAX 65536

/** What came with a message over HTTP; NULL: the header was not there. */
struct mcp_headers {
	const char *version; /**< MCP-Protocol-Version */
	const char *method;  /**< Mcp-Method */
	const char *name;    /**< Mcp-Name */
};

/** A tool's argument. */
struct mcp_arg {
	const char *name;   /**< NULL: there are no more */
	const char *type;   /**< "integer" or "string" */
	const char *what;   /**< for the schema */
	const char *values; /**< strings: those that are allowed, or NULL */
};

/** Arguments of a tool at most, with the end. */
#define MCP_ARGS 5

/** A tool: a path of api.h with arguments. */
struct mcp_tool {
	const char *name;  /**< what it is called by */
	const char *title; /**< for people */
	const char *what;  /**< for models */
	const char *path;  /**< where its answer is; with / behind it: its
			        first argument goes there */
	struct mcp_arg args[MCP_ARGS]; /**< what it takes */
	bool is_needed;		       /**< the first argument is */
};

/**
 * mcp_message() - answer a message
 * @r: receives the answer: status 202 and no body when there is none
 * @f: the feed; borrowed
 * @bytes: the message; borrowed
 * @n: bytes of it
 * @h: what came with it over HTTP; borrowed; NULL: it came over stdio
 *
 * Context: the feed's thread; takes the allocator's lock.
 */
void mcp_message(struct reply *r, const struct feed *f, const char *bytes,
		 size_t n, const struct mcp_headers *h);

/**
 * mcp_tools() - the list of tools, as tools/list tells it
 *
 * Context: any thread; takes the allocator's lock.
 * Return: an array, owned by the caller; NULL: no memory.
 */
json_t *mcp_tools(void);

/**
 * mcp_call() - call a tool
 * @f: the feed; borrowed
 * @name: of the tool; borrowed
 * @args: its arguments, an object, or NULL: none; borrowed
 *
 * Arguments that are wrong are told in the result, where a model sees them.
 *
 * Context: the feed's thread; takes the allocator's lock.
 * Return: the result, owned by the caller; NULL: there is no such tool.
 */
json_t *mcp_call(const struct feed *f, const char *name, const json_t *args);

#endif
