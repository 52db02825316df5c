#!/bin/sh
# What a console hears of: the bonus tests in a day's test_account.c. They earn
# nothing, so a check is green without them; asked for by name it is not.
. "$(dirname "$0")/tap"
O=${O-build}
begin account
case $O in /*) ;; *) O=$root/$O ;; esac

passes() { # day, test
	make -C "$root" O="$O" check "DAY=$1" SRC=ref BASE=ref "T=$2" QUIET=1
}
for file in "$root"/days/day*/tests/test_account.c; do
	day=${file##*/days/day}
	day=${day%%-*}
	for name in $(sed -n 's/^TEST(\([a-z0-9_]*\),.*/\1/p' "$file"); do
		ok "day $day: $name" passes "$day" "$name"
	done
done
finish
