/**
 * @file merge.h
 * One gradebook out of those of the parts.
 */
#ifndef UNPARK_MERGE_H
#define UNPARK_MERGE_H

#include "kit/compiler.h"

/**
 * merge_main() - `unpark-grade merge --out OUT PART...`.
 * @argc: of the arguments from "merge" on.
 * @argv: likewise, borrowed.
 *
 * Context: in place of a run; takes the lock of the build folder.
 * Return: exit status: 0, 1 when a part or a mark is missing; 2 when the
 * parts do not belong together, and then nothing was changed.
 */
int merge_main(int argc, char **argv);

/* --- for merge.c: copy.c -------------------------------------------------- */
/** Copies what the attached gradebook "part" has, in one transaction. */
void merge_copy(void);

#endif
