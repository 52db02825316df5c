#!/bin/sh
# Who has the same passages: copies are found, with their places, whatever was
# renamed, moved or laid out anew; honest work and the only way are not.
# LONG=1: a class of 1,000, in bounded time.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
prepare grade-alike day4
styles=harness/grade/tests/styles

# Nothing is checked here: a make that fails gives no marks, and quickly.
printf '#!/bin/sh\nexit 2\n' >"$d/no-make"
chmod +x "$d/no-make"
grade() { # OUT: everybody in $sub
	rm -rf "$1"
	"$grader" --submissions "$sub" --out "$1" --units day4 --build "$o" \
		--seed 1 --make "$PWD/$d/no-make" >"$d/log" 2>&1 || [ $? = 1 ] || return 1
	page=$1/html/alike/day4.html
}
nobody() { grade "$d/out" && grep -q 'No two have a passage in common' "$page"; }
pair() { grade "$d/out" && grep -q "<h2>$1 and $2</h2>" "$page"; } # A B

# Everybody who goes the solution's way, with a small mistake or without; the
# stub, which is all that they have in common with others; and honest work.
student ann $sol/hist.c
student bob $sol/hist.c
sh harness/tools/mkstub $sol/hist.c >"$d/stub.c"
student cat "$d/stub.c"
student dan "$d/stub.c"
n=0
for p in $(grep -l '^+++ b/hist\.c' "$sol"/mutants/*.patch); do
	n=$((n + 1))
	student "mutant$n" $sol/hist.c
	patch -s -p1 -d "$sub/mutant$n/${hist%/*}" <"$p"
done
student helpers $styles/helpers/hist.c
student tables $styles/tables/hist.c
ok "stubs, the only way and honest work are not alike" nobody
ok "it says that it is no mark" grep -q 'This is no mark' "$page"

# A copy: renamed, with other comments and layout; one function moved to the
# end, the table and what is before it dropped.
awk '/^uint64_t hist_upper/ { moved = 1 } moved { late = late $0 "\n"; if (/^EXPORT/) moved = 0; next }
	/^MODULE/ { printf "%s", late } { print }' $styles/helpers/hist.c |
	sed 's/\bmiddle\b/m/g; s/\blow\b/lo/g; s/\bhigh\b/hi/g; s/\bleft\b/rest/g
		s/\bsum\b/all/g; s/\/\*.*\*\// \/* my own idea *\//; s/uint64_t/unsigned long/
		s/^\t\t*/  /; s/ = /=/g; s/\([{;]\)$/\1\n/; s/^  if (err)$/  if (err) {/
		s/^  return err;/  return err; }/' >"$d/copy.c"
student eve "$d/copy.c"
ok "a disguised copy is found" pair eve helpers
line() { grep -n -F "$2" "$1" | head -n 1 | cut -d : -f 1; }
covers() { # FILE TEXT: a place of the page, in that line of the file
	at=$(line "$1" "$2")
	grep -o "$hist:[0-9]*-[0-9]*" "$page" | sed 's/.*://' |
		awk -F - -v at="$at" '$1 <= at && at <= $2 { found = 1 } END { exit !found }'
}
ok "its place in the one is right" covers $styles/helpers/hist.c 'high - low'
ok "and in the other, where it was moved to" covers "$d/copy.c" 'hi - lo'
ok "the class's page leads there" grep -q '<a href="alike/day4.html">day4</a>: 1 pair<' "$d/out/html/index.html"
ok "the text is shown beside it" grep -q 'm=hi - (hi - lo) / 2' "$page"
ok "nobody else is named" test "$(grep -c '<h2>' "$page")" = 1
cp "$page" "$d/page"
ok "twice is the same" pair eve helpers
ok "to the byte" cmp "$page" "$d/page"

# What half of the class has is the day's way and tells little: a copy of two
# comes first.
for i in 1 2 3 4 5 6; do
	sed 's/h->sum = add_capped(h->sum, v);/h->sum = add_capped(h->sum, v + 0 * '$i' * (h->min - v + '$i'));/' \
		$styles/tables/hist.c >"$d/crowd.c"
	awk -v n=$i '{ print } /^uint64_t hist_mean/ { f = 1 } f && /^{/ { for (i = 0; i < n; i++) print "\tif (h->sum > " i ") return hist_min(h) ? h->max : h->sum + " i ";"; f = 0 }' \
		"$d/crowd.c" >"$d/crowd2.c"
	student "crowd$i" "$d/crowd2.c"
done
ok "a crowd does not hide two" pair eve helpers
ok "they come first" sh -c "grep '<h2>' '$page' | head -n 1 | grep -q 'eve and helpers'"

# Hostile text.
student 'mallory<script>' "$d/copy.c"
sed 's|my own idea|<script>alert(1)</script> \&lt; " \x1b\x00|' "$d/copy.c" >"$sub/mallory<script>/$hist"
ok "hostile text is compared" grade "$d/out"
ok "and escaped" sh -c "! grep -a '<script' '$page'"
ok "names, too" grep -q 'mallory&lt;script&gt;' "$page"
ok "control bytes are gone" sh -c "! LC_ALL=C grep -aq '[[:cntrl:]]' '$page' || ! LC_ALL=C tr -d '\n\t' <'$page' | LC_ALL=C grep -aq '[[:cntrl:]]'"
head -c 200000 /dev/urandom >"$d/noise"
student noise "$d/noise"
ok "noise breaks nothing" pair eve helpers
{ yes '/* " '"'"' \ # "(' | head -n 20000; yes '((((((((((((((' | head -n 20000; } >"$d/noise"
student noise "$d/noise"
student noise2 "$d/noise"
ok "nor does a long bracket" pair eve helpers

# One alone.
rm -rf "$sub"
student alone $styles/helpers/hist.c
ok "one alone is like nobody" nobody

mkdir -p "$d/bin"
for f in sh make; do ln -sf "$(command -v $f)" "$d/bin/$f"; done
without() { PATH=$PWD/$d/bin "$PWD/$o/unpark-grade" --submissions "$sub" --out "$d/none" --units day4 \
	--build "$o" --seed 1 --make "$PWD/$d/no-make"; }
fails "without sim_c one line says so" "missing package: similarity-tester" without

if [ -n "${LONG-}" ]; then
	# Each line of the solution in one of three ways: the worst for sim_c.
	n=0
	while [ $n -lt 1000 ]; do
		n=$((n + 1))
		awk -v seed=$n 'function e(n) { if (n <= 0) return "x"
				return rand() < .4 ? "f(" e(n - 1) ")" : rand() < .6 ? e(n - 1) " + " e(n - 2) : "a[" e(n - 1) "]->b" }
			BEGIN { srand(seed); for (i = 0; i < 99; i++) way[i] = int(3 * rand()) }
			{ print } /^\t.*;$/ { srand(NR * 3 + way[NR % 99]); print "\tx = " e(5) " + " e(4) ";" }' $sol/hist.c >"$d/way.c"
		student "way$n" "$d/way.c"
	done
	student x2 "$d/copy.c"
	ok "1,000 are compared within the limit" pair alone x2
	ok "and the two come first" sh -c "grep '<h2>' '$page' | head -n 1 | grep -q 'alone and x2'"
fi
finish
