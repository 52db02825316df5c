/**
 * @file inside.h
 * A sampler within the process that it looks at, on request.
 *
 * The console needs none: whoever looks is another process. But a program may
 * want to know itself, to shed load or to write a line a minute. Then a thread
 * called unpark-runtime takes a snapshot of the program's own region every
 * UNPARK_INTERVAL_MS, and hands it over, with the one before it, the rates
 * between them, and what is wrong.
 *
 * Source: hotpath's tokio_runtime!() has such a thread; it keeps one snapshot,
 * without a time.
 */
#ifndef DAY5_INSIDE_H
#define DAY5_INSIDE_H

#include "sampler.h"

struct inside;

/**
 * inside_start() - sample this process
 * @out: receives it, owned by the caller: inside_stop(); untouched on error
 * @fn: called on the thread with each new frame, the first one without ->before;
 *      it must not call inside_stop()
 * @arg: handed to @fn; borrowed
 *
 * Nonsense in UNPARK_INTERVAL_MS is said once (pr_warn), and the default taken.
 *
 * Context: one thread at a time, while the console is on; not a worker's.
 * Return: 0; -ENOENT: the console is off; -ENOMEM; -EAGAIN: no room for a
 *         thread; else what sampler_open() says.
 */
int inside_start(struct inside **out,
		 void (*fn)(const struct sampler *p, void *arg), void *arg)
	__must_check;

/**
 * inside_stop() - end it, before console_stop()
 * @in: the sampler; consumed; NULL is fine
 *
 * Context: any thread but its own; waits for the frame that is taken.
 */
void inside_stop(struct inside *in);

#endif
