/**
 * @file intake.h
 * What was handed in: a folder, a .tar.gz or a .zip, of which only the files
 * that a student may write are taken.
 */
#ifndef UNPARK_INTAKE_H
#define UNPARK_INTAKE_H

#include "grade/grade.h"

#define INTAKE_FILE (1ul << 20)	  /**< bytes a file */
#define INTAKE_TOTAL (16ul << 20) /**< bytes a submission, unpacked */
#define INTAKE_ENTRIES 4096

/** What becomes of one entry. */
enum fate { FATE_TAKEN, FATE_IGNORED, FATE_REFUSED };

/** An intake in progress. */
struct intake {
	struct submission *s;
	json_t *fates[3];	     /**< lists, by enum fate */
	bool taken[GRADE_MAX_FILES]; /**< by index into the kit's list */
	unsigned int entries;
	unsigned long bytes; /**< read so far, kept or not */
	char reason[256];    /**< why all of it is refused, or "" */
	int err;	     /**< -errno: ours, not the student's */
};

/**
 * intake_submission() - take a submission into fresh folders.
 * @s: with its path and id; its report, reason and folders are filled.
 *
 * The reading is done in a process of its own with limits on time and memory.
 * Context: the grader's only thread; blocks for at most 20 s of CPU time.
 * Return: 0; -errno when our side failed, and then it is no student's fault.
 */
int intake_submission(struct submission *s);

/* --- for the readers ------------------------------------------------------ */
/** Looks at one entry's name and type; the file to write, or -1. */
int intake_look(struct intake *in, const char *path, const char *bad_type);
/** Counts an entry; false when it was one too many. */
bool intake_enter(struct intake *in);
/** A piece of an entry's data was read; false when it was one too many. */
bool intake_count(struct intake *in, size_t n);
/** Writes down what became of @path, and why. */
void intake_note(struct intake *in, enum fate fate, const char *path,
		 const char *why);
/** Writes entry @file (of the kit's list), or only counts it when -1. */
void intake_copy(struct intake *in, int file, const char *path,
		 long (*read_some)(void *from, void *buf, size_t len),
		 void *from);

/* folder.c */
void intake_folder(struct intake *in, const char *path);
/* archive.c */
void intake_archive(struct intake *in, const char *path);

#endif
