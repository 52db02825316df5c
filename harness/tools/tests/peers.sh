#!/bin/sh
# peers/build: what is not installed, or cannot be built, is told in one line,
# and nothing fails.
. "$(dirname "$0")/tap"
begin peers
build=$root/harness/bench/peers/build

says() { # WORDS: in the one line of a run that went well
	CRATES=$work/crates sh "$build" "$work/o" futures librust-futures-dev >out 2>&1 || return 1
	grep -v '^building' out >line
	[ "$(wc -l <line)" = 1 ] && grep -q -F -- "$1" line
}
mkdir -p crates o/bench/peers
: >o/bench/peers/peer-futures
ok "a peer that is not installed is told, and how to install it" says "apt-get install rustc cargo librust-futures-dev"
ok "one of an earlier run is gone" test ! -e o/bench/peers/peer-futures
if [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ]; then
	mkdir crates/futures-0.0.0
	ok "one that cannot be built says why" says "futures: not compared; cargo says: error"
else
	echo "# SKIP: no cargo; run: sh harness/setup --all"
fi
finish
