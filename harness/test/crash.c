/*
 * How a test ends when it cannot go on: TODO(), BUG_ON(), a bad pointer.
 *
 * The signal handler runs on a stack of its own, so that an endless recursion
 * is reported too, and uses only what may be used in a handler: the message is
 * built without stdio and sent with one system call.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "kit/bug.h"
#include "kit/todo.h"
#include "test/child.h"

static void on_todo(int n, const char *where, const char *func)
{
	child_send(WIRE_TODO, (uint64_t)n, 2, (const char *[]){ where, func });
	child_exit(3);
}

static void on_bug(const char *expr, const char *where)
{
	char what[256];

	snprintf(what, sizeof(what), "BUG_ON(%s) was hit: it cannot happen",
		 expr);
	child_send(WIRE_CRASH, 0, 2, (const char *[]){ where, what });
	child_exit(1);
}

void crash_init(void)
{
	todo_hook = on_todo;
	bug_hook = on_bug;
}

static char *append(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	*to = '\0';
	return to;
}

static char *append_hex(char *to, uintptr_t v)
{
	int shift = 60;

	to = append(to, "0x");
	while (shift > 0 && !(v >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = "0123456789abcdef"[v >> shift & 15];
	*to = '\0';
	return to;
}

static const char *signal_words(int sig)
{
	switch (sig) {
	case SIGSEGV:
		return "a bad pointer was used (SIGSEGV)";
	case SIGBUS:
		return "memory that is not there was used (SIGBUS)";
	case SIGUSR2:
		return "still running";
	case SIGSYS:
		return "a system call was made that a test may not make "
		       "(SIGSYS)";
	case SIGFPE:
		return "a division by zero, or an overflow of one (SIGFPE)";
	default:
		return "the processor met an instruction that is none (SIGILL)";
	}
}

static uintptr_t program_counter(const ucontext_t *uc)
{
#if defined(__x86_64__)
	return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (uintptr_t)uc->uc_mcontext.pc;
#else
	return 0;
#endif
}

/* Close to the stack's end: that is where an endless recursion falls off. */
static bool is_stack_full(uintptr_t address, const ucontext_t *uc)
{
#if defined(__x86_64__)
	uintptr_t sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
	uintptr_t sp = (uintptr_t)uc->uc_mcontext.sp;
#else
	uintptr_t sp = 0;
#endif
	return address + 65536 > sp && address < sp + 65536;
}

static void on_signal(int sig, siginfo_t *info, void *ctx)
{
	char where[32], what[256], *p = what;
	const char *known = child.explain ? child.explain(info->si_addr) : NULL;

	append(append_hex(where, program_counter(ctx)), "");
	if (sig == SIGSEGV && is_stack_full((uintptr_t)info->si_addr, ctx))
		append(p, "the stack is full: an endless recursion, or a very "
			  "large local (SIGSEGV)");
	else if (sig == SIGSEGV && known)
		append(append(p, "memory was used that "), known);
	else
		p = append(p, signal_words(sig));
	if (p != what && (sig == SIGSEGV || sig == SIGBUS)) {
		p = append(p, ", address ");
		append_hex(p, (uintptr_t)info->si_addr);
	}
	if (child.fd >= 0)
		record_dump(WIRE_LOG);
	child_send(WIRE_CRASH,
		   sig == SIGSYS ? 1 + (uint64_t)info->si_syscall : 0, 2,
		   (const char *[]){ where, what });
	/* SIGUSR2: the supervisor asks where an endless test is. */
	if (sig == SIGUSR2)
		_exit(1);
	/* SA_RESETHAND: the second time it ends the process. */
	raise(sig);
}

static void catch (int sig)
{
	struct sigaction sa = { .sa_sigaction = on_signal };

	sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
	sigaction(sig, &sa, NULL);
}

void crash_catch_refused(void)
{
	catch (SIGSYS);
}

void crash_catch_signals(void)
{
	static char stack[64 * 1024];
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE,
				       SIGILL,	SIGSYS, SIGUSR2 };
	const stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) };
	unsigned int i;

	/* cmocka has put its own in place: replace those. */
	sigaltstack(&ss, NULL);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		catch (signals[i]);
	signal(SIGABRT, SIG_DFL);
}
