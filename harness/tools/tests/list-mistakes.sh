#!/bin/sh
# list-mistakes: every planted mistake is listed once, under the TODO of the
# test that finds it.
. "$(dirname "$0")/tap"
begin list-mistakes

mkdir -p d/tests s/mutants
echo '# Day 9: x' >d/README.md
printf 'TEST(a_is_b, 2, 5)\n{\n}\nTEST(c_is_d, 1, 5)\n' >d/tests/test_x.c
printf 'MISCONCEPTION: a may be c\nKILLED-BY: a_is_b c_is_d\nSAYS: x\n\n--- a/x.c\nMISCONCEPTION: no\n' >s/mutants/one.patch
printf 'MISCONCEPTION: d is enough\nKILLED-BY: c_is_d\nSAYS: y\n\n--- a/x.c\n' >s/mutants/two.patch
said=$("$tool" day9=d=s | sed -n '/^## /,$p' | tr '\n' '/')
ok "each stands under its TODO" [ "$said" = '## Day 9: x//**TODO 1**//- d is enough (`c_is_d`)//**TODO 2**//- a may be c (`a_is_b`, 2)/' ]
every() {
	for day in "$root"/days/day[0-9]*-* "$root/capstone"; do
		sol=$root/solutions/$(basename "$day")
		[ "$("$tool" "x=$day=$sol" | grep -c '^- ')" = "$(find "$sol/mutants" -name '*.patch' | wc -l)" ] ||
			{ echo "$day"; return 1; }
	done
}
ok "of the kit none is left out" every
rm s/mutants/*
fails "a day without any is named" "has none" "$tool" day9=d=s
fails "says how it is used" "usage: list-mistakes" "$tool" --help
finish
