/**
 * @file hunt.h
 * Sixty seconds in front of the console: what is slow in the shop, and why?
 *
 *	make console                in the kit's folder: the shop, under unpark-top
 *
 * The workload is demo/shop.c; read it afterwards. Which task has the longest
 * p95 poll duration? Not the longest poll: that of another task, once in a
 * while, is longer. What does its poll do meanwhile, and in which span?
 */
#ifndef DAY5_HUNT_H
#define DAY5_HUNT_H

#include "kit/compiler.h"

/** Why polls of a task take long. */
enum hunt_reason {
	HUNT_NOT_SAID,	 /**< no answer yet */
	HUNT_COMPUTES,	 /**< it computes, and does not yield */
	HUNT_BLOCKS,	 /**< its thread sleeps in a call that blocks */
	HUNT_LOCK,	 /**< its thread waits for a lock */
	HUNT_SATURATION, /**< the workers have more to do than they can */
	HUNT_NEIGHBOUR,	 /**< other processes take the processors away */
};

/** What you found. */
struct hunt_answer {
	const char *task;	 /**< its WHAT in the list of tasks */
	enum hunt_reason reason; /**< why */
	const char *span;	 /**< the name of the span it happens in */
};

/**
 * hunt_answer() - your answer
 *
 * Context: any thread; does not block.
 * Return: the answer, which stays.
 */
const struct hunt_answer *hunt_answer(void);

#endif
