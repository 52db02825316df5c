#!/bin/sh
# The cages: what a test and a compiler run of a stranger's file see and reach,
# within bubblewrap and without; that each refusal is said.
cd "${0%/*}/../../.." || exit 1
. harness/tools/tests/tap
o=${O:-build}
d=$PWD/$o/cage-test
work=$d
ref=solutions/day4-histogram/hist.c
rm -rf "$d"
mkdir -p "$d"
test=mean_min_and_max_are_exact

plant() { # NAME CODE [BEFORE]: the reference with CODE first in hist_mean()
	mkdir -p "$d/$1"
	{
		printf '%s\n' "${3-}"
		CODE=$2 awk '{ print } /^uint64_t hist_mean/ { f = 1 } f && /^{/ { print ENVIRON["CODE"]; f = 0 }' "$ref"
	} >"$d/$1/hist.c"
}
check() { # NAME MODE VARIABLE...: its report on one line
	name=$1 mode=$2
	shift 2
	make check DAY=4 SRC=submitted MINE="$d/$name" BASE=ref O="$o" SEED=1 ALL=1 \
		CAGE="$mode" "$@" >"$d/$name/log" 2>&1
	tr -s ' \n' ' ' <"$d/$name/log"
}
says() { # NAME MODE WORDS VARIABLE...
	name=$1 mode=$2 words=$3
	shift 3
	check "$name" "$mode" "$@" | grep -F -e "$words" || { cat "$d/$name/log"; false; }
}
one() { # likewise, for one test
	says "$@" T=$test
}
reference() { # MODE DAY: the reference has all points
	make check DAY="$2" SRC=ref BASE=ref O="$o" SEED=1 QUIET=1 CAGE="$1" | grep -F "100 of 100 points"
}

{
	gcc -O2 -Wall harness/grade/tests/listen.c -o "$d/listen" &&
		gcc -O2 -Wall -iquote harness harness/grade/tests/label.c \
			harness/grade/check/label.c -ljansson -o "$d/label" &&
		make .grade SRC=ref BASE=ref UNITS=day4 O="$o"
} >"$d/build" 2>&1 || { cat "$d/build"; echo "Bail out! it does not build"; exit 1; }
mkfifo "$d/stop" "$d/port"
"$d/listen" <"$d/stop" >"$d/port" &
exec 9>"$d/stop"
read -r port <"$d/port"

# All tools but bubblewrap.
mkdir "$d/bin"
for dir in /usr/local/bin /usr/bin; do
	for tool in "$dir"/*; do
		[ "${tool##*/}" = bwrap ] || ln -sf "$tool" "$d/bin"
	done
done
without() {
	PATH=$d/bin "$@"
}

says_isolation() { # MODE: of a check of day 4
	words="seccomp, limits"
	[ "$1" = limits ] || words="bubblewrap, $words"
	reference "$1" 4 && grep -F "\"isolation\": \"$words\"" "$o/results/ref/day4.json"
}
label() { # NAME LABEL [WORDS-OF-A-TEST]
	"$d/label" "$d/$1/log" ${3+"$3"} | tee "$d/labels" | grep -F -e "$2" || { cat "$d/labels"; false; }
}

lists="-DUNSEEN=\"$PWD/solutions\",\"$PWD/$o\",\"$PWD/Makefile\",\"$HOME\",\"/etc/passwd\",\"/usr/bin/env\",\"/bin/sh\",\"/sys\",\"/run\",\"/dev/tty\",\"/dev/pts\""
writes="-DUNWRITABLE=\"/\",\"/unpark\",\"/usr/lib\",\"/dev\",\"/etc\",\"/proc/sys\""
defines=$(printf '%s\n' "$lists" "$writes" "-DHOST_PORT=$port" | sed 's/^-D/#define /; s/=/ /')
plant looks 'probe();' "$defines
#include \"$PWD/harness/grade/tests/probe.c\""
# The probe itself is no part of a submission.
awk -v probe="$PWD/harness/grade/tests/probe.c" 'index($0, probe) { while ((getline line <probe) > 0) print line; next } { print }' \
	"$d/looks/hist.c" >"$d/looks/x" && mv "$d/looks/x" "$d/looks/hist.c"

refused='a system call was made that a test may not make:'
plant traces 'extern long ptrace(int, ...); ptrace(0, 0, 0, 0);'
plant unshares 'extern int unshare(int); unshare(0x10000000);'
plant netlinks 'extern int socket(int, int, int); socket(16, 3, 0);'
plant memory 'extern int memfd_create(const char *, unsigned); memfd_create("x", 0);'
plant execs 'extern int execve(const char *, void *, void *); execve("/proc/self/exe", 0, 0);'
plant kills 'extern int kill(int, int), getppid(void); kill(getppid(), 9);'
plant hurries 'extern int setpriority(int, unsigned, int); setpriority(0, 0, -5);'
plant aborts 'extern void abort(void); abort();'
plant loops 'for (int i = 0; i < 10; i += !h) { __asm__(""); }'
plant leaves 'extern void _exit(int); _exit(0);'
plant fills 'extern int open(const char *, int, ...), close(int); extern long write(int, const void *, unsigned long); static char b[1 << 20], to[] = "a0"; for (int i = 0; i < 100000; i++) { to[0] = (char)(97 + i % 20); to[1] = (char)(48 + i / 20 % 10); int fd = open(to, 02101, 0600); write(fd, b, sizeof(b)); close(fd); }'
alone() { # NAME: C on stdin, and nothing else
	mkdir -p "$d/$1"
	cat >"$d/$1/hist.c"
}
echo "#include \"$PWD/$ref\"" | alone includes
echo "#include \"../../../$ref\"" | alone upwards
plant device '' '#include "/dev/zero"'
plant itself '' '#if __INCLUDE_LEVEL__ < 190
#include "hist.c"
#include "hist.c"
#endif'
plant jumps 'static void *b[5]; if (h->total == ~0ull) __builtin_longjmp(b, 1);' ''
grep -q 'h->total' "$ref" || sed -i 's/h->total == ~0ull/!h/' "$d/jumps/hist.c"

if [ "$(sh harness/tools/cage auto)" = bwrap ]; then
	modes="bwrap limits"
	ok "a test sees, writes and reaches nothing" one looks bwrap 'WHAT that is all;'
	ok "an endless test says where it is" one loops bwrap 'hist_mean'
	ok "a signal is named" one aborts bwrap 'it called abort()'
	ok "the solution is out of the compiler's sight" says includes bwrap 'hist.c: No such file' STRICT_MODPOST=1
	ok "also from the submission upwards" says upwards bwrap 'hist.c: No such file' STRICT_MODPOST=1
	ok "and so are devices" says device bwrap '/dev/zero: No such file' STRICT_MODPOST=1
	ok "the compiler's first error is labelled" label includes "includes a file that is not part of the kit"
else
	modes=limits
	echo "# SKIP bubblewrap cannot work here"
fi
for mode in $modes; do
	for call in traces:ptrace unshares:unshare netlinks:socket memory:memfd_create execs:execve kills:kill hurries:setpriority; do
		ok "$mode: ${call#*:}() is refused by name" one "${call%:*}" $mode "$refused ${call#*:} (SIGSYS)"
	done
	ok "$mode: an exit is named" one leaves $mode 'ended itself with exit(0)'
	ok "$mode: a full folder is named" one fills $mode "were written into the test's folder"
	days="1 2 3 4 5 6 capstone"
	# What is most likely to miss something: the days with sockets
	# and with a region in shared memory.
	[ -n "${LONG-}" ] || days="2 5 6"
	for day in $days; do
		ok "$mode: the reference has all points, $day" reference $mode $day
	done
	ok "$mode: results say it" says_isolation $mode
	ok "$mode: a way out without a symbol is refused" says jumps $mode 'poisoned "__builtin_longjmp"' STRICT_MODPOST=1
done
ok "limits: a solution that is included is named" says includes limits "\"$ref\" [" STRICT_MODPOST=1
ok "and labelled" label includes "includes a file that is not part of the kit"
ok "limits: also from the submission upwards" says upwards limits 'is included and not part of the kit' STRICT_MODPOST=1
ok "limits: an endless device is stopped" says device limits 'error: ' STRICT_MODPOST=1
ok "a file that includes itself is stopped" says itself limits 'error: the compiler was stopped' STRICT_MODPOST=1
ok "a stopped compiler is labelled" label itself "wears the compiler down"
ok "a refused call is labelled" label traces "makes a system call that tests refuse: ptrace" "$refused ptrace (SIGSYS)"
plant early '' '__attribute__((constructor)) static void early(void) { static volatile int x; x = 1; }'
ok "a constructor is named" says early limits "runs outside the tests" STRICT_MODPOST=1
ok "and labelled" label early "runs code before the tests"
plant forged '' '__attribute__((used, section("unpark_testfns"))) static void *forged = &forged;'
ok "a forged test is named" says forged limits "belongs to the tests" STRICT_MODPOST=1
ok "and labelled" label forged "reaches for what belongs to the tests: unpark_testfns"
plant asm '__asm__ volatile("nop");'
ok "assembly is named" says asm limits "inline assembly" STRICT_MODPOST=1
ok "and labelled" label asm "uses inline assembly"

ok "without bubblewrap auto is limits" test "$(without sh harness/tools/cage auto)" = limits
fails "and bwrap is refused" "bubblewrap cannot work here" without sh harness/tools/cage bwrap
fails "by the supervisor, too" "bubblewrap cannot work here" without make check DAY=4 SRC=ref BASE=ref O="$o" QUIET=1 CAGE=bwrap
fails "by the grader, too" "bubblewrap cannot work here" without "$o/unpark-grade" --submissions "$sub" --out "$d/out" --build "$o" --cage bwrap
ok "where nothing was graded" test ! -e "$d/out"
fails "another word is refused" "choose auto, bwrap or limits" make check DAY=4 CAGE=steel O="$o"
exec 9>&-
wait
finish
