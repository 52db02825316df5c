#!/bin/sh
# make console ONCE=1, as a reader sees it: the task that is slow is found, with
# what hunt.c says of it.
. "$(dirname "$0")/../../../harness/tools/tests/tap"
O=${O-build}
begin console
case $O in /*) ;; *) O=$root/$O ;; esac
day=$root/days/day5-console
bin=$O/plain/day5

make -C "$root" O="$O" SRC=ref BASE=ref program-unpark-demo program-unpark-top \
	>"$work/said" 2>&1 || {
	cat "$work/said"
	exit 1
}

# The line below the titles of the list, and the first line of the warnings.
worst() { awk '/ P95 / { getline; print; exit }' "$work/frames"; }

ok "it prints its frames, and ends" sh -c 'sh "$@" >"$0"' "$work/frames" \
	"$day/demo/console.sh" "$bin/unpark-demo-ref-ref" "$bin/unpark-top-ref-ref" 1
pid=$(sed -n 's/^ unpark-demo-ref \([0-9]*\) .*/\1/p' "$work/frames" | head -n 1)
ok "the demo has gone with it" sh -c '[ -n "$1" ] && ! kill -0 "$1" 2>/dev/null' - "$pid"
ok "by p95, the slow task comes first" sh -c 'echo "$1" | grep -q thumbnail' - "$(worst)"
ok "the warnings name it" sh -c 'sed -n "/LEVEL *RULE/,\$p" "$0" | grep -q thumbnail' "$work/frames"
fails "without a region it says why" "no region to look at" env UNPARK_CONSOLE=off \
	sh "$day/demo/console.sh" "$bin/unpark-demo-ref-ref" "$bin/unpark-top-ref-ref" 1
fails "a demo that does not start is told" "the demo did not start" \
	sh "$day/demo/console.sh" false "$bin/unpark-top-ref-ref" 1
finish
