#!/bin/sh
# make attack: the table notices points that are stolen, a label that is
# missing, and harm; each is planted.
cd "${0%/*}/../../.." || exit 1
. harness/grade/tests/begin
prepare attack-test day4
mkdir "$d/good" "$d/bad"

plant() { # FILE LABEL INTO: a cheat; what it does comes in
	{
		printf '/*\n * CHEAT: planted\n * UNIT: day4\n'
		printf ' * FILE: days/day4-histogram/hist.c\n * INTO: %s\n * LABEL: %s\n */\n' "$3" "$2"
		cat
	} >"$d/$1"
}
plant good/exits.c exit todo <<'C'
void exit(int status);
static void cheat(int n) { exit(0); }
C
# The reference is no cheat: its points look stolen.
plant bad/solves.c solves alone <solutions/day4-histogram/hist.c
plant bad/silent.c "never said" end </dev/null
cat >"$d/bad/harms.sh" <<'S'
# CHEAT: planted
# UNIT: day4
# LABEL: - nothing
mkdir -p "$1/days/day4-histogram"
S
echo ": >'$o/unpark-harm-planted'" >>"$d/bad/harms.sh"

table() { sh harness/grade/attacks/run --cheats "$d/$1" "$o"; }
ok "what gains nothing and is named is fine" table good
fails "points are noticed" "100 graded     <- POINTS STOLEN <- NO LABEL: solves" table bad
cp "$d/said" "$d/table"
said() { grep -q -e "$1" "$d/table"; }
ok "a missing label is noticed" said "^silent .* <- NO LABEL: never said"
ok "harm is noticed" said "^HARM: .*unpark-harm-planted appeared"
ok "and counted" said "^3 cheats, 3 did something"
fails "an unknown cheat is named" "no such cheat: none" sh harness/grade/attacks/run "$o" none
finish
