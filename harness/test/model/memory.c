/*
 * Operations on shared memory, and stores that are late.
 *
 * In weak mode a store, if it is no seq_cst one, may stay with its thread for
 * a while: that thread sees it, the others do not. A release store goes into
 * memory after all that the thread has stored before it, any other one only
 * after those to the same place; a read-modify-write, a seq_cst store, a lock
 * and a sleep take all of them along. So a missing order of stores, or of a
 * store and a load, shows on every processor. Loads are never early: what a
 * missing acquire does is not found.
 *
 * Source: store buffers as in x86-TSO (Owens, Sarkar, Sewell, 2009), but one
 * for each place, so that stores overtake each other as on ARM and POWER.
 */
#include <stdatomic.h>

#include "kit/tracepoint.h"
#include "test/model/core.h"

static uint64_t raw_read(const void *p, unsigned int size)
{
	uint64_t v = 0;

	memcpy(&v, (const void *)p, size);
	return v;
}

static void raw_write(void *p, unsigned int size, uint64_t v)
{
	memcpy((void *)p, &v, size);
}

static void check(const void *p)
{
	const char *wrong = heap_wrong(p);

	if (wrong)
		steps_fail("memory that is allocated", "freed memory",
			   "an operation on memory that %s", wrong);
}

bool memory_can_commit(const struct mthread *t, unsigned int i)
{
	unsigned int j;

	if (t->late[i].is_release)
		return i == 0;
	for (j = 0; j < i; j++)
		if (t->late[j].p == t->late[i].p)
			return false;
	return true;
}

void memory_commit(struct mthread *t, unsigned int i)
{
	const struct late l = t->late[i];
	unsigned int runs = model.cur;

	memmove(&t->late[i], &t->late[i + 1],
		(--t->nr_late - i) * sizeof(t->late[0]));
	check(l.p);
	raw_write(l.p, l.size, l.value);
	model.cur = (unsigned int)(t - model.t);
	steps_seen(l.at, l.value, l.step);
	model.cur = runs;
}

/* It goes into memory now, and first what has to be there before. */
static void commit_in_order(struct mthread *t, unsigned int i)
{
	for (; !memory_can_commit(t, i); i--)
		memory_commit(t, 0);
	memory_commit(t, i);
}

void memory_settle(const void *p, size_t size)
{
	struct mthread *t = core_self();
	uintptr_t from = (uintptr_t)p;
	unsigned int i = 0;

	while (i < t->nr_late) {
		if ((uintptr_t)t->late[i].p - from < size) {
			commit_in_order(t, i);
			i = 0;
		} else {
			i++;
		}
	}
}

void memory_flush(void)
{
	struct mthread *t = core_self();

	while (t->nr_late)
		memory_commit(t, 0);
}

void memory_flush_all(void)
{
	unsigned int i;

	for (i = 0; i < model.nr; i++)
		while (model.t[i].nr_late)
			memory_commit(&model.t[i], 0);
}

/* What the current thread sees there. */
static uint64_t read_own(const void *p, unsigned int size)
{
	const struct mthread *t = core_self();
	unsigned int i = t->nr_late;

	while (i--)
		if (t->late[i].p == p)
			return t->late[i].value;
	return raw_read(p, size);
}

/* True when the store is kept for later. */
static bool is_kept(void *p, unsigned int size, uint64_t v, int order,
		    const struct model_site *at)
{
	static const unsigned char cost[] = { 0, 1 };
	struct mthread *t = core_self();

	if (!model.is_weak || order == memory_order_seq_cst ||
	    core_is_alone() || !choice_take(2, cost))
		return false;
	/* Each has cost a preemption. */
	BUG_ON(t->nr_late == MODEL_STORES);
	t->late[t->nr_late++] = (struct late){
		p, size, v, order == memory_order_release, at, steps_late(at, v)
	};
	return true;
}

static void store(void *p, unsigned int size, uint64_t v, int order,
		  const struct model_site *at)
{
	if (is_kept(p, size, v, order, at))
		return;
	if (order != memory_order_relaxed)
		memory_flush();
	/* Those to the same place come first. */
	memory_settle(p, size);
	raw_write(p, size, v);
	steps_value(at, "=", v, 0, false);
}

static uint64_t changed(enum model_op op, uint64_t old, uint64_t arg)
{
	switch (op) {
	case MODEL_ADD:
		return old + arg;
	case MODEL_SUB:
		return old - arg;
	case MODEL_OR:
		return old | arg;
	case MODEL_AND:
		return old & arg;
	case MODEL_XOR:
		return old ^ arg;
	default:
		return arg;
	}
}

/* Outside of a schedule, or where nobody is to be seen: the plain one. */
static bool is_plain(const void *p)
{
	return !model.is_running || p == (const void *)&tp_listener;
}

static uint64_t mask(uint64_t v, unsigned int size)
{
	return size == 8 ? v : v & ((1ull << size * 8) - 1);
}

uint64_t model_atomic(enum model_op op, const void *from, unsigned int size,
		      uint64_t arg, int order, const struct model_site *at)
{
	void *p = (void *)from;
	uint64_t old, new;

	if (is_plain(p)) {
		old = raw_read(p, size);
		if (op != MODEL_LOAD)
			raw_write(p, size, changed(op, old, arg));
		return old;
	}
	core_point(at);
	check(p);
	if (op == MODEL_STORE) {
		store(p, size, arg, order, at);
		return arg;
	}
	if (op == MODEL_LOAD) {
		old = read_own(p, size);
		steps_value(at, "is", old, 0, false);
		return old;
	}
	memory_flush();
	old = raw_read(p, size);
	new = mask(changed(op, old, arg), size);
	raw_write(p, size, new);
	steps_value(at, "", old, new, true);
	return old;
}

bool model_cas(void *p, unsigned int size, void *expected, uint64_t desired,
	       int order, const struct model_site *at)
{
	uint64_t want = raw_read(expected, size), old;
	bool is_running = !is_plain(p);

	if (is_running) {
		core_point(at);
		check(p);
		memory_flush();
	}
	old = raw_read(p, size);
	if (old == want)
		raw_write(p, size, desired);
	else
		raw_write(expected, size, old);
	if (!is_running)
		return old == want;
	if (old == want)
		steps_value(at, "", old, desired, true);
	else
		steps_value(at, "has changed, is", old, 0, false);
	return old == want;
}
