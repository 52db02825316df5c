#!/bin/sh
# The grader: a small corpus has the marks that it should have, twice, and also
# when the grader is killed in the middle; what is hostile is refused.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
units=day4,capstone
by=
prepare grade-test $units
prepared gcc -O2 -Wall harness/grade/tests/pack.c -larchive -o "$d/pack"
prepared sh harness/grade/tests/corpus "$d/pack" "$sub"

# Short runs of what is measured, as for the rubric's own corpus.
rules=$d/capstone.rubric
sed -e 's/pairs 5/pairs 3/' -e 's/rounds 20/rounds 8/' capstone/RUBRIC >"$rules"

grade() { # OUT OPTION...
	out=$1
	shift
	$by "$grader" --submissions "$sub" --out "$out" --units $units --build "$o" \
		--seed 1 --kit-hash test --rubric "$rules" "$@"
}
same() { # OUT OUT: the same tables, and the same files for students
	# What was measured differs by itself; the pages show times, too.
	diff "$1/gradebook.csv" "$2/gradebook.csv" &&
		diff -r -x '*.sqlite' -x html -I 'measured here' "$1" "$2"
}
says() { # STUDENT WORDS: of a student's file
	tr -s ' \n' ' ' <"$d/one/$1.json" | grep -q -F -- "$2"
}

# make, counted; the fourth call says so and never ends. What runs once more
# because of noise has a T= and is not counted.
cat >"$d/make" <<S
#!/bin/sh
case " \$* " in *" T="*) ;; *" check "*) echo call >>$PWD/$d/calls ;; esac
[ ! -p $PWD/$d/fourth ] || [ \$(wc -l <$PWD/$d/calls) -ne 4 ] || { echo >$PWD/$d/fourth; read -r never <$PWD/$d/never; }
exec make "\$@"
S
printf '#!/bin/sh\nexit 2\n' >"$d/broken"
chmod +x "$d/make" "$d/broken"

: >"$d/calls"
ok "a corpus is graded" grade "$d/one" --make "$PWD/$d/make"
all=$(wc -l <"$d/calls")
ok "the marks are as expected" diff harness/grade/tests/expected.csv "$d/one/gradebook.csv"
cp -r "$d/one" "$d/first"
: >"$d/calls"
ok "once more changes nothing" grade "$d/one" --make "$PWD/$d/make"
ok "and grades nothing" test ! -s "$d/calls"
ok "the gradebook is the same" same "$d/one" "$d/first"

ok "nothing was written beside its place" sh -c '
	[ ! -e /tmp/unpark-slipped.c ] && [ -z "$(find "$1" . -name slipped.c)" ]' - "$o"
ok "a path with .. is named" says slip '"why": "a path with .."'
ok "an absolute path is named" says slip '"why": "an absolute path"'
ok "control bytes are named, and not repeated" says slip '"path": "a?b", "why": "control bytes in the name"'
ok "a link in a zip is named" says slip2 '"path": "capstone/report.c", "why": "a link"'
ok "links in a tar are named" says links '"why": "a link" }, { "path": "capstone/report.c", "why": "a link"'
ok "a fifo is named" says fifo '"why": "neither a file nor a folder"'
ok "a link in a folder is named" says link '"why": "a link"'
ok "a fifo in a folder is named" says pipe '"why": "neither a file nor a folder"'
ok "a second entry is named" says twice '"why": "a second entry of this name"'
ok "a large file is named" says large '"why": "larger than 1 MB"'
ok "an encrypted entry is named" says locked '"why": "encrypted"'
ok "a bomb is named" says bomb '"refused": "more than 16 MB unpacked"'
ok "a bomb aside is named" says bomb2 '"refused": "more than 16 MB unpacked"'
ok "too many entries are named" says many '"refused": "more than 4096 entries"'
ok "a truncated archive is named" says cut '"refused": "the archive is damaged or ends early: truncated gzip input"'
ok "also when nothing of it can be read" says short '"refused": "it cannot be opened as what its name says: truncated gzip input"'
ok "packing in packing is named" says nested '"refused": "packed more than once"'
ok "what is no archive is named" says words '"refused": "it cannot be opened as what its name says'
ok "the given header is not taken" says folder '"path": "days/day4-histogram/hist.h", "why": "not a file that students write"'
ok "what is missing is listed" says empty '"days/day4-histogram/hist.c"'
cage=$(sh harness/tools/cage auto | sed 's/bwrap/bubblewrap, seccomp, limits/; s/^limits/seccomp, limits/')
ok "isolation is named" says folder "\"isolation\": \"$cage\""
ok "the compiler's first error is kept" says syntax 'error: expected identifier'
ok "what runs before the tests is named" says starts '"detail": "modpost: section .init_array'

# Killed with the fourth check running; then started again.
: >"$d/calls"
mkfifo "$d/fourth" "$d/never"
# exec: the grader itself is what is killed, not a shell around it.
(by=exec; grade "$d/two" --jobs 1 --make "$PWD/$d/make") >"$d/killed" 2>&1 &
pid=$!
timeout 60 cat "$d/fourth" >/dev/null
kill -KILL $pid
wait $pid 2>/dev/null
ok "a killed grader has no table yet" test ! -e "$d/two/gradebook.csv"
rm "$d/fourth"
ok "it goes on" grade "$d/two" --make "$PWD/$d/make"
ok "where it was: only the fourth is run again" test "$(wc -l <"$d/calls")" = $((all + 1))
ok "the gradebook of the killed one is the same" same "$d/one" "$d/two"

# Our side fails, under another seed: no mark, and none is lost.
fails "a failure of ours is said" "no mark for folder" grade "$d/one" --seed 2 --make "$PWD/$d/broken"
ok "an old mark stays, and is called old" grep -q '"folder",100,100,100,80,280,"day4:old-mark capstone:old-mark integration:old-mark rubric:old-mark"' "$d/one/gradebook.csv"
fails "without an old mark there is none" "no mark for folder" grade "$d/none" --make "$PWD/$d/broken"
ok "and no 0 either" grep -q '"folder",,,,,0,"day4:infra capstone:infra integration:infra rubric:infra"' "$d/none/gradebook.csv"
ok "the next run mends it" grade "$d/one"
ok "and all is as before" same "$d/one" "$d/first"

# The time of a check is bounded, whatever the supervisor says.
mkdir -p "$d/hang"
cp -r "$sub/hang" "$d/hang"
ok "a check has a limit of its own" "$grader" --submissions "$d/hang" --out "$d/three" \
	--units day4 --build "$o" --seed 1 --kit-hash test --limit 4
ok "which ends a hanging one" grep -q '"hang",0,0,"day4:timeout"' "$d/three/gradebook.csv"
fails "results do not go among the submissions" "choose one elsewhere" grade "$sub/marks"
fails "nor into the same folder" "choose one elsewhere" grade "$sub/."
ok "and none went there" test ! -e "$sub/marks" -a ! -e "$sub/html"
again() { # OUT SUBMISSIONS OPTION...: which counts the calls of make
	: >"$d/calls"
	to=$1 from=$2
	shift 2
	"$grader" --submissions "$from" --out "$to" --units day4 --build "$o" \
		--seed 1 --kit-hash test --make "$PWD/$d/make" "$@"
}
ok "with no more time it has what it has" again "$d/three" "$d/hang" --limit 3
ok "and runs no more" test ! -s "$d/calls"
ok "a longer limit is another chance" again "$d/three" "$d/hang" --limit 5
ok "which is taken" test -s "$d/calls"
mkdir -p "$d/caged"
cp -r "$sub/folder" "$d/caged"
ok "without bubblewrap there is a mark" again "$d/four" "$d/caged" --cage limits
ok "once more" again "$d/four" "$d/caged" --cage limits
ok "it stands" test ! -s "$d/calls"
if [ "$(sh harness/tools/cage auto)" = bwrap ]; then
	ok "with bubblewrap there is one, too" again "$d/four" "$d/caged" --cage bwrap
	ok "and it is made there" test -s "$d/calls"
fi
mkdir -p "$d/odd/class" "$d/odd/class~" "$d/odd/$(printf 'bad\033[1mname')"
odd() { again "$d/five" "$d/odd" >"$d/odd.said" 2>&1; }
ok "odd names are graded" odd
ok "or passed over, and no terminal obeys them" grep -q -F 'bad?[1mname' "$d/odd.said"
ok "no two have one file" grep -q '"student": "class~"' "$d/five/class~~.json"
mkdir -p "$d/slips/deep/deep" "$d/slips/nothing"
cp -r "$sub/folder/days" "$d/slips/deep/deep"
ok "files in a folder too many are nobody's work" again "$d/five" "$d/slips"
ok "so a person looks" sh -c 'printf "student,unit,test,why\r\n%s\r\n" \
	"\"deep\",\"\",\"\",\"none of what was handed in is at its place\"" |
	tr -d "\r" >"$1/look"; tr -d "\r" <"$1/five/to-look-at.csv" | diff "$1/look" -' - "$d"
ok "and the place is said" grep -q "it belongs at $hist" "$d/five/deep.json"
ok "a check leaves no results behind" test -z "$(find "$o/results" -maxdepth 1 -name 'submitted-[cs][0-9][0-9][0-9][0-9]????*')"
fails "a folder that is not there is asked for" "say which: make grade SUBMISSIONS=dir OUT=dir" make grade SUBMISSIONS="$d/none-such" OUT="$d/x" O="$o"
fails "an unknown unit is named" 'no unit "day9"' "$grader" --submissions "$sub" --out "$d/x" --units day9 --build "$o"
ok "--help helps" "$grader" --help
finish
