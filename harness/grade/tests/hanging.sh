#!/bin/sh
# LONG=1: a hundred capstones, every second of which never ends, each in one of
# five places. The others have their marks, and the run ends when the limits do.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
prepare grade-hanging capstone
number=100
report=capstone/report.c
loop='\tfor (;;)\n\t\t;'

hangs() { # AWK: of the reference's file
	awk "$1" solutions/$report
}
i=0
while [ $i -lt "$number" ]; do
	name=$(printf 's%03d' $i)
	mkdir -p "$sub/$name/capstone"
	case $i in
	*1) hangs '{ print } /^int report_row_fill/ { f = 1 } f && /^{/ { print "'"$loop"'"; f = 0 }' ;;
	*3) hangs '{ print } /^static enum poll inline_poll/ { f = 1 } f && /^{/ { print "'"$loop"'"; f = 0 }' ;;
	# A loop that is always pending, and is never woken.
	*5) hangs '{ print } /^static enum poll spawn_poll/ { f = 1 } f && /^{/ { print "\tif (cx)\n\t\treturn POLL_PENDING;"; f = 0 }' ;;
	*7) hangs '/^MODULE\(report/ { print "static int never(void)\n{\n'"$loop"'\n}\n"; sub(/NULL/, "never") } { print }' ;;
	*9) hangs '/^MODULE\(report/ { print "static void never(void)\n{\n'"$loop"'\n}\n"; sub(/NULL\)/, "never)") } { print }' ;;
	*) cat solutions/$report ;;
	esac >"$sub/$name/$report"
	echo "/* $name */" >>"$sub/$name/$report" # nobody's file is anybody's else
	i=$((i + 1))
done
query() { sqlite3 "$d/out/gradebook.sqlite" "$1"; }

from=$(date +%s)
ok "a class of which half hangs is graded" make grade SUBMISSIONS="$sub" OUT="$d/out" O="$o" UNITS=capstone SEED=1
took=$(($(date +%s) - from))
echo "# $number capstones: $took s"
ok "who is right has all points" test "$(query "SELECT count(*) FROM students
	WHERE unit = 'capstone' AND points = 100 AND CAST(substr(student, 2) AS INTEGER) % 2 = 0")" = $(((number + 1) / 2))
ok "who hangs has not" test "$(query "SELECT count(*) FROM students
	WHERE unit = 'capstone' AND points < 90 AND CAST(substr(student, 2) AS INTEGER) % 2 = 1")" = $((number / 2))
# A minute each is the limit of ours for all tests of a unit that hang.
ok "the limits bound it, over the cores" test $took -lt $((60 + number / 2 * 60 / $(nproc) + number * 15 / $(nproc)))
finish
