#!/bin/sh
# make omission: the numbers are those of the README, and the files can be read.
cd "${0%/*}/../../.." || exit 1
o=${O:-build}
rc=0
bad() {
	echo "omission: $*"
	rc=1
}
log=$o/omission.log
make omission O="$o" >"$log" 2>&1 || bad "make omission fails: $(tail -n 1 "$log")"
row() { grep -E -q "^ *$1 +[0-9]+ +$2" "$log" || bad "not so: $1 has p50 and p99 $2"; }
row "timed from the send" "0.2 +0.2 "
row "all of them sorted: the truth" "0.2 +920.2 "
row "timed from when it was due" "0.2 +922.7 "
row "in 128 buckets" "0.2 +1073.7 "
d=$o/omission
[ "$(awk -F , 'NR > 1 { n[$1] += $4 } END { for (k in n) if (n[k] >= 9999) ok++; print ok }' "$d/omission.csv")" = 3 ] ||
	bad "the CSV has not all values of three"
if command -v xmllint >/dev/null; then
	xmllint --noout "$d/omission.svg" || bad "the picture is no XML"
fi
if command -v gnuplot >/dev/null; then
	gnuplot -e "set terminal svg; set output '$d/plot.svg'; set logscale x; plot '$d/intended.hgrm' using 4:1 with lines" ||
		bad "gnuplot does not draw the percentiles"
	[ -s "$d/plot.svg" ] || bad "gnuplot has drawn nothing"
fi
# A disk that is full is told.
mkdir -p "$o/omission-full" && ln -sf /dev/full "$o/omission-full/naive.hgrm"
"$o"/plain/day4/unpark-omission-ref-ref "$o/omission-full" >"$log" 2>&1 && bad "a full disk is not told"
grep -q "omission-full: No space left" "$log" || bad "not so: $(tail -n 1 "$log")"
exit $rc
