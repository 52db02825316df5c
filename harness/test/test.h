/**
 * @file test.h
 * What a day's tests include.
 *
 * A test is a function in a process of its own:
 *
 *	TEST(push_to_a_full_ring_is_refused, 3, 4)
 *	{
 *		WHY("A push that overwrites loses a task for ever.");
 *		...
 *		STEP("push %u tasks", n);
 *		EXPECT_EQ(runq_len(&q), n, "the ring holds %u tasks", n);
 *	}
 *
 * The file's metadata (name, TODO, points, options) goes into an ELF section
 * that the supervisor reads from the test object itself: student code cannot
 * change it. Assert only in the test's own thread: others write results, the
 * test joins them, then asserts.
 *
 * The parts of a good failure: a sentence, what was wanted and what came, why
 * it matters (WHY), and the steps that led there (STEP). The sentence of an
 * EXPECT is a claim that should hold; the report says "not so" before it. The
 * sentence of FAIL() says what went wrong.
 */
#ifndef UNPARK_TEST_H
#define UNPARK_TEST_H

#include "kit/compiler.h"

/** One test, as the child finds it. */
struct test {
	const char *name; /**< the sentence */
	void (*fn)(void); /**< its body */
	bool is_model;	  /**< run it in every order: test/model/model.h */
};

/**
 * TEST() - define a test
 * @name: a sentence in snake_case, unique within the day
 * @todo: the TODO that it grades; 0 for one that belongs to none
 * @points: points, all or nothing; the day's add up to 100
 *
 * Options may follow, separated by commas: `bonus` (points apart), `kit` (of
 * what is given: no points, and only in a run of the reference),
 * `timeout=20` (seconds, default 5), `oracle` (passes only if the supervisor
 * agreed, see oracle_ask()), `cost` (counted by callgrind, see test/cost.h),
 * `plain` (not under sanitizers or memcheck, with the reason in a comment),
 * `long` (with LONG=1 only), `untraced` (no page of its events: it would be
 * the answer).
 */
#define TEST(name, todo, points, ...) \
	__TEST(name, todo, points, false, #__VA_ARGS__)

#define __TEST(name, todo, points, is_model, options)                         \
	static void name(void);                                               \
	__asm__(".pushsection .unpark_tests, \"\", @progbits\n"               \
		".ascii \"" #name " " #todo " " #points " " options "\\n\"\n" \
		".popsection\n");                                             \
	static const struct test __test_##name = { #name, name, is_model };   \
	static const struct test *const __test_ptr_##name                     \
		__attribute__((used, section("unpark_testfns"))) =            \
			&__test_##name;                                       \
	static void name(void)

/**
 * WHY() - say once why what this test checks matters
 * @text: a sentence without blame; a string that stays
 */
#define WHY(text) test_why(text)

/**
 * STEP() - tell the story: one thing that the test did, for the report
 *
 * printf-like; at most 100 bytes. The first and the last few are shown.
 */
#define STEP(...) test_step(__VA_ARGS__)

/** IS_UNSIGNED() - is @x shown unsigned? The sum promotes bit fields. */
#define IS_UNSIGNED(x) ((__typeof__((x) + 0))-1 > 0)

/**
 * EXPECT_EQ() - two integers are equal, or the test fails here
 * @got: what came
 * @want: what was expected
 *
 * A sentence (printf-like) says what is claimed to hold.
 */
#define EXPECT_EQ(got, want, ...)                                     \
	do {                                                          \
		long long __got = (long long)(got);                   \
		long long __want = (long long)(want);                 \
		if (__got != __want)                                  \
			test_fail_int(KIT_HERE, #got, __got, __want,  \
				      IS_UNSIGNED(got), __VA_ARGS__); \
		test_held();                                          \
	} while (0)

/** EXPECT_ERR() - @got is @want, each 0 or -errno: shown by name */
#define EXPECT_ERR(got, want, ...)                                   \
	do {                                                         \
		int __got = (got);                                   \
		int __want = (want);                                 \
		if (__got != __want)                                 \
			test_fail_err(KIT_HERE, #got, __got, __want, \
				      __VA_ARGS__);                  \
		test_held();                                         \
	} while (0)

/** EXPECT_STR() - the strings @got and @want are equal; both are shown */
#define EXPECT_STR(got, want, ...) \
	test_expect_str(KIT_HERE, got, want, __VA_ARGS__)

/** EXPECT() - @cond holds, or the test fails here */
#define EXPECT(cond, ...)                                             \
	do {                                                          \
		if (!(cond))                                          \
			test_fail_cond(KIT_HERE, #cond, __VA_ARGS__); \
		test_held();                                          \
	} while (0)

/** FAIL() - the test fails here, with a sentence. */
#define FAIL(...) test_fail(KIT_HERE, NULL, NULL, __VA_ARGS__)

/** SKIP() - cannot be tested here, for a reason; points are re-weighted. */
#define SKIP(...) test_skip(__VA_ARGS__)

/** INCONCLUSIVE() - a measurement drowned in noise. */
#define INCONCLUSIVE(...) test_inconclusive(__VA_ARGS__)

/** @cond internal */
/* What the macros above call; a test does not. */
void test_why(const char *text);
void test_step(const char *fmt, ...) __printf(1, 2);
void test_held(void);
void test_fail(const char *where, const char *want, const char *got,
	       const char *fmt, ...) __printf(4, 5) __attribute__((noreturn));
void test_fail_cond(const char *where, const char *expr, const char *fmt, ...)
	__printf(3, 4) __attribute__((noreturn));
void test_fail_int(const char *where, const char *expr, long long got,
		   long long want, bool is_unsigned, const char *fmt, ...)
	__printf(6, 7) __attribute__((noreturn));
void test_fail_err(const char *where, const char *expr, int got, int want,
		   const char *fmt, ...) __printf(5, 6)
	__attribute__((noreturn));
void test_expect_str(const char *where, const char *got, const char *want,
		     const char *fmt, ...) __printf(4, 5);
void test_skip(const char *fmt, ...) __printf(1, 2) __attribute__((noreturn));
void test_inconclusive(const char *fmt, ...) __printf(1, 2)
	__attribute__((noreturn));
/** @endcond */

/**
 * test_rand() - the next random number of this run's seed
 *
 * The seed is printed in REPLAY and taken back with SEED=.
 *
 * Return: 64 random bits (splitmix64).
 */
uint64_t test_rand(void);

/**
 * test_seed() - this run's seed, for generators of the test's own
 *
 * Return: the seed, which is the same in a replay.
 */
uint64_t test_seed(void);

/**
 * test_is_slow() - does everything take many times longer?
 *
 * Return: true under a sanitizer or memcheck; use fewer rounds then.
 */
bool test_is_slow(void);

/* The fake clock --------------------------------------------------------- */

/**
 * fake_clock_start() - from now on clock_now() returns @now until it is moved
 * @now: nanoseconds
 */
void fake_clock_start(uint64_t now);

/** fake_clock_advance() - move the fake clock forward by @ns nanoseconds */
void fake_clock_advance(uint64_t ns);

/** fake_clock_stop() - back to the real clock; the runner does it too. */
void fake_clock_stop(void);

/* Fault injection ---------------------------------------------------------- */

/* Sites are those of kit/fault.h. */
enum fault_site;

/**
 * fault_set() - make the k-th call at @site fail, once
 * @site: kind of call
 * @k: 1 is the next one; 0 disarms
 * @err: the negative errno that it fails with
 */
void fault_set(enum fault_site site, unsigned int k, int err);

/**
 * fault_hit() - did the armed fault happen?
 *
 * Disarms it.
 *
 * Return: true when the call failed as it was told.
 */
bool fault_hit(void);

/* Heap --------------------------------------------------------------------- */

/**
 * heap_allocs() - how often memory was asked for
 *
 * Return: allocations made through kit/alloc.h so far.
 */
unsigned long heap_allocs(void);

/**
 * heap_live() - how much memory is held
 *
 * Return: number of allocations not freed yet.
 */
unsigned long heap_live(void);

/* The plain recorder ------------------------------------------------------- */

/**
 * record_start() - listen to kit/tracepoint.h
 *
 * Keeps up to 4096 events. Threads are told apart by nothing: order is the
 * order in which the events took the recorder's lock.
 */
void record_start(void);

/**
 * record_name() - call a task by a letter in record_text()
 * @who: the task, as the trace points name it
 * @name: a short string that stays
 *
 * Tasks that were not named are called t1, t2, ... in order of appearance.
 */
void record_name(const void *who, const char *name);

/**
 * record_text() - what was recorded, as words
 * @mask: bits (1u << TP_...) of the events to show
 *
 * "spawn A, poll A, pending A, wake A, lifo A, poll A, ready A".
 * Return: a static string, valid until the next call.
 */
const char *record_text(unsigned int mask);

/**
 * record_count() - count events of one kind
 * @ev: an enum tp_event
 *
 * Return: how many were recorded.
 */
unsigned long record_count(unsigned int ev);

/* The supervisor's word ---------------------------------------------------- */

/**
 * oracle_ask() - ask the part of the test that lives in the supervisor
 * @what: name of the oracle, as in ORACLE() of test/oracle.h
 * @req: request bytes
 * @req_len: at most 64 KiB
 * @reply: room for the reply
 * @reply_len: room in bytes
 *
 * Inputs and expectations that student code must not see before time live
 * there. The oracle may also pass judgement itself: it fails the test with a
 * report, and then this does not return.
 *
 * Context: the test's thread; blocks until the supervisor has answered.
 * Return: bytes of the reply.
 */
size_t oracle_ask(const char *what, const void *req, size_t req_len,
		  void *reply, size_t reply_len);

#endif
