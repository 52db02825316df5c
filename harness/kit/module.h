/**
 * @file module.h
 * The vocabulary of kernel modules, for code that is linked statically.
 *
 * MODULE() puts a pointer into a linker section; module_boot() calls the init
 * functions in link order, which is the order of the Kbuild list, and
 * module_unload() the exit functions in reverse. Whatever init set up, exit
 * takes down: the test child loads and unloads twice and looks for what is
 * left.
 *
 *	static int foo_init(void) { return 0; }
 *	MODULE(foo, "what foo is", foo_init, NULL);
 *
 * A file is one module: within a file, the order of the section is the
 * compiler's.
 *
 * Rejected: loading with dlopen(). Breakpoints, leak reports and sanitizers
 * get worse with it, and the isolation that it seems to give is not one.
 */
#ifndef KIT_MODULE_H
#define KIT_MODULE_H

#include "kit/compiler.h"

/** What MODULE() leaves in the section. */
struct module {
	const char *name;	 /**< noun of the file */
	const char *description; /**< one line */
	int (*init)(void);	 /**< 0 or -errno; may be NULL */
	void (*exit)(void);	 /**< undoes init; may be NULL */
	const char *file;	 /**< source file */
};

/**
 * MODULE() - declare the file a module
 * @name: noun of the file, an identifier
 * @description: one line, a string
 * @init: called at boot; NULL if there is nothing to do
 * @exit: called at unload; NULL if there is nothing to undo
 */
#define MODULE(name, description, init, exit)                                  \
	static const struct module __module_##name = { #name, description,     \
						       init, exit, __FILE__ }; \
	static const struct module *const __module_ptr_##name                  \
		__attribute__((used, section("unpark_modules"))) =             \
			&__module_##name

/**
 * An exported function: said where it is defined, as in the kernel, and listed
 * by `readelf -p unpark_exports FILE.o`. modpost goes by the headers.
 */
#define EXPORT_SYMBOL(sym)                 \
	static const char __export_##sym[] \
		__attribute__((used, section("unpark_exports"))) = #sym

/**
 * module_boot() - call every init in link order
 *
 * When one fails, those before it are unloaded again.
 *
 * Context: main thread, before any other exists.
 * Return: 0, or the -errno of the init that failed.
 */
int module_boot(void) __must_check;

/**
 * module_unload() - call every exit in reverse order
 *
 * Context: main thread, after all others are joined.
 */
void module_unload(void);

/**
 * module_get() - the i-th module in link order
 * @i: index from 0
 *
 * Context: any thread; does not block.
 * Return: the module, or NULL past the last one.
 */
const struct module *module_get(unsigned int i);

#endif
