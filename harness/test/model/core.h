/**
 * @file core.h
 * Private to the explorer: what its files share.
 *
 * core.c    threads, who is next          doors.c   locks, sleeps, threads
 * choice.c  the tree of decisions         memory.c  operations, late stores
 * heap.c    memory that is never reused   files.c   descriptors
 * steps.c   what happened, as a table     explore.c one body, all schedules
 */
#ifndef UNPARK_MODEL_CORE_H
#define UNPARK_MODEL_CORE_H

#include <ucontext.h>

#include "kit/bug.h"
#include "kit/lock.h"
#include "kit/model.h"
#include "kit/thread.h"
#include "test/model/model.h"

#define MODEL_STORES MODEL_PREEMPTIONS /* late ones a thread */
#define MODEL_STEPS 20000	       /* of a schedule: then it is endless */
#define MODEL_STACK (128 * 1024)

enum mstate { M_NONE, M_READY, M_BLOCKED, M_DONE };

/* A store that is not in memory yet. */
struct late {
	void *p;
	unsigned int size;
	uint64_t value;
	bool is_release;
	const struct model_site *at;
	unsigned int step; /* that made it */
};

/* A thread of the model. */
struct mthread {
	ucontext_t ctx;
	enum mstate state;
	const void *on;	     /* what it waits for */
	const char *waits;   /* in words */
	struct mutex *wants; /* goes on only when it is free, or NULL */
	uint64_t deadline;   /* of the wait, or CLOCK_NEVER */
	bool may_wake_alone; /* a condition's waiter */
	bool is_timed_out;
	bool is_fresh;	    /* has not come to its first operation yet */
	unsigned int maker; /* who goes on then */
	unsigned int alone; /* points passed since it was switched to */
	void (*fn)(void *);
	void *arg;
	struct thread *handle; /* NULL: joined */
	struct kit_self self;
	const struct model_site *at; /* its last step */
	char name[16];
	unsigned int nr_held; /* mutexes */
	struct late late[MODEL_STORES];
	unsigned int nr_late;
};

/* One run of a body. */
struct model {
	struct mthread t[MODEL_THREADS];
	unsigned int nr, cur;
	bool is_running;
	bool is_weak;
	bool has_faults;
	bool is_free; /* the next decision costs nothing */
	uint64_t now; /* the clock: it moves when a wait times out */
	unsigned long steps;
	const char *(*stuck)(void *arg);
	void *stuck_arg;
	ucontext_t driver;
	void (*body)(void);
};

extern struct model model;

/* core.c */
/** Before an operation: somebody else may go first. */
void core_point(const struct model_site *at);
/** Its mutex, if it wants one, is not held. */
bool core_can_go(const struct mthread *t);
/** The thread waits for @on; returns when it was woken, or timed out. */
void core_block(const void *on, const char *words, uint64_t deadline,
		bool may_wake_alone);
/** Wake one that waits for @on (all: each); how many. */
unsigned int core_wake(const void *on, bool all);
/** A new thread, ready. */
void core_thread(struct thread *handle, const char *name, void (*fn)(void *),
		 void *arg, const struct model_site *at);
/** Is there no other thread, or none that has not ended? */
bool core_is_alone(void);
/** Run the body once. */
void core_run(void (*body)(void));
static inline struct mthread *core_self(void)
{
	return &model.t[model.cur];
}

/* doors.c */
/** Nobody but @t holds it; or it is none, which @t will say. */
bool door_is_open(const struct mutex *m, const struct mthread *t);
/** A step: the current thread waits for it. */
void door_wait(const struct mutex *m, const struct model_site *at);

/** "&q->lock" is q->lock. */
static inline const char *core_name(const struct model_site *at)
{
	return at->what + (*at->what == '&');
}

/* choice.c */
/** Take one of @n, of which the i-th costs @cost[i] preemptions. */
unsigned int choice_take(unsigned int n, const unsigned char *cost);
void choice_begin(unsigned int bound);
/** To the next schedule; false when there is none. */
bool choice_next(void);
/** Was something left out for its cost, at this bound? */
bool choice_is_cut(void);
unsigned int choice_spent(void);
/** The schedule as text, for SCHED=; false when it is too long. */
bool choice_text(char *buf, size_t len);
/** Follow this one; false when it is none. */
bool choice_follow(const char *text);

/* memory.c */
/** All that the current thread has stored is seen by everybody. */
void memory_flush(void);
/** All that anybody has stored is. */
void memory_flush_all(void);
/** Its stores in there are; and what a release among them has to follow. */
void memory_settle(const void *p, size_t size);
/** May this late store go into memory now? */
bool memory_can_commit(const struct mthread *t, unsigned int i);
void memory_commit(struct mthread *t, unsigned int i);

/* heap.c */
void heap_begin(void);
/** Fails the test when something was not freed. */
void heap_end(void);
/** "was freed at..." when the address is in freed memory, else NULL. */
const char *heap_wrong(const void *p);

/* files.c */
void files_begin(void);
/** Fails the test when one was not closed. */
void files_end(void);

/* steps.c */
void steps_begin(void);
void steps_add(const struct model_site *at, const char *fmt, ...)
	__printf(2, 3);
/** Of the step just added: its thread waits from here on. */
void steps_wait(void);
/** Of the next step: it wakes, or starts, this thread; it is by a preemption. */
void steps_wake(unsigned int thread);
void steps_preempt(void);
/** An operation, with its values. */
void steps_value(const struct model_site *at, const char *verb, uint64_t from,
		 uint64_t to, bool has_to);
/** A late store: its number. And it is in memory now. */
unsigned int steps_late(const struct model_site *at, uint64_t value);
void steps_seen(const struct model_site *at, uint64_t value, unsigned int late);
/** The table and the schedule, to the supervisor: before a failure. */
void steps_send(void);
/** All of it on stdout: of a replay. */
void steps_print(void);
/** The schedule to the supervisor; for make trace, all of it into WIRE_LOG. */
void steps_log(void);
void steps_fail(const char *want, const char *got, const char *fmt, ...)
	__printf(3, 4) __attribute__((noreturn));

#endif
