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

# Looked for with --error only: each fault alone, beside a good function.
compile_closer() {
	gcc -std=gnu11 -O2 -w -g -MD -MF own/obj/plain/x.dep -save-temps=obj -c own/x.c -o own/obj/plain/x.o
}
closer() { # SENTENCE WORDS, C on stdin
	mkdir -p own/obj/plain
	{ cat; echo "int good(int x) { return x; }"; } >own/x.c
	compile_closer || { report 1 "$1: compiles"; return; }
	fails "$1" "$2" "$tool" --error --objs own/obj/plain/x.o \
		--headers x.h --kit "$(object kit)" --deps "$(object given)"
}
closer "names inline assembly" "inline assembly [own/obj" <<'C'
int late(int x);
static int odd(int x) { __asm__ volatile("nop"); return x; }
int also_good(int x) { return odd(x); }
C
closer "names assembly outside a function" "inline assembly [own/obj" <<'C'
__asm__(".globl also_good\nalso_good: ret");
C
closer "names data in code" '"code" [own/obj/plain/x.o] is data in code' <<'C'
__attribute__((section(".text"), used)) static const char code[] = "\x90\xc3";
int also_good(int x) { return code[x]; }
C
closer "names a section of its own" "section mine [own/obj/plain/x.o] is a section of its own" <<'C'
__attribute__((section("mine"), used)) static int it;
C
closer "names a section for code" "section code [own/obj/plain/x.o] is a section of its own for code" <<'C'
__attribute__((section("code"))) int also_good(int x) { return x; }
C
closer "names an executable stack" "section .note.GNU-stack [own/obj/plain/x.o] makes the stack executable" <<'C'
int also_good(int x)
{
	int in(int y) { return x + y; }
	int (*volatile f)(int) = in;
	return f(x);
}
C
closer "names a thread's variable" "holds variables of a thread" <<'C'
static __thread volatile int mine;
int also_good(int x) { return mine = x; }
C
closer "names a weak function" '"also_good" [own/obj/plain/x.o] is weak' <<'C'
__attribute__((weak)) int also_good(int x) { return x; }
C
closer "names #pragma weak" '"also_good" [own/obj/plain/x.o] is weak' <<'C'
#pragma weak also_good
int also_good(int x) { return x; }
C
closer "names what replaces the C library's" "\"write\" [own/obj/plain/x.o] replaces the C library's" <<'C'
long write(int fd, const void *p, unsigned long n) { return n; }
C
closer "names what is renamed to it" "\"write\" [own/obj/plain/x.o] replaces the C library's" <<'C'
int also_good(int x) __asm__("write");
int also_good(int x) { return x; }
C
closer "names what replaces the kit's" "\"__kit_alloc\" [own/obj/plain/x.o] replaces the kit's" <<'C'
void *__kit_alloc(unsigned long size, const char *where) { return 0; }
C
closer "names a file that is no part of the kit" "is included and not part of the kit" <<'C'
#include "../x.h"
C
closer "names an absolute one" '"/dev/null" [own/obj/plain/x.o] is included' <<'C'
#include "/dev/null"
C
closer "names a path in a string" "names a path outside the test's folder" <<'C'
const char *also_good(int x) { return "/proc/self/maps"; }
C
closer "names a text in a section like a debugger's" "section .debug_x [own/obj" <<'C'
static const char way[] __attribute__((section(".debug_x"))) = "/etc/passwd";
const char *also_good(int x) { return way; }
C
for word in _setjmp longjmp dlopen syscall getenv environ backtrace __libc_start_main \
	mprotect memfd_create child_send record_start test_fail seal fopen; do
	closer "names $word()" "\"$word\" [own/obj/plain/x.o] undefined!" <<C
extern char ${word}[];
const char *also_good(int x) { return $word; }
C
done
echo 'int also_good(int x) { static const char *volatile p = "a/b ./x.c"; return *p; }
struct solutions { int of_no_use; }; /* a debugger learns names, and where x.c lies */' >own.c
mkdir -p own/obj/plain
cat own.c x.h >own/x.c
compile_closer
ok "and says nothing about a good one" silent "$tool" --error --objs own/obj/plain/x.o --headers x.h

mkdir "a b"
cp "$(object bad)" "a b/bad.o"
fails "reads a file whose path holds a blank" '"system" [a b/bad.o]' \
	"$tool" --error --objs "a b/bad.o"
fails "names a missing object" "none.o: no such file" "$tool" --objs none.o
fails "says how it is used" "usage: modpost" "$tool"
finish
