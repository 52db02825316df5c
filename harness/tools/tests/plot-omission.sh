#!/bin/sh
# plot-omission: gnuplot draws both curves of what make omission exports; text
# that is broken is no picture, and without gnuplot there is a line.
. "$(dirname "$0")/tap"
O=${O-build}
begin plot-omission
case $O in /*) ;; *) O=$root/$O ;; esac

# Without gnuplot: only what the script calls.
mkdir bin real
for name in sh rm mkdir cat awk grep; do
	ln -s "$(command -v $name)" "bin/$name"
done
skips() {
	PATH=$work/bin "$work/bin/sh" "$tool" real page >line &&
		[ -d page ] && [ ! -e page/omission.md ]
}
fails "it says how it is used" "usage: plot-omission" "$tool"
fails "and that a folder is missing" "usage: plot-omission" "$tool" nowhere page
ok "without gnuplot there is no page" skips
ok "and the package is named" grep -q "SKIP .*gnuplot-nox" line
if ! command -v gnuplot >/dev/null; then
	echo "ok $((count += 1)) - the curves # SKIP gnuplot is not installed (package gnuplot-nox): sh harness/setup --all"
	finish
fi

export_all() {
	make -C "$root" O="$O" program-unpark-omission SRC=ref BASE=ref &&
		"$O"/plain/day4/unpark-omission-ref-ref real
}
ok "day 4 exports its run" export_all
ok "gnuplot draws it" "$tool" real page
titled() { # WORDS: one of the two curves has them, and a line with many points
	grep -c "<title>$1</title>" page/omission.svg | grep -q -x 1
}
ok "one curve is timed from when it was due" titled "timed from when it was due"
ok "the other from the send" titled "timed from the send"
# The picture is upside down: what is high has a small y.
heights() { # PLOT: of its first point and of its last, rounded
	awk -v id="gnuplot_plot_$1\"" '
	index($0, id) { here = 1 }
	here && /<path/ { inside = 1 }
	inside { path = path " " $0 }
	inside && /\/>/ { exit }
	END {
		n = split(path, p, /[^0-9.,]+/)
		# The first two are the key.
		for (i = 1; i <= n; i++)
			if (p[i] ~ /^[0-9.]+,[0-9.]+$/ && ++k > 2) {
				sub(/.*,/, "", p[i])
				if (k == 3)
					first = p[i]
				last = p[i]
			}
		printf "%d %d\n", first, last
	}' page/omission.svg
}
curves_part() {
	set -- $(heights 1) $(heights 2)
	echo "$*"
	[ "$1" = "$3" ] && [ "$2" -lt 100 ] && [ "$4" = "$3" ] && [ "$3" -gt 250 ]
}
ok "they begin as one, and only that from when it was due rises" curves_part
ok "the picture is XML" sh -c 'command -v xmllint >/dev/null || exit 0; xmllint --noout page/omission.svg'
ok "the page shows it" grep -q '(omission.svg)' page/omission.md
if command -v doxygen >/dev/null; then
	ok "and the handbook takes it" "$tools/check-docs" --with "$work/page" "$work/out" "$work/page"
	ok "with its picture" grep -q 'data="omission.svg"' out/html/md_*omission.html
fi

# What is drawn of naive.hgrm when a filter has been over it.
broken() { # SENTENCE WORDS COMMAND...
	sentence=$1 words=$2
	shift 2
	rm -rf broken
	cp -r real broken
	"$@" <real/naive.hgrm >broken/naive.hgrm
	fails "$sentence" "$words" "$tool" broken page
	ok "and there is no page" test ! -e page/omission.md
}
broken "a last column that is none" "and its curve" sed 's/ [0-9.]*$/ x/'
broken "a line that is no number" "lines to draw" \
	sed '20s/.*/       x.201 0.900000000000       9999          ten/'
broken "a table without a line" "naive.hgrm has 0 lines" head -n 2
broken "zeros, which a logarithm has no place for" "its curve" \
	sed 's/^ *[0-9.]* /       0.000 /'
broken "nothing at all" "naive.hgrm" true
finish
