/**
 * @file predict.h
 * Before the code: in which order does a small program run?
 *
 * One worker, seven tasks. What each does is written as if `yield` and `wait`
 * were statements: yield gives way once, and the task wakes itself; wait sleeps
 * until the event is set, and setting it wakes the task that sleeps.
 *
 *	M: spawn A; spawn C; spawn B; yield; end.
 *	A: yield; end.
 *	B: wait for the event; spawn D; end.
 *	C: set the event; end.
 *	D: spawn E; end.
 *	E: spawn F; end.
 *	F: end.
 *
 * M is spawned from outside, on a thread that is no worker. Then the worker
 * makes turn after turn until nothing is left. Each turn polls one task once;
 * a task that yields or waits is polled again later.
 *
 * The rules that decide are in worker.h: where a task goes that can run, at
 * sched_submit(); which one is next, at worker_next().
 */
#ifndef DAY1_PREDICT_H
#define DAY1_PREDICT_H

/**
 * predict_order() - your prediction: the tasks in the order of their polls
 *
 * Letters with blanks between them, beginning with the first poll: "M ...". A
 * task that is polled twice stands there twice.
 *
 * Context: any thread; does not block.
 * Return: a string that stays.
 */
const char *predict_order(void);

#endif
