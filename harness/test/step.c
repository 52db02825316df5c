/* Single steps: the processor's trap flag, and a handler that counts. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>

#include "test/step.h"
#include "test/test.h"

#if defined(__x86_64__)

#define PATIENCE 1 /* seconds of processor time */

/* Written by the test's thread and, between two instructions of it, by the
 * handlers: nobody else is there. */
static struct {
	unsigned int now;	 /* instructions so far */
	bool (*look)(void *arg); /* after each of them; true: enough */
	void *arg;
	const unsigned char *at; /* the instruction that comes next */
	bool is_enough;
	sigjmp_buf stuck; /* where to go on when the function does not end */
} step;

/* On entry to a handler the kernel clears the flag, and sets it on return. */
static void on_trap(int sig, siginfo_t *info, void *ctx)
{
	ucontext_t *uc = ctx;

	step.now++;
	step.at = (const unsigned char *)uc->uc_mcontext.gregs[REG_RIP];
	step.is_enough = step.look(step.arg);
	if (step.is_enough)
		uc->uc_mcontext.gregs[REG_EFL] &= ~0x100;
}

static void on_patience_over(int sig)
{
	siglongjmp(step.stuck, 1);
}

/* The 128 bytes below the stack pointer may be in use by a leaf function. */
static inline void trap_flag_set(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "pushfq\n\t"
			 "orq $0x100, (%%rsp)\n\t"
			 "popfq\n\t"
			 "lea 128(%%rsp), %%rsp" ::
				 : "memory", "cc");
}

static inline void trap_flag_clear(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "pushfq\n\t"
			 "andq $~0x100, (%%rsp)\n\t"
			 "popfq\n\t"
			 "lea 128(%%rsp), %%rsp" ::
				 : "memory", "cc");
}

static void patience_set(unsigned int seconds)
{
	const struct itimerval timer = { .it_value.tv_sec = seconds };

	setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

/* Run @fn; after each instruction ask @look, until it says: enough. */
static void step_run(void (*fn)(void *), void *fn_arg, bool (*look)(void *),
		     void *arg)
{
	const struct sigaction trap = { .sa_sigaction = on_trap,
					.sa_flags = SA_SIGINFO };
	const struct sigaction stuck = { .sa_handler = on_patience_over };
	struct sigaction old_trap, old_stuck;

	step.now = 0;
	step.look = look;
	step.arg = arg;
	step.is_enough = false;
	sigaction(SIGTRAP, &trap, &old_trap);
	sigaction(SIGVTALRM, &stuck, &old_stuck);
	if (sigsetjmp(step.stuck, 1))
		FAIL("a function that was interrupted by another thread has "
		     "not returned: it goes round in an endless loop");
	patience_set(PATIENCE);
	trap_flag_set();
	fn(fn_arg);
	trap_flag_clear();
	patience_set(0);
	sigaction(SIGTRAP, &old_trap, NULL);
	sigaction(SIGVTALRM, &old_stuck, NULL);
	if (!step.now)
		SKIP("the processor does not stop after each instruction here");
}

/* What step_interrupt() waits for. */
struct moment {
	unsigned int k;
	void (*other)(void *);
	void *other_arg;
};

static bool at_moment(void *arg)
{
	const struct moment *m = arg;

	if (step.now != m->k)
		return false;
	m->other(m->other_arg);
	return true;
}

bool step_interrupt(void (*fn)(void *), void *fn_arg, unsigned int k,
		    void (*other)(void *), void *other_arg)
{
	struct moment m = { k, other, other_arg };

	step_run(fn, fn_arg, at_moment, &m);
	return step.is_enough;
}

unsigned int step_count(void (*fn)(void *), void *fn_arg, bool (*until)(void *),
			void *until_arg)
{
	step_run(fn, fn_arg, until, until_arg);
	return step.is_enough ? step.now : 0;
}

/* An instruction is prefixes, one of which may be 0x4?, and an operation. */
static bool is_locked(const unsigned char *at)
{
	static const unsigned char prefixes[] = {
		0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf2, 0xf3
	};

	while (memchr(prefixes, *at, sizeof(prefixes)))
		at++;
	if (*at == 0xf0) /* lock */
		return true;
	if ((*at & 0xf0) == 0x40)
		at++;
	if (*at == 0x86 || *at == 0x87) /* xchg; with two registers: 11...... */
		return at[1] < 0xc0;
	return at[0] == 0x0f && at[1] == 0xae && at[2] == 0xf0; /* mfence */
}

static bool count_locked(void *arg)
{
	*(unsigned int *)arg += is_locked(step.at);
	return false;
}

unsigned int step_count_locked(void (*fn)(void *), void *fn_arg)
{
	unsigned int n = 0;

	step_run(fn, fn_arg, count_locked, &n);
	return n;
}

#else /* not x86-64 */

bool step_interrupt(void (*fn)(void *), void *fn_arg, unsigned int k,
		    void (*other)(void *), void *other_arg)
{
	SKIP("single steps are for x86-64 only");
}

unsigned int step_count(void (*fn)(void *), void *fn_arg, bool (*until)(void *),
			void *until_arg)
{
	SKIP("single steps are for x86-64 only");
}

unsigned int step_count_locked(void (*fn)(void *), void *fn_arg)
{
	SKIP("single steps are for x86-64 only");
}

#endif
