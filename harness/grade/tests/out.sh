#!/bin/sh
# What the grader writes: every output from a gradebook made by hand, with names
# and reports that want to be more than text; each adapter against the form that
# its system publishes; and the likely misconception of what a mutant fails.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
prepare grade-out ""
prepared make "$o/tools/grade.a" SRC=ref BASE=ref O="$o"
out=$d/book
mkdir "$out" "$d/wrong"

prepared gcc -std=gnu11 -O2 -Wall -iquote harness harness/grade/tests/draw.c \
	"$o/tools/grade.a" -larchive -lnettle -ljansson -lsqlite3 -lz -lm -o "$d/draw"
sql() { sqlite3 "$@"; }
# A value of a JSON file; true when an expression over $j, its text, holds.
json() { sql :memory: "SELECT json_extract(readfile('$1'), '$2')"; }
holds() { # FILE EXPRESSION
	said=$(sql :memory: "WITH f(j) AS (SELECT readfile('$1')) SELECT $2 FROM f")
	echo "$said"
	[ "$said" = 1 ]
}

# --- a gradebook made by hand ------------------------------------------------
"$d/draw" "$o" "$out"
evil='<script>alert(1)</script> "&]]>'
sql "$out/gradebook.sqlite" <<S || exit 1
INSERT INTO runs VALUES(1, 'now', 'now', 'test', '1', 'none');
INSERT INTO checks VALUES(1,'day4','c0ffee0123456789aa','test','1','ref','inconclusive','$evil',
	'runs code before the tests',50,3,1.5,1), (2,'day3','beef','test','1','ref','graded','','',40,0,1,1),
	(3,'capstone','cafe','test','1','ref','graded','','',80,0,1,1);
CREATE TEMP TABLE t(check_id, name, points, bonus, verdict, again);
INSERT INTO t VALUES(1,'good',10,0,'PASS',''), (1,'evil',0,0,'FAIL','wrong'), (1,'now_and_then',0,0,'FAIL','flaky'),
	(1,'slow',0,0,'TIMEOUT','seed'), (1,'unsure',0,0,'INCONCLUSIVE',''), (1,'unwritten',0,0,'TODO',''),
	(1,'apart',3,1,'PASS',''), (1,'skipped',0,0,'SKIP',''), (2,'third',0,0,'CRASH','noise'), (3,'last',10,0,'PASS','');
INSERT INTO tests SELECT check_id, name, 1, points, 10, bonus, verdict, 0.25, again,
	json_object('name', name, 'todo', 1, 'points', points, 'of', 10,
	'bonus', json(iif(bonus, 'true', 'false')), 'verdict', verdict, 'seconds', 0.25,
	'what', '$evil' || char(27) || '[31m red' || char(10) || 'not ok 1', 'want', '=1+1', 'got', printf('%.*c', 9999, 'x'),
	'replay', 'make check DAY=4 T=' || name || ' SEED=1 SRC=submitted BASE=ref', 'where', 'hist.c:7',
	'steps', json_array('1. first', '... 3 more', '$evil'), 'why', 'because', 'learn', 'days/day4-histogram/README.md#todo-1',
	'output', char(27, 7, 65534) || '$evil', 'printed', 77777) FROM t;
CREATE TABLE measured(content, kit, seed, report);
INSERT INTO measured VALUES('cafe', 'test', '1', '{"release":[{"ref":{"inline":2.5,"spawn":101},"mine":{"inline":2.25,"spawn":120.5}},
	{"ref":{"inline":2.5,"spawn":99},"mine":{"inline":2.5,"spawn":0}}],"debug":[]}');
CREATE TABLE IF NOT EXISTS rubric(student, item, points, of, state, detail);
INSERT INTO rubric VALUES('good', 'accuracy', 30, 40, 'graded', '$evil'), ('good', 'ratio', NULL, 20, 'inconclusive', '');
CREATE TEMP TABLE s(student);
INSERT INTO s VALUES('good'), ('<script>alert(1)<x>'), ('=cmd()|"a"'), ('class'), ('index'), ('ü.é'),
	(CAST(x'41ff1b5b33316d0a42' AS TEXT)), (printf('%.*c', 120, 'L')), ('-rf');
INSERT INTO students SELECT student, 'day4', 'inconclusive', 50, 3, '$evil', 'c0ffee0123456789aa', 1, '', 1 FROM s
	UNION ALL SELECT student, 'day3', 'graded', 40, 0, '', 'beef', 2, '', 1 FROM s
	UNION ALL SELECT student, 'capstone', 'graded', 80, 0, '', 'cafe', 3, '', 1 FROM s
	UNION ALL SELECT student, 'integration', 'graded', 7, 0, '', '', 0, '', 1 FROM s;
INSERT INTO students VALUES('good', 'rubric', 'graded', 60, 0, '', '', 0, '', 1),
	('old', 'day4', 'graded', 9, 0, '', '', 0, 'the disk was full', 1), ('none', 'day4', 'infra', NULL, 0, 'no make', '', 0, '', 1);
S
mkdir -p "$out/html/trace/day4-c0ffee0123456789"
echo "<p/>" >"$out/html/trace/day4-c0ffee0123456789/slow.html"
echo "<p/>" >"$out/html/trace/day4-c0ffee0123456789/other.html"
ok "every output is drawn" "$d/draw" "$o" "$out"
cp -r "$out" "$d/first"
ok "and drawn again" "$d/draw" "$o" "$out"
ok "to the same bytes" diff -r "$d/first" "$out"
page=$out/html/good.html

# --- hostile texts -----------------------------------------------------------
every() { find "$out" -type f ! -name '*.sqlite' "$@"; }
well_formed() { every \( -name '*.html' -o -name '*.xml' \) -exec xmllint --noout --nonet {} +; }
ok "pages and XML are well-formed" well_formed
no() { ! every -exec grep -l -a "$@" {} + | grep .; }
ok "no markup of a student's is markup" sh -c '! find "$1" -name "*.html" -exec grep -l -i "<script" {} + -o -name "*.xml" -exec grep -l -i "<script" {} + | grep .' - "$out"
ok "no escape sequence is left" no "$(printf '\033')"
utf8() {
	every -exec sh -c 'for f; do iconv -f UTF-8 -t UTF-8 "$f" >"$0" || echo bad; done' "$d/utf8" {} + >"$d/bad"
	[ ! -s "$d/bad" ]
}
ok "all is UTF-8" utf8
ok "no page loads anything" sh -c '! grep -r -E "(src=|href=\"(http|//|javascript)|@import|url\()" "$1"/html' - "$out"
ok "and none may" grep -q "default-src 'none'" "$page"
ok "no cell is a formula" sh -c '! grep -a -E "(^|,)\"?[=+@-]" "$1"/gradebook.csv' - "$out"
ok "a line a student" test "$(wc -l <"$out/gradebook.csv")" = 12
ok "a student named class is no class" test "$(json "$out/class~.json" '$.student')" = class
ok "one named index is no index" grep -q '<h1>index</h1>' "$out/html/index~.html"
ok "a link to a name is an address" grep -q 'href="%3Cscript%3Ealert%281%29%3Cx%3E.html"' "$out/html/index.html"

# --- marks -------------------------------------------------------------------
ok "the rubric counts in the capstone's place" grep -q '^"good",40,50,80,7,60,157,"day4:inconclusive"$' "$out/gradebook.csv"
ok "the documents say the same" test "$(json "$out/good.json" '$.total.points')/$(json "$out/good.json" '$.total.of')" = 157/400
ok "seconds and output are in no JSON" sh -c '! grep -E "\"(seconds|output|printed)\":" "$1"/*.json' - "$out"
shows() { tr -s ' \n' ' ' <"$page" | grep -q -F -e "$1"; }
ok "a report has its parts" shows '<dt>STEPS</dt><dd><ul class="plain"><li>1. first</li><li>... 3 more</li>'
ok "in words" shows 'It did not end in its time and was stopped. It fails with this seed, and passed with a new one'
ok "replay is what a student can type" shows '<code>make check DAY=4 T=evil SEED=1 BASE=ref</code>'
ok "a trace page is linked" shows 'href="trace/day4-c0ffee0123456789/slow.html"'
ok "only where there is one" test "$(grep -c '<dt>TRACE' "$page")" = 1
ok "items of the rubric are shown" shows '<td class="num">30/40</td>'
ok "latencies measured here are drawn beside the reference's" shows '<tspan class="who">inline</tspan>, measured by the grader: 2 runs, 2.5&#160;ns'
ok "without what is none" shows '<tspan class="who">spawn</tspan>, measured by the grader: 1 run, 120&#160;ns'
ok "one without points has none" shows '<td class="num">&#8211;/20</td><td class="name">inconclusive</td>'
ok "what a person has to see is listed" holds "$out/class.json" "(SELECT count(*) = 27 FROM json_each(j, '\$.person'))"
ok "with the cheat's name" grep -q 'looks like a cheat: runs code before the tests' "$out/html/index.html"
ok "our failures are listed" holds "$out/class.json" "json_extract(j, '\$.infra[0].why') = 'no make' AND
	json_extract(j, '\$.infra[1].why') = 'an older mark stands: the disk was full'"
ok "a test's share is of those who wrote it" holds "$out/class.json" "(SELECT count(*) = 1 FROM json_each(j, '\$.failed') t
	WHERE t.value ->> 'test' = 'third' AND t.value ->> 'failed' = 9 AND t.value ->> 'of' = 9)"

# --- published forms ---------------------------------------------------------
ok "JUnit XML has its form" xmllint --noout --nonet --relaxng harness/grade/tests/junit.rng "$out/class.xml"
sed 's/<failure /<failed /' "$out/class.xml" >"$d/wrong/class.xml"
fails "another form is noticed" "fails to validate" xmllint --noout --nonet --relaxng harness/grade/tests/junit.rng "$d/wrong/class.xml"
adapter() { "$d/draw" "$o" "$out" "$1" "$2" >"$d/$1" 2>&1; }
# https://gradescope-autograders.readthedocs.io/en/latest/specs/: a score at the
# top or in every test; of a test score, max_score, status, name, output, ...
gradescope="(SELECT count(*) = 0 FROM json_each(j) WHERE key NOT IN ('score', 'execution_time', 'output', 'output_format',
	'test_output_format', 'test_name_format', 'visibility', 'stdout_visibility', 'extra_data', 'tests', 'leaderboard'))
	AND json_type(j, '\$.score') = 'integer' AND j ->> 'stdout_visibility' IN ('hidden', 'after_due_date', 'after_published', 'visible')
	AND (SELECT count(*) > 9 AND min(
	(SELECT count(*) = 0 FROM json_each(t.value) WHERE key NOT IN ('score', 'max_score', 'status', 'name', 'name_format',
		'number', 'output', 'output_format', 'tags', 'visibility', 'extra_data')) AND
	t.value ->> 'status' IN ('passed', 'failed') AND typeof(t.value ->> 'score') = 'integer' AND
	typeof(t.value ->> 'max_score') = 'integer' AND typeof(t.value ->> 'output') = 'text' AND
	t.value ->> 'output_format' IN ('text', 'html', 'simple_format', 'md', 'ansi')) FROM json_each(j, '\$.tests') t)"
ok "Gradescope's results are printed" adapter gradescope good
ok "in its form" holds "$d/gradescope" "$gradescope"
sed 's/"passed"/"pass"/' "$d/gradescope" >"$d/wrong/gradescope"
fails "another is noticed" 0 holds "$d/wrong/gradescope" "$gradescope"
# classroom-resources/autograding-grading-reporter: NAME_RESULTS is base64 of
# version, status, max_score, and tests with name, status, score, message.
github="j ->> 'version' = 1 AND j ->> 'status' IN ('pass', 'fail', 'error') AND json_type(j, '\$.max_score') = 'integer' AND
	(SELECT count(*) > 3 AND min(typeof(t.value ->> 'name') = 'text' AND t.value ->> 'status' IN ('pass', 'fail', 'error') AND
	typeof(t.value ->> 'score') = 'integer' AND typeof(t.value ->> 'message') = 'text') FROM json_each(j, '\$.tests') t)"
GITHUB_STEP_SUMMARY=$d/summary
export GITHUB_STEP_SUMMARY
ok "GitHub's result is printed" adapter github good
ok "as a line of a step's outputs" grep -q -x 'result=[A-Za-z0-9+/]*=*' "$d/github"
sed 's/^result=//' "$d/github" | base64 -d >"$d/github.json"
ok "in its form" holds "$d/github.json" "$github"
sed 's/"version":1/"version":2/' "$d/github.json" >"$d/wrong/github"
fails "another is noticed" 0 holds "$d/wrong/github" "$github"
ok "its summary is written, without markup" sh -c 'grep -q "| day4 | 50 |" "$1" && ! grep -q "<" "$1"' - "$d/summary"
# https://docs.autolabproject.com/lab/: the last line is JSON, "scores" by name.
autolab="(SELECT count(*) > 3 AND min(type = 'integer') FROM json_each(j, '\$.scores')) AND json_type(j, '\$.scoreboard') = 'array'"
ok "Autolab's line is printed" adapter autolab good
tail -n 1 "$d/autolab" >"$d/autolab.last"
ok "in its form" holds "$d/autolab.last" "$autolab"
ok "with the units' names" test "$(json "$d/autolab.last" '$.scores.integration')" = 7
echo '{"scores":{"day4":"50","a":1,"b":1,"c":1},"scoreboard":[]}' >"$d/wrong/autolab"
fails "another is noticed" 0 holds "$d/wrong/autolab" "$autolab"

# --- misconceptions ----------------------------------------------------------
# A student for each vector that there is, as if its tests had failed so.
ls "$o"/grade/vectors/*/* >/dev/null 2>&1 || for m in bucket-by-log2 bucket-in-even-quarters; do
	sh harness/tools/gate-mutants "$o" day4 solutions/day4-histogram $m
done >"$d/vectors" 2>&1
make grade-files O="$o" >>"$d/build" 2>&1
mkdir -p "$d/guess" "$d/plans"
for u in day1 day2 day3 day4 day5 day6 capstone; do
	[ ! -f "$o/plain/$u/plan" ] || sed "s/^/$u /" "$o/plain/$u/plan"
done | cut -d ' ' -f 1,2 >"$d/plans/all"
"$d/draw" "$o" "$d/guess"
LC_ALL=C awk -F '\t' -v q="'" '
function text(s) { gsub(/\\/, "&&", s); gsub(/"/, "\\\"", s); gsub(q, q q, s); return s }
function put(check, test, verdict, words) {
	print "INSERT INTO tests VALUES(" check ", " q test q ", 1, 0, 1, 0, " q verdict q ", 0, " q q ", " q \
		"{\"name\":\"" test "\",\"verdict\":\"" verdict "\",\"what\":\"" text(words) "\",\"bonus\":false}" q ");"
}
FILENAME != last { file++; last = FILENAME }
file == 1 { split($0, f, " "); plan[f[1]] = plan[f[1]] " " f[2]; next }
$5 == "" { next }
!(($1, $2) in id) { id[$1, $2] = ++n; unit[n] = $1; name[n] = $2 }
{ i = id[$1, $2]; fails[i, $4] = 1; words[i, $4] = $5 }
END {
	print "BEGIN;"
	for (i = 1; i <= n; i++) {
		print "INSERT INTO students VALUES(" q unit[i] ":" name[i] q ", " q unit[i] q ", " q "graded" q ", 1, 0, " q q ", " q q ", " i ", " q q ", 1);"
		k = split(plan[unit[i]], tests, " ")
		for (t = 1; t <= k; t++)
			put(i, tests[t], (i, tests[t]) in fails ? "FAIL" : "PASS", words[i, tests[t]])
	}
	# Half of the tests of day 4 at random places: nobody is like that. And
	# one whose tests fail in words of its own, and stubs.
	k = split(plan["day4"], tests, " ")
	for (t = 1; t <= k; t++) {
		put(n + 1, tests[t], t % 2 ? "FAIL" : "PASS", "no such words")
		put(n + 2, tests[t], "TODO", "")
	}
	print "INSERT INTO students VALUES(" q "far" q ", " q "day4" q ", " q "graded" q ", 1, 0, " q q ", " q q ", " n + 1 ", " q q ", 1);"
	print "INSERT INTO students VALUES(" q "stubs" q ", " q "day4" q ", " q "graded" q ", 0, 0, " q q ", " q q ", " n + 2 ", " q q ", 1);"
	print "COMMIT;"
}' "$d/plans/all" "$o/grade/mutants" >"$d/guess.sql"
sql "$d/guess/gradebook.sqlite" <"$d/guess.sql"
ok "what mutants fail is a gradebook" "$d/draw" "$o" "$d/guess"
echo "# $(find "$d/guess" -name '*:*.json' | wc -l) vectors"
itself() {
	rc=0
	for f in "$d"/guess/*:*.json; do
		m=${f##*/} m=${m%.json}
		holds "$f" "(SELECT count(*) = 1 FROM json_each(j, '\$.units[0].likely') m WHERE m.value ->> 'mutant' = '${m#*:}')" >/dev/null ||
			{ echo "$m: $(json "$f" '$.units[0].likely')"; rc=1; }
	done
	return $rc
}
ok "each mutant is named as itself, among three at most" itself
ok "what is like nothing is not named" test "$(json "$d/guess/far.json" '$.units[0].likely')" = '[]'
ok "stubs fail nothing" test "$(json "$d/guess/stubs.json" '$.units[0].likely')" = '[]'

# --- one submission, as those systems call it --------------------------------
mkdir -p "$d/in/submission/days/day1-scheduler" "$d/in/source"
cp solutions/day1-scheduler/*.c "$d/in/submission/days/day1-scheduler"
patch -s -p1 -d "$d/in/submission/days/day1-scheduler" <solutions/day1-scheduler/mutants/tasks-run-as-they-were-spawned.patch
sh -c 'make grade SUBMISSIONS="$1/in" OUT="$1/live" ONLY=submission ADAPTER=gradescope UNITS=day1 SEED=1 O="$2" >"$1/results.json" 2>"$1/live.err"' - "$d" "$o"
ok "one submission is graded for another system" holds "$d/results.json" "$gradescope"
ok "and nothing else" test "$(wc -l <"$d/live/gradebook.csv")" = 2
ok "its trace page is kept and linked" sh -c 'f=$(grep -o "href=\"trace/[^\"]*" "$1/live/html/submission.html" | head -n 1 | cut -c 7-); [ -s "$1/live/html/$f" ]' - "$d"
fails "an unknown adapter is named" "gradescope, github or autolab" make grade SUBMISSIONS="$d/in" OUT="$d/live" ONLY=submission ADAPTER=canvas O="$o"
finish
