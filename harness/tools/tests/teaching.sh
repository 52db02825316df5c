#!/bin/sh
# teaching: the minutes of docs/teaching.md are those of SYLLABUS.md.
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
finish
