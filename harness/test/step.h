/**
 * @file step.h
 * One thread in the middle of another one, at any instruction.
 *
 * Whether a change is atomic shows only when another thread comes in between,
 * and a stress test waits for that to happen by chance. Here a test makes it
 * happen: it runs the code under test one instruction at a time, and after the
 * k-th instruction does what the other thread would do. With k = 1, 2, 3, ...
 * every moment is tried, always in the same order:
 *
 *	for (k = 1; k < 300; k++) {
 *		make();
 *		if (!step_interrupt(wake, &t, k, wake_too, &t))
 *			break;
 *		EXPECT_EQ(nr_queued, 1, "two wakes queue the task once");
 *	}
 *
 * What is tried are the orders in which whole instructions can follow each
 * other. What one instruction does without a lock prefix (an increment of
 * memory), and a store that another core sees late (a missing release, a
 * store-load pair) are not found in this way.
 *
 * Only on x86-64, and not under sanitizers or valgrind, which have instructions
 * of their own: elsewhere the test is SKIP with the reason. Tests that include
 * this file have the option `plain`.
 *
 * Source: the trap flag, Intel's Software Developer's Manual, volume 3,
 * "Single-Step Exception Condition"; set from within the process as in Linux's
 * tools/testing/selftests/x86/single_step_syscall.c.
 */
#ifndef UNPARK_STEP_H
#define UNPARK_STEP_H

#include "kit/compiler.h"

/**
 * step_interrupt() - run a function, and another one in the middle of it
 * @fn: the code under test
 * @fn_arg: its argument; borrowed
 * @k: after so many instructions of the call, from 1 on
 * @other: what another thread does at this moment, as a whole
 * @other_arg: its argument; borrowed
 *
 * A few of the instructions that are counted belong to the call itself. @other
 * runs in a signal handler on the stack of @fn: a lock that @fn may hold is
 * never released while @other waits for it, so it must not take one.
 *
 * The test fails here when @fn has not returned after a second of processor
 * time.
 *
 * Context: the test's own thread; SIGTRAP and SIGVTALRM are taken meanwhile.
 * Return: true; false when @fn ended before instruction @k, and @other did not
 *         run.
 */
bool step_interrupt(void (*fn)(void *), void *fn_arg, unsigned int k,
		    void (*other)(void *), void *other_arg);

/**
 * step_count() - how many instructions a function takes to bring something on
 * @fn: the code under test
 * @fn_arg: its argument; borrowed
 * @until: asked after each instruction; as @other in step_interrupt()
 * @until_arg: its argument; borrowed
 *
 * Says where the interesting moments of a long function are. @fn always runs
 * to its end.
 *
 * Context: as step_interrupt().
 * Return: number of instructions after which @until was true for the first
 *         time; 0: it never was.
 */
unsigned int step_count(void (*fn)(void *), void *fn_arg, bool (*until)(void *),
			void *until_arg);

/**
 * step_count_locked() - how many locked instructions a function executes
 * @fn: the code under test
 * @fn_arg: its argument; borrowed
 *
 * Counted are those with a lock prefix, exchanges with memory, which need
 * none, and the full fence. Each waits until the core's earlier stores are
 * done: about twenty times as long as a plain store takes. One that does not
 * lock (a load, an addition, a store) is what a single writer needs.
 *
 * @fn always runs to its end.
 *
 * Source: Intel's Software Developer's Manual, volume 3, "Bus Locking".
 *
 * Context: as step_interrupt().
 * Return: the number.
 */
unsigned int step_count_locked(void (*fn)(void *), void *fn_arg);

#endif
