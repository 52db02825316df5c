#!/bin/sh
# first-hour: what a new student would stumble over is found. Four faults in a copy
# of the tree; under LONG=1, since it plays the whole of day 1.
cd "${0%/*}/../../.." || exit 1
if [ -z "${LONG-}" ]; then
	echo "1..0 # SKIP with LONG=1 only"
	exit 0
fi
. harness/tools/tests/tap
work=$(cd "${O:-build}" && pwd)/first-hour-plants
rm -rf "$work"
mkdir -p "$work/kit"
trap 'rm -rf "$work/kit"' EXIT
cp -r Makefile README.md SYLLABUS.md LICENSE days capstone docs harness solutions "$work/kit" || exit 1
cd "$work/kit" || exit 1
plant() { # FILE SED: and it changes something
	cp "$1" "$work/was"
	sed -i "$2" "$1"
	! cmp -s "$work/was" "$1" || { echo "Bail out! nothing planted in $1"; exit 1; }
}
plant solutions/day1-scheduler/runq.c 's/STUB: return TODO(4, NULL);/STUB: return NULL;/'
plant days/day1-scheduler/tests/test_task.c 's/^TEST(wake_after_completion_does_nothing, 1, /TEST(wake_after_completion_does_nothing, 2, /'
plant SYLLABUS.md 's/^| 5 | 11 |/| 5 | 12 |/'
plant README.md 's/`make progress`/`make progres`/'
plant harness/tools/hint '1a touch left-behind'
env -u LONG sh harness/tools/first-hour build day1 >"$work/found" 2>&1 && echo "all is well" >>"$work/found"
ok "it does not say that all is well" sh -c '! grep "all is well" "$1"' - "$work/found"
ok "a stub that does not say TODO" grep 'the stubs: not TODO: pop_and_the_thief' "$work/found"
ok "a test that turns green too early" grep 'TODO 1 done: wake_after_completion_does_nothing (TODO 2) was TODO and is PASS' "$work/found"
ok "points that SYLLABUS.md does not promise" grep 'README and SYLLABUS.md do not list the same TODOs' "$work/found"
ok "a command that does not exist" grep 'not played here: make progres$' "$work/found"
ok "a file that is left behind" grep '^> ./left-behind' "$work/found"
finish
