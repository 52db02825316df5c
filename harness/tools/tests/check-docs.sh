#!/bin/sh
# check-docs and kdoc-filter: complete kernel-doc passes, each gap is named.
. "$(dirname "$0")/tap"
begin check-docs

if ! command -v doxygen >/dev/null; then
	echo "1..0 # SKIP no doxygen; run: sh harness/setup"
	exit 0
fi
header() { # the function's comment on stdin
	{
		printf '/**\n * @file x.h\n * What <x> is: about #1.\n */\n'
		cat
		echo "int x_get(int index, const char *name);"
	} >x.h
}
docs() {
	"$tool" "$work/out" "$work/x.h"
}
header <<'C'
/**
 * x_get() - the thing at @index, or \n
 * @index: from 0; less than @name is long
 * @name: borrowed
 *
 * A paragraph about @index and <name>.
 *
 *	code(@index);
 *
 * Context: any thread.
 * Return: what @name says; -EINVAL when @index is too large.
 * Source: nowhere.
 */
C
ok "complete kernel-doc passes" docs
ok "the page has the parameter, the context and the source" sh -c '
	cat out/html/x_8h.html | grep -q "paramname.>index" &&
	grep -q "Context" out/html/x_8h.html &&
	grep -q "nowhere" out/html/x_8h.html'
ok "the filter keeps the number of lines" sh -c '
	[ "$(wc -l <x.h)" = "$("$1/kdoc-filter" x.h | wc -l)" ]' - "$tools"

echo "/** x_get() - the thing at @index of @name */" | header
fails "a missing Return is named" "return type of member x_get" docs
header <<'C'
/**
 * x_get() - the thing
 * @index: from 0
 *
 * Return: what it says.
 */
C
fails "a missing parameter is named" "parameter 'name'" docs
header <<'C'
/**
 * x_get() - the thing
 * @index: from 0
 * @naem: borrowed
 *
 * Return: what it says.
 */
C
fails "a misspelt parameter is named" "argument 'naem'" docs
header </dev/null
fails "an undocumented function is named" "x_get(int index" docs
mkdir -p docs days/day1-x days/day2-y
echo '# Day 1: a "queue"' >days/day1-x/README.md
echo '# Day 2: b & c' >days/day2-y/README.md
echo '# Traps' >docs/traps.md
mkdir days/day2-y/z
echo '# Day 2: more of it' >days/day2-y/z/README.md
nav() {
	sh "$tools/docs-nav" docs/traps.md days/day2-y/z/README.md days/day1-x/README.md days/day2-y/README.md
}
ok "the menu has the days in order, then the handbook" sh -c '
	echo "$1" | grep -o "title=\"[DT][ar][^\"]*" | tr "\n" " " |
	grep "Day 1: a &quot;queue&quot; title=\"Day 2: b &amp; c title=\"Traps.* title=\"Day 2: more of it"' - "$(nav)"
echo '# Something new' >docs/new.md
ok "a page that nobody has thought of has its place, once" sh -c '
	[ "$(sh "$1/docs-nav" docs/traps.md docs/new.md | grep -c "Something new\|Traps")" = 2 ]' - "$tools"
ok "there is no menu without a page" sh -c '! echo "$1" | grep Workshops' - "$(nav)"
fails "says how it is used" "usage: check-docs" "$tool" --help
finish
