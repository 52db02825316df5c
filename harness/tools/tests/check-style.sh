#!/bin/sh
# check-style: each fault is named with its place; a clean file passes.
. "$(dirname "$0")/tap"
begin check-style

cp "$root/.clang-format" .
mkdir -p solutions harness
wrong() { # sentence words FILE
	fails "$1" "$2" "$tool" "$3"
}
lines() { # N
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		echo "	x++;"
	done
}
function() { # N: a function whose closing brace stands N lines below
	printf 'int f(int x)\n{\n'
	lines $(($1 - 2))
	printf '\treturn x;\n}\n'
}

{
	printf '/* volatile, __sync_add and sleep(1) in a comment\n'
	printf ' * of two lines: atomic_thread_fence() */\n'
	function 70
	printf '\nconst char *s = "volatile /* __sync_ sleep(1)";\n'
	printf 'volatile sig_atomic_t flag;\n'
} >solutions/good.c
ok "a clean file passes" "$tool" solutions/good.c

function 71 >long.c
wrong "a long function" "long.c:2: 71 lines in a f" long.c
{
	echo "/* 9 */"
	for i in 1 2 3 4 5 6 7 8 9; do
		echo
		function 60 | sed "s/f(/f$i(/"
	done
} >file.c
wrong "a long file" "file.c:501: more than 500" file.c
printf '/* fine */\n/*\t%093d*/\n' 0 >wide.c
wrong "a wide line" "wide.c:2: 103 columns" wide.c
printf 'int x; \n' >a.c
wrong "a blank at the end" "a.c:1: blanks at" a.c
printf 'int volatile x;\n' >a.c
wrong "volatile" "a.c:1: volatile" a.c
printf 'int x; /* ok */ volatile int y;\n' >a.c
wrong "volatile behind a comment" "a.c:1: volatile" a.c
printf '\n\nint x = __sync_add_and_fetch(&y, 1);\n' >a.h
wrong "a __sync builtin" "a.h:3: __sync_" a.h
printf 'void f(void)\n{\n\tatomic_thread_fence(1);\n}\n' >a.c
wrong "a fence" "a.c:3: a fence" a.c
printf 'void f(void)\n{\n\tusleep(1);\n}\n' >solutions/a.c
wrong "a sleep in a solution" "a.c:3: sleep" solutions/a.c
cp solutions/a.c harness/a.c
ok "a sleep elsewhere passes" "$tool" harness/a.c
if command -v clang-format >/dev/null; then
	printf 'int x;\nint f( void );\n' >a.c
	wrong "bad formatting" "a.c:2: not formatted" a.c
	ok "--fix mends the formatting" "$tool" --fix a.c
	ok "and then it passes" "$tool" a.c
fi
fails "names a missing file" "none.c: no such file" "$tool" none.c
fails "says how it is used" "usage: check-style" "$tool" --help
finish
