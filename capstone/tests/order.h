/**
 * @file order.h
 * What the test of fresh programs and its oracle say to each other.
 */
#ifndef CAPSTONE_TESTS_ORDER_H
#define CAPSTONE_TESTS_ORDER_H

#include "kit/compiler.h"

#define ORDER_OPS 48	  /**< operations of one program, at most */
#define ORDER_PROGRAMS 16 /**< programs that are run */

/** A program: what a loop of report.c is told to drive. */
struct order_program {
	uint32_t way, groups, group; /**< as in struct report_loop */
	uint32_t fail_at;	     /**< this allocation fails; 0: none */
	uint8_t pauses[ORDER_OPS];   /**< how often each gives way */
	uint64_t values[ORDER_OPS];  /**< output of each */
};

/** What came of it. */
struct order_answer {
	int32_t err;		     /**< the loop's output */
	uint32_t nr_started;	     /**< operations that were polled */
	uint32_t nr_finished;	     /**< operations that became ready */
	uint8_t finished[ORDER_OPS]; /**< their numbers, first ready first */
	uint64_t outs[ORDER_OPS];    /**< outputs of the last group */
};

#endif
