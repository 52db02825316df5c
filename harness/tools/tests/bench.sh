#!/bin/sh
# make bench: a row of the runtime's table, with no peer, and what is counted.
. "$(dirname "$0")/tap"
begin bench
o=${O:-build}
case $o in /*) ;; *) o=$root/$o ;; esac
make -C "$root" SRC=ref BASE=ref O="$o" "$o/plain/bench-runtime" "$o/plain/bench-count" >"$work/made" 2>&1 ||
	cat "$work/made"
bench=$o/plain/bench-runtime

row() { "$bench" row.json "$work/no-peer" oneshots; }
has() { grep -q "$1" row.json; }
ok "a row runs without a peer" row
ok "its cost is there" has '"ours": [1-9]'
ok "its floor is there" has '"floor": [1-9]'
ok "its interval is there" has '"ours_95": \['
ok "there is no ratio to nobody" has '"ratio": null'
fails "it says how it is used" "usage:" "$bench"

# Instructions are counted: twice the same, and a locked one is one.
if command -v valgrind >/dev/null && command -v objdump >/dev/null; then
	count() { sh "$root/harness/bench/count/count" "$o/plain/bench-count" "$work/count" mutex 1 1000 >"$1"; }
	locked() { awk '$1 == "mutex" { exit !($3 > 1.9 && $3 < 2.1) }' "$1"; }
	same() { count first && count second && cmp first second; }
	ok "a count is the same twice" same
	ok "a lock and an unlock are two locked instructions" locked first
	# Planted: a program in which nobody finds a lock.
	mkdir bin
	printf '#!/bin/sh\n%s "$@" | sed s/lock/luck/\n' "$(command -v objdump)" >bin/objdump
	chmod +x bin/objdump
	blind() { PATH=$work/bin:$PATH count third && ! locked third; }
	ok "a lock that is not found is missed" blind
fi
finish
