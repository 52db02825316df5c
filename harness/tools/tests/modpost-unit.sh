#!/bin/sh
# modpost-unit: the day's headers and objects reach modpost; it only warns.
. "$(dirname "$0")/tap"
begin modpost-unit

compile() { # build folder, NAME, C on stdin
	mkdir -p "$1/mine/days/day9-x"
	gcc -std=gnu11 -O2 -Wall -x c -c -o "$1/mine/days/day9-x/$2.o" -
}
mkdir -p days/day9-x
echo 'int x_get(void);' >days/day9-x/x.h
for b in build/plain build/plain-clang build/address; do
	compile $b given <<-'C'
	int earlier(void) { return 1; }
	C
	compile $b x <<-'C'
	#include <stdlib.h>
	int earlier(void);
	void test_skip(const char *, ...);
	int helper(int x) { return x; }
	int x_get(void) { test_skip("no"); return system("true") + earlier() + helper(1); }
	C
	compile $b good <<-'C'
	int earlier(void);
	int x_get(void) { return earlier(); }
	C
done
unit() { # build folder, NAME, [--error]
	sh "$tool" ${3-} "$1" day9 days/day9-x "$1/mine/days/day9-x/$2.o" \
		"$1/mine/days/day9-x/given.o"
}
says() { # words
	unit build/plain x 2>&1 | grep -F -e "$1"
}
silent() {
	said=$("$@" 2>&1) && [ -z "$said" ] || { echo "$said"; false; }
}
ok "says nothing about a good day" silent unit build/plain good
ok "names a call around the kit" \
	says 'modpost: "system" [days/day9-x/x.o] undefined!'
ok "names a call of the tests" \
	says 'modpost: "test_skip" [days/day9-x/x.o] undefined! Instead: nothing'
ok "names a forgotten static" \
	says 'modpost: "helper" [days/day9-x/x.o] is global and no header'
ok "knows the objects of other days" \
	sh -c '! "$@" 2>&1 | grep earlier' - sh "$tool" build/plain day9 \
	days/day9-x build/plain/mine/days/day9-x/x.o \
	build/plain/mine/days/day9-x/given.o
ok "only warns" unit build/plain x
fails "fails with --error" '"system"' unit build/plain x --error
ok "looks at clang's objects too" sh -c \
	'sh "$@" 2>&1 | grep helper' - "$tool" build/plain-clang day9 \
	days/day9-x build/plain-clang/mine/days/day9-x/x.o \
	build/plain-clang/mine/days/day9-x/given.o
ok "passes a sanitizer's build over" silent unit build/address x --error
fails "says how it is used" "usage: modpost-unit" sh "$tool" build/plain
finish
