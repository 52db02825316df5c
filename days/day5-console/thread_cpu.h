/**
 * @file thread_cpu.h
 * Did the thread of a poll run, or did it sleep?
 *
 * A poll of 50 ms that computes and one that sleeps look the same in a region.
 * The kernel knows. /proc/PID/task/TID/schedstat says how long a thread has run,
 * and how long it could have, on a core of its own: read twice within one poll,
 * that is exact. Most polls are too short for it; of these, each look tells
 * whether the thread sleeps at that moment (field 3 of stat), and over time that
 * adds up, by the place that spawned the task. Whoever looks at a live target
 * again and again does both with each snapshot:
 *
 *	struct thread_cpu cpu = {};
 *
 *	snapshot_take(&now, &src);
 *	thread_cpu_look(&cpu, &now, &src);
 *	lint_run(&findings, &before, &now, NULL);
 *	thread_cpu_note(&cpu, &findings);
 *
 * The rules themselves stay functions of snapshots alone.
 *
 * Source: the kernel's Documentation/scheduler/sched-stats.rst, and proc(5).
 */
#ifndef DAY5_THREAD_CPU_H
#define DAY5_THREAD_CPU_H

#include "lint.h"

/** How long a thread ... */
struct thread_time {
	uint64_t at;	/**< ns of clock_now(): when it was read */
	uint64_t run;	/**< ns: has run */
	uint64_t queue; /**< ns: has waited for a core */
};

/** What was seen of the poll that a worker is in. */
struct thread_cpu_poll {
	int tid;		  /**< of its thread */
	uint64_t task;		  /**< id */
	uint64_t poll;		  /**< of the task */
	struct thread_time first; /**< when the poll was seen first */
	struct thread_time last;  /**< when it was seen last */
};

/** What was seen of the long polls of a place. */
struct thread_cpu_place {
	uint64_t looks;	 /**< times that one was seen */
	uint64_t asleep; /**< ... and its thread slept */
};

/** What was seen: all zeros at first. */
struct thread_cpu {
	struct thread_cpu_poll *polls;	 /**< private: of each worker */
	struct thread_cpu_place *places; /**< private: behind ->polls */
	unsigned int nr;		 /**< private: workers */
	unsigned int nr_places;		 /**< private */
	uint64_t id;			 /**< private: of the target's run */
};

/**
 * thread_time_read() - read a thread's times
 * @pid: of its process
 * @tid: of the thread
 * @out: receives them
 *
 * Context: any thread; reads /proc.
 * Return: 0; -ENOENT: there is no such thread, or this kernel does not count.
 */
int thread_time_read(int pid, int tid, struct thread_time *out) __must_check;

/**
 * thread_is_asleep() - does a thread sleep now?
 * @pid: of its process
 * @tid: of the thread
 *
 * Context: any thread; reads /proc.
 * Return: 1: in a call that blocks; 0: it runs, or could; -ENOENT: there is no
 *         such thread.
 */
int thread_is_asleep(int pid, int tid);

/**
 * thread_cpu_look() - look at the threads of a snapshot's polls
 * @c: what was seen so far
 * @s: a snapshot, of just now; borrowed. Of a target that does not live,
 *     nothing is read
 * @src: where it is from: a poll that has ended since does not count; borrowed;
 *       NULL: those of @s go on
 *
 * Context: any thread; reads /proc, two files for each worker inside a poll; may
 *          take the allocator's lock. Without memory nothing is seen.
 */
void thread_cpu_look(struct thread_cpu *c, const struct snapshot *s,
		     const struct reader *src);

/**
 * thread_cpu_note() - add what was seen to findings about polls
 * @c: what was seen; borrowed
 * @f: findings of the snapshot that was looked at last
 *
 * The kernel counts a running thread on at ticks of up to 10 ms: what was seen
 * of a poll for less than 20 ms is not told.
 *
 * Context: any thread; does not block.
 */
void thread_cpu_note(const struct thread_cpu *c, struct findings *f);

/**
 * thread_cpu_free() - give it back
 * @c: what was seen; all zeros after that
 *
 * Context: any thread; takes the allocator's lock.
 */
void thread_cpu_free(struct thread_cpu *c);

#endif
