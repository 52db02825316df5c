#!/bin/sh
# journal-check: names what is empty, the number that differs, and the end.
. "$(dirname "$0")/../tests/tap"
begin report/journal-check

row() { # p50
	echo "{\"p50\": $1, \"p90\": 2, \"p99\": 3, \"p999\": 4, \"max\": 5000, \"n\": 1000000}"
}
build() {
	echo "{\"inline\": $(row 22), \"spawn\": $(row 127), \"gather\": $(row 13), \"ratio\": {\"p50\": 28.71, \"p99\": 20.5}}"
}
cat >BENCH.json <<-END
	{"machine": "Box, 2 cores", "compiler": "gcc 12.2.0",
	 "build": {"release": $(build), "debug": $(build)}}
END
template=$root/capstone/JOURNAL.template.md
text="one two three four five six seven eight nine ten: each batch of 64 lies
between two clock reads; inline and spawn take turns, round after round, and the
median of all batches is what the ratio comes from"
text=$(printf "%s" "$text" | tr "\n" " ")
# Everything filled in, the text under the headings included.
sed -e 's/^- machine:/& Box/' -e 's/^- compiler.*/& gcc 12.2.0/' \
	-e 's/^- debug or.*/& both/' -e 's/^- samples.*/& 1,000,000/' \
	-e 's/^- clock.*/& 20 ns/' -e 's/^- ratio.*/& 29/' \
	-e 's/^\(| [a-z]* | inline |\).*/\1 22 | 2 | 3 | 4 | 5,000 |/' \
	-e 's/^\(| [a-z]* | spawn |\).*/\1 127 ns | 2 | 3 | 4 | 5000 |/' \
	-e 's/^\(| [a-z]* | gather |\).*/\1 13 | 2 | 3 | 4 | 5000 |/' \
	-e "s/-->\$/&\\n$text/" "$template" >full.md
sed 's/^done: no/done: yes/' full.md >done.md

wrong() { # sentence words FILE
	fails "$1" "$2" "$tool" "$3" BENCH.json
}
wrong "no journal" "make journal" none.md
wrong "the template is empty" "still empty: machine, compiler" "$template"
wrong "not marked done" "write done: yes" full.md
ok "complete and done" "$tool" done.md BENCH.json
fails "nothing measured" "run make capstone" "$tool" done.md none.json
sed 's/127 ns/128 ns/' done.md >a.md
wrong "another p50" "release spawn p50 is 128 in the journal and 127" a.md
sed 's/^- ratio in debug.*/- ratio in debug: 5/' done.md >a.md
wrong "another ratio" "the ratio in debug is 5" a.md
sed 's/12\.2\.0/13.1.0/' done.md >a.md
wrong "another compiler" "the compiler is gcc 13.1.0" a.md
sed 's/1,000,000/1,000/' done.md >a.md
wrong "other samples" "samples per run is 1,000 in" a.md
method() { # TEXT: instead of the one that is there
	awk -v text="$1" '/^## / { here = $2 == "Method" }
		here && /^one two/ { print text; next } { print }' done.md >a.md
}
method ""
wrong "no method" 'still empty: "Method"' a.md
method "clock batch sample round clock batch sample round clock batch sample round clock batch sample round clock batch"
wrong "words over and over are no method" '"Method" has 4 different words' a.md
method "It was timed very carefully by my own computer on a quiet evening with nothing else open, several times over, and what came out seemed right to me every single time."
wrong "a method that names nothing" "and names 0 of clock" a.md
method "What was timed, between which two clock reads, how often, in which order?"
wrong "the template's own question is no method" 'still empty: "Method"' a.md
sed 's/^- debug or.*/- debug or release: fast/' done.md >a.md
wrong "no build" "neither debug nor release" a.md
sed 's/| 5000 |/| 4990 |/' done.md >a.md
ok "a number to three digits" "$tool" a.md BENCH.json
listed() {
	"$tool" --list a.md BENCH.json >listed && grep -c '^ok	number' listed | grep -x 32 &&
		grep -q '^wrong	field debug or release	it names' listed
}
sed 's/^- debug or.*/- debug or release: fast/' done.md >a.md
ok "a list for the grader" listed
sed 's/^- machine:.*/- machine:/' done.md >a.md
wrong "no machine" "still empty: machine" a.md
finish
