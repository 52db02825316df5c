/**
 * @file grade.h
 * Private to the grader: what its files share.
 *
 * Data flows one way: intake (what was handed in) -> run (each unit's own
 * supervised check) -> store (the gradebook) -> out (CSV, JSON, HTML
 * and the like).
 */
#ifndef UNPARK_GRADE_H
#define UNPARK_GRADE_H

#include <jansson.h>

#include "kit/compiler.h"

#define GRADE_MAX_FILES 256
#define GRADE_MAX_UNITS 16

/** A file that a student may write. */
struct student_file {
	char path[128];	   /**< in the kit and in a submission */
	const char *base;  /**< its last part */
	unsigned int unit; /**< index; GRADE_MAX_UNITS: a paper, not graded */
};

/** The kit, as far as the grader has to know it. */
struct grade_kit {
	struct student_file files[GRADE_MAX_FILES];
	unsigned int nr_files;
	char units[GRADE_MAX_UNITS][24];
	bool is_wanted[GRADE_MAX_UNITS];     /**< graded in this run */
	unsigned int needs[GRADE_MAX_UNITS]; /**< a bit an earlier unit */
	unsigned int nr_units;
};

/** What the command line says. */
struct grade_options {
	const char *submissions; /**< folder */
	const char *out;	 /**< folder */
	const char *build;	 /**< the kit's build folder */
	const char *make;	 /**< program */
	const char *cage;	 /**< auto, bwrap, limits */
	const char *hash;	 /**< of the kit */
	const char *isolation;	 /**< as the marks' own machine says it */
	const char *files;	 /**< list of the students' files */
	const char *units;	 /**< "day4,capstone", or NULL: all */
	const char *rubric;	 /**< of the capstone: its data */
	const char *seed;	 /**< digits, or NULL: as before, or random */
	const char *only;	 /**< one student's name, or NULL: all */
	const char *shard;	 /**< "2/5", or NULL: all */
	const char *adapter;	 /**< that prints the marks, or NULL */
	const char *executor;	 /**< "slurm", or NULL: this machine */
	unsigned int parts;	 /**< of a job there; 0: by the class */
	unsigned int jobs;
	unsigned int limit; /**< seconds a check; 0: as its tests may take */
};

/** One student's submission. */
struct submission {
	char name[128]; /**< the student's: without .tar.gz, .zip */
	char path[1024];
	char id[16];	 /**< names its folders */
	json_t *report;	 /**< of the intake */
	bool is_broken;	 /**< the intake itself failed: no mark */
	bool is_refused; /**< as a whole */
	char reason[256];
	unsigned int taken[GRADE_MAX_UNITS];
	char content[GRADE_MAX_UNITS][72]; /**< hash of a unit's files */
};

extern struct grade_options grade_opt;
extern struct grade_kit grade_kit;

/* kit.c */
/** Reads the list of files; 0 or -errno, -EINVAL for an unknown unit. */
int kit_load(void);

/* work.c */
/** Takes OUT, one grader at a time; exits when it cannot. */
void grade_lock(void);
/** Where this grader works, within the build folder; OUT is there. */
const char *work_folder(void);
/** Makes it anew; 0 or -errno. */
int work_begin(void);
/** Names a submission's folders by its number. */
void submission_id(struct submission *s, unsigned int nr);
/** The folder that holds a submission's files of one unit. */
void unit_folder(char *buf, size_t len, const char *id, unsigned int unit);
/** What handed-in files have no stand-in for gets the stub; hashes each. */
int units_complete(struct submission *s);
/** Removes a folder with all that is in it. */
void tree_remove(const char *path);
/** Copies a file to where there is none; 0 or -errno. */
int file_copy(const char *from, const char *to);

/* intake/find.c */
/** Finds the submissions; allocates. Number, or -errno. */
int submissions_find(struct submission **list);

/* text.c */
/** A text as JSON, whatever its bytes. */
json_t *json_text(const char *s);

/* options.c */
/** Fills grade_opt; exits 2 when it makes no sense, 0 after --help. */
void options_parse(int argc, char **argv);
/** Says so, and exits 2. */
void grade_stop(const char *words) __attribute__((noreturn));

#endif
