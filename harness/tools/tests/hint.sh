#!/bin/sh
# hint: which TODO it takes, what it says of a failure, and how it counts.
. "$(dirname "$0")/tap"
begin hint
mkdir -p days/day9-x sol/mutants
cat >days/day9-x/README.md <<'M'
## Hints

### Hints for TODO 1

1. What is there?
2. Look at [the picture](#the-picture), and in
   [the order](../../docs/memory-order.md#a).
3. First this. Then that.

### Hints for TODO 2

1. Who else?
M
mutant() { # NAME TESTS SAYS MISCONCEPTION
	printf 'MISCONCEPTION: %s\nKILLED-BY: %s\nSAYS: %s\n\n--- a/x.c\n+++ b/x.c\nSAYS: no\n' "$4" "$2" "$3" >"sol/mutants/$1.patch"
}
mutant a "b_holds c_holds" "the Second wake" "one wake is enough"
mutant b "b_holds" "the second wake" "wakes are counted"
mutant c "b_holds" "something else" "never said"
mutant d "c_holds b_holds" 'says "no"' "c comes first"
# A test a line: NAME TODO VERDICT WHAT
results() {
	while read -r name todo verdict what; do
		cat <<-J
		    {
		      "name": "$name",
		      "todo": $todo,
		      "verdict": "$verdict",
		      "what": "$what",
		      "got": "1"
		    },
		J
	done >results
}
hint() { sh "$tool" day9 days/day9-x/README.md hints results sol "$@"; }
says() { # WORDS HINT-ARGUMENTS: it says them in one line, and nothing else like it
	words=$1
	shift
	hint "$@" >heard 2>&1 || return 1
	grep -q -x -F -e "$words" heard
}
silent() { ! grep -q -e "$1" heard; }

fails "no check yet: it asks for a TODO" "which TODO? day9 has hints for TODO=1 2; or make check DAY=9 first" hint
fails "a TODO that is not there" "which TODO?" hint 7
results <<'R'
a_holds 1 PASS
b_holds 1 TODO not written
c_holds 2 TODO not written
R
ok "what is not written is next" says "by the last check, TODO 1 is next"
ok "its first hint is a question" grep -q -x "What is there?" heard
ok "nothing is believed of it" silent belief
ok "the second has its pages" says "Look at the picture (days/day9-x/README.md#the-picture), and in the"
ok "with their way from here" grep -q -F -x "order (docs/memory-order.md#a)." heard
ok "the third has the steps" says "hint 3 of 3 for TODO 1:"
ok "then they come again" says "3. First this. Then that."
ok "a TODO of one's own choice" says "Who else?" 2
results <<'R'
a_holds 1 TODO not written
b_holds 2 FAIL the second wake was counted
c_holds 2 PASS
R
ok "what fails goes before what is not written" says "by the last check, TODO 2 does not hold yet"
ok "of two beliefs that say so, the one all of whose tests fail" grep -q -F '"wakes are counted"' heard
ok "and no other" silent "one wake is enough"
results <<'R'
b_holds 2 FAIL the second wake was counted
c_holds 2 CRASH
R
hint >heard
ok "the more tests fail, the better" grep -q -F '"one wake is enough"' heard
results <<'R'
c_holds 2 FAIL it says \"no\"
R
hint >heard
ok "one that is near: its words, and not all of its tests" grep -q -F '"c comes first"' heard
results <<'R'
b_holds 2 FAIL of which nobody has heard
R
hint >heard
ok "what nobody believed has hints alone" silent belief
results <<'R'
a_holds 1 PASS
b_holds 1 SKIP no valgrind
R
ok "all green: no hint is due" says "every test of day9 passed at its last check: no hint is due"
mkdir -p prebuilt/misconceptions
printf 'b_holds\tthe second wake\tfrom the list\n' >prebuilt/misconceptions/day9
results <<'R'
b_holds 2 FAIL the second wake was counted
R
hint >heard
ok "an archive brings the list" grep -q -F '"from the list"' heard
ok "no line is longer than 72" sh -c '! grep -E ".{73}" heard'
three_steps() { # README: three hints or more, the second of which has a page
	awk '
	function judge() { if (todo && (n < 3 || !page)) { print "TODO " todo ": " n " hints" (page ? "" : ", no page in the second"); bad = 1 } }
	/^#/ { judge(); todo = 0 }
	/^### Hints for TODO/ { todo = $5; n = page = 0 }
	todo && /^[0-9]+\. / { n++ }
	todo && n == 2 && /\]\([^)]/ { page = 1 }
	END { judge(); exit bad }' "$1"
}
for readme in "$root"/days/*/README.md "$root/capstone/README.md"; do
	name=${readme%/README.md}
	ok "${name##*/}: a question, a concept with its page, the steps" three_steps "$readme"
done
printf '### Hints for TODO 1\n1. a\n2. b [c](#d)\n### Hints for TODO 2\n1. a\n2. b\n3. c\n' >planted
fails "two hints are too few" "TODO 1: 2 hints" three_steps planted
fails "and a concept has a page" "TODO 2: 3 hints, no page in the second" three_steps planted
finish
