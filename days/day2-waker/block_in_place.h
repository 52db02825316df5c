/**
 * @file block_in_place.h
 * Block right here, in the middle of a poll, without holding up the worker.
 *
 *	thread 1                         thread 2
 *	--------                         --------
 *	worker 0: polls task A
 *	  A: block_in_place(fn):
 *	    hand worker 0 over --------> worker 0: slot, ring, all of it
 *	    fn() blocks                  polls B, C, ...
 *	  A goes on, on no worker
 *	  the poll of A ends
 *	thread 1 ends
 *
 * Against spawn_blocking: nothing has to be copied or moved to another thread,
 * so it works deep within code that borrows from its caller. The price is a
 * new thread each time, and that the rest of this task waits: what it does
 * with join or select in the same poll does not go on meanwhile.
 *
 * Source: Tokio's task::block_in_place.
 */
#ifndef DAY2_BLOCK_IN_PLACE_H
#define DAY2_BLOCK_IN_PLACE_H

#include "kit/compiler.h"

/**
 * block_in_place() - run a function that blocks, in the middle of a poll
 * @fn: runs on the calling thread, before this returns
 * @arg: handed to @fn; borrowed
 *
 * On a worker of the multi-thread flavour a new thread takes the worker over
 * before @fn runs. Within @fn the thread is no worker: sched_block_on() is
 * allowed. For the rest of the poll sched_current() is the scheduler again, and
 * what is woken or spawned goes to the injection queue. On a thread that is no
 * worker @fn simply runs.
 *
 * Context: any thread; blocks as long as @fn does.
 * Return: 0 when @fn has run; else it has not: -EDEADLK on a worker of a
 *         current-thread or stepped scheduler, where nobody else could go on;
 *         -ENOMEM, or -EAGAIN when the system has no room for a thread.
 */
int block_in_place(void (*fn)(void *arg), void *arg) __must_check;

#endif
