/*
 * The seal of a stranger's test: this program cannot become another one, and
 * it signals nobody but itself.
 *
 * The supervisor's filter is there before this program is: it had to allow
 * execve(), and did not know which number the process would have.
 */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test/child.h"

#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_EQUAL(value, yes, no) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))

void seal(void)
{
	/* Other architectures' calls are killed by the supervisor's filter.
	 * The low half of args[0] is all that the kernel takes for a pid. */
	struct sock_filter code[] = {
		LOAD(nr),
		IF_EQUAL(__NR_execve, 6, 0),
		IF_EQUAL(__NR_execveat, 5, 0),
		IF_EQUAL(__NR_kill, 1, 0),
		IF_EQUAL(__NR_tgkill, 0, 2),
		LOAD(args[0]),
		IF_EQUAL((unsigned int)getpid(), 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_TRAP),
	};
	const struct sock_fprog prog = { ARRAY_SIZE(code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog)) {
		fprintf(stderr, "test child: no second filter\n");
		child_exit(2);
	}
}
