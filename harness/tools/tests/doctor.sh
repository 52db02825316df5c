#!/bin/sh
# doctor: what is missing is named, with what it costs; nothing is left behind.
. "$(dirname "$0")/tap"
begin doctor

mkdir bin
for name in awk cat cut df fold grep head mkdir mktemp nproc rm sed sh tr uname; do
	ln -s "$(command -v $name)" bin/
done
printf '#!/bin/sh\necho "GNU Make 9.9"\n' >bin/make
printf '#!/bin/sh\necho "clang-format version 77.1"\n' >bin/clang-format
chmod +x bin/*
bare() {
	env PATH="$work/bin" sh "$tool" build
}
says() { # pattern of a line, with what is said below it
	bare 2>&1 | awk '/^ / { line = line " " $0; next } { print line; line = $0 } END { print line }' | grep -e "$1"
}
clean() {
	[ -z "$(ls -A build/tmp)" ]
}

bare >all 2>&1
fails "without a compiler it fails, and says what to do" \
	"make check cannot work yet; run: sh harness/setup" bare
ok "what is there is ok" says '^make  *9\.9  *ok$'
ok "what is missing has its price and its cure" \
	says '^valgrind  *-  *missing: MEMCHECK=1 .*; sh harness/setup$'
ok "another release of clang-format is not called ok" \
	says '^clang-format  *77\.1  *not 14: '
ok "what cannot be tried is not called ok" says '^seccomp  *not tried  *needs gcc'
ok "every capability is there, whether or not this machine has it" sh -c '
	for thing in cmocka valgrind cores clock "user namespaces" ASLR inotify locale seccomp /dev/shm memory place; do
		grep -q "^$thing  *[^ ]" "$1" || { echo "$thing"; exit 1; }
	done' - all
ok "no line is longer than 72" sh -c '! grep -E ".{73}" all'
ok "the kernel is named" says '^kernel  *Linux '
ok "nothing is left behind" clean
fails "a folder that cannot be made is named" "cannot write to /proc/none" \
	sh "$tool" /proc/none
fails "says how it is used" "usage: doctor" sh "$tool" --wrong
finish
