#!/bin/sh
# Mutants as submissions: each loses what its header says, and what the grader
# counts is what the verdicts add up to; twice, the second time with all cores
# busy. A few of each unit; LONG=1: all of them.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
prepare grade-mutants ""

header() { sed -n "s/^$1: //p" "$2" | head -n 1; }
# Seven of them by their place in their lists, or all.
step=27
[ -z "${LONG-}" ] || step=1
for sol in solutions/*/; do
	sol=${sol%/}
	case $sol in
	solutions/capstone) unit=capstone to=capstone ;;
	*) unit=${sol#solutions/} to=days/$unit unit=${unit%%-*} ;;
	esac
	n=0
	for p in "$sol"/mutants/*.patch; do
		n=$((n + 1))
		[ $((n % step)) = 0 ] || continue
		name=$unit-$(basename "$p" .patch)
		mkdir -p "$sub/$name/$to"
		cp "$sol"/*.c "$sub/$name/$to"
		patch -s -p1 -d "$sub/$name/$to" <"$p" || exit 1
		echo "$name|$unit|$(header KILLED-BY "$p")" >>"$d/expected"
	done
done

grade() { # OUT OPTION...
	out=$1
	shift
	make grade SUBMISSIONS="$sub" OUT="$out" O="$o" SEED=1 "$@"
}
query() { sqlite3 "$d/${2-one}/gradebook.sqlite" "$1"; }
ok "mutants are graded" grade "$d/one"
echo "# $(wc -l <"$d/expected") of them"

# The verdict of each test that a header names; what uses a function that a
# module may not is refused as a whole.
lost() { # OUT
	rc=0
	while IFS='|' read -r name unit tests; do
		for t in $tests; do
			v=$(query "SELECT verdict FROM tests JOIN students USING(check_id)
				WHERE student = '$name' AND unit = '$unit' AND name = '$t'
				UNION SELECT 'FAIL' FROM students WHERE student = '$name'
				AND unit = '$unit' AND state = 'modpost'" "$1")
			case $v in
			FAIL | CRASH | TIMEOUT | TODO | INCONCLUSIVE) ;;
			*) echo "$name: $t: ${v:-no such test}"; rc=1 ;;
			esac
		done
	done <"$d/expected"
	return $rc
}
ok "each loses the tests that its header names" lost one
differ() {
	query "SELECT student, unit, s.points, sum(t.points), sum(t.of)
		FROM students s JOIN tests t USING(check_id)
		WHERE s.unit LIKE 'day%' OR s.unit = 'capstone' GROUP BY student, unit
		HAVING s.points <> sum(t.points * (1 - t.bonus)) * 100 /
			nullif(sum(t.of * (1 - t.bonus) * (t.verdict <> 'SKIP')), 0)" >"$d/differ"
	cat "$d/differ"
	[ ! -s "$d/differ" ]
}
ok "the points are those of the tests that passed" differ
whole() {
	query "SELECT student, unit FROM students s WHERE points > 99
		AND (unit LIKE 'day%' OR unit = 'capstone')
		AND NOT EXISTS (SELECT 1 FROM tests t WHERE t.check_id = s.check_id
		AND t.bonus AND t.verdict <> 'PASS')" >"$d/whole"
	cat "$d/whole"
	[ ! -s "$d/whole" ]
}
ok "none has all points, and those of the bonus" whole

# Another folder of results, and two loops beside it that keep the cores busy.
busy=
for i in 1 2; do
	timeout 7200 sh -c 'while :; do :; done' &
	busy="$busy $!"
done
ok "they are graded again, with all cores busy" grade "$d/two"
for pid in $busy; do
	kill "$pid"
	wait "$pid" 2>/dev/null
done
ok "each loses the tests that its header names, again" lost two
ok "nobody has left a test before its end" test -z "$(query "SELECT student FROM students
	JOIN tests USING(check_id) WHERE report LIKE '%checked less than%'")"
if [ -z "${LONG-}" ]; then
	ok "the gradebook is the same" diff "$d/one/gradebook.csv" "$d/two/gradebook.csv"
	finish
fi
# Of a race that only a stress run meets, by luck, a mutant may or may not pay.
diff "$d/one/gradebook.csv" "$d/two/gradebook.csv" >"$d/unlike"
n=$(grep -c '^<' "$d/unlike")
echo "# $n of $(wc -l <"$d/expected") have another mark"
ok "the gradebook is the same but for a few races" test $((n * 20)) -lt "$(wc -l <"$d/expected")"
finish
