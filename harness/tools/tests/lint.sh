#!/bin/sh
# lint: each of its checks is heard, and what was not checked is said.
. "$(dirname "$0")/tap"
begin lint

mkdir -p tree/harness/tools/tests tree/harness/kit tree/.ci tree/build
cp "$tools"/check-style "$tools"/check-includes "$tool" tree/harness/tools/
cp "$here/tap" tree/harness/tools/tests/
cp "$root/.clang-format" tree/
echo 'int kit_x;' >tree/harness/kit/x.c
lint() {
	sh tree/harness/tools/lint build
}
ok "says nothing about a good tree, but what it skipped" \
	sh -c 'sh tree/harness/tools/lint build | grep "SKIP check-includes"'
ok "and succeeds" lint

printf '#!/bin/sh\nif true; then\n' >tree/.ci/run
fails "a broken script is named" ".ci/run" lint
rm tree/.ci/run

echo 'volatile int kit_x;' >tree/harness/kit/x.c
fails "a fault of style is named" "harness/kit/x.c:1: volatile" lint
echo 'int kit_x;' >tree/harness/kit/x.c

# Stands in for git, which need not be there, and which says what is tracked.
mkdir bin
printf '#!/bin/sh\nprintf "cmocka.xml\\nharness/kit/x.c\\n"\n' >bin/git
chmod +x bin/git
with_git() {
	PATH=$PWD/bin:$PATH lint
}
fails "a file that slipped in is named" "cmocka.xml does not belong" with_git

echo 'build/x.o: harness/kit/x.c days/day1-x/x.h' >tree/build/x.d
fails "a forbidden include is named" "harness/kit includes harness/kit only" lint
fails "says how it is used" "usage: lint" sh "$tool"
finish
