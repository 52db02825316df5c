/**
 * @file isolate.h
 * What stands between a submission and the machine.
 */
#ifndef UNPARK_ISOLATE_H
#define UNPARK_ISOLATE_H

#include "kit/compiler.h"

/**
 * isolate_choose() - decide what the cages are made of.
 * @asked: "auto", "bwrap" or "limits"; borrowed.
 *
 * Context: once, before the first check, in the kit's folder.
 * Return: false when that is not possible here, or not known; it is said.
 */
bool isolate_choose(const char *asked);

/**
 * isolate_name() - how submissions are isolated, as results say it.
 *
 * Context: any.
 * Return: a word or some, for the "isolation" of every result.
 */
const char *isolate_name(void);

/**
 * isolate_word() - what a make that runs student code has to be told.
 *
 * Context: any.
 * Return: "CAGE=...", static; not to be changed.
 */
char *isolate_word(void);

/**
 * isolate_exec() - become the check of one unit.
 * @argv: program and arguments, NULL at the end; borrowed.
 *
 * Context: a process of its own, just forked, its output already in a file.
 * Return: only when it could not start: -errno.
 */
int isolate_exec(char *const argv[]);

#endif
