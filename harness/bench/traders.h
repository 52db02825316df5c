/**
 * @file traders.h
 * What an order costs when so many tasks want the book, each of the three ways.
 */
#ifndef BENCH_TRADERS_H
#define BENCH_TRADERS_H

#include "ways.h"

/** Tasks, at most. */
#define TRADERS_MAX 8

/** Of an order, in ns. */
struct traders_cost {
	double wall; /**< by the clock */
	double cpu;  /**< of the process: what others do does not count */
};

/**
 * traders_run() - let tasks submit orders, which rest and are taken in turn
 * @kind: which way
 * @traders: tasks, 1 to TRADERS_MAX
 * @workers: threads of their scheduler
 * @orders: all together
 *
 * Context: no worker's thread; blocks.
 * Return: what an order cost.
 */
struct traders_cost traders_run(enum way_kind kind, unsigned int traders,
				unsigned int workers, unsigned int orders);

#endif
