/**
 * @file options.h
 * What unpark-rec was asked to do.
 */
#ifndef DAY5_REC_OPTIONS_H
#define DAY5_REC_OPTIONS_H

#include "kit/compiler.h"

/** The command line. */
struct options {
	const char *what;      /**< pid or file; NULL: the only region */
	const char *out;       /**< the recording */
	uint64_t interval;     /**< ns between frames */
	unsigned long count;   /**< frames at most; 0: no limit */
	unsigned long seconds; /**< at most; 0: no limit */
};

/**
 * options_parse() - read the command line, and UNPARK_INTERVAL_MS
 * @o: receives it; strings are borrowed
 * @argc: of main()
 * @argv: of main()
 *
 * A command line that is wrong, or asks for help, ends the program.
 *
 * Context: one thread.
 */
void options_parse(struct options *o, int argc, char **argv);

#endif
