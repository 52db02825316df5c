/**
 * @file check.h
 * Private to the checks: what the files of this folder share.
 *
 * A check is one unit's files on their way to a mark:
 *
 *	FIRST    all tests, some checks at a time
 *	CONTROL  it did not build: the stubs, to see if the machine is to blame
 *	REBUILD  it is not: once more, and that counts
 *	SAME     the first tests that failed, once more; again.c
 *	FRESH    those that failed again, with another seed
 *	WAITS    kept in the gradebook, for its turn to have the machine alone
 *	ALONE    what ran out of time or was inconclusive; alone.c
 *	REST     when that was noise: whatever else ran out of time
 *	DONE     it has a mark, or our side failed
 */
#ifndef UNPARK_CHECK_H
#define UNPARK_CHECK_H

#include <sys/types.h>

#include "grade/check/judge.h"
#include "grade/grade.h"

/** What a check runs now, or waits for. */
enum phase {
	PHASE_FIRST,
	PHASE_CONTROL,
	PHASE_REBUILD,
	PHASE_SAME,
	PHASE_FRESH,
	PHASE_WAITS,
	PHASE_ALONE,
	PHASE_REST,
	PHASE_DONE
};

/** One content, to be graded. */
struct check {
	const struct submission *s; /**< whose folder it is */
	unsigned int unit;	    /**< its tests */
	const char *name;	    /**< of the unit in the gradebook */
	const char *base;	    /**< ref, or mine: the integration */
	char content[72];
	char id[16];	  /**< names its folders */
	char control[16]; /**< names the control's folders */
	enum phase phase;
	char *tests;	    /**< names with commas; NULL: all; owned */
	pid_t keeper;	    /**< 0: not running */
	unsigned int limit; /**< seconds that a run may take */
	uint64_t began;	    /**< this run */
	struct judgement j; /**< so far */
	bool is_infra;	    /**< it ended without a mark */
	char detail[512];   /**< why */
};

/* --- check.c -------------------------------------------------------------- */
/** The seed of the tests, borrowed for good; once, before the others. */
void check_seed(const char *seed);
/** Ready for its first run of this round? Else it is settled now. */
bool check_begin(struct check *c);
/** Begin a phase, with these tests, owned from here on; NULL: all. */
void check_go(struct check *c, enum phase phase, char *tests);
/** The keeper has ended: on to the next phase. */
void check_advance(struct check *c, int status);

/* --- queue.c -------------------------------------------------------------- */
/** Room for so many checks; 0 or -ENOMEM. */
int queue_init(unsigned int room, const char *seed);
/** A new check, or NULL when one of this name and content is there. */
struct check *queue_add(const char *name, const char *content);
/** The check of this name and content, or NULL. */
struct check *queue_find(const char *name, const char *content);
/** Run every check to its end, or until it waits; false: a signal came. */
bool queue_run(const char *what);
/** Run those that wait, one at a time; false: a signal came. */
bool queue_run_alone(void);
void queue_free(void);

/* --- again.c -------------------------------------------------------------- */
/** The failed tests that are worth another run, or NULL; to be freed. */
char *again_list(json_t *tests);
/** What ran again, with the same seed: what passed is flaky. The others. */
char *again_same(json_t *tests, json_t *second);
/** And with a new seed: what passed needs the first one. */
void again_fresh(json_t *tests, json_t *second);
/** The new seed of a run's seed. */
void again_seed(char *buf, size_t len, const char *seed);
/** The test of this name in a list, or NULL; borrowed. */
json_t *again_find(json_t *tests, json_t *like);
/** A list of names grows by a test; to be freed. */
char *again_name(char *list, json_t *t);

/* --- alone.c -------------------------------------------------------------- */
/** The tests that want the machine alone, or NULL; to be freed. */
char *alone_list(json_t *tests);
/** The second verdict stands. */
void alone_merge(json_t *tests, json_t *second);

/* --- integration.c -------------------------------------------------------- */
/** Has the kit, as far as it is wanted, a unit that builds on another? */
bool integration_is_wanted(void);
/** The unit to check and the hash of all that goes into it; -1: none. */
int integration_find(const struct submission *s, char *content);
/** Put the files into their place; 0 or -errno. */
int integration_make(const struct check *c);
/** Is there a mark without a run? Fills it in. */
bool integration_is_judged(const struct check *c, struct judgement *j);
/** Say which days are the reference's. */
void integration_note(const struct check *c, struct judgement *j);

/* --- limit.c -------------------------------------------------------------- */
/** Seconds that a check of the unit may take. */
unsigned int limit_of(unsigned int unit);

/* --- progress.c ----------------------------------------------------------- */
/** So many begin; @what: "checks", borrowed for good. */
void progress_begin(const char *what, unsigned int total);
/** One more of them is done; @seconds: its last run took. */
void progress_done(double seconds);
/** Show it; all checks, running or not, borrowed. */
void progress_show(const struct check *checks, unsigned int n);
/** Take the line away. */
void progress_end(void);

#endif
