/*
 * What a test may use: memory, files, descriptors, and which system calls.
 *
 * Student code is untrusted, or at least untested: an endless fork would take
 * the whole machine down, and RLIMIT_NPROC would count the user's desktop and
 * spare root. So a filter refuses to start processes at all; threads may be
 * started. It also refuses to leave the process group and to send signals to
 * or look into others. A refused call raises SIGSYS, which the child reports.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

#define MAX_ADDRESS (4ul << 30)
#define MAX_FILE (16ul << 20)
#define MAX_FDS 4096

static void set_limit(int what, rlim_t value)
{
	const struct rlimit rl = { value, value };

	setrlimit(what, &rl);
}

void sandbox_limit(bool limit_address)
{
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_FSIZE, MAX_FILE);
	set_limit(RLIMIT_NOFILE, MAX_FDS);
	/* Sanitizers and valgrind reserve far more than they use. */
	if (limit_address)
		set_limit(RLIMIT_AS, MAX_ADDRESS);
}

/* clone() starts a thread exactly when CLONE_THREAD is set; but the leak check
 * starts a tracer that only shares memory. */
static int refuse_processes(scmp_filter_ctx f, bool is_address_sanitized)
{
	const uint64_t mask = is_address_sanitized ? CLONE_VM : CLONE_THREAD;
	int err;

	err = seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(clone), 1,
			       SCMP_A0(SCMP_CMP_MASKED_EQ, mask, 0));
	/* Its flags are in memory, out of a filter's sight: libc falls back. */
	err |= seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(fork), 0);
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(vfork), 0);
	return err;
}

/* The leak check of an address-sanitized build needs these. */
static int refuse_looking_into(scmp_filter_ctx f)
{
	static const int calls[] = { SCMP_SYS(ptrace),
				     SCMP_SYS(process_vm_readv),
				     SCMP_SYS(process_vm_writev) };
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		err |= seccomp_rule_add(f, SCMP_ACT_TRAP, calls[i], 0);
	return err;
}

/* A thread is signalled with tgkill(); the others reach any process. */
static int refuse_reaching_out(scmp_filter_ctx f)
{
	static const int calls[] = { SCMP_SYS(setpgid), SCMP_SYS(setsid),
				     /* The other ways to send a signal. */
				     SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo),
				     SCMP_SYS(rt_tgsigqueueinfo),
				     SCMP_SYS(pidfd_open) };
	const uint64_t self = (uint64_t)getpid();
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		err |= seccomp_rule_add(f, SCMP_ACT_TRAP, calls[i], 0);
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(kill), 1,
				SCMP_A0(SCMP_CMP_NE, self));
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(tgkill), 1,
				SCMP_A0(SCMP_CMP_NE, self));
	return err;
}

bool sandbox_enter(bool is_address_sanitized)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int err;

	if (!f)
		return false;
	err = refuse_processes(f, is_address_sanitized);
	err |= refuse_reaching_out(f);
	if (!is_address_sanitized)
		err |= refuse_looking_into(f);
	if (!err)
		err = seccomp_load(f);
	seccomp_release(f);
	return !err;
}

bool sandbox_is_possible(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(sandbox_enter(false) ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}
