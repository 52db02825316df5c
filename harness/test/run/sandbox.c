/*
 * What a test may use: memory, files, descriptors, and which system calls.
 *
 * Student code is untrusted, or at least untested: an endless fork would take
 * the whole machine down, and RLIMIT_NPROC would count the user's desktop and
 * spare root. So a filter refuses to start processes at all; threads may be
 * started. It also refuses to leave the process group and to send signals to
 * or look into others. A refused call raises SIGSYS, which the child reports.
 * A stranger's code (make grade) is refused more: what no test needs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
	unsigned long cap;

	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_FSIZE, MAX_FILE);
	set_limit(RLIMIT_NOFILE, MAX_FDS);
	/* Sanitizers and valgrind reserve far more than they use. */
	if (limit_address)
		set_limit(RLIMIT_AS, MAX_ADDRESS);
	/* Not even root's tests are root; bubblewrap has to be. */
	if (opt.cage == CAGE_LIMITS)
		for (cap = 0; !prctl(PR_CAPBSET_DROP, cap); cap++)
			;
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

static int refuse_all(scmp_filter_ctx f, const int *calls, size_t n)
{
	size_t i;
	int err = 0;

	/* A call that this kind of machine does not have is below zero. */
	for (i = 0; i < n; i++)
		err |= seccomp_rule_add(f, SCMP_ACT_TRAP, calls[i], 0);
	return err;
}

/* The leak check of an address-sanitized build needs these. */
static int refuse_looking_into(scmp_filter_ctx f)
{
	static const int calls[] = { SCMP_SYS(ptrace),
				     SCMP_SYS(process_vm_readv),
				     SCMP_SYS(process_vm_writev) };

	return refuse_all(f, calls, ARRAY_SIZE(calls));
}

/* A thread is signalled with tgkill(); the others reach any process. In
 * bubblewrap nobody else is there, and this process has another number. */
static int refuse_reaching_out(scmp_filter_ctx f)
{
	static const int calls[] = { SCMP_SYS(setpgid), SCMP_SYS(setsid),
				     /* The other ways to send a signal. */
				     SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo),
				     SCMP_SYS(rt_tgsigqueueinfo),
				     SCMP_SYS(pidfd_open) };
	const uint64_t self = (uint64_t)getpid();
	int err = refuse_all(f, calls, ARRAY_SIZE(calls));

	if (opt.cage == CAGE_BWRAP)
		return err;
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(kill), 1,
				SCMP_A0(SCMP_CMP_NE, self));
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(tgkill), 1,
				SCMP_A0(SCMP_CMP_NE, self));
	return err;
}

/* Families of sockets beyond a machine's own and IP's; typing into a
 * terminal; others' limits. */
static int refuse_some(scmp_filter_ctx f)
{
	const int last = AF_INET6;
	int err = 0, family;

	for (family = 0; family <= last; family++)
		if (family != AF_UNIX && family != AF_INET &&
		    family != AF_INET6)
			err |= seccomp_rule_add(f, SCMP_ACT_TRAP,
						SCMP_SYS(socket), 1,
						SCMP_A0(SCMP_CMP_EQ, family));
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(socket), 1,
				SCMP_A0(SCMP_CMP_GT, last));
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(ioctl), 1,
				SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff,
					TIOCSTI));
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(ioctl), 1,
				SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff,
					TIOCLINUX));
	/* A worse place in the queue than others have is no harm. */
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(setpriority), 1,
				SCMP_A0(SCMP_CMP_NE, PRIO_PROCESS));
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(setpriority), 1,
				SCMP_A1(SCMP_CMP_NE, 0));
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(setpriority), 1,
				SCMP_A2(SCMP_CMP_GT, 19));
	/* Of others: a limit can end a process. */
	err |= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(prlimit64), 1,
				SCMP_A0(SCMP_CMP_NE, 0));
	return err;
}

/* What nothing in the kit needs, and a stranger may not have. */
static int refuse_strangers(scmp_filter_ctx f)
{
	static const int calls[] = {
		/* other views of the machine */
		SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
		SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns),
		SCMP_SYS(fsopen), SCMP_SYS(fsconfig), SCMP_SYS(fsmount),
		SCMP_SYS(fspick), SCMP_SYS(open_tree), SCMP_SYS(move_mount),
		SCMP_SYS(mount_setattr), SCMP_SYS(personality),
		/* the kernel's rarely walked parts */
		SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
		SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
		SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
		SCMP_SYS(io_uring_register), SCMP_SYS(fanotify_init),
		SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at),
		SCMP_SYS(modify_ldt), SCMP_SYS(vmsplice),
		/* others' memory and descriptors */
		SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal),
		SCMP_SYS(process_madvise), SCMP_SYS(kcmp),
		/* memory that no limit counts, or that stays behind */
		SCMP_SYS(memfd_create), SCMP_SYS(memfd_secret),
		SCMP_SYS(shmget), SCMP_SYS(msgget), SCMP_SYS(semget),
		SCMP_SYS(mq_open),
		/* the whole machine */
		SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load),
		SCMP_SYS(init_module), SCMP_SYS(finit_module),
		SCMP_SYS(delete_module), SCMP_SYS(reboot), SCMP_SYS(swapon),
		SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(quotactl),
		SCMP_SYS(syslog), SCMP_SYS(iopl), SCMP_SYS(ioperm),
		SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
		SCMP_SYS(clock_adjtime), SCMP_SYS(adjtimex),
		SCMP_SYS(sethostname), SCMP_SYS(setdomainname),
		/* a better place in the queue than others have */
		SCMP_SYS(ioprio_set), SCMP_SYS(sched_setscheduler),
		SCMP_SYS(sched_setparam), SCMP_SYS(sched_setattr)
	};

	return refuse_all(f, calls, ARRAY_SIZE(calls)) | refuse_some(f);
}

/* The filter; NULL when it could not be made. */
static scmp_filter_ctx filter_make(bool is_address_sanitized)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int err;

	if (!f)
		return NULL;
	err = refuse_processes(f, is_address_sanitized);
	err |= refuse_reaching_out(f);
	if (!is_address_sanitized)
		err |= refuse_looking_into(f);
	if (opt.cage != CAGE_NONE)
		err |= refuse_strangers(f);
	if (!err)
		return f;
	seccomp_release(f);
	return NULL;
}

bool sandbox_enter(bool is_address_sanitized)
{
	scmp_filter_ctx f = filter_make(is_address_sanitized);
	int err;

	if (!f)
		return false;
	err = seccomp_load(f);
	seccomp_release(f);
	return !err;
}

bool sandbox_write(int fd)
{
	scmp_filter_ctx f = filter_make(!strcmp(opt.san, "address"));
	int err;

	if (!f)
		return false;
	err = seccomp_export_bpf(f, fd);
	seccomp_release(f);
	return !err;
}

void sandbox_call_name(char *buf, size_t len, unsigned int call)
{
	char *name =
		seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)call);

	if (name)
		snprintf(buf, len, "%s", name);
	else
		snprintf(buf, len, "number %u", call);
	free(name);
}

bool sandbox_is_possible(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(sandbox_enter(false) ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}
