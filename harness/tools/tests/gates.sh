#!/bin/sh
# The gates that prove the days are proved themselves: each planted fault must
# be found and named.
cd "${0%/*}/../../.." || exit 1
. harness/tools/tests/tap
o=${O:-build}
gate=harness/tools
d=$o/gates-test
work=$d GATE_OUT=$d
export GATE_OUT
rm -rf "$d"
mkdir -p "$d/sol/mutants" "$d/days"
cp solutions/day4-histogram/hist.c "$d/sol"
cp days/day4-histogram/hist.c "$d/days"

# mutant NAME KILLED-BY SAYS SED: a patch of the reference, made with sed.
mutant() {
	sed "$4" "$d/sol/hist.c" >"$d/new.c"
	{
		printf 'MISCONCEPTION: planted\nKILLED-BY: %s\nSAYS: %s\n\n' "$2" "$3"
		diff -u --label a/hist.c --label b/hist.c "$d/sol/hist.c" "$d/new.c"
	} >"$d/sol/mutants/$1.patch"
}
mean='s/return n ? h->sum \/ n : 0;/return n ? h->sum \/ n + 1 : 0;/'
mutant good mean_min_and_max_are_exact 3701 "$mean"
ok "a mutant that is killed with its words passes" \
	sh $gate/gate-mutants "$o" day4 "$d/sol" good
mutant alive mean_min_and_max_are_exact 3701 's/Nothing here allocates/Nothing allocates/'
fails "a mutant that changes nothing survives" "survives mean_min_and_max_are_exact" \
	sh $gate/gate-mutants "$o" day4 "$d/sol" alive
mutant words mean_min_and_max_are_exact "a sentence that no test says" "$mean"
fails "a mutant that is killed with other words is named" "does not say" \
	sh $gate/gate-mutants "$o" day4 "$d/sol" words
mutant ghost no_such_test 3701 "$mean"
fails "a test that does not exist is named" "names a test that does not exist: no_such_test" \
	sh $gate/gate-mutants "$o" day4 "$d/sol" ghost
mutant stale mean_min_and_max_are_exact 3701 "$mean"
sed -i 's/^-.*return n ?.*/-	return something_else;/' "$d/sol/mutants/stale.patch"
fails "a patch that does not apply is named" "does not apply" \
	sh $gate/gate-mutants "$o" day4 "$d/sol" stale
fails "too few mutants are not enough" "a day has at least 10" \
	sh $gate/gate-mutants "$o" day4 "$d/sol"
fails "a test that kills no mutant is named" "kills no mutant" \
	sh $gate/gate-mutants "$o" day4 "$d/sol"

echo '/* edited */' >>"$d/days/hist.c"
fails "a stub that was edited is named" "is not the stub" \
	sh $gate/gate-stubs "$o" day4 "$d/days" "$d/sol"
sed -i 's/STUB: return TODO(7, 0)/STUB: return 0/' "$d/sol/hist.c"
fails "a stub with a plausible value does not pass for TODO" "nothing but TODO" \
	sh $gate/gate-stubs "$o" day4 "$d/days" "$d/sol"
finish
