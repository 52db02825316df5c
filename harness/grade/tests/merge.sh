#!/bin/sh
# Parts of a class, merged: the same gradebook as of one run, as often as one
# likes; what does not belong together is refused, what is missing is named.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
prepare grade-merge day4

student ada $sol/hist.c
student bo harness/grade/tests/styles/helpers/hist.c
student cy harness/grade/tests/styles/helpers/hist.c
sed -i 's/\blow\b/lo/g' "$sub/cy/$hist"
sh harness/tools/mkstub $sol/hist.c >"$d/stub.c"
student di "$d/stub.c"
student ed $sol/hist.c
patch -s -p1 -d "$sub/ed/${hist%/*}" <$sol/mutants/bucket-in-even-quarters.patch
for s in ada bo cy di ed; do
	mkdir "$sub/$s/capstone"
	echo "what $s thought" >"$sub/$s/capstone/JOURNAL.md"
done
mkdir "$sub/flo"
echo "no archive" >"$sub/guy.zip"

grade() { # OUT OPTION...
	out=$1
	shift
	"$grader" --submissions "$sub" --out "$out" --units day4 --build "$o" --kit-hash test "$@"
}
merge() { # OUT PART...
	out=$1
	shift
	"$grader" merge --out "$out" --build "$o" "$@"
}
same() { diff -r -x '*.sqlite' -x html -I 'measured here' "$1" "$2"; }

printf '#!/bin/sh\nexit 2\n' >"$d/no-make"
chmod +x "$d/no-make"
ok "all at once" grade "$d/all" --seed 1
for i in 1 2 3; do
	ok "part $i of 3" grade "$d/p$i" --seed 1 --shard $i/3
done
lines() { cat "$@" | grep -c '^"'; }
ok "everybody is in one part" test "$(lines "$d"/p[123]/gradebook.csv)" = 7
ok "and no part has all" sh -c "! grep -q '\"ada\"' $d/p[123]/gradebook.csv || [ \$(cat $d/p1/gradebook.csv | wc -l) -lt 8 ]"
ok "they are merged" merge "$d/m" "$d/p1" "$d/p2" "$d/p3"
ok "into what one run gives, to the byte" same "$d/all" "$d/m"
ok "a copy across parts is found" grep -q '<h2>bo and cy</h2>' "$d/m/html/alike/day4.html"
ok "the marks are right" grep -q '"ed",83,83' "$d/m/gradebook.csv"

rows() { # OUT: how many rows the gradebook has
	for t in runs checks tests students history files handed alike; do
		sqlite3 "$1/gradebook.sqlite" "SELECT '$t', count(*) FROM $t"
	done
}
rows "$d/m" >"$d/rows"
cp -r "$d/m" "$d/once"
ok "once more, in another order" merge "$d/m" "$d/p3" "$d/p1" "$d/p2"
ok "changes no byte" same "$d/once" "$d/m"
rows "$d/m" >"$d/rows2"
ok "and adds no row" diff "$d/rows" "$d/rows2"

# Our side fails in a part: the marks that were there stay, and are called old.
cp -r "$d/p2" "$d/infra"
grade "$d/infra" --seed 9 --shard 2/3 --make "$PWD/$d/no-make" >/dev/null 2>&1
fails "another seed is refused" 'another seed: "1" in' merge "$d/m" "$d/p1" "$d/infra" "$d/p3"
ok "and changes nothing" same "$d/once" "$d/m"
ok "nor adds a row" sh -c "$(command -v sqlite3) $d/m/gradebook.sqlite 'SELECT count(*) FROM runs' | grep -q '^3$'"
rm -rf "$d/infra"
grade "$d/infra" --seed 1 --shard 2/3 --make "$PWD/$d/no-make" >/dev/null 2>&1
fails "a part without marks costs the status" "" merge "$d/m" "$d/p1" "$d/infra" "$d/p3"
ok "no mark is lost" sh -c "sed 's/,\"[^\"]*\"\$//' $d/m/gradebook.csv >$d/a; sed 's/,\"[^\"]*\"\$//' $d/all/gradebook.csv >$d/b; diff $d/a $d/b"
ok "but called old" grep -q 'day4:old-mark' "$d/m/gradebook.csv"
ok "the right part mends it" merge "$d/m" "$d/p1" "$d/p2" "$d/p3"
ok "and all is as before" same "$d/all" "$d/m"

fails "a missing part is named" "part 2 of 3 is missing" merge "$d/two" "$d/p1" "$d/p3"
fails "a folder without a gradebook is named" "no gradebook in $d/none" merge "$d/two" "$d/p1" "$d/none" "$d/p3"
ok "what there is is merged" test "$(lines "$d/two/gradebook.csv")" = \
	"$(lines "$d/p1/gradebook.csv" "$d/p3/gradebook.csv")"
fails "a part twice is refused" "does not go with" merge "$d/two" "$d/p1" "$d/p1"
cp -r "$d/p3" "$d/kit"
"$grader" --submissions "$sub" --out "$d/kit" --units day4 --build "$o" --kit-hash other \
	--shard 3/3 --make "$PWD/$d/no-make" >/dev/null 2>&1
fails "another kit is refused" 'another kit: "test" in' merge "$d/two" "$d/p1" "$d/p2" "$d/kit"
sqlite3 "$d/kit/gradebook.sqlite" "UPDATE runs SET kit = 'test', isolation = 'none'"
fails "other isolation is refused" "another isolation:" merge "$d/two" "$d/p1" "$d/p2" "$d/kit"
sqlite3 "$d/kit/gradebook.sqlite" "UPDATE runs SET finished = NULL, isolation = (SELECT isolation FROM runs)" \
	"UPDATE runs SET isolation = '$(sqlite3 "$d/p1/gradebook.sqlite" 'SELECT isolation FROM runs')'"
fails "a part that was stopped is named" "$d/kit was stopped" merge "$d/two" "$d/p1" "$d/p2" "$d/kit"
fails "a part is asked for with a seed" "give a --seed" grade "$d/new" --shard 1/2
fails "what is no part is refused" "say I/N" grade "$d/new" --shard 3/2
fails "make asks for the parts" "say which: make grade-merge" make grade-merge O="$o"
finish
