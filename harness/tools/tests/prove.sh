#!/bin/sh
# prove counts: what fails, is killed, or never ran has not passed.
cd "${0%/*}/../../.." || exit 1
. harness/tools/tests/tap
d=${O:-build}/prove-test
work=$d
mkdir -p "$d"
says() { # WORDS LINES: prove says the words of these gates
	printf "$2" >"$d/list"
	sh harness/tools/prove "$d/logs" 1 "$d/list" 2>/dev/null | grep -q -x -F "$1"
}
ok "two that pass" says "2 passed, 0 failed" 'a\ttrue\nb\ttrue\n'
ok "one that fails" says "1 passed, 1 failed" 'a\ttrue\nb\tfalse\n'
ok "one that is killed, and those behind it" says "1 passed, 2 failed" 'a\ttrue\nb\tkill -9 $PPID\nc\ttrue\n'
printf 'a\ttrue\nb\tkill -9 $PPID\n' >"$d/list"
fails "the status says it, too" "1 failed" sh harness/tools/prove "$d/logs" 1 "$d/list"
finish
