/**
 * @file one.h
 * Private to the supervisor: one running test, and the files that share it.
 */
#ifndef UNPARK_ONE_H
#define UNPARK_ONE_H

#include <sys/types.h>

#include "run.h"

/** One running test. */
struct run {
	const struct planned *t;
	struct result *r;
	pid_t pid;
	int channel; /* to the child, -1 when closed */
	int output;  /* the child's stdout and stderr, -1 when closed */
	int status;  /* what bubblewrap says of itself, -1: there is none */
	uint64_t nonce;
	bool refused; /* the oracle failed it */
	struct oracle_state oracle;
	char dir[256];
};

/** Not under a sanitizer or memcheck. */
static inline bool is_plain(void)
{
	return !*opt.san;
}

/* launch.c: start @binary; 0 or -errno */
int launch(struct run *run, const char *binary, const char *costs);

/* cage.c */
/* Descriptors that bubblewrap finds open, also as words for its options. */
#define CAGE_FILTER_FD 4
#define CAGE_FILTER_WORD "4"
#define CAGE_STATUS_FD 5
#define CAGE_STATUS_WORD "5"
#define CAGE_WORDS 128 /* at most, with those of the program */
/** bubblewrap's words in front of the program's; their number. */
unsigned int cage_add(const char **argv, const struct run *run,
		      const char *binary);
/** The path of the test program, seen from within. */
const char *cage_program(const char *binary);
/** The path of valgrind, likewise. */
const char *cage_valgrind(void);
/** Before the fork: what has to be in the test's folder; 0 or -1, errno. */
int cage_prepare(const struct run *run);
/** The descriptor of the filter, to be read from its start. */
int cage_filter(void);
/** The test itself, seen from here; 0 while it is not there yet. */
pid_t cage_test_pid(const struct run *run);
/** The test's own status from bubblewrap's; false: it was never started. */
bool cage_status(const struct run *run, int *status);

/* listen.c */
/** Take one message; false when the child has hung up. */
bool listen_once(struct run *run);
/** Take what the child has printed. */
void read_output(struct run *run);

/* weigh.c */
/**
 * Kill what is left of a test; the number of processes outside its group.
 * bubblewrap's own are no such, and what it contains cannot leave it.
 */
unsigned int kill_all(pid_t group);
/** Over a limit that the kernel does not keep for us? Fills the result. */
bool is_too_heavy(struct run *run);
/** Likewise of its folder alone. */
bool is_disk_full(struct run *run);

#endif
