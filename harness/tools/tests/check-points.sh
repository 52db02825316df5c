#!/bin/sh
# check-points: a day that agrees passes; each disagreement is named.
. "$(dirname "$0")/tap"
begin check-points

mkdir -p good/days/day9-x good/solutions/day9-x
cat >good/meta <<'T'
first_does_what_it_says 1 60
second_does_too 2 15
second_is_quick 2 25 cost, timeout=20
third_is_extra 3 5 bonus
T
cat >good/solutions/day9-x/x.c <<'T'
	/* TODO 1 (60 points): the first. Hint: README#todo-1 */
	/* STUB: return TODO(1, 0); */
	/* END */
	/* TODO 2 (40 points): the second.
	 * Hint: README#todo-2 */
	/* END */
	/* TODO 2, second half (see above) */
	/* END */
	/* TODO 3 (5 bonus points): more. Hint: README#todo-3 */
	/* END */
T
cat >good/days/day9-x/README.md <<'T'
# Day 9

<a id="todo-1"></a>
### TODO 1: the first (60 points)

Words.

<a id="todo-2"></a>
### TODO 2: the second (40 points)
Words.

<a id="todo-3"></a>
### TODO 3: more (5 bonus points)

Words.

## Hints

### Hints for TODO 1
1. What if?
2. A line
   and its end.

### Hints for TODO 2
1. Think.

### Hints for TODO 3
1. Think more.
T
cat >good/SYLLABUS.md <<'T'
# Syllabus
## Day 8: the one before

Not built yet.

| TODO | points | what |
|---|---|---|
| 1 | - | the first |

## Day 9: the last

| TODO | points | what |
|---|---|---|
| 1 | 60 | the first |
| 2 | 40 | the second |
| 3 | 5 | more |

## Capstone: the end

| 1 | 99 | other |
T
day() {
	"$tool" --root day --day 9 --meta day/meta
}
tree() {
	"$tool" --root day
}
fresh() {
	rm -rf day
	cp -r good day
}
readme=day/days/day9-x/README.md
solution=day/solutions/day9-x/x.c
# Each fault: a sed command on one file of a fresh copy.
wrong() { # sentence words file sed-command
	fresh
	sed "$4" "$3" >changed
	mv changed "$3"
	fails "$1" "$2" day
}

fresh
ok "a day that agrees passes" day
ok "a tree that agrees passes" tree
wrong "points that are not 100" "add up to 101 points" day/meta 's/60/61/'
wrong "points in the solution" "TODO 1: 61 points in solutions, its tests have 60" \
	$solution 's/60 points/61 points/'
wrong "a solution without points" "TODO 2: not in solutions with" \
	$solution 's/ (40 points)//'
wrong "points named twice" "TODO 2: named twice" \
	$solution 's/2, second/2 (3 points), second/'
wrong "a missing region" "TODO 1: no region" $solution 1d
wrong "points in the README" "TODO 2: 4 points in days/day9-x/README.md" \
	$readme 's/(40 points)/(4 points)/'
wrong "a heading without its anchor" 'no <a id="todo-2"></a> above' \
	$readme '/id="todo-2"/d'
wrong "a TODO without a paragraph" "TODO 2: no paragraph" \
	$readme '9d'
wrong "a TODO without a hint" "TODO 2: no hint" $readme '/Think\.$/d'
wrong "a hint's heading missing" "TODO 3: no hint" \
	$readme '/Hints for TODO 3/d'
wrong "points in the syllabus" "TODO 2: 41 points in SYLLABUS.md" \
	day/SYLLABUS.md 's/40/41/'
wrong "a missing row in the syllabus" "TODO 3: not in SYLLABUS.md" \
	day/SYLLABUS.md '/more/d'
wrong "a missing section in the syllabus" "no section ## Day 9:" \
	day/SYLLABUS.md 's/## Day 9/## Day 7/'
wrong "a TODO without a test" "TODO 3: no test grades it" day/meta 4d
wrong "a test without a TODO" "second_does_too has points but" \
	day/meta 's/too 2/too 0/'
wrong "a TODO too many" "TODO 11; a day has at most 8" \
	$readme 's/TODO 3: more/TODO 11: more/'
wrong "a test named twice" "two tests are called second_does_too" \
	day/meta 's/second_is_quick/second_does_too/'
wrong "bad metadata" "bad metadata: second_does_too" day/meta 's/15/x/'
wrong "no metadata" "no test in the metadata" day/meta d

fresh
sed -i '/Not built/d' day/SYLLABUS.md
fails "a day without a folder must say so" "day 8 has no folder" tree
fresh
mkdir day/days/day8-y
fails "a day with a folder is built" "day 8 is called not built yet" tree
fresh
sed -i 's/^## Day 9.*/&\nThe second half is not built yet./' day/SYLLABUS.md
ok "a part of a day may be not built yet" tree
fresh
mkdir day/days/day7-y
fails "a folder has a section" "no ## Day 7" tree
fails "names an unknown day" "days/day5-*/README.md: no such file" \
	"$tool" --root day --day 5 --meta day/meta
fails "names missing metadata" "none: no such file" \
	"$tool" --root day --day 9 --meta none
fails "says how it is used" "usage: check-points" "$tool" --day
finish
