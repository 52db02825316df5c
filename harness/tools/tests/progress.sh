#!/bin/sh
# progress: the board says what the results say, in signs and within 72 columns.
. "$(dirname "$0")/tap"
begin progress
mkdir -p build/results build/hints day1 day2
results() { # UNIT POINTS BONUS; a line each: TODO VERDICT
	{
		while read -r todo verdict; do
			printf '    {\n      "todo": %s,\n      "points": 3,\n      "verdict": "%s",\n    },\n' "$todo" "$verdict"
		done
		printf '  "total": {\n    "points": %s,\n    "of": 100,\n    "bonus": %s\n  }\n' "$2" "$3"
	} >"build/results/$1.json"
}
board() { sh "$tool" build day1:day1:a.c,b.c day2:day2:c.c capstone:capstone:report.c >board 2>&1; }
says() {
	board
	cp board said
	grep -q -x -F -e "$1" board
}
ok "nothing is checked: what to do first" says "next: make check DAY=1"
echo >day1/a.c
echo >day1/b.c
touch -d 2000-01-01 day1/a.c day1/b.c
results day1 64 10 <<'R'
1 PASS
1 PASS
2 FAIL
2 PASS
3 TODO
4 SKIP
5 SKIP
5 PASS
6 INCONCLUSIVE
10 PASS
R
echo 2 >build/hints/day1-todo1
echo 1 >build/hints/day2-todo3
ok "a sign for each TODO" says "day1      [######....]  64 of 100   #  x  .  -  #  ?           #"
ok "the sum of the week" says "week      64 of 300 points, 10 bonus, 3 hints taken"
ok "where to go on" says "next: TODO 2 of day1: make hint DAY=1"
touch day1/b.c
ok "a file that was changed since" says "day1      [######....]  64 of 100   #  x  .  -  #  ?           #  *"
results day1 100 0 <<'R'
1 PASS
R
results day2 40 0 <<'R'
1 PASS
2 TODO
R
ok "a day that is done leads to the next one" says "next: TODO 2 of day2: make hint DAY=2"
: >build/results/day2.json
ok "results that are cut short are none" says "day2      [..........]   0 of 100 "
rm -r build/results
ok "no line is longer than 72" sh -c '! grep -E ".{73}" board'
ok "no colours where nobody sees them" sh -c '! grep "$(printf "\033")" board'
finish
