/* Given: HTTP: who may ask, how much, and the headers of each answer. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include <microhttpd.h>

#include "api.h"
#include "http.h"
#include "json.h"
#include "mcp.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/sock.h"

struct http {
	struct MHD_Daemon *daemon;
	struct feed *f;
	uint16_t port;
};

/* A request that is being read. */
struct request {
	char *body;
	size_t len;
	bool is_too_long;
};

/* Who may ask -------------------------------------------------------------- */

/* "localhost", "127.0.0.1" or "[::1]", and perhaps a port behind it. */
static bool is_local_host(const char *s)
{
	static const char *const name[] = { "localhost", "127.0.0.1", "[::1]" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(name); i++) {
		size_t n = strlen(name[i]), digits;

		if (strncasecmp(s, name[i], n))
			continue;
		if (!s[n])
			return true;
		digits = strspn(s + n + (s[n] == ':'), "0123456789");
		return s[n] == ':' && digits && digits <= 5 &&
		       !s[n + 1 + digits];
	}
	return false;
}

static bool is_local_origin(const char *s)
{
	if (!strncmp(s, "http://", 7))
		return is_local_host(s + 7);
	if (!strncmp(s, "https://", 8))
		return is_local_host(s + 8);
	return false;
}

static const char *header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* Answers ------------------------------------------------------------------ */

static void add_headers(struct MHD_Response *resp, const struct reply *r,
			const char *allow)
{
	char csp[400];

	MHD_add_response_header(resp, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(resp, "Cache-Control", "no-store");
	MHD_add_response_header(resp, "Referrer-Policy", "no-referrer");
	MHD_add_response_header(resp, "X-Frame-Options", "DENY");
	MHD_add_response_header(resp, "Cross-Origin-Resource-Policy",
				"same-origin");
	snprintf(csp, sizeof(csp),
		 r->nonce[0] ? "default-src 'none'; script-src 'nonce-%s'; "
			       "style-src 'nonce-%s'; connect-src 'self'; "
			       "img-src data:; base-uri 'none'; "
			       "form-action 'none'; frame-ancestors 'none'"
			     : "default-src 'none'; frame-ancestors 'none'",
		 r->nonce, r->nonce);
	MHD_add_response_header(resp, "Content-Security-Policy", csp);
	if (r->type)
		MHD_add_response_header(resp, "Content-Type", r->type);
	if (allow)
		MHD_add_response_header(resp, "Allow", allow);
}

/* Send a reply, which is consumed. */
static enum MHD_Result send_reply(struct MHD_Connection *c, struct reply *r,
				  const char *allow)
{
	struct MHD_Response *resp;
	enum MHD_Result done;

	resp = MHD_create_response_from_buffer(
		r->len, r->body ? r->body : "",
		r->body ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	if (!resp) {
		reply_free(r);
		return MHD_NO;
	}
	add_headers(resp, r, allow);
	done = MHD_queue_response(c, r->status, resp);
	MHD_destroy_response(resp);
	return done;
}

/* An error of HTTP itself: it says nothing of the target. */
static enum MHD_Result refuse(struct MHD_Connection *c, unsigned int status,
			      const char *why, const char *allow)
{
	json_t *o = json_object(), *e = json_add(o, "error", json_object());
	struct reply r = {};

	json_n(e, "status", status);
	json_s(e, "message", why);
	reply_json(&r, status, o);
	return send_reply(c, &r, allow);
}

/* Requests ----------------------------------------------------------------- */

static enum MHD_Result add_arg(void *args, enum MHD_ValueKind kind,
			       const char *key, const char *value)
{
	args_add(args, key, value);
	return MHD_YES;
}

static enum MHD_Result get(const struct http *h, struct MHD_Connection *c,
			   const char *path)
{
	struct api_args args = {};
	struct reply r;

	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, add_arg, &args);
	reply_get(&r, h->f, path, &args);
	return send_reply(c, &r, NULL);
}

static enum MHD_Result post(const struct http *h, struct MHD_Connection *c,
			    const struct request *q)
{
	const struct mcp_headers headers = {
		header(c, "MCP-Protocol-Version"),
		header(c, "Mcp-Method"),
		header(c, "Mcp-Name"),
	};
	struct reply r;

	mcp_message(&r, h->f, q->body ? q->body : "", q->len, &headers);
	return send_reply(c, &r, NULL);
}

static bool is_json(struct MHD_Connection *c)
{
	const char *type = header(c, "Content-Type");

	return type && !strncasecmp(type, "application/json", 16) &&
	       strchr("; \t", type[16]);
}

/* Before the body is read: is there any point in it? */
static const char *refusal(struct MHD_Connection *c, const char *method,
			   const char *path, unsigned int *status,
			   const char **allow)
{
	const char *host = header(c, "Host"), *origin = header(c, "Origin");
	const char *length = header(c, "Content-Length");
	bool is_mcp = !strcmp(path, "/mcp");

	*status = 403;
	if (!host || !is_local_host(host))
		return "Host: only localhost, 127.0.0.1 and [::1] are served";
	if (origin && !is_local_origin(origin))
		return "Origin: only pages of this machine are served";
	*status = 405;
	*allow = is_mcp ? "POST" : "GET";
	if (strcmp(method, *allow))
		return is_mcp ? "POST one JSON-RPC message to /mcp"
			      : "only GET is served here";
	*allow = NULL;
	if (!is_mcp)
		return NULL;
	*status = 415;
	if (!is_json(c))
		return "Content-Type: application/json is what /mcp takes";
	*status = 413;
	if (length && (strlen(length) > 9 || atol(length) > MCP_MESSAGE_MAX))
		return "the body is too long: 65536 bytes are the limit";
	return NULL;
}

/* A part of the body; what is too long is read, and thrown away. */
static void take_part(struct request *q, const char *data, size_t n)
{
	char *body;

	if (q->is_too_long || q->len + n > MCP_MESSAGE_MAX) {
		q->is_too_long = true;
		return;
	}
	body = realloc(q->body, q->len + n + 1);
	if (!body) {
		q->is_too_long = true;
		return;
	}
	memcpy(body + q->len, data, n);
	q->body = body;
	q->len += n;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c,
			      const char *path, const char *method,
			      const char *version, const char *data,
			      size_t *size, void **state)
{
	struct request *q = *state;
	unsigned int status;
	const char *why, *allow = NULL;

	if (!q) {
		*state = q = kit_zalloc(sizeof(*q));
		if (!q)
			return MHD_NO;
		why = refusal(c, method, path, &status, &allow);
		return why ? refuse(c, status, why, allow) : MHD_YES;
	}
	if (*size) {
		take_part(q, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (q->is_too_long)
		return refuse(c, 413,
			      "the body is too long: 65536 bytes are the limit",
			      NULL);
	return strcmp(method, "POST") ? get(cls, c, path) : post(cls, c, q);
}

static void forget(void *cls, struct MHD_Connection *c, void **state,
		   enum MHD_RequestTerminationCode why)
{
	struct request *q = *state;

	if (!q)
		return;
	free(q->body);
	kit_free(q);
	*state = NULL;
}

/* The server --------------------------------------------------------------- */

/* What clients send is theirs: nothing of it goes to our stderr. */
static void say_nothing(void *cls, const char *fmt, va_list args)
{
}

int http_open(struct http **h, struct feed *f, uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct http *new = kit_zalloc(sizeof(*new));
	const union MHD_DaemonInfo *info;

	if (!new)
		return -ENOMEM;
	new->f = f;
	errno = 0;
	/* select() for our few connections: with MHD_USE_EPOLL and no thread of
	 * its own, release 0.9.75 keeps those that their peers have closed
	 * until they time out. */
	new->daemon = MHD_start_daemon(
		MHD_USE_ERROR_LOG, port, NULL, NULL, handle, new,
		MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
		MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_CONNECTION_LIMIT,
		HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)HTTP_HEADERS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
		HTTP_TIMEOUT, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL,
		MHD_OPTION_END);
	if (!new->daemon) {
		int err = errno == EADDRINUSE ? -EADDRINUSE : -EIO;

		kit_free(new);
		return err;
	}
	info = MHD_get_daemon_info(new->daemon, MHD_DAEMON_INFO_BIND_PORT);
	new->port = info ? info->port : port;
	*h = new;
	return 0;
}

uint16_t http_port(const struct http *h)
{
	return h->port;
}

void http_run(struct http *h, unsigned int ms)
{
	MHD_run_wait(h->daemon, (int32_t)ms);
}

void http_close(struct http *h)
{
	if (!h)
		return;
	MHD_stop_daemon(h->daemon);
	kit_free(h);
}
