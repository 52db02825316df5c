#!/bin/sh
# teaching: the minutes of docs/teaching.md are those of SYLLABUS.md, and a
# day's page has what a reader of the handbook looks for.
. "$(dirname "$0")/tap"
begin teaching

# "1 210" for each day, "capstone 150"
planned() {
	awk '
	function out() { if (day != "") print day, sum; sum = 0 }
	/^## /	{ out(); day = "" }
	/^## Day [0-9]+:/ { day = $3 + 0 }
	/^## Capstone/ { day = "capstone" }
	day != "" && /^\| *[0-9]+ *\|/ { split($0, cell, "|"); sum += cell[2] }
	END { out() }' "$1"
}
promised() {
	sed -n -e 's/^| \([0-9]\) | \[day.* \([0-9]*\) |$/\1 \2/p' \
		-e 's/^| - | \[capstone.* \([0-9]*\) |$/capstone \1/p' "$1"
}
same() {
	planned "$1" >planned
	promised "$root/SYLLABUS.md" >promised
	[ "$(wc -l <planned)" = 7 ] && diff promised planned
}
ok "each day takes the minutes of the syllabus" same "$root/docs/teaching.md"
sed 's/^| 35 | TODO 1 and 2/| 36 | TODO 1 and 2/' "$root/docs/teaching.md" >other.md
fails "a minute more is noticed" "1 211" same other.md

# A page that lacks a section, or has another number of questions than 3 to 6.
lacking() { # PAGE...
	for page; do
		for section in "## Traps" "## Review questions" "## Rejected designs" "## Hints"; do
			grep -qx "$section" "$page" || echo "$page: no $section"
		done
		n=$(sed -n '/^## Review questions/,/^## [^R]/p' "$page" | grep -c '^[0-9]\. ')
		case $n in [3-6]) ;; *) echo "$page: $n questions" ;; esac
	done
}
complete() {
	said=$(lacking "$root"/days/day*/README.md "$root/capstone/README.md")
	echo "$said"
	[ -z "$said" ]
}
ok "each day has its traps, questions, rejected designs and hints" complete
sed -e 's/^## Traps/## Tricks/' -e '/^[3-9]\. .*/d' "$root/capstone/README.md" >page.md
ok "a page without is noticed" sh -c 'echo "$1" | grep -q "no ## Traps" && echo "$1" | grep -q "2 questions"' - "$(lacking page.md)"
finish
