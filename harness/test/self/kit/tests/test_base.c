/* The doors' plain part: lists, errors, messages, modules, heap, faults. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kit/alloc.h"
#include "kit/clock.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/list.h"
#include "kit/module.h"
#include "kit/park.h"
#include "kit/printk.h"
#include "kit/thread.h"
#include "kit/tracewait.h"
#include "test/test.h"
#include "second.h"

struct item {
	int n;
	struct list_head node;
};

TEST(a_list_keeps_order_and_gives_back_its_objects, 0, 1)
{
	struct item a = { .n = 1 }, b = { .n = 2 }, c = { .n = 3 }, *i, *tmp;
	struct list_head head;
	int sum = 0;

	list_init(&head);
	EXPECT(list_is_empty(&head), "a new list is empty");
	list_add_tail(&b.node, &head);
	list_add_tail(&c.node, &head);
	list_add(&a.node, &head);
	list_for_each_entry(i, &head, node)
		sum = sum * 10 + i->n;
	EXPECT_EQ(sum, 123, "the order of the list");

	list_for_each_entry_safe(i, tmp, &head, node)
		if (i->n != 2)
			list_del(&i->node);
	EXPECT(list_first_entry(&head, struct item, node) == &b,
	       "the one that stayed");
	EXPECT(a.node.next == LIST_POISON_NEXT, "a removed node is poisoned");
	list_del_init(&b.node);
	EXPECT(list_is_empty(&head) && list_is_empty(&b.node),
	       "list_del_init() leaves an empty list and an empty node");
}

TEST(errors_have_names, 0, 1)
{
	EXPECT_STR(err_name(-ENOMEM), "-ENOMEM", "a known error");
	EXPECT_STR(err_name(-ENODATA), "-ENODATA", "an error of day 4");
	EXPECT_STR(err_name(0), "0", "no error");
	EXPECT_STR(err_name(-12345), "-E?", "an unknown error");
	EXPECT_STR(err_name(7), "-E?", "a positive number is no error");
}

TEST(the_message_ring_keeps_the_latest_lines, 0, 1)
{
	static char text[PRINTK_LINES * (PRINTK_WIDTH + 40)];
	FILE *f = fmemopen(text, sizeof(text), "w");
	int i;

	fake_clock_start(1500000000);
	for (i = 0; i < PRINTK_LINES + 2; i++)
		pr_info("line %d\n", i);
	pr_warn("odd");
	EXPECT_EQ(printk_dump(f), PRINTK_LINES, "lines in a full ring");
	fclose(f);
	EXPECT(!strstr(text, "line 2\n"), "the oldest line made room");
	EXPECT(!strncmp(text, "[    1.500000] line 3\n", 22),
	       "the oldest line kept comes first, with its time");
	EXPECT(strstr(text, "warning: odd\n") != NULL, "the level shows");
}

static int first_init(void)
{
	module_note("+1");
	return 0;
}

static void first_exit(void)
{
	module_note("-1");
}

MODULE(first, "boots first", first_init, first_exit);

TEST(modules_boot_in_link_order_and_unload_in_reverse, 0, 1)
{
	EXPECT_STR(module_log, "+1+2-2-1+1+2",
		   "booted, unloaded and booted again before the test");
	EXPECT_STR(module_get(1)->name, "second", "the second module");
	EXPECT(module_get(2) == NULL, "there is no third one");
}

TEST(a_module_that_fails_unloads_those_before_it, 0, 1)
{
	module_unload();
	module_log[0] = '\0';
	module_second_fails = -ENODEV;
	EXPECT_ERR(module_boot(), -ENODEV, "the init's error is returned");
	EXPECT_STR(module_log, "+1+2-1", "only what had booted was unloaded");
	module_second_fails = 0;
	EXPECT_ERR(module_boot(), 0, "it can boot afterwards");
}

TEST(the_kth_allocation_fails_once, 0, 1)
{
	void *a, *b, *c;

	fault_set(FAULT_ALLOC, 2, -ENOMEM);
	a = kit_alloc(10);
	b = kit_alloc(10);
	c = kit_zalloc(10);
	EXPECT(a && !b && c, "the second of three failed");
	EXPECT(fault_hit(), "the fault was hit");
	EXPECT_EQ(((char *)c)[9], 0, "kit_zalloc() clears");
	EXPECT_EQ(heap_live(), 2, "two are live");
	kit_free(a);
	kit_free(b);
	kit_free(c);
	EXPECT_EQ(heap_live(), 0, "none is live");
}

static void allocate_one(void *arg)
{
	void *p = kit_alloc(1000);

	kit_free(p);
	*(struct kit_self *)arg = *kit_self();
}

TEST(a_thread_counts_what_it_allocates, 0, 1)
{
	const struct kit_self *self = kit_self();
	uint64_t allocs = self->allocs, bytes = self->alloc_bytes;
	struct kit_self other = { 0 };
	struct thread t;
	void *a, *b, *c;

	fault_set(FAULT_ALLOC, 2, -ENOMEM);
	a = kit_alloc(10);
	b = kit_alloc(100);
	c = kit_zalloc(20);
	kit_free(c);
	kit_free(a);
	EXPECT(a && !b && c, "the second of three failed");
	EXPECT_ERR(thread_create(&t, "other", allocate_one, &other), 0,
		   "a thread");
	thread_join(&t);
	EXPECT_EQ(self->allocs - allocs, 2, "two of this thread succeeded");
	EXPECT_EQ(self->alloc_bytes - bytes, 30, "so much was asked for");
	EXPECT_EQ(other.allocs, 1, "one of the other thread");
	EXPECT_EQ(other.alloc_bytes, 1000, "so much was asked for there");
}

TEST(the_recorder_tells_what_happened_in_order, 0, 1)
{
	int a = 0, b = 0;

	tp_spawn(&a);
	record_start();
	record_name(&a, "A");
	tp_spawn(&a);
	tp_schedule(&a, TP_LIFO);
	tp_poll_begin(&a, 0);
	tp_poll_end(&a, false);
	tp_wake(&b);
	tp_overflow(128);
	EXPECT_STR(record_text(~0u),
		   "spawn A, lifo A, poll A, pending A, wake t1, overflow 128",
		   "all events since the start");
	EXPECT_STR(record_text(1u << TP_WAKE), "wake t1", "one kind only");
	EXPECT_EQ(record_count(TP_SPAWN), 1, "spawns since the start");
}

TEST(the_recorder_has_words_for_every_event, 0, 1)
{
	int a = 0;

	record_start();
	record_name(&a, "A");
	tp_steal(3, 0, 1);
	tp_resume(1);
	tp_drop(&a);
	tp_join(&a);
	tp_io_ready(5);
	tp_timer(7);
	tp_blocking_begin(&a, 2);
	tp_blocking_end(&a, 2);
	EXPECT_STR(record_text(~0u),
		   "steal 3, resume 1, drop A, join A, io 5, timer, block 2, "
		   "unblock 2",
		   "all events since the start");
}

TEST(the_recorder_has_words_for_the_accounts_of_a_console, 0, 1)
{
	struct tp_res r = { TP_RES_LOCK, "lock", KIT_HERE, 0 };
	int a = 0;

	record_start();
	record_name(&a, "A");
	record_name(&r, "R");
	tp_clone(&a);
	tp_waker_drop(&a);
	tp_wait(&a, TP_WAIT_JOIN, 0);
	tp_wait(&r, TP_WAIT_IO, 5);
	tp_wait(&r, TP_WAIT_OTHER, 0);
	tp_yield(&a);
	tp_io_add(5);
	tp_io_del(5);
	tp_pool(&r, tp_pool_arg(70000, 2, 70000));
	tp_res_new(&r);
	tp_send(&r, 2);
	tp_recv(&r, 1);
	tp_lock(&r);
	tp_unlock(&r);
	tp_res_gone(&r);
	tp_stop(&r);
	EXPECT_STR(record_text(~0u),
		   "clone A, waker-drop A, wait join A, wait io 5, wait other, "
		   "yield A, watch 5, unwatch 5, pool 65535/2/70000, new R, "
		   "send R 2, receive R 1, lock R, unlock R, "
		   "gone R, stop",
		   "all events since the start");
}

TEST(a_place_is_one_for_each_line_that_names_it, 0, 1)
{
	const struct tp_place *place[3];
	int i;

	for (i = 0; i < 2; i++)
		place[i] = TP_PLACE("twice");
	place[2] = TP_PLACE("once");
	EXPECT(place[0] == place[1], "the same place each time");
	EXPECT(place[0] != place[2], "another line is another place");
	EXPECT_STR(place[2]->what, "once", "what it is");
	EXPECT(strstr(place[2]->where, "test_base.c:"), "where it is");
	EXPECT_EQ(place[2]->note, 0, "nobody has written to it");
}

TEST(a_theft_is_three_numbers_in_32_bits, 0, 1)
{
	uint64_t arg;

	record_start();
	tp_steal(128, 255, 254);
	EXPECT_EQ(record_count(TP_STEAL), 1, "one theft");
	arg = (254ull * TP_STEAL_WORKERS + 255) * TP_STEAL_TASKS + 128;
	EXPECT_EQ(tp_steal_tasks(arg), 128, "so many tasks");
	EXPECT_EQ(tp_steal_victim(arg), 255, "of this worker");
	EXPECT_EQ(tp_steal_thief(arg), 254, "taken by this one");
	EXPECT(arg <= UINT32_MAX, "a ring has 32 bits for it");
}

TEST(the_cheap_clock_goes_with_the_clock, 0, 1)
{
	uint64_t before, now, after, last = 0;
	unsigned int i;

	clock_trace_init();
	for (i = 0; i < 1000; i++) {
		before = clock_now();
		now = clock_trace();
		after = clock_now();
		/* A millisecond: a busy machine may compare them badly. */
		EXPECT(now + NSEC_PER_MSEC > before &&
			       now < after + NSEC_PER_MSEC,
		       "it is where the clock is");
		EXPECT(now >= last, "it does not go back");
		last = now;
	}
	fake_clock_start(42);
	EXPECT_EQ(clock_trace(), 42, "a fake clock stands in for it, too");
}

static void be_nice(void *arg)
{
	int *got = arg, before = getpriority(PRIO_PROCESS, 0);

	got[0] = thread_be_nice(-1);
	got[1] = thread_be_nice(20);
	got[2] = getpriority(PRIO_PROCESS, 0) - before;
	got[3] = thread_be_nice(19);
	got[4] = getpriority(PRIO_PROCESS, 0);
}

TEST(a_thread_lowers_its_own_priority_and_no_other, 0, 1)
{
	int before = getpriority(PRIO_PROCESS, 0), got[5] = { 0 };
	struct thread t;

	EXPECT_ERR(thread_create(&t, "nice", be_nice, got), 0, "a thread");
	thread_join(&t);
	EXPECT_ERR(got[0], -EINVAL, "nobody gets a higher one");
	EXPECT_ERR(got[1], -EINVAL, "beyond the lowest");
	EXPECT_EQ(got[2], 0, "an error changes nothing");
	EXPECT_ERR(got[3], 0, "the lowest");
	EXPECT_EQ(got[4], 19, "it has it");
	EXPECT_EQ(getpriority(PRIO_PROCESS, 0), before, "ours is as it was");
}

TEST(a_thread_that_sleeps_uses_no_cpu_time, 0, 1)
{
	uint64_t cpu, start = clock_now(), until = start + 2 * NSEC_PER_MSEC;
	int fd = clock_run_delay_open();
	struct parker p;

	parker_init(&p);
	cpu = clock_thread_cpu();
	EXPECT(cpu > 0, "the thread has run");
	EXPECT(clock_process_cpu() >= cpu, "and so has its process");
	while (clock_now() < until)
		parker_park(&p, until);
	cpu = clock_thread_cpu() - cpu;
	EXPECT(cpu < clock_now() - start, "less than has passed");
	EXPECT_EQ(clock_run_delay(-1), 0, "without a descriptor: not known");
	if (fd >= 0) {
		cpu = clock_run_delay(fd);
		EXPECT(clock_run_delay(fd) >= cpu, "it does not go back");
		close(fd);
	}
	fake_clock_start(42);
	EXPECT_EQ(clock_thread_cpu(), 0, "under a fake clock: not known");
	EXPECT(clock_process_cpu() > 0, "the process's is always known");
}
