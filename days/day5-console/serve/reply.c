/* Given: the answer at any path, as bytes. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "api.h"
#include "perfetto.h"
#include "prom.h"

/* The path is seen from the root of the kit, where make compiles. */
__asm__(".pushsection .rodata\n"
	"serve_page:\n"
	".incbin \"days/day5-console/serve/page.html\"\n"
	".byte 0\n"
	".popsection\n");
extern const char serve_page[];

/* In the page, where the word goes that lets its own script run. */
#define MARK "NONCE"

void reply_json(struct reply *r, unsigned int status, json_t *answer)
{
	static const char oom[] =
		"{\"error\":{\"status\":500,\"message\":\"no memory\"}}";

	r->status = status;
	r->type = "application/json";
	r->body = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	json_decref(answer);
	if (!r->body) {
		r->status = 500;
		r->body = strdup(oom);
	}
	r->len = r->body ? strlen(r->body) : 0;
}

void reply_free(struct reply *r)
{
	free(r->body);
	r->body = NULL;
	r->len = 0;
}

/* A number that nobody guesses, in hexadecimal digits. */
static bool make_nonce(char nonce[33])
{
	unsigned char bytes[16];
	unsigned int i;

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return false;
	for (i = 0; i < sizeof(bytes); i++)
		snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

static void reply_page(struct reply *r)
{
	const char *at = serve_page, *mark;
	FILE *out = open_memstream(&r->body, &r->len);

	if (!out)
		return;
	r->status = 200;
	r->type = "text/html; charset=utf-8";
	if (!make_nonce(r->nonce))
		r->status = 500;
	while ((mark = strstr(at, MARK))) {
		fwrite(at, 1, (size_t)(mark - at), out);
		fputs(r->nonce, out);
		at = mark + strlen(MARK);
	}
	fputs(at, out);
	if (fclose(out))
		r->status = 500;
}

static void reply_metrics(struct reply *r, const struct feed *f)
{
	FILE *out = open_memstream(&r->body, &r->len);

	if (!out)
		return;
	r->status = 200;
	r->type = "text/plain; version=0.0.4; charset=utf-8";
	prom_write(out, f);
	if (fclose(out))
		r->status = 500;
}

static void reply_trace(struct reply *r, const struct feed *f,
			const struct api_args *args)
{
	unsigned int status = 200;
	uint64_t max = 20000;
	FILE *out;
	int err;

	if (args_number(args, "events", 1, PERFETTO_MAX, &max)) {
		reply_json(r, 400,
			   api_error(f, &status, 400,
				     "events=%.60s: choose a number from 1 to "
				     "%d",
				     args_get(args, "events"), PERFETTO_MAX));
		return;
	}
	out = open_memstream(&r->body, &r->len);
	if (!out)
		return;
	err = perfetto_write(out, f, (size_t)max);
	r->status = fclose(out) ? 500 : 200;
	r->type = "application/json";
	if (!err)
		return;
	reply_free(r);
	reply_json(r, 404,
		   api_error(f, &status, 404,
			     "no events are in the region: start the program "
			     "with UNPARK_CONSOLE=trace"));
}

void reply_get(struct reply *r, const struct feed *f, const char *path,
	       const struct api_args *args)
{
	json_t *answer;

	memset(r, 0, sizeof(*r));
	if (!strcmp(path, "/")) {
		reply_page(r);
	} else if (!strcmp(path, "/metrics")) {
		reply_metrics(r, f);
	} else if (!strcmp(path, "/trace.json")) {
		reply_trace(r, f, args);
	} else {
		answer = api_get(f, path, args, &r->status);
		reply_json(r, r->status, answer);
	}
	if (!r->body || r->status == 500) {
		reply_free(r);
		reply_json(r, 500, NULL);
	}
}
