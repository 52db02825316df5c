#!/bin/sh
# Marks are fair: noise costs nothing, flaky and wrong code are told apart, a
# failure of ours is no mark, and a new kit says what it changed.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
prepare grade-marks day2,day4,capstone
d=$PWD/$d
work=$d
mkdir -p "$d/build/results" "$d/sub" "$d/real/grade"

# Folders of our own, so that other graders may be at work.
mkdir "$d/build/grade"
for to in "$d/build" "$d/real"; do
	cp -r "$o/grade/files" "$o/grade/needs" "$o/grade/stubs" "$to/grade"
done
for part in plain debug tools; do
	ln -s "$PWD/$o/$part" "$d/real"
done

query() { # OUT SQL
	sqlite3 "$d/$1/gradebook.sqlite" "$2"
}
is() { # OUT SQL WANTED
	query "$1" "$2" >"$d/is"
	cat "$d/is"
	[ "$(cat "$d/is")" = "$3" ]
}

# --- verdicts that change ---------------------------------------------------
{
	echo '#!/bin/sh'
	echo "exec sh $PWD/harness/grade/tests/stand-in $d \"\$@\""
} >"$d/make"
chmod +x "$d/make"
student() { # NAME LINE...: of //:
	mkdir -p "$d/sub/$1/${hist%/*}"
	name=$1
	shift
	printf '//: %s\n' "$@" >"$d/sub/$name/$hist"
}
fake() { # OUT OPTION...
	out=$1
	shift
	rm -rf "$d/runs" "$d/at-work" "$d/overlap" "$d/calls"
	"$grader" --submissions "$d/sub" --out "$d/$out" --units day4 \
		--build "$d/build" --seed 1 --kit-hash old --jobs 4 --make "$d/make" "$@"
}
student once "good 60 PASS" "unclear 40 INCONCLUSIVE PASS"
student never "good 60 PASS" "unclear 40 INCONCLUSIVE"
student late "good 60 PASS" "late 40 TIMEOUT PASS"
student hangs "good 60 PASS" "late 40 TIMEOUT"
student hangs2 "late1 10 TIMEOUT" "late2 10 TIMEOUT" "late3 10 TIMEOUT" "late4 10 TIMEOUT" "late5 60 TIMEOUT PASS"
student loaded "late1 10 TIMEOUT PASS" "late2 10 TIMEOUT PASS" "late3 10 TIMEOUT PASS" "late4 10 TIMEOUT PASS" "late5 60 TIMEOUT PASS"
student killed "good 60 PASS" "late 40 CRASH PASS"
student flaky "good 60 PASS" "bad 40 FAIL PASS"
student seed "good 60 PASS" "bad 40 FAIL FAIL PASS"
student wrong "good 60 PASS" "bad 40 FAIL"
student many "b1 10 FAIL PASS" "b2 10 FAIL" "b3 10 FAIL" "b4 10 FAIL" "b5 10 FAIL" "b6 20 FAIL PASS" "b7 30 FAIL PASS"
student stub "good 60 TODO" "bad 40 TODO"
student extra "good 100 PASS" "more b5 PASS" "most b7 FAIL PASS" "late b0 TIMEOUT" "unclear b0 INCONCLUSIVE"
student bare "good 50 PASS" "bad 10 FAIL" "cost 40 SKIP"

fails "verdicts that change are graded" "no mark for bare, day4: valgrind is not installed" fake one
cat >"$d/marks" <<'S'
bare||0|infra
extra|100|5|graded
flaky|60|0|graded
hangs|60|0|graded
hangs2|0|0|graded
killed|100|0|graded
late|100|0|graded
loaded|100|0|graded
many|0|0|graded
never|60|0|inconclusive
once|100|0|graded
seed|60|0|graded
stub|0|0|graded
wrong|60|0|graded
S
ok "the marks are as expected" is one "SELECT student, points, bonus, state FROM students ORDER BY 1" "$(cat "$d/marks")"
again() { # STUDENT WANTED: what is said of its tests
	is one "SELECT group_concat(name || ' ' || verdict || ' ' || again, ', ') FROM
		tests JOIN students USING(check_id) WHERE student = '$1' AND again <> ''" "$2"
}
ok "inconclusive once is noise" again once "unclear PASS noise"
ok "twice stays so" again never "unclear INCONCLUSIVE unclear"
ok "late once is noise" again late "late PASS noise"
ok "twice is not" again hangs "late TIMEOUT wrong"
ok "of many that hang one runs again" again hangs2 "late1 TIMEOUT wrong"
ok "and that is said" is one "SELECT detail FROM students WHERE student = 'hangs2'" \
	"4 tests that ran out of time were not run again"
ok "of many that were late all do" again loaded \
	"late1 PASS noise, late2 PASS noise, late3 PASS noise, late4 PASS noise, late5 PASS noise"
ok "killed by the machine is noise" again killed "late PASS noise"
ok "flaky is told" again flaky "bad FAIL flaky"
ok "a matter of the seed is told" again seed "bad FAIL seed"
ok "wrong is told" again wrong "bad FAIL wrong"
ok "five failures a check run again, at most" again many \
	"b1 FAIL flaky, b2 FAIL wrong, b3 FAIL wrong, b4 FAIL wrong, b5 FAIL wrong"
ok "nothing else ran alone's tests beside them" test ! -e "$d/overlap"
calls() { [ "$(grep -c "^$1 " "$d/calls")" = "$2" ]; }
id() { printf 's%04d[0-9a-f]*-day4' $(($(find "$d/sub" -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort | grep -n -x "$1" | cut -d : -f 1))); }
ok "stubs ran once" calls "$(id stub)" 1
ok "a bonus that fails is not looked into" calls "$(id extra)" 1
ok "the seed of the third run is another" sh -c 'grep "^$1 " "$2" | cut -d " " -f 2 | uniq | wc -l | grep -q -x 2' - "$(id wrong)" "$d/calls"
cat >"$d/look" <<'S'
student,unit,test,why
"flaky","day4","bad","failed, and passed when it ran once more with the same seed"
"many","day4","b1","failed, and passed when it ran once more with the same seed"
"never","day4","unclear","inconclusive twice, the second time alone"
S
ok "a person has a list" diff "$d/look" "$d/one/to-look-at.csv"
tenths() { fake tenths | grep -c '^grade: [0-9]*0 %: [0-9]* of 14 checks$' | grep -q -x 10; }
ok "without a terminal there is a line for every tenth" tenths
terminal() { # what a terminal would show
	script -qec "$grader --submissions $d/sub --out $d/terminal --units day4 --build $d/build --seed 1 --kit-hash old --make $d/make" /dev/null |
		tr '\r' '\n' | grep -q -E '^\[#+\.+\] [0-9]+ of 14 checks, [0-9] running, about [0-9]+ s left'
}
ok "on a terminal there is a bar" terminal
fails "the rest is not graded again" "no mark for bare" fake one
ok "but what has no mark" sh -c '[ "$(wc -l <"$1")" = 1 ]' - "$d/calls"

# --- bonus ------------------------------------------------------------------------
mkdir -p "$d/mine/s-day2"
cp solutions/day2-waker/*.c "$d/mine/s-day2"
bonus() { # the bonus tests of a real run
	make check DAY=2 SRC=submitted BASE=ref MINE="$d/mine/s-day2" O="$o" SEED=1 QUIET=1 LONG= || return 1
	awk '/"name"/ { name = $2 } /"bonus": true/ { print name }' "$o/results/submitted-s-day2/day2.json" |
		tr -d '",' | sort >"$d/bonus"
}
planned() { # PATTERN: tests whose line in the plan has it
	grep -v -E ' (.*[ ,])?(kit|long)( |,|$)' "$o/plain/day2/plan" | awk "$1 { print \$1 }" | sort
}
bonus_of_plan() { planned '/ bonus/' | diff - "$d/bonus"; }
mutant() { sh harness/tools/gate-mutants "$o" day2 solutions/day2-waker "$1"; }
graded_of_plan() { cut -f 1 "$o/mutants/day2/$1/results" | sort | diff "$d/graded" -; }
ok "a submission's bonus tests run" bonus
ok "all of them, and none of the kit's" bonus_of_plan
planned '!/ bonus/' >"$d/graded"
ok "a mutant is run as a whole" mutant cancel-only-sinks
ok "by what is graded, all of it, and by no bonus test" graded_of_plan cancel-only-sinks

# --- killed in the middle of what runs alone ----------------------------------
rm -r "$d/sub/bare"
mkfifo "$d/block"
rm -rf "$d/runs" "$d/at-work"
"$grader" --submissions "$d/sub" --out "$d/two" --units day4 --build "$d/build" \
	--seed 1 --kit-hash old --make "$d/make" >"$d/killed.log" 2>&1 &
pid=$!
timeout 60 cat "$d/block" >/dev/null
kill -KILL $pid
wait $pid 2>/dev/null
rm "$d/block"
resume() {
	rm -rf "$d/at-work" "$d/calls"
	"$grader" --submissions "$d/sub" --out "$d/two" --units day4 --build "$d/build" \
		--seed 1 --kit-hash old --make "$d/make"
}
ok "a grader killed in that phase goes on" resume
ok "with what has to run alone, and nothing else" sh -c '! grep -v -e late -e unclear "$1"' - "$d/calls"
marks() { query "$1" "SELECT student, students.points, state, name, verdict, again FROM students JOIN tests USING(check_id) ORDER BY 1, 4"; }
marks one >"$d/one.marks"
marks two >"$d/two.marks"
ok "and the marks are the same" diff "$d/one.marks" "$d/two.marks"

# --- no results of what runs alone ------------------------------------------------
cat >"$d/make5" <<S
#!/bin/sh
for a; do case \$a in T=late*) exit 2 ;; esac; done
exec "$d/make" "\$@"
S
chmod +x "$d/make5"
fails "what cannot run alone is no mark" "no mark for loaded, day4: tests could not be run again alone" \
	fake four --make "$d/make5"
again4() {
	rm -rf "$d/calls" "$d/at-work"
	"$grader" --submissions "$d/sub" --out "$d/four" --units day4 \
		--build "$d/build" --seed 1 --kit-hash old --make "$d/make"
}
ok "the next run goes on with that" again4
ok "and with nothing else" sh -c '! grep -v ,late "$1"' - "$d/calls"
marks four >"$d/four.marks"
ok "these marks are the same, too" diff "$d/one.marks" "$d/four.marks"

# --- every second one hangs ------------------------------------------------------
# For ever, outside of any test: 13 checks, 6 at a time, 6 of them to their
# limit of 8 s: at most 16 s, and a minute is a lot for a busy machine.
cat >"$d/make4" <<S
#!/bin/sh
for a; do case \$a in MINE=*/s000[02468]????-* | MINE=*/s00?[02468]????-*) exec sleep 600 ;; esac; done
exec "$d/make" "\$@"
S
chmod +x "$d/make4"
hanging() {
	rm -rf "$d/runs" "$d/at-work"
	timeout 60 "$grader" --submissions "$d/sub" --out "$d/hanging" --units day4 \
		--build "$d/build" --seed 1 --kit-hash old --jobs 6 --limit 8 --make "$d/make4"
}
ok "when half of them hang, their limits add up, over the jobs" hanging
ok "they are 0" is hanging "SELECT count(*), sum(points) FROM students WHERE state = 'timeout'" "6|0"
ok "and nobody else is" is hanging "SELECT points FROM students WHERE student IN ('killed', 'loaded', 'seed') ORDER BY student" "100
100
60"

# --- a log that names the folder -------------------------------------------------
cat >"$d/make6" <<'S'
#!/bin/sh
for a; do case $a in MINE=*) echo "x.c:1: error: ${a#*=}" ;; esac; done
exit 2
S
chmod +x "$d/make6"
named() {
	timeout -k 1 60 "$grader" --submissions "$d/sub" --out "$d/named" --units day4 \
		--build "$d/build" --seed 1 --kit-hash old --make "$d/make6"
}
fails "a log with the folder at a line's end is read" "the build fails with the stubs, too" named

# --- another kit ----------------------------------------------------------------
cp -r "$d/two" "$d/three"
# The same files; the new kit's tests find another verdict.
cat >"$d/make2" <<S
#!/bin/sh
for a; do case \$a in MINE=*) mine=\${a#*=} ;; esac; done
sed -i -e 's/bad 40 FAIL\$/bad 40 PASS/' -e 's/bad 40 TODO/other 40 TODO/' "\$mine/hist.c"
exec "$d/make" "\$@"
S
chmod +x "$d/make2"
ok "another kit grades anew" fake three --kit-hash new --make "$d/make2"
cat >"$d/regrade" <<'S'
student,unit,old,new,changed
"stub","day4",0,0,"bad TODO > none; other none > TODO"
"wrong","day4",60,100,"bad FAIL > PASS"
S
ok "what it changed is a table" diff "$d/regrade" "$d/three/regrade.csv"
said() { fake three --kit-hash new --make "$d/make2" | grep -q -F "$1"; }
ok "and is said" said "wrong, day4: 100, was 60: bad FAIL > PASS"
ok "the old marks are history" is three "SELECT kit, points FROM history WHERE student = 'wrong'" "old|60
new|100"
ok "no table without another kit" test ! -e "$d/one/regrade.csv"

# --- a page of the gradebook that the disk has lost --------------------------------
cp -r "$d/one" "$d/damaged"
page=$(query one "SELECT rootpage FROM sqlite_master WHERE name = 'tests'")
dd if=/dev/zero of="$d/damaged/gradebook.sqlite" bs=4096 seek=$((page - 1)) count=1 conv=notrunc status=none
fails "a damaged gradebook is named" "the gradebook cannot be read: database disk image is malformed" fake damaged
ok "and no half of a class is written" diff -r -x '*.sqlite*' -x '*.tmp' "$d/one" "$d/damaged"

# --- real programs --------------------------------------------------------------
rm -rf "$d/sub"
report=capstone/report.c
real() { # OUT OPTION...
	out=$1
	shift
	"$grader" --submissions "$d/sub" --out "$d/$out" --units day4,capstone \
		--build "$o/grade-marks/real" --seed 1 --kit-hash old "$@"
}
submit() { # NAME SED-OF-HIST SED-OF-REPORT
	mkdir -p "$d/sub/$1/${hist%/*}" "$d/sub/$1/capstone"
	sed "$2" "$sol/hist.c" >"$d/sub/$1/$hist"
	[ -z "${3-}" ] || sed "$3" "solutions/$report" >"$d/sub/$1/$report"
}
# Every fourth process, by where its stack is, forgets what it records.
coin() { echo "/^void hist_record(/,/^{/ s/^{/{ if (!((uintptr_t)\&v >> $1 \& 3)) return;/"; }
submit coin1 "$(coin 12)"
submit coin2 "$(coin 16)"
max7='/^uint64_t hist_max/,/^{/ s/^{/{ if (1) return h->max + 7;/'
submit right '' 's/^$//'
submit better "$max7" 's/hist_max(&row->hist)/& - 7/'
submit worse "$max7" 's/^$//'
submit broken 's/^void hist_init/int hist_init/' 's/^$//'
submit claims '$a #error Killed signal terminated program cc1'
submit claims2 '1i #line 1 "x\\nmake: Killed\\ny"
$a #error'
submit claims3 "\$a _Static_assert(0, \"$(yes 'make: Killed' | head -n 700 | tr -d '\n')\");"
ok "real ones are graded" real real1
# Where addresses do not change from process to process, there is no coin.
[ "$(cat /proc/sys/kernel/randomize_va_space)" = 0 ] ||
	ok "code that fails now and then is found" is real1 "SELECT count(*) > 0 FROM tests WHERE again = 'flaky'" 1
ok "and is in no other student's marks" is real1 "SELECT count(*) FROM tests JOIN students USING(check_id)
	WHERE again = 'flaky' AND student NOT LIKE 'coin%'" 0
points() { # STUDENT CAPSTONE-AND-INTEGRATION
	is real1 "SELECT max(CASE unit WHEN 'capstone' THEN points END) || ' ' ||
		max(CASE unit WHEN 'integration' THEN points END) FROM students WHERE student = '$1'" "$2"
}
differs() { # STUDENT OPERATOR
	is real1 "SELECT a.points $2 b.points FROM students a JOIN students b USING(student)
		WHERE student = '$1' AND a.unit = 'integration' AND b.unit = 'capstone'" 1
}
ok "with good days of one's own both marks are whole" points right "100 100"
ok "what fits one's own days is better with them" differs better '>'
ok "what they spoil is worse" differs worse '<'
ok "a day that does not build leaves nothing" points broken "100 0"
ok "and the reason is there" is real1 "SELECT detail LIKE 'day4: hist.c:%error:%the reference''s: day1 day3' FROM students
	WHERE student = 'broken' AND unit = 'integration'" 1

ok "a compiler that only says that it was killed is the student's" is real1 "SELECT student, state, points
	FROM students WHERE student LIKE 'claims%' AND unit = 'day4'" "claims|build|0
claims2|build|0
claims3|build|0"

# --- failures of ours -----------------------------------------------------------
rm -rf "$d/sub"
submit right '' 's/^$//'
no_mark() { # OUT WORDS: said of the unit day4; and no 0 for it
	is "$1" "SELECT count(*), max(detail LIKE '%$2%') FROM students WHERE unit = 'day4' AND points IS NULL" "1|1"
}
fails "a make that is not there" "no mark for right" real infra1 --make "$d/no-such-make"
ok "is no mark" no_mark infra1 "could not be run to its end"

mkdir "$d/bin"
ln -s /usr/bin/* "$d/bin"
rm -f "$d/bin/gcc" "$d/bin/cc"
PATH=$d/bin fails "a compiler that is not there" "no mark for right" real infra2
ok "is no mark either" no_mark infra2 "the build fails with the stubs, too"

# Killed when it compiles the student's file, and only then.
cat >"$d/bin/gcc" <<S
#!/bin/sh
case "\$*" in */s0001????-*) kill -KILL \$\$ ;; esac
exec $(command -v gcc) "\$@"
S
chmod +x "$d/bin/gcc"
PATH=$d/bin fails "a compiler that the machine kills" "no mark for right" real infra3 --cage limits
ok "is nobody's 0" no_mark infra3 "the machine killed a part of it"

# The supervisor: what the machine kills leaves no results.
cat >"$d/make3" <<S
#!/bin/sh
make "\$@" &
kill -KILL \$\$
S
chmod +x "$d/make3"
fails "a check that the machine kills" "no mark for right" real infra4 --make "$d/make3"
ok "is no 0" no_mark infra4 "could not be run to its end"
ok "the next run gives a mark" real infra4
ok "as if nothing had been" is infra4 "SELECT points FROM students WHERE unit = 'day4'" 100

# A file that cannot be read: the memory of a process, of which 0 is no part.
unreadable() {
	unshare -rm sh -c 'mount --bind /proc/self/mem "$1" && shift && exec "$@"' - "$d/sub/right/$hist" \
		"$grader" --submissions "$d/sub" --out "$d/infra7" --units day4 \
		--build "$o/grade-marks/real" --seed 1 --kit-hash old
}
if unshare -rm mount --bind /proc/self/mem "$d/sub/right/$hist" 2>/dev/null; then
	fails "a file that cannot be read" "no mark for right" unreadable
	ok "is no mark" no_mark infra7 "it could not be read: "
else
	echo "# SKIP a file that cannot be read: no name spaces here"
fi

# Small disks, and one that is read only, in a name space of our own.
inside() { # MOUNT-OPTIONS PLACE OUT: with what is in parts/ on it
	unshare -rm sh -c 'mount $1 "$2" && cp -r "$3/." "$2" && shift 3 && exec "$@"' \
		- "$1" "$2" "$d/parts" \
		"$grader" --submissions "$d/sub" --out "$3" --units day4,capstone \
		--build "$o/grade-marks/real" --seed 1 --kit-hash old
}
if unshare -rm mount -t tmpfs none /mnt 2>/dev/null; then
	mkdir "$d/full" "$d/parts"
	fails "a full disk for the results ends the run" "grade: " \
		inside "-t tmpfs -o size=60k none" "$d/full" "$d/full"
	cp -r "$d/real/grade/files" "$d/real/grade/needs" "$d/real/grade/stubs" "$d/parts"
	fails "a full disk for the build" "no mark for right" \
		inside "-t tmpfs -o size=4m none" "$d/real/grade" "$d/infra5"
	ok "is no mark" no_mark infra5 "MB left on the disk"
	rm -r "$d/parts"
	mkdir "$d/parts"
	fails "a build folder that is read only ends the run" "Read-only file system" \
		inside "-o bind,ro $d/real/grade" "$d/real/grade" "$d/infra6"
else
	echo "# SKIP small disks: no name spaces here"
fi

# --- a test that really changed; a minute -----------------------------------------
[ -n "${LONG-}" ] || finish
mkdir "$d/kit"
git ls-files -z | tar --null -T - -cf - | tar -C "$d/kit" -xf -
rm -rf "$d/sub"
submit right ''
submit worse "$max7"
whole() { make -C "$d/kit" grade SUBMISSIONS="$d/sub" OUT="$d/whole" UNITS=day4 SEED=1 O=build; }
ok "a kit grades" whole
sed -i '/^TEST(one_value_is_its_own/,/^{/ s/^{/{ FAIL("it is another test");/' \
	"$d/kit/days/day4-histogram/tests/"test_*.c
ok "another one does" whole
query whole "SELECT student, old > new, changed FROM regrades" >"$d/is"
ok "and says what it changed" sh -c 'printf "%s\n" "$2" | diff - "$1"' - "$d/is" \
	"right|1|one_value_is_its_own_mean_min_and_max PASS > FAIL
worse|0|"
finish
