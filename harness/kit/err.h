/**
 * @file err.h
 * How the kit says that something went wrong: 0 or a negative errno.
 */
#ifndef KIT_ERR_H
#define KIT_ERR_H

#include <errno.h>

/**
 * err_name() - the symbol of an error, for messages
 * @err: 0 or a negative errno
 *
 * Context: any thread; does not block.
 * Return: a static string such as "-ENOMEM"; "0" for 0, "-E?" when unknown.
 */
const char *err_name(int err);

#endif
