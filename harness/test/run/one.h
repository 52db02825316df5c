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

/* listen.c */
/** Take one message; false when the child has hung up. */
bool listen_once(struct run *run);
/** Take what the child has printed. */
void read_output(struct run *run);

/* weigh.c */
/** Kill what is left of a test; the number of processes outside its group. */
unsigned int kill_all(pid_t group);
/** Over a limit that the kernel does not keep for us? Fills the result. */
bool is_too_heavy(struct run *run);

#endif
