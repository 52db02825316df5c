/**
 * @file clock.h
 * The door to time: nanoseconds of a clock that never goes back.
 *
 * A test replaces the source with a clock that it moves by hand; no test
 * waits for real time to pass.
 */
#ifndef KIT_CLOCK_H
#define KIT_CLOCK_H

#include "kit/compiler.h"

#define NSEC_PER_USEC 1000ull	   /**< ns of a microsecond */
#define NSEC_PER_MSEC 1000000ull   /**< ns of a millisecond */
#define NSEC_PER_SEC 1000000000ull /**< ns of a second */

/** A point in time that never comes: wait without limit. */
#define CLOCK_NEVER UINT64_MAX

/** The fake clock, or NULL for the real one; set while no thread runs. */
extern uint64_t (*clock_source)(void);

/**
 * clock_now() - the time
 *
 * The real clock is CLOCK_MONOTONIC: about 20-50 ns a read, ten times what a
 * histogram record costs.
 *
 * Context: any thread; does not block; no system call (vDSO).
 * Return: nanoseconds since an arbitrary start.
 */
uint64_t clock_now(void);

/**
 * clock_trace() - the time, for what is read twice a poll
 *
 * Counts on the processor's own counter, which costs less than half of what
 * clock_now() does. Only where the kernel trusts that counter, too, and only
 * once clock_trace_init() has compared the two; else it is clock_now(). The
 * same fake clock stands in for both.
 *
 * Context: any thread; does not block; no system call.
 * Return: nanoseconds of clock_now(), give or take 0.01 % of what has passed
 *         since clock_trace_init().
 */
uint64_t clock_trace(void);

/**
 * clock_trace_init() - compare the processor's counter with the clock
 *
 * The first call takes a millisecond, later ones nothing.
 *
 * Context: one thread at a time, while nobody is in clock_trace().
 */
void clock_trace_init(void);

/**
 * How clock_trace() makes ns of the processor's counter. Another process that
 * knows it reads the same clock.
 */
struct clock_scale {
	uint64_t base;	  /**< the counter ... */
	uint64_t base_ns; /**< ... when clock_now() was this */
	uint64_t mult;	  /**< ns of a tick times 2^32; 0: it is clock_now() */
};

/**
 * clock_scale_get() - this process's scale
 * @out: receives it; a mult of 0 before clock_trace_init(), and under a fake
 *       clock
 *
 * Context: any thread; does not block.
 */
void clock_scale_get(struct clock_scale *out);

/**
 * clock_scale_now() - what clock_trace() says now in the process of a scale
 * @scale: of a process on this machine, since it was started; borrowed
 *
 * Context: any thread; does not block; no system call.
 * Return: nanoseconds.
 */
uint64_t clock_scale_now(const struct clock_scale *scale);

/**
 * clock_thread_cpu() - how long has the calling thread run?
 *
 * A thread that sleeps in a call uses none: far less of this than of
 * clock_now() in a stretch of code says that it was blocked, or had no core;
 * see clock_run_delay(). The clock is CLOCK_THREAD_CPUTIME_ID.
 *
 * Context: any thread; does not block; a system call, about 0.6 us.
 * Return: nanoseconds on a core since the thread began; 0, which says that it
 *         is not known, under a fake clock.
 */
uint64_t clock_thread_cpu(void);

/**
 * clock_process_cpu() - how long have all threads of the process run?
 *
 * For costs on a machine that others use, too: what they do does not count. The
 * clock is CLOCK_PROCESS_CPUTIME_ID.
 *
 * Context: any thread; does not block; a system call, about 0.6 us.
 * Return: nanoseconds on cores since the process began, under a fake clock, too.
 */
uint64_t clock_process_cpu(void);

/**
 * clock_run_delay_open() - get ready to read the calling thread's run delay
 *
 * Source: the kernel's Documentation/scheduler/sched-stats.rst, on
 * /proc/PID/schedstat.
 *
 * Context: any thread; does not block.
 * Return: a descriptor for clock_run_delay(), owned by the caller:
 *         sys_close(); -ENOENT when this kernel does not count; else what
 *         open(2) says.
 */
int clock_run_delay_open(void) __must_check;

/**
 * clock_run_delay() - how long could a thread run, and had no core?
 * @fd: from clock_run_delay_open(), which was called on that thread; negative
 *      for none
 *
 * Context: any thread; does not block; a system call, about 1 us.
 * Return: nanoseconds since the thread began; 0 when it is not known.
 */
uint64_t clock_run_delay(int fd);

#endif
