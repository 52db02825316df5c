/**
 * @file child.h
 * Private to the test child: what its files share.
 */
#ifndef UNPARK_CHILD_H
#define UNPARK_CHILD_H

#include <pthread.h>

#include "kit/compiler.h"
#include "test/wire.h"

/** The state of this run. */
struct child {
	pthread_t thread;   /**< the test's own */
	int fd;		    /**< to the supervisor; -1: none, run by hand */
	uint64_t nonce;	    /**< of this run */
	uint64_t seed;	    /**< for test_rand() */
	unsigned int flags; /**< enum wire_flags */
	bool ended;	    /**< a terminal message was sent */
	uint64_t checked;   /**< expectations that held */
	char costs[2048];   /**< "label count\n" of the reference */
	char schedule[512]; /**< of a model test, to be replayed; or "" */
	/** A model: called once before anything but PASS is sent, or NULL. */
	void (*before_end)(void);
	/** A model: what is wrong with an address, or NULL; or no hook. */
	const char *(*explain)(const void *p);
};

extern struct child child;

/** Send a message: @n texts. By hand, print it instead. */
void child_send(enum wire_type type, uint64_t arg, unsigned int n,
		const char *const texts[]);

/** Send raw bytes behind a name; wait for the reply. */
size_t child_ask(const char *name, const void *req, size_t req_len, void *reply,
		 size_t reply_len);

/** End the process at once: nothing of the student's runs any more. */
void child_exit(int status) __attribute__((noreturn));

/** Install what TODO(), BUG_ON() and bad pointers end in. */
void crash_init(void);
void crash_catch_signals(void);
/** Report a refused system call; the others are caught when a test runs. */
void crash_catch_refused(void);

/** From here on this program cannot become another one. */
void seal(void);

void heap_watch_start(void);
/** Describes what is still live, or returns false when nothing is. */
bool heap_describe_live(char *buf, size_t len);

void record_reset(void);
/** Write what was logged to @path, for make trace; nothing when it is empty. */
void record_dump(const char *path);
void fault_reset(void);

#endif
