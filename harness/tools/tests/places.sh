#!/bin/sh
# Where a kit must work, too: without root, in a container, on a source tree that
# nobody may write to, without a network. One day; LONG=1: all of them, and clang.
cd "${0%/*}/../../.." || exit 1
kit=$(pwd)
. harness/tools/tests/tap
begin have-files
cd "$kit" || exit 1
# Not below the tree, which is read-only in there.
out=$work/out
mkdir "$out"
find . -name .git -prune -o -path './build*' -prune -o -print | sort >"$work/before"

# bubblewrap brings the loopback up; nothing else is there.
container() {
	bwrap --unshare-all --die-with-parent --uid 1000 --gid 1000 --ro-bind / / \
		--dev /dev --proc /proc --tmpfs /tmp --ro-bind "$kit" "$kit" \
		--bind "$out" "$out" --chdir "$kit" "$@"
}
# GNU make would hand the outer make's variables on.
unset MAKEFLAGS MAKEOVERRIDES MFLAGS O SEED SRC BASE CC
scores() { # WORDS MAKE-ARGUMENTS...: in there
	words=$1
	shift
	container make check O="$out" QUIET=1 "$@" >"$work/heard" 2>&1
	grep -q -e "$words" "$work/heard" || { tail -n 5 "$work/heard"; return 1; }
}
if ! container true 2>/dev/null; then
	echo "1..0 # SKIP no bubblewrap, or no user namespaces: sh harness/setup"
	exit 0
fi
days=4
compilers=gcc
if [ -n "${LONG-}" ]; then
	days=$(make -p -n help 2>/dev/null | sed -n 's/^DAYS := //p' | head -n 1)
	days="$days capstone"
	command -v clang >/dev/null && compilers="gcc clang"
fi
for cc in $compilers; do
	for day in $days; do
		unit=day$day
		[ "$day" != capstone ] || unit=capstone
		ok "$unit's reference in a container, no root, read-only, no network, $cc" \
			scores "^$unit: 100 of 100 points" DAY="$day" SRC=ref BASE=ref CC=$cc
	done
done
# The loopback alone is down: skipped with the reason, and counted over the rest.
if [ -n "${LONG-}" ] && unshare -rn true 2>/dev/null; then
	ok "without even a loopback, day 2 is counted over what can be tested" sh -c '
		unshare -rn make check DAY=2 SRC=ref BASE=ref O="$1" QUIET=1 | grep "^day2: 100 of 100 points.* 3 SKIP"' - "$out"
fi
find . -name .git -prune -o -path './build*' -prune -o -print | sort >"$work/after"
ok "nothing is written beside O=" cmp "$work/before" "$work/after"
finish
