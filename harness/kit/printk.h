/**
 * @file printk.h
 * Messages into a ring in memory: the kit's dmesg.
 *
 * Nothing is written to a terminal while code runs, so a message costs no
 * system call and does not disturb a measurement much. A failed test shows
 * the last lines. When the ring is full, the oldest line makes room.
 */
#ifndef KIT_PRINTK_H
#define KIT_PRINTK_H

#include <stdio.h>

#include "kit/compiler.h"

#define PRINTK_LINES 128 /**< lines that the ring holds */
#define PRINTK_WIDTH 120 /**< bytes of a line, longer ones are cut */

/** How bad it is. */
enum printk_level {
	PRINTK_ERR,  /**< something failed */
	PRINTK_WARN, /**< an assumption is broken, the program goes on */
	PRINTK_INFO  /**< worth knowing */
};

/**
 * printk() - put a line into the ring; use pr_info(), pr_warn(), pr_err()
 * @level: how bad
 * @fmt: as for printf; a final newline is optional
 *
 * Context: any thread; takes the ring's lock.
 */
void printk(enum printk_level level, const char *fmt, ...) __printf(2, 3);

/**
 * printk_dump() - write the ring's lines, oldest first
 * @out: where to
 *
 * Context: any thread; takes the ring's lock.
 * Return: number of lines written.
 */
unsigned int printk_dump(FILE *out);

/**
 * printk_clear() - forget the ring's lines
 *
 * For whoever begins anew: each schedule of a model does.
 *
 * Context: any thread; takes the ring's lock.
 */
void printk_clear(void);

/** Define before including this file to put a prefix on every message. */
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

/** Something failed; arguments as for printf. */
#define pr_err(fmt, ...) printk(PRINTK_ERR, pr_fmt(fmt), ##__VA_ARGS__)
/** An assumption is broken; arguments as for printf. */
#define pr_warn(fmt, ...) printk(PRINTK_WARN, pr_fmt(fmt), ##__VA_ARGS__)
/** Worth knowing; arguments as for printf. */
#define pr_info(fmt, ...) printk(PRINTK_INFO, pr_fmt(fmt), ##__VA_ARGS__)

#endif
