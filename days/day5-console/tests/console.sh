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
# Ended in the middle of its beginning, with others at work: tasks that were
# never polled are left.
ends() {
	busy= rc=0
	for i in 1 2 3 4; do
		timeout 60 sh -c 'while :; do :; done' &
		busy="$busy $!"
	done
	for ms in 1 2 3 4 5 6 7 8; do
		for tenth in 0 2 4 6 8; do
			timeout -k 5 "0.00$ms$tenth" "$bin/unpark-demo-ref-ref" >/dev/null
			[ $? != 137 ] || rc=1
		done
		[ $rc = 0 ] || break
	done
	for pid in $busy; do
		kill "$pid"
		wait "$pid" || :
	done
	return $rc
}
ok "a demo that is told so ends, however early" ends
finish
