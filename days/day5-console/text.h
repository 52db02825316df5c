/**
 * @file text.h
 * Times, numbers and places as text: short, and the same on every screen, in
 * every warning.
 */
#ifndef DAY5_TEXT_H
#define DAY5_TEXT_H

#include "kit/compiler.h"

/**
 * text_ns() - a time in at most seven characters: "1.23 us", "450 ms", "12.0 s"
 * @ns: the time
 * @buf: receives it: at least 8 bytes
 *
 * Three digits, rounded down; below 1 us whole ns; from 1,000 s on "16m40s",
 * "2h46m", "11d13h", "1000d".
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *text_ns(uint64_t ns, char buf[8]);

/**
 * text_count() - a number in at most five characters: "12345", "1.23M"
 * @n: the number
 * @buf: receives it: at least 8 bytes
 *
 * From 100,000 on three digits, rounded down, and k, M, G, T, P, E.
 *
 * Context: any thread; does not block.
 * Return: @buf.
 */
const char *text_count(uint64_t n, char buf[8]);

/**
 * text_where() - a place without its folders: "server.c:88"
 * @where: file:line; borrowed
 *
 * Context: any thread; does not block.
 * Return: what is behind the last slash of @where.
 */
const char *text_where(const char *where);

#endif
