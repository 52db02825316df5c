/* Given: unpark-serve: a region over HTTP, as metrics, and for models. */
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "feed.h"
#include "http.h"
#include "lines.h"

#include "kit/err.h"
#include "kit/sock.h"

static const char usage[] =
	"usage: unpark-serve [PID|FILE] [--port N] [--stdio] [--once PATH]\n"
	"\n"
	"Shows the region of a running program, or of one that has ended.\n"
	"Without PID or FILE: the only one of yours that there is.\n"
	"\n"
	"  --port N     listen at 127.0.0.1:N; default 6670; 0: any free one\n"
	"  --stdio      MCP on stdin and stdout, one message a line, no HTTP\n"
	"  --once PATH  print one answer, say /api/v1/warnings, and end\n"
	"  --help       this text\n"
	"\n"
	"  /            a page: workers, tasks, histograms, warnings\n"
	"  /api/v1/     runtime workers history tasks tasks/ID resources "
	"places\n"
	"               spans waits warnings explain histograms\n"
	"  /metrics     Prometheus text\n"
	"  /trace.json  events, for ui.perfetto.dev\n"
	"  /mcp         MCP: POST one JSON-RPC message\n"
	"\n"
	"UNPARK_INTERVAL_MS: from one snapshot to the next; default 1000.\n";

/* What the command line says. */
struct options {
	const char *what;
	const char *once;
	uint16_t port;
	bool is_stdio;
};

static volatile sig_atomic_t over;

static void end(int sig)
{
	over = 1;
}

static bool is_over(void)
{
	return over;
}

static int complain(const char *fmt, const char *what)
{
	fprintf(stderr, "unpark-serve: ");
	fprintf(stderr, fmt, what);
	fprintf(stderr, "\n");
	return 2;
}

/* Returns -1 to go on, else the status to end with. */
static int parse(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "stdio", no_argument, NULL, 's' },
		{ "once", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	char *rest;
	long port;
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'p':
			port = strtol(optarg, &rest, 10);
			if (!*optarg || *rest || port < 0 || port > 65535)
				return complain("--port %s: choose a number "
						"from 0 to 65535",
						optarg);
			o->port = (uint16_t)port;
			break;
		case 's':
			o->is_stdio = true;
			break;
		case 'o':
			o->once = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return complain("%s", "see unpark-serve --help");
		}
	}
	if (optind < argc)
		o->what = argv[optind++];
	if (optind < argc)
		return complain("%s: one PID or FILE only", argv[optind]);
	return -1;
}

/* Why there is no feed, and what to do. */
static int complain_open(const struct options *o, int err)
{
	const char *what = o->what ? o->what : "/dev/shm";

	switch (err) {
	case -ENOENT:
		return complain("%s: no region there; does the program run, "
				"with UNPARK_CONSOLE=hists?",
				what);
	case -EEXIST:
		return complain("%s: several programs run; name one by its "
				"pid: ls /dev/shm/unpark-*",
				what);
	case -EACCES:
		return complain("%s: it belongs to another user; run as that "
				"user",
				what);
	case -EPROTO:
		return complain("%s: a region of another version; build both "
				"from one tree",
				what);
	case -EINVAL:
		return complain("%s: this is no region; name a pid, or a file "
				"/dev/shm/unpark-UID-PID",
				what);
	case -ENODATA:
	case -EBADMSG:
		return complain("%s: the region is damaged: cut short, or its "
				"header lies; record it anew",
				what);
	case -ENOMEM:
		return complain("%s: no memory", what);
	default:
		fprintf(stderr, "unpark-serve: %s: %s; name a pid or a file\n",
			what, strerror(-err));
		return 2;
	}
}

/* "limit=3&sort=id" -> parameters; @query is changed. */
static void split(struct api_args *args, char *query)
{
	char *pair, *value;

	while ((pair = strsep(&query, "&"))) {
		value = strchr(pair, '=');
		if (value)
			*value++ = '\0';
		if (*pair)
			args_add(args, pair, value);
	}
}

static int once(struct feed *f, const struct options *o)
{
	char *path = strdup(o->once), *query;
	struct api_args args = {};
	struct reply r;
	int rc;

	if (!path)
		return complain("%s", "no memory");
	query = strchr(path, '?');
	if (query) {
		*query++ = '\0';
		split(&args, query);
	}
	/* Rates need a second snapshot. */
	if (feed_state(f) == FEED_LIVE) {
		poll(NULL, 0, (int)f->interval);
		feed_tick(f);
	}
	reply_get(&r, f, path, &args);
	rc = r.status == 200 ? 0 : 1;
	fwrite(r.body, 1, r.len, stdout);
	if (r.len && r.body[r.len - 1] != '\n')
		putchar('\n');
	if (fflush(stdout))
		rc = complain("%s", "stdout takes no more");
	reply_free(&r);
	free(path);
	return rc;
}

static int serve(struct feed *f, const struct options *o)
{
	char port[8];
	struct http *h;
	int err = http_open(&h, f, o->port);

	snprintf(port, sizeof(port), "%u", o->port);
	if (err == -EADDRINUSE)
		return complain("port %s is taken; choose another with --port, "
				"or 0 for any",
				port);
	if (err)
		return complain("port %s: cannot listen there; choose another "
				"with --port",
				port);
	printf("http://127.0.0.1:%u/\n", http_port(h));
	fflush(stdout);
	while (!over)
		http_run(h, feed_tick(f));
	http_close(h);
	return 0;
}

int main(int argc, char **argv)
{
	static struct feed feed;
	struct options o = { .port = 6670 };
	int rc = parse(&o, argc, argv), err;

	if (rc >= 0)
		return rc;
	signal(SIGINT, end);
	signal(SIGTERM, end);
	sock_ignore_sigpipe(true);
	err = feed_open(&feed, o.what, feed_interval());
	if (!err && o.once && feed_state(&feed) == FEED_NONE)
		err = -ENOENT;
	if (err)
		return complain_open(&o, err);
	if (o.once)
		rc = once(&feed, &o);
	else if (o.is_stdio)
		rc = lines_run(&feed, is_over) ? 1 : 0;
	else
		rc = serve(&feed, &o);
	feed_close(&feed);
	return rc;
}
