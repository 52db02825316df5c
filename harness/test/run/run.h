/**
 * @file run.h
 * Private to the supervisor: what its files share.
 *
 * The supervisor holds no student object. It starts the test binary once per
 * test, watches it, and is the only one that writes results.
 */
#ifndef UNPARK_RUN_H
#define UNPARK_RUN_H

#include <stdio.h>
#include <string.h>

#include "kit/compiler.h"

#define RUN_STEPS_FIRST 3 /**< steps kept from the start */
#define RUN_STEPS_LAST 4  /**< steps kept from the end */
#define RUN_TABLE 18	  /**< lines of a model's table */
/** lines for steps: a model's table, or these with one for those between */
#define RUN_STEPS_TOLD RUN_TABLE
#define RUN_OUTPUT 4096 /**< bytes of a test's output that are kept */

enum verdict {
	VERDICT_NONE, /**< no word from the child yet */
	VERDICT_PASS,
	VERDICT_SKIP,
	VERDICT_INCONCLUSIVE,
	VERDICT_TODO,
	VERDICT_FAIL,
	VERDICT_CRASH,
	VERDICT_TIMEOUT,
	VERDICT_NR
};

/** A test as the plan names it. */
struct planned {
	char name[128];
	unsigned int todo;
	unsigned int points;
	unsigned int timeout; /**< seconds */
	bool bonus;	      /**< points apart */
	bool kit;	      /**< of what is given: the reference's only */
	bool oracle;	      /**< needs the oracle's consent */
	bool cost;	      /**< runs under callgrind */
	bool plain;	      /**< not under sanitizers or memcheck */
	bool untraced;	      /**< no page: it would be the answer */
	bool only_long;	      /**< with LONG=1 only */
	bool has_checks;      /**< the next one is known */
	unsigned long checks; /**< at least so often must something hold */
	bool model;	      /**< runs in every order of its threads */
};

/** What became of it. */
struct result {
	enum verdict verdict;
	double seconds;
	char where[128];
	char what[640];
	char want[640];
	char got[640];
	char why[256];
	char first[RUN_STEPS_FIRST][128]; /**< the first steps */
	char last[RUN_STEPS_LAST][128];	  /**< ring of the last ones */
	unsigned int nr_steps;
	unsigned long checked; /**< how often something held */
	char output[RUN_OUTPUT + 1];
	char tail[RUN_OUTPUT + 1]; /**< the last of it, for a checker's words */
	unsigned long output_len;  /**< bytes printed, kept or not */
	unsigned int todo;	   /**< the TODO that was reached */
	char costs[2048];	   /**< "label count\n" */
	char trace[256];	   /**< path of its page, or "" */
	char table[RUN_TABLE][80]; /**< a model's steps, a line each */
	unsigned int nr_table;
	char schedule[512]; /**< of the model that failed, for SCHED= */
	unsigned long nr_schedules;
	char schedules[160]; /**< how many, in words */
};

/** What is around a test. */
enum cage {
	CAGE_NONE,   /**< limits, and a filter for mistakes: make check */
	CAGE_LIMITS, /**< limits, and a filter for strangers */
	CAGE_BWRAP   /**< likewise, within bubblewrap */
};

/** A student's file: which TODOs it holds, and what it contains. */
struct object {
	char file[64];
	char todos[64]; /**< "1,2" */
	char hash[80];
};

/** What the command line says. */
struct options {
	const char *unit;	/**< "day4", "capstone" */
	const char *day;	/**< as in DAY= */
	const char *title;	/**< of the day */
	const char *binary;	/**< test program */
	const char *ref_binary; /**< the same on the reference, or NULL */
	const char *src;	/**< mine, ref, submitted */
	const char *base;	/**< auto, mine, ref, submitted */
	const char *san;	/**< "", address, thread, memcheck */
	const char *readme;	/**< path, for LEARN */
	const char *results;	/**< folder, or NULL: none written */
	const char *green;	/**< folder for the stamps, or NULL */
	const char *hints;	/**< folder with the counts of hints taken */
	const char *tmp;	/**< folder for working directories */
	const char *only;	/**< tests' names with commas, or NULL */
	const char *schedule;	/**< of a model test, to be replayed, or NULL */
	unsigned int todo;	/**< one TODO's tests, or 0 */
	const char *valgrind;	/**< path of valgrind, or NULL */
	const char *checked;	/**< the reference's counts, or NULL */
	const char *note;	/**< a file to note the counts in, or NULL */
	const char *prefix;	/**< words before the program, or NULL */
	const char *trace_tool; /**< makes a page of a log, or NULL */
	const char *trace_dir;	/**< folder for the pages */
	uint64_t seed;
	unsigned int slowness; /**< factor on time limits */
	enum cage cage;
	bool with_long;
	bool quiet; /**< one line for the whole run */
	bool ktap;  /**< KTAP on stdout */
	bool trace; /**< log every test, not only those that record */
	bool all;   /**< every report in full, not only the first */
	bool first; /**< only what stops first, the first report, and the summary */
	struct object objects[16];
	unsigned int nr_objects;
};

/** Points of a run. */
struct score {
	unsigned int count[VERDICT_NR];
	unsigned int points; /**< earned, bonus apart */
	unsigned int of;     /**< that could be earned: without skipped ones */
	unsigned int bonus;  /**< earned on top */
	unsigned int broken; /**< of bonus and kit tests: that did not hold */
	unsigned int final;  /**< of 100, after re-weighting */
	/** nothing but PASS and SKIP; of bonus tests, the reference's count */
	bool green;
};

extern struct options opt;

/** A model build: MODEL=1. */
static inline bool is_model(void)
{
	return !strcmp(opt.san, "model");
}

/** Copy a text, cut to @len bytes. */
static inline void copy(char *to, size_t len, const char *from)
{
	snprintf(to, len, "%s", from);
}

/* plan.c */
int plan_read(const char *path, struct planned **plan, unsigned int *n);

/* checked.c: both return 0 or -errno */
int checked_note(const char *path, const struct planned *plan,
		 const struct result *res, unsigned int n);
int checked_read(const char *path, struct planned *plan, unsigned int n);

/* supervise.c */
void supervise(const struct planned *t, struct result *r);
/** Call once before the first test. */
void supervise_init(void);

/* trace.c */
/** Make a page of the log in @dir, if the test left one; fills r->trace. */
void trace_keep(const struct planned *t, const char *dir, struct result *r);

/* cage.c */
/** "none", "limits", "auto" or "bwrap"; false when it is not possible here. */
bool cage_choose(const char *asked);
/** What is around the tests, as results say it. */
const char *cage_name(void);

/* sandbox.c: the first two in the new process, before it becomes the test */
void sandbox_limit(bool limit_address);
/** False when the kernel has no filter; then no test may run. */
bool sandbox_enter(bool is_address_sanitized);
/** The filter for bubblewrap, which installs it; false when it failed. */
bool sandbox_write(int fd);
/** What a system call is called; "number N" for an unknown one. */
void sandbox_call_name(char *buf, size_t len, unsigned int call);
/** Would it be entered? In the supervisor, once, before the first test. */
bool sandbox_is_possible(void);

/* verdict.c */
const char *verdict_name(enum verdict v);
/** How the child ended: turn that and what it said into the verdict. */
void verdict_decide(struct result *r, const struct planned *t, int status,
		    bool accepted);
void score_count(const struct planned *plan, const struct result *res,
		 unsigned int n, struct score *s);

/* oracle.c */
struct oracle_state {
	void *priv;
	bool accepted;
	char reply[64 * 1024];
	size_t reply_len;
};
/** Answer one call; false when the oracle failed the test (r is filled). */
bool oracle_answer(struct oracle_state *o, const char *name, const void *req,
		   size_t req_len, struct result *r);

/* show.c */
void show_head(unsigned int nr_tests);
void show_line(const struct planned *t, const struct result *r, unsigned int i,
	       bool full);
void show_summary(const struct score *s, double seconds);
/** The six parts, at most 25 lines, into @out. */
void show_report(FILE *out, const struct planned *t, const struct result *r);
/** Parts of a report as it tells them. The steps: how many lines. */
unsigned int steps_told(const struct result *r, char told[][160]);
void where_told(const struct result *r, char *where, size_t len);
void learn_place(char *buf, size_t len, const struct planned *t);

/* results.c */
int results_write(const struct planned *plan, const struct result *res,
		  unsigned int n, const struct score *s);
void results_tap(FILE *out, const struct planned *plan,
		 const struct result *res, unsigned int n);
void results_stamp(const struct planned *plan, const struct result *res,
		   unsigned int n);
/** The command that runs this test again. */
void replay_command(char *buf, size_t len, const struct planned *t,
		    const struct result *r);

#endif
