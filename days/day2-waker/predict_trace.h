/**
 * @file predict_trace.h
 * Before the code: what does a trace of two tasks and a wake say?
 *
 * One worker, two tasks, written as if `wait`, `set` and `yield` were
 * statements. wait sleeps until the event is set; set wakes the task that
 * waits for it, each time; yield gives way once, and the task wakes itself.
 *
 *	R: wait for the event; end.
 *	W: set the event; set the event; yield; end.
 *
 * A thread that is no worker spawns R, then W. From here on everything is
 * traced, and the worker makes turn after turn until nothing is left.
 *
 * The words, each followed by R or W:
 *
 *	poll                      a poll begins
 *	ready, pending            and ends
 *	wake                      a waker of the task was used
 *	lifo, local, injection    the task was put into that queue
 *
 * What decides is day 1: task_to_scheduled(), task_to_idle() and
 * sched_submit().
 */
#ifndef DAY2_PREDICT_TRACE_H
#define DAY2_PREDICT_TRACE_H

/**
 * predict_events() - your prediction: the events, in order
 *
 * Separated by commas and one blank each: "poll R, pending R, ...".
 *
 * Context: any thread; does not block.
 * Return: a string that stays.
 */
const char *predict_events(void);

#endif
