/*
 * Expectations: build the report's parts, send them, let cmocka end the test.
 *
 * cmocka may only be asked on the test's own thread: a failed assertion on
 * another one kills the process without a result. So a failure elsewhere is
 * reported and ends the process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pthread.h>

#include <cmocka.h>

#include "kit/err.h"
#include "kit/printk.h"
#include "test/child.h"
#include "test/test.h"

static void end_failed(void) __attribute__((noreturn));

static void end_failed(void)
{
	/* The test's dmesg: shown with what it printed. */
	printk_dump(stdout);
	/* A model's threads have stacks of their own: nothing to jump to. */
#ifndef KIT_MODEL
	if (pthread_equal(pthread_self(), child.thread))
		_fail("", 0);
#endif
	child_exit(1);
}

/* "not so: " and the claim that does not hold. */
static void deny(char *buf, size_t len, const char *fmt, va_list ap)
{
	int n = snprintf(buf, len, "not so: ");

	vsnprintf(buf + n, len - (size_t)n, fmt, ap);
}

void test_held(void)
{
	child.checked++;
}

void test_why(const char *text)
{
	static const char *said;

	/* A model says it once a schedule. */
	if (text == said)
		return;
	said = text;
	child_send(WIRE_WHY, 0, 1, &text);
}

void test_step(const char *fmt, ...)
{
	char text[101];
	const char *p = text;
	va_list ap;

	test_held();
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	child_send(WIRE_STEP, 0, 1, &p);
}

static void send_fail(const char *where, const char *what, const char *want,
		      const char *got)
{
	child_send(WIRE_FAIL, 0, 4,
		   (const char *[]){ where, what, want ? want : "",
				     got ? got : "" });
}

void test_fail(const char *where, const char *want, const char *got,
	       const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	send_fail(where, what, want, got);
	end_failed();
}

void test_fail_cond(const char *where, const char *expr, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	deny(what, sizeof(what), fmt, ap);
	va_end(ap);
	send_fail(where, what, expr, "false");
	end_failed();
}

static void show_int(char *buf, size_t len, long long v, bool is_unsigned)
{
	if (is_unsigned && v == -1)
		snprintf(buf, len, "UINT64_MAX");
	else if (is_unsigned)
		snprintf(buf, len, "%llu", (unsigned long long)v);
	else
		snprintf(buf, len, "%lld", v);
}

void test_fail_int(const char *where, const char *expr, long long got,
		   long long want, bool is_unsigned, const char *fmt, ...)
{
	char what[512], got_text[160], want_text[32], number[32];
	va_list ap;

	va_start(ap, fmt);
	deny(what, sizeof(what), fmt, ap);
	va_end(ap);
	show_int(want_text, sizeof(want_text), want, is_unsigned);
	show_int(number, sizeof(number), got, is_unsigned);
	snprintf(got_text, sizeof(got_text), "%s  (%s)", number, expr);
	send_fail(where, what, want_text, got_text);
	end_failed();
}

void test_fail_err(const char *where, const char *expr, int got, int want,
		   const char *fmt, ...)
{
	char what[512], got_text[160];
	va_list ap;

	va_start(ap, fmt);
	deny(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (got > 0)
		snprintf(got_text, sizeof(got_text), "%d  (%s)", got, expr);
	else
		snprintf(got_text, sizeof(got_text), "%s  (%s)", err_name(got),
			 expr);
	send_fail(where, what, err_name(want), got_text);
	end_failed();
}

void test_expect_str(const char *where, const char *got, const char *want,
		     const char *fmt, ...)
{
	char what[512];
	va_list ap;

	if (got && !strcmp(got, want)) {
		test_held();
		return;
	}
	va_start(ap, fmt);
	deny(what, sizeof(what), fmt, ap);
	va_end(ap);
	send_fail(where, what, want, got ? got : "(no string)");
	end_failed();
}

static void send_reason(enum wire_type type, const char *fmt, va_list ap)
{
	char text[256];
	const char *p = text;

	vsnprintf(text, sizeof(text), fmt, ap);
	child_send(type, 0, 1, &p);
	child_exit(0);
}

void test_skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_reason(WIRE_SKIP, fmt, ap);
	va_end(ap);
	child_exit(0);
}

void test_inconclusive(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_reason(WIRE_INCONCLUSIVE, fmt, ap);
	va_end(ap);
	child_exit(0);
}

uint64_t test_seed(void)
{
	return child.seed;
}

/* splitmix64 (Steele, Lea, Flood 2014): any seed gives a good sequence. */
uint64_t test_rand(void)
{
	static uint64_t state;
	static bool seeded;
	uint64_t z;

	if (!seeded)
		state = child.seed;
	seeded = true;
	z = (state += 0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

bool test_is_slow(void)
{
	return child.flags & WIRE_SLOW;
}

size_t oracle_ask(const char *what, const void *req, size_t req_len,
		  void *reply, size_t reply_len)
{
	return child_ask(what, req, req_len, reply, reply_len);
}
