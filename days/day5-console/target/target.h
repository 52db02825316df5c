/**
 * @file target.h
 * The inside of the target's side: what the files behind console.h share.
 *
 *	console.c   makes the region, and takes it away
 *	watch.c     the listener, and the workers
 *	life.c      the life of a task
 *	slots.c     which entry of the task table is whose
 *	enter.c     runtimes and places get entries when they are first seen
 *	resource.c  channels and locks
 *	span.c      named stretches of code
 *
 * What the kit's structs have for whoever listens, their note, is the number of
 * an entry and the session in which it was given: after console_stop() and
 * another console_start() the old numbers mean nothing.
 */
#ifndef DAY5_TARGET_H
#define DAY5_TARGET_H

#include "console.h"
#include "region.h"
#include "worker.h"

#include "kit/lock.h"
#include "kit/shm.h"
#include "kit/tracewait.h"

/** So many blocking pools are added up. */
#define TARGET_POOLS 16

/** A worker keeps so many free entries of the task table to itself. */
#define TARGET_CACHE 64

/**
 * What the target knows of a worker, beside the region.
 *
 * Key: I set when its runtime is entered, W only the worker's thread.
 */
struct seen_worker {
	struct region_worker *r;     /**< I: its entry */
	struct region_runtime *rt;   /**< I: of its scheduler */
	unsigned int number;	     /**< I: of its entry, from 0 */
	bool polled;		     /**< W: a poll since it woke up */
	uint64_t wait;		     /**< W: what the task polled waits for */
	uint64_t now[SLOT_WORDS];    /**< W: what is in its slot */
	unsigned int nr_free;	     /**< W: of ->free */
	uint32_t free[TARGET_CACHE]; /**< W: entries of the task table */
};

/**
 * The target.
 *
 * Key: I set by console_start(), L under ->lock, A atomic.
 */
struct target {
	struct shm shm;		      /**< I: the region */
	char path[128];		      /**< I: of its file */
	struct region_header *header; /**< I: the same, as a struct */
	enum console_level level;     /**< I: how much is written */
	unsigned int events;	      /**< I: of each ring */
	uint64_t session;	      /**< I: a new one each time, from 1 */
	tp_listener_fn *before;	      /**< I: who listened, or NULL */
	bool is_left;		      /**< I: who listens after us calls us */
	_Atomic(bool) is_on;	      /**< A: all of the above is there */
	struct seen_worker *seen;     /**< I: one for each worker's entry */
	struct mutex lock;	      /**< for entries that are new */
	uint32_t *free;		      /**< L: free entries of tasks */
	uint32_t nr_free;	      /**< L: how many are in ->free */
	/** L: blocking pools, as each told last; NULL: none */
	struct {
		const void *who;
		uint64_t state;
	} pool[TARGET_POOLS];
	_Atomic(uint64_t) next_task; /**< A: id of the next task */
	uint64_t next_resource;	     /**< L: generation of the next */
};

/** The one of this process; ->header is NULL while it is off. */
extern struct target target;

/** target_is_on() - is there a region to write to? */
static inline bool target_is_on(void)
{
	/* acquire: pairs with the release in listen_now(). */
	return atomic_load_explicit(&target.is_on, memory_order_acquire);
}

/**
 * target_entry() - an entry of the region
 * @part: which part
 * @i: number of the entry, below its count
 *
 * Context: any thread, while the console is on; does not block.
 * Return: the entry.
 */
static inline void *target_entry(enum region_part_nr part, uint64_t i)
{
	const struct region_part *p = &target.header->part[part];

	return (char *)target.shm.mem + p->offset + i * p->size;
}

/**
 * note_make() - a note for the number of an entry
 * @i: the number, below 2^32 - 1
 *
 * Context: any thread; does not block.
 * Return: the note; never 0.
 */
static inline uint64_t note_make(uint32_t i)
{
	return target.session << 32 | (i + 1);
}

/**
 * note_none() - a note for what found no room, in this session
 *
 * It is counted as lost once, and not looked for again.
 *
 * Context: any thread; does not block.
 * Return: the note; never 0, and of no entry.
 */
static inline uint64_t note_none(void)
{
	return target.session << 32;
}

/**
 * note_entry() - the number of an entry
 * @note: a note
 * @i: receives the number
 *
 * Context: any thread; does not block.
 * Return: false when there is none, in this session.
 */
static inline bool note_entry(uint64_t note, uint32_t *i)
{
	*i = (uint32_t)note - 1;
	return note >> 32 == target.session && (uint32_t)note;
}

/** count_shared() - add @n to a counter that many threads write */
static inline void count_shared(_Atomic(uint64_t) *v, uint64_t n)
{
	/* relaxed: a counter publishes nothing but itself. */
	atomic_fetch_add_explicit(v, n, memory_order_relaxed);
}

/** count_own() - add @n to a counter that one thread writes at a time */
static inline void count_own(_Atomic(uint64_t) *v, uint64_t n)
{
	/* relaxed, both: as in metric_add(). */
	atomic_store_explicit(v,
			      atomic_load_explicit(v, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

/** gauge_set() - publish a number that stands for itself */
static inline void gauge_set(_Atomic(uint64_t) *v, uint64_t n)
{
	/* relaxed: nothing is read by it. */
	atomic_store_explicit(v, n, memory_order_relaxed);
}

/** gauge_get() - read one */
static inline uint64_t gauge_get(const _Atomic(uint64_t) *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}

/** zero_words() - word by word: a reader may look, or a late writer */
static inline void zero_words(void *p, size_t bytes)
{
	_Atomic(uint64_t) *word = p;
	size_t i;

	for (i = 0; i < bytes / sizeof(*word); i++)
		gauge_set(&word[i], 0);
}

/** gauge_max() - raise a maximum that many threads write to @n */
static inline void gauge_max(_Atomic(uint64_t) *v, uint64_t n)
{
	uint64_t old = gauge_get(v);

	/* relaxed: as in count_shared(). */
	while (old < n &&
	       !atomic_compare_exchange_weak_explicit(
		       v, &old, n, memory_order_relaxed, memory_order_relaxed))
		;
}

/**
 * target_worker() - the worker whose thread this is
 *
 * Its runtime is entered if it is not yet.
 *
 * Context: any thread; takes a lock for a moment the first time.
 * Return: the worker; NULL on any other thread, and for one without an entry.
 */
struct seen_worker *target_worker(void);

/**
 * target_task() - the entry of a task
 * @t: a task that is not freed; NULL is fine
 *
 * Context: whoever has a reference to the task; does not block.
 * Return: the entry; NULL when it has none.
 */
static inline struct region_task *target_task(const struct task *t)
{
	uint32_t i;

	return t && note_entry(t->note, &i) ? target_entry(REGION_TASKS, i)
					    : NULL;
}

/** task_id_of() - the id of the task of an entry; 0 for NULL */
static inline uint64_t task_id_of(const struct region_task *r)
{
	return r ? gauge_get(&r->born.word[TB_ID]) : 0;
}

/* watch.c ------------------------------------------------------------------ */

/**
 * target_listen() - the listener
 * @ev: what happened
 * @who: to whom
 * @arg: see enum tp_event
 *
 * Context: the thread of the event; takes a lock for a moment where something
 *          is entered that was not seen before.
 */
void target_listen(enum tp_event ev, const void *who, uint64_t arg);

/**
 * worker_publish() - write what a worker does
 * @w: the calling thread's worker, with ->now filled
 *
 * Context: the worker's thread; does not block.
 */
void worker_publish(struct seen_worker *w);

/**
 * worker_turns() - the worker does something else from now on
 * @w: the calling thread's worker
 * @state: what
 * @now: ns
 *
 * What it did until now is counted. Not published yet.
 *
 * Context: the worker's thread; does not block.
 */
void worker_turns(struct seen_worker *w, enum worker_state state, uint64_t now);

/**
 * worker_queues() - publish how full its queues are
 * @w: the calling thread's worker
 * @raw: the same, of day 1: only the worker itself sees its slot
 *
 * Context: the worker's thread; does not block.
 */
void worker_queues(struct seen_worker *w, struct worker *raw);

/* life.c: an event of a task; see kit/tracepoint.h ------------------------- */

/** life_spawned() - TP_SPAWN: @t was spawned by the task @by, or NULL */
void life_spawned(struct task *t, const struct task *by);
/** life_woken() - TP_WAKE: a waker of @t was used by the task @by, or NULL */
void life_woken(struct task *t, const struct task *by);
/** life_scheduled() - TP_SCHEDULE: @t goes to queue @q */
void life_scheduled(struct task *t, enum tp_queue q);
/** life_queue_counted() - TP_SCHEDULE: how full that queue is now */
void life_queue_counted(struct task *t, enum tp_queue q);
/** life_poll_begun() - TP_POLL_BEGIN: of @t, on this thread */
void life_poll_begun(struct task *t);
/** life_poll_ended() - TP_POLL_END: of @t, which is @ready or waits */
void life_poll_ended(struct task *t, bool ready);
/** life_waits() - TP_WAIT: for @what, in the form of @arg */
void life_waits(const void *what, uint64_t arg);
/** life_cancelled() - TP_CANCEL: @t ends so */
void life_cancelled(struct task *t);
/** life_dropped() - TP_DROP: @t has ended */
void life_dropped(struct task *t);
/** life_freed() - TP_FREE: nobody refers to @t any more */
void life_freed(struct task *t);
/** life_counts() - TP_CLONE, TP_WAKER_DROP: of a waker of @t */
void life_counts(struct task *t, enum task_count what);

/** ns_since() - ns from @then to @now; 0 when that is in the future */
static inline uint64_t ns_since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

/* slots.c ------------------------------------------------------------------ */

/**
 * slots_init() - nothing of the task table is in use
 *
 * Context: console_start().
 * Return: 0; -ENOMEM.
 */
int slots_init(void) __must_check;

/** slots_fini() - give the lists back */
void slots_fini(void);

/**
 * slots_take() - an entry for a new task
 * @w: the calling thread's worker, or NULL
 * @i: receives the number
 *
 * Context: any thread; takes a lock for a moment, a worker once in a while.
 * Return: false when there is none: it is counted as lost.
 */
bool slots_take(struct seen_worker *w, uint32_t *i);

/**
 * slots_put() - an entry is free again
 * @w: the calling thread's worker, or NULL
 * @i: the number
 *
 * Context: as for slots_take().
 */
void slots_put(struct seen_worker *w, uint32_t i);

/* enter.c ------------------------------------------------------------------ */

/**
 * runtime_enter() - a scheduler gets its entries
 * @s: the scheduler
 * @name: see console_watch()
 *
 * Context: any thread; takes a lock for a moment.
 * Return: 0; -EEXIST; -ENOSPC.
 */
int runtime_enter(struct sched *s, const char *name) __must_check;

/**
 * runtime_of() - the entry of a scheduler
 * @s: a scheduler; entered if it is not yet
 *
 * Context: any thread; may take a lock for a moment.
 * Return: the entry; NULL when there was no room.
 */
struct region_runtime *runtime_of(struct sched *s);

/**
 * runtime_leave() - a scheduler ends
 * @s: the scheduler
 *
 * Context: the thread that destroys it; takes a lock for a moment.
 */
void runtime_leave(struct sched *s);

/**
 * place_of() - the number of a place, from 1
 * @p: the place; entered if it is not yet
 *
 * Context: any thread; may take a lock for a moment.
 * Return: the number; 0 when there was no room.
 */
uint32_t place_of(struct tp_place *p);

/**
 * span_of() - the same for a span
 * @p: where it begins
 *
 * Context: as for place_of().
 * Return: the number, from 1; 0 when there was no room.
 */
uint32_t span_of(struct tp_place *p);

/**
 * resource_event() - something happened to a channel or a lock
 * @ev: TP_RES_NEW, TP_RES_GONE, TP_SEND, TP_RECV, TP_LOCK,
 *      TP_UNLOCK
 * @res: which one
 * @arg: see enum tp_event
 *
 * Context: under the resource's own lock; may take ours for a moment.
 */
void resource_event(enum tp_event ev, struct tp_res *res, uint64_t arg);

/**
 * resource_id() - the id of a resource, for a task that waits for it
 * @res: which one
 *
 * Context: under the resource's own lock.
 * Return: the id, of 32 bits; 0 when it has no entry.
 */
uint32_t resource_id(const struct tp_res *res);

/**
 * resource_waited() - a task has waited for a resource
 * @id: of the resource
 * @ns: how long
 *
 * Context: any thread; does not block.
 */
void resource_waited(uint32_t id, uint64_t ns);

#endif
