#!/bin/sh
# The rubric: each item of a corpus of capstones comes to what it should, twice,
# also after a stop; noise and failures of ours cost nobody anything; a rubric
# with a mistake is named.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
prepare rubric-test capstone
prepared make .report SRC=ref BASE=ref O="$o"
prepared sh harness/grade/tests/rubric-corpus "$sub" "$o/report/BENCH.json"
by=
# Short runs: the corpus is large. What is asked for stays.
rules=$d/capstone.rubric
sed -e 's/pairs 5/pairs 3/' -e 's/rounds 20/rounds 8/' capstone/RUBRIC >"$rules"

run() { # SUBMISSIONS OUT OPTION...
	subs=$1 out=$2
	shift 2
	$by "$grader" --submissions "$subs" --out "$out" --units capstone --build "$o" \
		--seed 1 --kit-hash test --rubric "$rules" "$@"
}
query() { sqlite3 -separator ' ' "$d/${2-one}/gradebook.sqlite" "$1"; }
marks() { # OUT: a line a student
	query "SELECT student, state, points, detail FROM students WHERE unit = 'rubric' ORDER BY student" "$1"
}
says() { # STUDENT ITEM WORDS; or the student waits for LONG=1
	[ -d "$sub/$1" ] || { [ -z "${LONG-}" ]; return; }
	query "SELECT detail FROM rubric WHERE student = '$1' AND item = '$2'" | grep -q -F -- "$3"
}

ok "a corpus is marked" run "$sub" "$d/one"
# Noise may leave a ratio open, and then for nobody else than it concerns.
lost() { # OUT: what is not full marks
	query "SELECT student, item, points, state FROM rubric WHERE
		state NOT IN ('ok', 'inconclusive') ORDER BY student, rowid" "$1"
}
lost one >"$d/lost"
while read -r student item; do
	[ ! -d "$sub/$student" ] || echo "$student $item"
done <harness/grade/tests/rubric.expected >"$d/expected"
ok "each item comes to what it should" diff "$d/expected" "$d/lost"
ok "the points of the items are those of the student" test -z "$(query "
	SELECT student FROM students s WHERE unit = 'rubric' AND state = 'graded' AND points <>
		(SELECT sum(points) FROM rubric r WHERE r.student = s.student)")"
ok "the seed is kept with each item" test "$(query "SELECT DISTINCT seed FROM rubric")" = 1
ok "a wrong number is named" says off numbers "release spawn p50 is 99999 in the journal"
ok "an empty template is named" says template fields "empty: machine; empty: compiler and version"
ok "words over and over are no method" says thin method "has 3 different words"
ok "a quantile below the one before is impossible" says order ratio "impossible: release: a quantile is below"
ok "a number that no histogram gives is, too" says bound ratio "no bound of the histogram"
ok "and a run of nothing" says samples ratio "impossible: debug: it has no samples"
ok "and a ratio that the rows contradict" says contradiction ratio "the ratio is less than that of the rows"
ok "a forged number is nothing to agree with" says order numbers "nothing to compare with"
ok "what is no JSON is named" says words ratio "it is no JSON"
ok "what does not build to be measured is named" says debug ratio "debug: the program does not build: report.c:"
ok "a crash is named" says crashes ratio "release: the program crashed: Segmentation fault"
ok "an endless loop is named" says hangs ratio "did not end within"
ok "endless output is named" says prints ratio "prints without end"
ok "work out of the clock's sight is seen" says waits ratio "the processor time of the whole program is"
ok "an inflated poll is seen" says inflates ratio "the cost of an inline poll is"
ok "an invented ratio is seen" says invents ratio "the ratio is 0.2"
ok "percentiles by heart are seen" says hard percentiles "known_latencies_give_known_quantiles: FAIL"
ok "what works badly laid out is right" says layout style "clang-format would change"

ok "what fails is said of its tests alone" test -z "$(query "SELECT unit FROM students JOIN tests USING(check_id)
	WHERE unit = 'rubric'")"

# make, counted.
cat >"$d/make" <<S
#!/bin/sh
echo "\$@" >>$PWD/$d/calls
exec make "\$@"
S
# Ours fails when the student's program is built.
cat >"$d/broken" <<S
#!/bin/sh
case "\$*" in *.measure*) exit 2 ;; esac
exec make "\$@"
S
# Says that it is measuring, and waits.
cat >"$d/slow" <<S
#!/bin/sh
case "\$*" in *OPT0*) echo >$PWD/$d/here; read -r never <$PWD/$d/never ;; esac
exec make "\$@"
S
chmod +x "$d/make" "$d/broken" "$d/slow"
: >"$d/calls"
open=$(query "SELECT count(*) FROM rubric WHERE state = 'inconclusive'")
ok "once more changes nothing" run "$sub" "$d/one" --make "$PWD/$d/make"
ok "and measures only what noise left open" test "$(wc -l <"$d/calls")" -le $((6 * open))
lost one >"$d/again"
ok "the items are the same" diff "$d/lost" "$d/again"

mkdir -p "$d/few"
cp -r "$sub/good" "$d/few"
fails "a failure of ours is said" "no mark for good, rubric" run "$d/few" "$d/two" --make "$PWD/$d/broken"
ok "and is no 0" test -z "$(query "SELECT points FROM students WHERE unit = 'rubric'" two)"
# A machine that once takes longer than a program has; that kills one each time.
mkdir -p "$d/odd/tools" "$d/odd/grade"
ln -s "$PWD/$o/plain" "$PWD/$o/debug" "$d/odd"
ln -s "$PWD/$o/tools"/* "$d/odd/tools"
cp -r "$o/grade/files" "$o/grade/needs" "$o/grade/stubs" "$d/odd/grade"
odd() { # OUT, a script in front of each run on stdin
	rm "$d/odd/tools/confine"
	{ echo "#!/bin/sh"; cat; echo "exec $PWD/$o/tools/confine \"\$@\""; } >"$d/odd/tools/confine"
	chmod +x "$d/odd/tools/confine"
	"$grader" --submissions "$d/few" --out "$d/$1" --units capstone --build "$d/odd" \
		--seed 1 --kit-hash test --rubric "$rules"
}
stalls() { echo "mkdir $PWD/$d/stalled 2>/dev/null && exec sleep 60" | odd stall; }
ok "what stalls once is measured again" stalls
ok "it was no failure" test -d "$d/stalled" -a -z "$(query "SELECT detail FROM rubric
	WHERE item = 'ratio' AND state NOT IN ('ok', 'inconclusive')" stall)"
kills() { echo "echo confine 137 0.1 0.1; exit" | odd kill; }
fails "what the machine kills has no mark" "no mark for good, rubric" kills
mkfifo "$d/here" "$d/never"
# exec: the grader itself is what is stopped, not a shell around it.
(by=exec; run "$d/few" "$d/two" --make "$PWD/$d/slow") >"$d/stopped" 2>&1 &
pid=$!
timeout 60 cat "$d/here" >/dev/null
kill -TERM $pid
rc=0
wait $pid || rc=$?
ok "a stop while measuring ends it" test $rc = 130
ok "it goes on" run "$d/few" "$d/two"
marks two | sed 's/inconclusive 100 ratio inconclusive/graded 100 /' >"$d/went-on"
ok "and comes to the same" grep -q '^good graded 100 $' "$d/went-on"

# What else a student has had is gone with it.
cp -r "$d/two" "$d/kit2"
ok "another kit marks anew" run "$d/few" "$d/kit2" --kit-hash other
query "UPDATE students SET points = 1 WHERE unit = 'rubric'" kit2
ok "and another one" run "$d/few" "$d/kit2" --kit-hash third
ok "what that changed is told of the rubric, too" grep -q '^"good","rubric",1,' "$d/kit2/regrade.csv"
mkdir -p "$d/cut"
echo nothing >"$d/cut/good.zip"
ok "what cannot be read comes to nothing" run "$d/cut" "$d/kit2" --kit-hash third
ok "and leaves no items" test "$(query "SELECT count(*) FROM rubric" kit2)" = 0

# Quotients, planted: what is kept is judged, and noise is not kept.
side() { echo "{\"inline\":$1,\"spawn\":$2,\"ratio\":$3,\"cpu\":1,\"wall\":1}"; }
pair() { echo "{\"ref\":$(side 3 100 33),\"mine\":$(side "$1" 100 33)}"; }
plant() { query "UPDATE measured SET report = '{\"release\":[$1],\"debug\":[$2]}'" two; }
same=$(pair 3),$(pair 3.1),$(pair 2.9)
plant "$same" "$same"
: >"$d/calls"
ok "what agrees has its points" run "$d/few" "$d/two" --make "$PWD/$d/make"
ok "all of them" test "$(marks two)" = "good graded 100 "
ok "and is not measured again" test ! -s "$d/calls"
noise=$(pair .3),$(pair 30),$(pair .3),$(pair 30),$(pair .3),$(pair 30)
plant "$same" "$noise"
ok "what drowned in noise is" run "$d/few" "$d/two" --make "$PWD/$d/make"
ok "twice, at most, a build" grep -q OPT0=1 "$d/calls"
# Another release of clang-format would decide differently.
mkdir -p "$d/bin"
printf '#!/bin/sh\necho "clang-format version 77.1"\n' >"$d/bin/clang-format"
chmod +x "$d/bin/clang-format"
cp "$d/bin/clang-format" "$d/bin/clang-format-14"
plant "$same" "$same"
by="env PATH=$PWD/$d/bin:$PATH"
ok "without clang-format 14 there is a mark" run "$d/few" "$d/two"
by=
ok "the style is left out, and its weight goes to the rest" \
	test "$(marks two)" = "good graded 100 style left out"
# A program that is now itself, now something else.
mkdir -p "$d/moods"
mv "$sub/.noisy" "$d/moods/noisy"
sed 's/pairs 3/pairs 10/' "$rules" >"$d/more.rubric"
ok "noise without end is no failure" run "$d/moods" "$d/four" --rubric "$d/more.rubric"
marks four >"$d/moods.marks"
ok "but for a person to decide" grep -q '^noisy inconclusive 100 ratio inconclusive' "$d/moods.marks"
ok "and is on that person's list" grep -q -x '"noisy","rubric","","ratio inconclusive.*"' "$d/four/to-look-at.csv"
ok "it has no points, and takes none" test "$(query "SELECT ifnull(points, '-') FROM rubric WHERE item = 'ratio'" four)" = -
ok "and was measured twice" test "$(query "SELECT json_array_length(report, '$.release') FROM measured" four)" = 20

broken() { # SENTENCE WORDS SED: of the rubric
	sed "$3" "$rules" >"$d/broken.rubric"
	fails "$1" "$2" run "$d/few" "$d/three" --rubric "$d/broken.rubric"
}
broken "points that do not add up" "the points add up to 99: make them 100" 's/item fields 4/item fields 3/'
broken "an unknown kind" 'no kind "guess": choose tests, journal, ratio or style' 's/4 journal/4 guess/'
broken "too many points for the layout" '"5.5": choose a number from 1 to 5' 's/item style 5/item style 5.5/'
broken "an unknown test" 'the item ordering names "fresh_programs_run", which there is not' 's/\(of fresh_programs_run\).*/\1/'
broken "an unknown word" 'the kind ratio has no "without": see the list at the top' 's/within 2/without 2/'
broken "two items of a name" 'a second item "fields": choose another name' 's/item method/item fields/'
broken "an item that says nothing" "the item style says nothing: add a line says SENTENCE" '/says The layout/d'
broken "a line before the first item" '"of" before the first item' '/^item percentiles/d'
cp "$d/said" "$d/line"
ok "the line is named" grep -q 'broken.rubric:[0-9]*: ' "$d/line"
fails "a rubric that is not there" "name the file of a rubric" run "$d/few" "$d/three" --rubric "$d/none"
finish
