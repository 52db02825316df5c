#!/bin/sh
# run-docs: finds a block that does not compile, a command that does not work,
# a test that is not there.
. "$(dirname "$0")/tap"
begin run-docs

docs() { # the page on stdin
	cat >page.md
	RULES=$work/rules "$tool" --here build page.md
}
printf 'no\tmake clean\tremoves it all\nlong\tsleep\tslow\n' >rules
printf 'all: ; @echo built\n' >Makefile
mkdir -p sub
printf 'here: ; @echo here\n' >sub/Makefile

good='A page.

    make all            says a word about it
    awk "BEGIN { exit 0 }"    # likewise
    make clean
    cd sub
    make here

    make    and a picture, not a command

```c
#include "kit/future.h"
#include "sched.h"
static int answer(struct future *f) { return f->ops ? 42 : 0; }
```
<!-- fragment -->
```c
return POLL_READY;
```
See `make check T=push_keeps_the_order`, `T=name`.
'
page() {
	echo "$good" | docs
}
ok "a good page passes, and is counted" sh -c '
	echo "$1" | grep -x "run-docs: 1 blocks of C, 1 names of tests, 3 commands; 1 not run here"' - "$(page)"
broken() { # SED: the good page, changed
	echo "$good" | sed "$1" | docs
}
fails "a block that does not compile is named with its line" "page.md:14" broken 's/f->ops/f->opps/'
fails "so is one that warns" "unused" broken 's/return f->ops/int n; return f->ops/'
fails "a command that does not work is named" "this does not work: make al" broken 's/make all  */make al   /'
fails "also further down" "make there" broken 's/make here/make there/'
fails "a test that is not there is named" "there is no test push_forgets" broken 's/push_keeps/push_forgets/'
fails "the beginning of a word is not the middle of one" "no test keeps_the" broken 's/push_keeps/keeps/'
if command -v gdb >/dev/null; then
	gdb() {
		echo "    gdb -batch -ex 'break no_such_function' /bin/true" | docs
	}
	fails "what gdb does not find is told" "gdb says so" gdb
fi
slow() {
	echo '    sh -c "sleep 0; exit 1"' | docs
}
ok "a slow one is left out" slow
LONG=1
export LONG
fails "and run when there is time" "does not work: sh -c" slow
fails "says how it is used" "usage: run-docs" "$tool" --help
finish
