/**
 * @file isolate.h
 * What stands between a submission and the machine.
 */
#ifndef UNPARK_ISOLATE_H
#define UNPARK_ISOLATE_H

/**
 * isolate_name() - how submissions are isolated, as results say it.
 *
 * Context: any.
 * Return: a word or some, for the "isolation" of every result.
 */
const char *isolate_name(void);

/**
 * isolate_exec() - become the check of one unit.
 * @argv: program and arguments, NULL at the end; borrowed.
 *
 * Context: a process of its own, just forked, its output already in a file.
 * Return: only when it could not start: -errno.
 */
int isolate_exec(char *const argv[]);

#endif
