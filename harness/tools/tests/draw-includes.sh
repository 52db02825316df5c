#!/bin/sh
# draw-includes: the arrows are those of the #include lines.
. "$(dirname "$0")/tap"
begin draw-includes

mkdir -p days/day1-a/tests days/day2-b/inner harness/kit pages
touch harness/kit/k.h
printf '#include "kit/k.h"\n' >days/day1-a/a.h
printf '#include "a.h"\n#include "none.h"\n#include <b.h>\n' >days/day1-a/a.c
printf '#include "a.h"\n' >days/day1-a/tests/test_a.c
printf '#include "a.h"\n' >days/day2-b/b.h
printf '#include "../b.h"\n#include "a.h"\n#include "kit/k.h"\n' >days/day2-b/inner/x.c
"$tool" pages 2>/dev/null
row() {
	grep -xF "$1" pages/includes.md
}
ok "a day's arrows go where its headers lie" row '| `days/day1-a` | `harness/kit` 1 |'
ok "files in folders below count with their day" row '| `days/day2-b` | `days/day1-a` 2, `harness/kit` 1 |'
ok "tests are apart" row '| `days/day1-a/tests` | `days/day1-a` 1 |'
printf '#include "b.h"\n' >>days/day1-a/a.h
"$tool" pages
ok "an arrow that should not be is shown" row '| `days/day1-a` | `days/day2-b` 1, `harness/kit` 1 |'
if command -v dot >/dev/null; then
	ok "there is a picture" grep -q '<svg' pages/includes.svg
else
	echo "# SKIP the picture: no Graphviz; sh harness/setup --all"
fi
fails "says how it is used" "usage: draw-includes" "$tool" --help
finish
