#!/bin/sh
# What a machine lacks is skipped with its reason, and the points are counted over
# the rest; what cannot do without it says so in one line.
cd "${0%/*}/../../.." || exit 1
kit=$(pwd)
o=${O:-build}
case $o in /*) ;; *) o=$kit/$o ;; esac
. harness/tools/tests/tap
begin have-files
cd "$kit" || exit 1
# All programs but those that are missing.
mkdir "$work/bin"
IFS=:
for dir in $PATH; do
	[ ! -d "$dir" ] || ln -s "$dir"/* "$work/bin/" 2>/dev/null
done
unset IFS
rm -f "$work"/bin/*valgrind* "$work"/bin/doxygen "$work"/bin/clang-format* "$work"/bin/bwrap
lacking() { env PATH="$work/bin" "$@"; }
one_line() { # WORDS COMMAND...: refused, in a line beside make's own
	words=$1
	shift
	lacking "$@" >"$work/lines" 2>&1 && return 1
	grep -q -F -e "$words" "$work/lines" && [ "$(grep -v -c '^make:' "$work/lines")" -le 1 ]
}
for day in 1 4; do
	lacking make check DAY=$day SRC=ref BASE=ref SEED=1 O="$o" >"$work/heard" 2>&1
	ok "without valgrind, day $day: the test that counts instructions is skipped" \
		grep -q -x ' *valgrind is not installed: sh harness/setup' "$work/heard"
	ok "day $day has its 100 points" grep -q "^day$day: 100 of 100 points.* 1 SKIP" "$work/heard"
	ok "and says over how many they were counted" grep -q 'counted over the [0-9]* points that could be tested' "$work/heard"
done
ok "MEMCHECK=1 says what it needs" one_line "missing package: valgrind - run: sh harness/setup" \
	make check DAY=4 SRC=ref MEMCHECK=1 O="$o"
ok "make docs says what it needs" one_line "missing package: doxygen - run: sh harness/setup" \
	sh harness/tools/check-docs "$work/docs"
ok "make format says what it needs" one_line "package clang-format (release 14) is missing" \
	sh harness/tools/check-style --fix
ok "make lint does the rest" sh -c 'PATH=$1 sh harness/tools/check-style | grep "SKIP formatting"' - "$work/bin"
finish
