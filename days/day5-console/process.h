/**
 * @file process.h
 * What tells one run of a program from another.
 *
 * A process number is used again; the time at which the process began, as the
 * kernel tells it, makes the two of them one of a kind until the next boot.
 */
#ifndef DAY5_PROCESS_H
#define DAY5_PROCESS_H

#include "kit/compiler.h"

/**
 * process_start_ticks() - when a process began
 * @pid: of the process
 *
 * Context: any thread; reads /proc.
 * Return: clock ticks since boot, from 1; 0: there is no such process.
 */
uint64_t process_start_ticks(int pid);

/**
 * process_name() - the name of this program
 * @buf: receives it; cut when it is too long
 * @size: bytes of @buf, at least 1
 *
 * Context: any thread; reads /proc.
 */
void process_name(char *buf, size_t size);

/**
 * console_path_of() - where the region of a process is
 * @pid: of the process
 * @buf: receives "/dev/shm/unpark-UID-PID", cut when it is too long
 * @size: bytes of @buf
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *console_path_of(int pid, char *buf, size_t size);

#endif
