/*
 * The log of a schedule, as harness/test/model/steps.c writes it:
 *
 *	unpark-steps 1
 *	thread NAME
 *	step THREAD WAITS WAKES PREEMPTS LATE SINCE PLACE WORDS
 *	end WORDS
 *
 * Student code can write one, too: a line that is none is refused.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "test/draw/draw.h"

static void take(char *to, size_t len, const char *from)
{
	size_t i;

	for (i = 0; i + 1 < len && from[i] && from[i] != '\n'; i++)
		to[i] = from[i] < ' ' || from[i] > '~' ? '?' : from[i];
	to[i] = '\0';
}

static bool read_thread(struct draw *d, const char *line)
{
	if (d->nr_threads == DRAW_THREADS || d->nr_steps)
		return false;
	take(d->threads[d->nr_threads].name, sizeof(d->threads[0].name), line);
	d->nr_threads++;
	return true;
}

static bool read_step(struct draw *d, const char *line)
{
	unsigned int waits, late;
	struct draw_step *s = &d->steps[d->nr_steps + 1];
	int at = 0;

	if (d->nr_steps == DRAW_STEPS || d->nr_ends ||
	    sscanf(line, "%u %1u %x %d %1u %u %63s %n", &s->thread, &waits,
		   &s->wakes, &s->preempts, &late, &s->since, s->place,
		   &at) != 7 ||
	    !at)
		return false;
	s->waits = waits;
	s->is_late = late;
	take(s->place, sizeof(s->place), s->place);
	take(s->words, sizeof(s->words), line + at);
	s->starts = !strncmp(s->words, "starts ", 7);
	d->nr_steps++;
	return s->thread < d->nr_threads && !(s->wakes >> d->nr_threads) &&
	       s->preempts >= DRAW_NOBODY && s->preempts < (int)d->nr_threads &&
	       s->since < d->nr_steps &&
	       (!s->since || (d->steps[s->since].is_late &&
			      d->steps[s->since].thread == s->thread));
}

static bool read_end(struct draw *d, const char *line)
{
	struct draw_thread *t = &d->threads[d->nr_ends];

	if (d->nr_ends == d->nr_threads)
		return false;
	take(t->end, sizeof(t->end), line);
	t->waits = !strncmp(line, "waits ", 6);
	t->has_ended = !strncmp(line, "has ended", 9);
	d->is_stuck &= t->waits || t->has_ended;
	d->nr_ends++;
	return true;
}

static bool read_line(struct draw *d, const char *line, unsigned int n)
{
	if (n == 1)
		return !strcmp(line, "unpark-steps 1\n");
	if (!strncmp(line, "thread ", 7))
		return read_thread(d, line + 7);
	if (!strncmp(line, "step ", 5))
		return read_step(d, line + 5);
	return !strncmp(line, "end ", 4) && read_end(d, line + 4);
}

/* A wait ends where somebody wakes the thread, or where it goes on: as one that
 * wants a mutex does. A late store, where it is seen. */
static void find_ends(struct draw *d)
{
	unsigned int waiting[DRAW_THREADS] = { 0 }, i, t;

	for (i = 1; i <= d->nr_steps; i++) {
		const struct draw_step *s = &d->steps[i];

		for (t = 0; t < d->nr_threads; t++)
			if (waiting[t] && (s->wakes >> t & 1 ||
					   (s->thread == t && !s->since))) {
				d->steps[waiting[t]].until = i;
				waiting[t] = 0;
			}
		if (s->waits)
			waiting[s->thread] = i;
		if (s->since)
			d->steps[s->since].until = i;
		d->nr_preemptions += s->preempts != DRAW_NOBODY;
		d->nr_late += s->is_late;
	}
}

bool draw_read(struct draw *d, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];
	unsigned int n = 0;
	bool fine = f;

	d->is_stuck = true;
	if (!f)
		fprintf(stderr, "unpark-steps: %s: %s\n", path,
			strerror(errno));
	while (fine && fgets(line, sizeof(line), f)) {
		fine = read_line(d, line, ++n);
		if (!fine)
			fprintf(stderr, "unpark-steps: %s:%u: no log line\n",
				path, n);
	}
	if (f)
		fclose(f);
	if (fine && (!d->nr_threads || d->nr_ends < d->nr_threads)) {
		fprintf(stderr, "unpark-steps: %s: cut short\n", path);
		return false;
	}
	if (fine)
		find_ends(d);
	return fine;
}
