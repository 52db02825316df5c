/*
 * Given: unpark-rec records a region.
 *
 * The region is mapped read-only, and copied; the target is asked nothing, so
 * it cannot be held up. The end of the target is seen in /proc, and in the
 * name of its file: then comes one last frame.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "recording.h"

#include "kit/clock.h"
#include "kit/err.h"

/* Why it ends. */
enum end {
	END_NOT,     /* not yet */
	END_COUNT,   /* as many frames as were asked for */
	END_SECONDS, /* as long as was asked for */
	END_SIGNAL,  /* somebody has interrupted it */
	END_TARGET,  /* the target has ended, or its console */
	END_FAILED,  /* a frame could not be written */
};

static const char *const end_text[] = {
	[END_COUNT] = "as many as were asked for",
	[END_SECONDS] = "the time is over",
	[END_SIGNAL] = "interrupted",
	[END_TARGET] = "the program has ended",
	[END_FAILED] = "could not go on",
};

/* A session. */
struct session {
	struct options o;
	struct reader src;
	struct stat file; /* of the region, when it was opened */
	struct recorder *out;
	sigset_t signals;
	unsigned long frames;
	int err; /* END_FAILED: why */
};

/* What went wrong, and what to do about it. */
static const char *reason(int err)
{
	switch (err) {
	case -ENOENT:
		return "there is no region; is UNPARK_CONSOLE off, or has the "
		       "program ended?";
	case -EEXIST:
		return "there are several; say which PID";
	case -EACCES:
		return "it is another user's";
	case -EINVAL:
		return "this is no region";
	case -EPROTO:
		return "it is of another version of unpark; use that one's "
		       "unpark-rec";
	case -ENODATA:
		return "the file is cut short";
	case -EBADMSG:
		return "its header is damaged";
	case -EFBIG:
		return "the file would be larger than is allowed (ulimit -f), "
		       "or the region than 1 GB";
	case -ENOSPC:
	case -EDQUOT:
		return "the disk is full";
	case -ENOMEM:
		return "no memory";
	default:
		return strerror(-err);
	}
}

static int open_source(struct session *s)
{
	char path[128];
	int err = reader_find(s->o.what, path, sizeof(path));

	if (err) {
		fprintf(stderr, "unpark-rec: %s: %s\n",
			s->o.what ? s->o.what : "/dev/shm", reason(err));
		return err;
	}
	err = reader_open(&s->src, path);
	if (!err && stat(path, &s->file))
		memset(&s->file, 0, sizeof(s->file));
	if (err)
		fprintf(stderr, "unpark-rec: %s: %s\n", path, reason(err));
	return err;
}

static int open_output(struct session *s)
{
	int err = recording_create(&s->out, s->o.out, &s->src);

	if (err)
		fprintf(stderr, "unpark-rec: %s: %s\n", s->o.out,
			err == -EEXIST ? "it is there already; remove it, or "
					 "choose another -o"
				       : reason(err));
	return err;
}

/* Does the target go on? It may also have stopped its console, or begun a new
 * one: then the file's name is gone, or another file's. */
static bool is_running(const struct session *s)
{
	struct stat st;

	return reader_state(&s->src) == READER_LIVE &&
	       !stat(s->src.path, &st) && st.st_ino == s->file.st_ino &&
	       st.st_dev == s->file.st_dev;
}

/* Until @then, or a signal. */
static bool wait_until(const struct session *s, uint64_t then)
{
	uint64_t now = clock_now(), ns = then > now ? then - now : 0;
	struct timespec ts = { .tv_sec = (time_t)(ns / NSEC_PER_SEC),
			       .tv_nsec = (long)(ns % NSEC_PER_SEC) };

	/* A signal that was stopped and continued us is none of ours. */
	while (sigtimedwait(&s->signals, NULL, &ts) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

static bool add_frame(struct session *s)
{
	s->err = recording_append(s->out);
	s->frames += !s->err;
	return !s->err;
}

/* One frame after the other; the last one is of the end. */
static enum end record(struct session *s)
{
	uint64_t begin = clock_now(), next = begin;
	uint64_t last = s->o.seconds ? begin + s->o.seconds * NSEC_PER_SEC
				     : CLOCK_NEVER;
	enum end end = END_NOT;

	while (end == END_NOT) {
		/* Asked before the copy: so the last one is of all of it. */
		bool goes_on = is_running(s);

		if (!add_frame(s))
			return END_FAILED;
		next += s->o.interval;
		if (next < clock_now())
			next = clock_now(); /* a late frame is not made up */
		if (!goes_on)
			end = END_TARGET;
		else if (s->frames == s->o.count)
			end = END_COUNT;
		else if (clock_now() >= last)
			end = END_SECONDS;
		else if (wait_until(s, next < last ? next : last))
			end = END_SIGNAL;
	}
	if (end == END_SIGNAL && !add_frame(s))
		return END_FAILED;
	return end;
}

/* The file's end, and what is in it, in one line. */
static int report(struct session *s, enum end end)
{
	uint64_t size = recording_size(s->out);
	int err = recording_finish(s->out);

	if (!s->frames)
		unlink(s->o.out);
	if (end == END_FAILED || err) {
		fprintf(stderr,
			"unpark-rec: %s: %s; %lu frame%s written, and can be "
			"read\n",
			s->o.out, reason(end == END_FAILED ? s->err : err),
			s->frames, s->frames == 1 ? " is" : "s are");
		return 1;
	}
	printf("unpark-rec: %lu frame%s, %llu kB, in %s: %s\n", s->frames,
	       s->frames == 1 ? "" : "s",
	       (unsigned long long)(size + 999) / 1000, s->o.out,
	       end_text[end]);
	return 0;
}

int main(int argc, char **argv)
{
	struct session s = { 0 };
	int rc = 1;

	options_parse(&s.o, argc, argv);
	sigemptyset(&s.signals);
	sigaddset(&s.signals, SIGINT);
	sigaddset(&s.signals, SIGTERM);
	sigaddset(&s.signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &s.signals, NULL);
	/* A file that gets too large is an error of write(2), not our end. */
	signal(SIGXFSZ, SIG_IGN);
	if (open_source(&s))
		return 1;
	if (!open_output(&s))
		rc = report(&s, record(&s));
	reader_close(&s.src);
	return rc;
}
