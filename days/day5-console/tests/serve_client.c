/*
 * serve-client: talks to unpark-serve, for tests.
 *
 *	get PORT PATH [HEADER...]          the status, then the body
 *	post PORT PATH BODY [HEADER...]    the same; BODY @N: N times the letter a,
 *	                                   %N: the same in a chunk, its length unsaid
 *	head PORT PATH                     the head of the answer to a GET
 *	fuzz PORT SEED COUNT               garbage; after it, does it still answer?
 *	damage FROM TO SEED                a copy with some bytes of it changed
 *	json CHECK...                      of the JSON on stdin: a.b.0=text,
 *	                                   #a.b=size, a.b? it is there, a.b! it is
 *	                                   not
 *
 * A server that does not answer for five seconds has failed.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

static int fail(const char *what)
{
	fprintf(stderr, "serve-client: %s\n", what);
	return 2;
}

/* The server --------------------------------------------------------------- */

static int dial(const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)atoi(port)),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct timeval limit = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&at, sizeof(at))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* All that comes until the peer closes; NULL: it did not, or said nothing. */
static char *read_all(int fd, size_t *len)
{
	size_t room = 1 << 16;
	char *buf = malloc(room);
	ssize_t n = 1;

	*len = 0;
	while (buf && n > 0) {
		if (*len + 1 == room) {
			char *more = realloc(buf, room *= 2);

			if (!more)
				break;
			buf = more;
		}
		n = recv(fd, buf + *len, room - *len - 1, 0);
		if (n > 0)
			*len += (size_t)n;
	}
	if (!buf || n < 0 || !*len) {
		free(buf);
		return NULL;
	}
	buf[*len] = '\0';
	return buf;
}

static char *exchange(const char *port, const char *bytes, size_t n)
{
	int fd = dial(port);
	char *answer = NULL;
	size_t len;

	if (fd < 0)
		return NULL;
	if (send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n)
		answer = read_all(fd, &len);
	close(fd);
	return answer;
}

/* Is there a header of that name among those that were given? */
static bool is_given(char **headers, const char *name)
{
	for (; *headers; headers++)
		if (!strncasecmp(*headers, name, strlen(name)))
			return true;
	return false;
}

static char *request(const char *method, const char *port, const char *path,
		     const char *body, char **headers)
{
	char *text = NULL, *answer;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	fprintf(out, "%s %s HTTP/1.1\r\nConnection: close\r\n", method, path);
	if (!is_given(headers, "Host:"))
		fprintf(out, "Host: 127.0.0.1:%s\r\n", port);
	if (body && !is_given(headers, "Content-Type:"))
		fprintf(out, "Content-Type: application/json\r\n");
	if (body && !is_given(headers, "Content-Length:") &&
	    !is_given(headers, "Transfer-Encoding:"))
		fprintf(out, "Content-Length: %zu\r\n", strlen(body));
	for (; *headers; headers++)
		fprintf(out, "%s\r\n", *headers);
	fprintf(out, "\r\n%s", body ? body : "");
	fclose(out);
	answer = exchange(port, text, n);
	free(text);
	return answer;
}

/* Print the status and the body; or the head. */
static int show(char *answer, bool is_head)
{
	char *body = answer ? strstr(answer, "\r\n\r\n") : NULL;

	if (!body || strncmp(answer, "HTTP/1.1 ", 9)) {
		free(answer);
		return fail("no answer");
	}
	if (is_head)
		printf("%.*s\n", (int)(body - answer), answer);
	else
		printf("%.3s\n%s\n", answer + 9, body + 4);
	free(answer);
	return 0;
}

static int post(char **argv)
{
	char *chunked[] = { "Transfer-Encoding: chunked", NULL };
	char *body = argv[3], *made = NULL, **headers = argv + 4;
	size_t n = strtoul(body + !!body[0], NULL, 10), len;
	FILE *out;
	int rc;

	if (body[0] == '@' || body[0] == '%') {
		out = open_memstream(&made, &len);
		if (!out)
			return fail("no memory");
		if (body[0] == '%') {
			headers = chunked;
			fprintf(out, "%zx\r\n", n);
		}
		for (; n; n--)
			fputc('a', out);
		fputs(headers == chunked ? "\r\n0\r\n\r\n" : "", out);
		fclose(out);
		body = made;
	}
	rc = show(request("POST", argv[1], argv[2], body, headers), false);
	free(made);
	return rc;
}

/* Garbage ------------------------------------------------------------------ */

static uint64_t dice;

static uint64_t roll(uint64_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice % sides;
}

/* A request that is nearly one, with some bytes of it changed. */
static size_t garbage(char *buf, size_t size, const char *port)
{
	static const char *const text[] = {
		"GET /api/v1/tasks?limit=%s HTTP/1.1\r\nHost: "
		"localhost\r\n\r\n",
		"GET /api/v1/tasks/%s HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"GET /%%00%%ff%s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n",
		"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
		"application/json\r\nContent-Length: 60\r\n\r\n"
		"{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"tools/"
		"list\",\"x\":[[[",
		"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
		"chunked\r\nContent-Type: application/json\r\n\r\n%s\r\n{}",
		"%s",
	};
	size_t n, i;

	n = (size_t)snprintf(buf, size, text[roll(6)], port);
	if (!roll(4)) {
		n = roll(size);
		for (i = 0; i < n; i++)
			buf[i] = (char)roll(256);
	}
	for (i = roll(8); i && n; i--)
		buf[roll(n)] = (char)roll(256);
	return roll(3) ? n : roll(n + 1);
}

static int fuzz(const char *port, uint64_t seed, unsigned long count)
{
	char *none[] = { NULL }, buf[600], *answer;
	int rc;

	dice = seed * 2654435769u + 1;
	for (; count; count--) {
		size_t n = garbage(buf, sizeof(buf), port);
		int fd = dial(port);

		if (fd < 0)
			return fail("it does not listen any more");
		send(fd, buf, n, MSG_NOSIGNAL);
		/* A peer that goes away in the middle. */
		if (roll(2))
			shutdown(fd, SHUT_WR);
		if (roll(2))
			recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		close(fd);
	}
	answer = request("GET", port, "/api/v1/runtime", NULL, none);
	rc = answer && !strncmp(answer, "HTTP/1.1 200", 12)
		     ? 0
		     : fail("it does not answer any more");
	free(answer);
	return rc;
}

/* Bytes anywhere, and some in the header, whose numbers lead to all others. */
static int damage(const char *from, const char *to, uint64_t seed)
{
	FILE *in = fopen(from, "re"), *out = fopen(to, "we");
	char *bytes = malloc(1 << 22);
	size_t n = 0, i;
	int rc = 2;

	if (in && out && bytes)
		n = fread(bytes, 1, 1 << 22, in);
	dice = seed * 2654435769u + 1;
	for (i = roll(2000); i && n; i--)
		bytes[roll(n)] = (char)roll(256);
	for (i = roll(5) / 4; i && n > 600; i--)
		bytes[100 + roll(500)] = (char)roll(256);
	if (n && fwrite(bytes, 1, n, out) == n)
		rc = 0;
	if (in)
		fclose(in);
	if (out && fclose(out))
		rc = 2;
	free(bytes);
	return rc;
}

/* JSON --------------------------------------------------------------------- */

/* "tasks.0.id": the value there, or NULL. */
static json_t *find(json_t *at, const char *path)
{
	char key[80];
	size_t n;

	while (at && *path) {
		n = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		at = json_is_array(at)
			     ? json_array_get(at, strtoul(key, NULL, 10))
			     : json_object_get(at, key);
		path += n + (path[n] == '.');
	}
	return at;
}

static void as_text(const json_t *v, char *buf, size_t size)
{
	char *dump;

	if (json_is_string(v)) {
		snprintf(buf, size, "%s", json_string_value(v));
		return;
	}
	dump = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
	snprintf(buf, size, "%s", dump ? dump : "nothing");
	free(dump);
}

static bool check(json_t *all, const char *text)
{
	bool is_size = text[0] == '#';
	size_t n = strcspn(text + is_size, "=?!");
	const char *want = text + is_size + n;
	char path[200], got[4096] = "nothing";
	json_t *v;

	snprintf(path, sizeof(path), "%.*s", (int)n, text + is_size);
	v = find(all, path);
	if (*want == '?')
		return v;
	if (*want == '!')
		return !v;
	if (v && is_size)
		snprintf(got, sizeof(got), "%zu",
			 json_is_array(v) ? json_array_size(v)
					  : json_object_size(v));
	else if (v)
		as_text(v, got, sizeof(got));
	if (*want == '=' && !strcmp(want + 1, got))
		return true;
	fprintf(stderr, "%s is %s\n", path, got);
	return false;
}

static int json(char **checks)
{
	json_error_t e;
	json_t *all = json_loadf(stdin, JSON_REJECT_DUPLICATES, &e);
	int rc = 0;

	if (!all)
		return fail(e.text);
	for (; *checks; checks++) {
		if (check(all, *checks))
			continue;
		fprintf(stderr, "serve-client: not so: %s\n", *checks);
		rc = 1;
	}
	json_decref(all);
	return rc;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	signal(SIGPIPE, SIG_IGN);
	if (!strcmp(what, "json"))
		return json(argv + 2);
	if (!strcmp(what, "get") && argc > 3)
		return show(request("GET", argv[2], argv[3], NULL, argv + 4),
			    false);
	if (!strcmp(what, "head") && argc > 3)
		return show(request("GET", argv[2], argv[3], NULL, argv + 4),
			    true);
	if (!strcmp(what, "post") && argc > 4)
		return post(argv + 1);
	if (!strcmp(what, "fuzz") && argc > 4)
		return fuzz(argv[2], strtoull(argv[3], NULL, 10),
			    strtoul(argv[4], NULL, 10));
	if (!strcmp(what, "damage") && argc > 4)
		return damage(argv[2], argv[3], strtoull(argv[4], NULL, 10));
	return fail(
		"get, post, head, fuzz, damage or json; see serve_client.c");
}
