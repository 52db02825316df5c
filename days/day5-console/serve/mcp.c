/* Given: MCP: JSON-RPC messages in, answers out. */
#include <string.h>

#include "json.h"
#include "mcp.h"

#define VERSION_KEY "io.modelcontextprotocol/protocolVersion"
#define CAPABILITIES_KEY "io.modelcontextprotocol/clientCapabilities"
#define SERVER_KEY "io.modelcontextprotocol/serverInfo"
#define MODERN "2026-07-28"

/* With `initialize`, the newest first. */
static const char *const legacy[] = { "2025-11-25", "2025-06-18", "2025-03-26",
				      "2024-11-05" };

/* Errors: those of JSON-RPC, and two of MCP's. */
enum {
	NOT_JSON = -32700,
	NO_REQUEST = -32600,
	NO_METHOD = -32601,
	BAD_PARAMS = -32602,
	BAD_HEADER = -32020,
	BAD_VERSION = -32022,
};

/* A request that is being answered. */
struct rpc {
	struct reply *r;
	const struct feed *f;
	const json_t *id;
	const char *method;
	const json_t *params;
	const char *version; /* of a modern request, else NULL */
	const struct mcp_headers *h;
};

static bool is_legacy(const char *version)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(legacy); i++)
		if (!strcmp(version, legacy[i]))
			return true;
	return false;
}

/* Answers ------------------------------------------------------------------ */

static json_t *envelope(const json_t *id)
{
	json_t *o = json_object();

	json_s(o, "jsonrpc", "2.0");
	json_add(o, "id", id ? json_deep_copy(id) : json_null());
	return o;
}

static void fail(struct reply *r, const json_t *id, unsigned int status,
		 int code, const char *message, json_t *data)
{
	json_t *o = envelope(id), *e;

	e = json_add(o, "error", json_object());
	json_add(e, "code", json_integer(code));
	json_s(e, "message", message);
	if (data)
		json_add(e, "data", data);
	reply_json(r, status, o);
}

static json_t *server_info(void)
{
	json_t *o = json_object();

	json_s(o, "name", "unpark-serve");
	json_s(o, "title", "unpark console");
	json_s(o, "version", "1");
	return o;
}

/* @result is consumed; a modern one says that it is whole, and whose it is. */
static void succeed(const struct rpc *c, json_t *result)
{
	json_t *o = envelope(c->id);

	if (c->version) {
		json_s(result, "resultType", "complete");
		json_add(json_add(result, "_meta", json_object()), SERVER_KEY,
			 server_info());
	}
	json_add(o, "result", result);
	reply_json(c->r, 200, o);
}

static void add_capabilities(json_t *o)
{
	json_add(json_add(o, "capabilities", json_object()), "tools",
		 json_object());
	json_s(o, "instructions",
	       "Shows what an asynchronous runtime of the unpark kit does now. "
	       "Begin with runtime_overview, then list_warnings; explain says "
	       "why. Times are integers in ns.");
}

/* For how long a list may be kept: the tools do not change. */
static void add_ttl(json_t *o)
{
	json_n(o, "ttlMs", 3600000);
	json_s(o, "cacheScope", "public");
}

/* Methods ------------------------------------------------------------------ */

static void do_initialize(struct rpc *c)
{
	const char *want = json_string_value(
		json_object_get(c->params, "protocolVersion"));
	json_t *o;

	if (!want) {
		fail(c->r, c->id, 200, BAD_PARAMS,
		     "initialize: params.protocolVersion is missing", NULL);
		return;
	}
	o = json_object();
	json_s(o, "protocolVersion", is_legacy(want) ? want : legacy[0]);
	add_capabilities(o);
	json_add(o, "serverInfo", server_info());
	succeed(c, o);
}

static void do_discover(struct rpc *c)
{
	json_t *o = json_object(), *list;
	unsigned int i;

	c->version = MODERN;
	list = json_add(o, "supportedVersions", json_array());
	json_push(list, json_string(MODERN));
	for (i = 0; i < ARRAY_SIZE(legacy); i++)
		json_push(list, json_string(legacy[i]));
	add_capabilities(o);
	json_add(o, "serverInfo", server_info());
	add_ttl(o);
	succeed(c, o);
}

static void do_ping(struct rpc *c)
{
	succeed(c, json_object());
}

static void do_list(struct rpc *c)
{
	json_t *o = json_object();

	json_add(o, "tools", mcp_tools());
	if (c->version)
		add_ttl(o);
	succeed(c, o);
}

static void do_call(struct rpc *c)
{
	const char *name =
		json_string_value(json_object_get(c->params, "name"));
	const json_t *args = json_object_get(c->params, "arguments");
	json_t *result;
	char text[120];

	if (!name || (args && !json_is_object(args))) {
		fail(c->r, c->id, 200, BAD_PARAMS,
		     name ? "tools/call: arguments is no object"
			  : "tools/call: params.name is missing",
		     NULL);
		return;
	}
	result = mcp_call(c->f, name, args);
	if (result) {
		succeed(c, result);
		return;
	}
	snprintf(text, sizeof(text), "there is no tool %.60s; see tools/list",
		 name);
	/* The name may have been cut within a character. */
	fail(c->r, c->id, 200, BAD_PARAMS,
	     strlen(name) > 60 ? "there is no such tool; see tools/list" : text,
	     NULL);
}

static const struct method {
	const char *name;
	void (*fn)(struct rpc *c);
	bool is_legacy; /* gone in a modern request */
} methods[] = {
	{ "initialize", do_initialize, true },
	{ "server/discover", do_discover, false },
	{ "ping", do_ping, true },
	{ "tools/list", do_list, false },
	{ "tools/call", do_call, false },
};

/* Checks ------------------------------------------------------------------- */

static void fail_version(struct rpc *c, const char *requested)
{
	json_t *o = json_object(), *list;
	unsigned int i;

	list = json_add(o, "supported", json_array());
	json_push(list, json_string(MODERN));
	for (i = 0; i < ARRAY_SIZE(legacy); i++)
		json_push(list, json_string(legacy[i]));
	json_s(o, "requested", requested);
	fail(c->r, c->id, 400, BAD_VERSION, "unsupported protocol version", o);
}

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* Over HTTP, a modern request says in its headers what it says inside. */
static bool headers_fit(const struct rpc *c)
{
	const char *name =
		json_string_value(json_object_get(c->params, "name"));

	if (!c->h)
		return true;
	return same(c->h->version, c->version) &&
	       same(c->h->method, c->method) &&
	       (strcmp(c->method, "tools/call") || same(c->h->name, name));
}

/* Which era is it, and does everything fit? False: it is answered. */
static bool check_era(struct rpc *c)
{
	const json_t *meta = json_object_get(c->params, "_meta");
	const json_t *version = json_object_get(meta, VERSION_KEY);

	if (!version) {
		/* Before the versions are agreed upon, any may stand there. */
		if (c->h && c->h->version && strcmp(c->method, "initialize") &&
		    !is_legacy(c->h->version) &&
		    strcmp(c->method, "server/discover")) {
			fail_version(c, c->h->version);
			return false;
		}
		return true;
	}
	c->version = json_string_value(version);
	if (!c->version ||
	    !json_is_object(json_object_get(meta, CAPABILITIES_KEY))) {
		fail(c->r, c->id, 400, BAD_PARAMS,
		     "params._meta: " VERSION_KEY
		     " is a string, and " CAPABILITIES_KEY " an object",
		     NULL);
		return false;
	}
	if (strcmp(c->version, MODERN)) {
		fail_version(c, c->version);
		return false;
	}
	if (!headers_fit(c)) {
		fail(c->r, c->id, 400, BAD_HEADER,
		     "MCP-Protocol-Version, Mcp-Method and Mcp-Name must say "
		     "what the body says",
		     NULL);
		return false;
	}
	return true;
}

static void dispatch(struct rpc *c)
{
	unsigned int i;

	if (!check_era(c))
		return;
	for (i = 0; i < ARRAY_SIZE(methods); i++) {
		if (strcmp(c->method, methods[i].name) ||
		    (c->version && methods[i].is_legacy))
			continue;
		methods[i].fn(c);
		return;
	}
	fail(c->r, c->id, c->version ? 404 : 200, NO_METHOD,
	     "there is no such method", NULL);
}

/* Messages ----------------------------------------------------------------- */

static bool is_id(const json_t *id)
{
	return json_is_string(id) || json_is_number(id);
}

static void take(struct reply *r, const struct feed *f, const json_t *msg,
		 const struct mcp_headers *h)
{
	const json_t *id = json_object_get(msg, "id");
	const json_t *params = json_object_get(msg, "params");
	struct rpc c = { .r = r, .f = f, .id = id, .params = params, .h = h };

	c.method = json_string_value(json_object_get(msg, "method"));
	if (!same(json_string_value(json_object_get(msg, "jsonrpc")), "2.0") ||
	    (id && !is_id(id))) {
		fail(r, NULL, 400, NO_REQUEST,
		     "this is no JSON-RPC 2.0 request", NULL);
		return;
	}
	if (!c.method) {
		/* An answer to a question that was never asked is let go. */
		if (id && (json_object_get(msg, "result") ||
			   json_object_get(msg, "error")))
			r->status = 202;
		else
			fail(r, id, 400, NO_REQUEST, "method is missing", NULL);
		return;
	}
	if (!id) {
		r->status = 202;
		return;
	}
	if (params && !json_is_object(params)) {
		fail(r, id, 200, BAD_PARAMS, "params is no object", NULL);
		return;
	}
	dispatch(&c);
}

void mcp_message(struct reply *r, const struct feed *f, const char *bytes,
		 size_t n, const struct mcp_headers *h)
{
	json_t *msg;

	memset(r, 0, sizeof(*r));
	if (n > MCP_MESSAGE_MAX) {
		fail(r, NULL, 413, NO_REQUEST, "the message is too long", NULL);
		return;
	}
	msg = json_loadb(bytes, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
			 NULL);
	if (!msg)
		fail(r, NULL, 400, NOT_JSON, "this is no JSON", NULL);
	else if (!json_is_object(msg))
		fail(r, NULL, 400, NO_REQUEST,
		     "one request a message: this is no object", NULL);
	else
		take(r, f, msg, h);
	json_decref(msg);
}
