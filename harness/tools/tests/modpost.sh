#!/bin/sh
# modpost: each thing that a module may not do is named; a good one is not.
. "$(dirname "$0")/tap"
begin modpost

compile() { # NAME, C on stdin
	mkdir -p build/days/day9-x
	gcc -std=gnu11 -O2 -Wall -x c -c -o "build/days/day9-x/$1.o" -
}
object() {
	echo "build/days/day9-x/$1.o"
}

cat >x.h <<'C'
/* hidden() is named in this comment only. */
int good(int x);	/* and /* here */ int also_good(int x);
void *__kit_alloc(unsigned long size, const char *where);
C
compile kit <<'C'
void *__kit_alloc(unsigned long n, const char *w) { return (void *)w; }
void (*bug_hook)(const char *expr, const char *where);
C
compile given <<'C'
int earlier_day(void) { return 1; }
C
compile good <<'C'
#include <stdio.h>
#include <string.h>
void *__kit_alloc(unsigned long size, const char *where);
int earlier_day(void);
int also_good(int x) { return x; }
int good(int x)
{
	char *p = __kit_alloc(x, "here");
	printf("%d %s\n", x, p);
	return strlen(p) + earlier_day() + also_good(x);
}
C
compile bad <<'C'
#include <stdlib.h>
extern void (*bug_hook)(const char *expr, const char *where);
extern int elsewhere;
int hidden(void) { bug_hook = 0; return system("true") + elsewhere; }
int good(int x) { return malloc(x) != 0; }
__attribute__((constructor)) static void early(void) { hidden(); }
__attribute__((used, section("unpark_testfns"))) static void *forged = &good;
__asm__(".pushsection .unpark_tests, \"\", @progbits\n"
	".ascii \"forged 1 100\\n\"\n.popsection\n");
__asm__(".pushsection .init, \"ax\", @progbits\nnop\n.popsection\n");
static void *pick(void) { return good; }
int chosen(int x) __attribute__((ifunc("pick")));
C

check() { # NAME [--error]
	"$tool" ${2:+$2} --day 9 --objs "$(object "$1")" --headers x.h \
		--kit "$(object kit)" --deps "$(object given)"
}
silent() {
	said=$("$@") && [ -z "$said" ] || { echo "$said"; false; }
}
says() { # words
	check bad | grep -F -e "$1"
}
ok "says nothing about a good module" silent check good --error
ok "names an undefined symbol" \
	says 'modpost: "system" [days/day9-x/bad.o] undefined!'
ok "names a variable that nobody defines" says '"elsewhere" [days'
ok "names the door for what the kit has a door for" \
	says '"malloc" [days/day9-x/bad.o] undefined! Instead: kit_alloc()'
ok "names a hook that belongs to the tests, though the kit defines it" \
	says '"bug_hook" [days/day9-x/bad.o] undefined!'
ok "names a global that no header declares, a comment apart" \
	says '"hidden" [days/day9-x/bad.o] is global and no header'
ok "names a constructor" says 'section .init_array [days'
ok "names code that runs at start" says 'section .init [days'
ok "names an ifunc" says '"chosen" [days/day9-x/bad.o] is an ifunc'
ok "names a forged test function" says 'section unpark_testfns [days'
ok "names forged points" says 'section .unpark_tests [days'
ok "does not name a global that a header declares" \
	sh -c '! "$@" | grep "\"good\""' - "$tool" --objs "$(object bad)" \
	--headers x.h
ok "only warns without --error" check bad
fails "fails with --error" undefined! check bad --error

mkdir "a b"
cp "$(object bad)" "a b/bad.o"
fails "reads a file whose path holds a blank" '"system" [a b/bad.o]' \
	"$tool" --error --objs "a b/bad.o"
fails "names a missing object" "none.o: no such file" "$tool" --objs none.o
fails "says how it is used" "usage: modpost" "$tool"
finish
