#!/bin/sh
# check-includes: each forbidden arrow is found in a compiler's own .d file.
. "$(dirname "$0")/tap"
begin check-includes

for dir in harness/kit harness/test harness/bench harness/bench/own days/day1-a/tests \
	days/day3-b/tests solutions/day1-a solutions/day3-b capstone/tests \
	docs/workshops docs/workshops/7-x docs/workshops/7-x/tests solutions/7-x; do
	mkdir -p $dir
	h=$(echo $dir | tr -cd 'a-z0-9').h
	echo "/* a header */" >$dir/$h
done
compile() { # FILE INCLUDES...
	file=$1
	shift
	rm -rf build
	mkdir -p "build/$(dirname "$file")"
	for h; do
		echo "#include \"$h\""
	done >"$file"
	gcc -MMD -MP -I. -Iharness -c "$file" -o "build/${file%.c}.o"
}
allowed() {
	compile "$@" && "$tool" build
}
fine() {
	ok "$1 may include ${2##*/}" allowed "$@"
}
wrong() { # FILE HEADER WORDS
	compile "$1" "$2"
	fails "$1 may not include ${2##*/}" "$3" "$tool" build
}
kit=harness/kit/harnesskit.h
test=harness/test/harnesstest.h
day1=days/day1-a/daysday1a.h
day3=days/day3-b/daysday3b.h
echo "/* a header */" | tee $day1 >$day3
shop=docs/workshops/docsworkshops.h
shop7=docs/workshops/7-x/docsworkshops7x.h
tests1=days/day1-a/tests/daysday1atests.h

fine days/day3-b/b.c $kit $day1 ../day1-a/../day3-b/daysday3b.h
fine solutions/day3-b/b.c $kit $day1 $day3
fine days/day1-a/tests/t.c $kit $test $day1 $tests1
fine capstone/report.c $day1 $day3 $kit
fine capstone/tests/t.c $day1 $test capstone/tests/capstonetests.h
fine harness/test/run.c $kit $test
fine harness/bench/b.c $kit $day3
fine harness/bench/own/b.c harness/bench/harnessbench.h
fine docs/workshops/1-a.c $kit $day1 $day3 $shop
fine docs/workshops/7-x/x.c $kit $shop7
fine docs/workshops/7-x/tests/t.c $kit $test $shop7
fine solutions/7-x/x.c $kit $shop7

wrong harness/kit/a.c $test "harness/kit includes harness/kit only"
wrong harness/kit/a.c $day1 "harness/kit includes harness/kit only"
wrong harness/test/a.c $day1 "the harness knows no day"
wrong days/day1-a/a.c $day3 "days/day1-a/a.c includes $day3: day 1"
wrong solutions/day1-a/a.c $day3 "day 1 includes harness/kit and"
wrong days/day1-a/a.c $test "day 1 includes harness/kit and"
wrong days/day1-a/a.c $tests1 "only tests include"
wrong days/day1-a/tests/t.c $day3 "day 1 includes"
wrong days/day3-b/b.c solutions/day3-b/solutionsday3b.h "nothing includes solutions"
wrong capstone/report.c $test "capstone includes"
wrong harness/bench/b.c $test "it includes harness/kit and"
wrong docs/workshops/1-a.c $test "it includes harness/kit and"
wrong docs/workshops/7-x/x.c $test "it includes harness/kit and"

# Through another header, and with an absolute path.
echo "#include \"$test\"" >$day1
wrong days/day1-a/a.c $day1 "days/day1-a/a.c includes $test"
wrong days/day1-a/a.c "$work/$day3" "days/day1-a/a.c includes $day3"

rm -rf build
fails "names a missing folder" "build: no such folder" "$tool" build
mkdir build
fails "a build without .d files proves nothing" "no .d file" "$tool" build
echo "x.o: /usr/x.c /usr/y.h" >build/x.d
fails "a build of other paths proves nothing" "no arrow" "$tool" build
fails "says how it is used" "usage: check-includes" "$tool"
finish
