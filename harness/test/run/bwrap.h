/**
 * @file bwrap.h
 * What every cage of ours begins with: no network, no process but its own, no
 * capability, and of the files the system's libraries, read-only.
 */
#ifndef UNPARK_BWRAP_H
#define UNPARK_BWRAP_H

/** bubblewrap's first words, for the list of a command. */
#define BWRAP_WORDS                                                          \
	"--unshare-all", "--die-with-parent", "--cap-drop", "ALL",           \
		"--ro-bind-try", "/usr/lib", "/usr/lib", "--ro-bind-try",    \
		"/usr/lib64", "/usr/lib64", "--ro-bind-try", "/lib", "/lib", \
		"--ro-bind-try", "/lib64", "/lib64", "--ro-bind-try",        \
		"/etc/ld.so.cache", "/etc/ld.so.cache", "--proc", "/proc",   \
		"--dev-bind", "/dev/null", "/dev/null"

#endif
