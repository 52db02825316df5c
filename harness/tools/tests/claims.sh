#!/bin/sh
# make claims: verdicts follow from figures, and the handbook's page has the same
# claims as the program.
. "$(dirname "$0")/tap"
begin claims
o=${O:-build}
cd "$root"
prog=$o/plain/claims

make_it() { make "O=$o" "$@" SRC=ref BASE=ref "$prog"; }
says() { # VERDICT LO HI RUN...
	want=$1
	shift
	got=$("$prog" --judge "$@")
	[ "$got" = "$want" ] || { echo "wanted \"$want\", got \"$got\""; return 1; }
}
# Figures and verdicts are those of one machine; the words are not.
words() { grep -v -e '^|' -e '^Verdict' "$1" | cat -s; }
same_words() {
	"$prog" --text >"$work/text"
	words "$work/text" >"$work/program"
	words "$1" >"$work/page"
	diff "$work/program" "$work/page"
}
verdict() { # ID VERDICT: of a claim that is counted
	"$prog" "$work" "$1" >"$work/out" 2>&1
	grep -q "^ *[0-9]* $1 \[.\]: $2\$" "$work/out" || { cat "$work/out"; return 1; }
}
# The program with a fault in its rules: its own commands, with another rules.c.
broken() { # a sed script
	sed "$1" harness/bench/claims/rules.c >"$work/rules.c"
	! cmp -s harness/bench/claims/rules.c "$work/rules.c" || return 2
	make_it -n V=1 -W harness/bench/claims/rules.c |
		grep -e '-c harness/bench/claims/rules.c' -e "-o $prog\$" |
		sed -e "s|harness/bench/claims/rules.c|-iquote harness/bench/claims $work/rules.c|" \
			-e "s|[^ ]*harness/bench/claims/rules.o|$work/rules.o|" \
			-e "s|-o $prog|-o $work/broken|" >"$work/commands"
	sh -e "$work/commands" && "$work/broken" --prove
}

ok "it is built" make_it
ok "in every claim a planted figure changes the verdict" "$prog" --prove
fails "... unless the upper bound is not looked at" "judged wrongly" broken 's/ && f->hi <= hi/ || f->lo >= lo/'
fails "... or a case that does not hold is left out" "judged wrongly" broken 's/if (count\[HOLDS\] && count\[HOLDS_NOT\])/if (0)/'

ok "a count within the bounds holds" says "holds" 0 1 1
ok "a count outside does not" says "does not hold" 0 1 1.01
ok "runs that are all below do not hold" says "does not hold" 5 9 4 4.1 4.2 4.3 4.4 4.5 4.6
ok "runs around the edge say nothing" says "cannot say: run again" 5 9 4 4.5 4.9 5 5.1 6 7
ok "five runs are too few for 95 %" says "cannot say: run again" 0 9 1 1 1 1 1
ok "six are enough" says "holds" 0 9 1 1 1 1 1 1
ok "of eleven runs one may be wild at either end" says "holds" 5 9 1 6 6 6 6 6 6 6 6 6 99
ok "... and two may not" says "cannot say: run again" 5 9 1 1 6 6 6 6 6 6 6 99 99

ok "the handbook has the program's words" same_words docs/claims.md
sed 's/at least 5 times/at least 6 times/' docs/claims.md >"$work/other.md"
fails "another word in the handbook is found" "at least 6 times" same_words "$work/other.md"
sed '/^### 100-us$/,/^### 10-to/d' docs/claims.md >"$work/fewer.md"
fails "a claim that the handbook lacks is found" "### 100-us" same_words "$work/fewer.md"

# What is computed, or counted in virtual time, is the same on every machine.
ok "128 buckets do not keep 1 %" verdict 128-buckets "does not hold"
ok "the p99 of 10,000 is the 9,900th" verdict 1-ns-to-1-s "holds"
ok "the budget is no time" verdict budget-is-time "does not hold"
ok "100 us is what one neighbour costs" verdict 100-us "holds in part"
ok "two numbers do not see a neighbour" verdict two-numbers "holds in part"
ok "a runtime of its own saves /health" verdict separate-runtime "holds"
ok "a rule of Rust's compiler is not tested" verdict guard-is-not-send "cannot be tested here"
fails "an unknown claim gets one line" "no claim \"nonsense\"" "$prog" "$work" nonsense
ok "no line is longer than 72 columns" sh -c '"$1" "$2" 128-buckets two-numbers unordered-free budget-is-time | awk "length > 72 { print; bad = 1 } END { exit bad }"' - "$prog" "$work"
finish
