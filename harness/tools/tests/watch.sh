#!/bin/sh
# unpark-watch: what makes it run again, what it ends, and that it leaves nothing.
#
# Whatever it says comes through a FIFO, and we wait for lines, not for time. A
# line that never comes ends the whole test.
[ "${1-}" = inner ] || exec timeout 120 sh "$0" inner
. "$(dirname "$0")/tap"
begin watch.c
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$work"' EXIT
gcc -std=gnu11 -O2 -Wall -Wextra -Werror "$tool" -o "$work/watch" || exit 1

start() { # WATCH... : of two files, with the command that lies in ./command
	rm -rf day out
	mkdir day
	echo one >day/a.c
	echo one >day/b.c
	mkfifo out
	"$@" it "$work/day/a.c" day/b.c -- sh ./command >out 2>&1 3<&- &
	pid=$!
	exec 3<out
}
# Lines until one with these words; $line is the last one, $before those before.
hears() {
	before=
	while read -r line <&3; do
		case $line in *"$1"*) return 0 ;; esac
		before="$before$line|"
	done
	line="never: $1"
	return 1
}
ends() { # SIGNAL STATUS
	kill "-$1" "$pid"
	hears "it: ended" || return 1
	wait "$pid"
	got=$?
	pid=
	[ "$got" = "$2" ]
}
echo 'echo "ran with $(cat day/a.c)"' >command
saves() { # HOW
	echo two >day/a.c
	ok "$1: a save in place" hears "ran with two"
	echo three >day/.a.new && mv day/.a.new day/a.c
	ok "$1: a save by a rename" hears "ran with three"
	rm day/a.c
	ok "$1: a file that is deleted" hears "a.c is gone"
	echo four >day/a.c
	ok "$1: and there again" hears "ran with four"
}
start "$work/watch"
ok "it runs at once" hears "ran with one"
ok "and says that it waits" hears "it: waiting for a save"
saves inotify
hears "waiting for a save"
echo x >day/other.c
echo two >day/b.c
ok "another file's save is none" hears "b.c was saved"
ok "nothing ran for that one" [ "$before" = "" ]
hears "waiting for a save"
mv day moved && cp -r moved day && echo five >day/a.c
ok "a folder in the place of the old one" hears "ran with five"
kill -WINCH "$pid"
hears "waiting for a save"
echo six >day/a.c
ok "a resized window changes nothing" hears "ran with six"
ok "Ctrl-C ends it, and is no failure" ends INT 0
start "$work/watch"
hears "waiting for a save"
ok "SIGTERM is one" ends TERM 143
start "$work/watch"
hears "waiting for a save"
exec 3<&-
wait "$pid"
ok "when nobody reads what it says, it ends" [ $? = 129 ]

start "$work/watch" --poll
ok "without inotify: it says so" hears "no inotify (as you say): looking at the files every 250 ms"
saves polling
ok "polling: Ctrl-C ends it" ends INT 0

# A limit that is reached, in a user namespace of its own.
limited="unshare -Ur sh -c"
if $limited 'echo 0 >/proc/sys/user/max_inotify_instances' 2>/dev/null; then
	start $limited 'echo 0 >/proc/sys/user/max_inotify_instances && exec "$@"' - "$work/watch"
	ok "the limit is reached: it polls, and says so" hears "no inotify (the limit of instances is reached"
	saves "at the limit"
	ends INT 0
else
	echo "# SKIP the limit of inotify: no user namespaces here"
fi

# One that never ends, with a child; both hold a FIFO open, so that its reader ends
# when both have ended. The one of "deaf" does not hear SIGTERM.
mkfifo never alive.one alive.two alive.deaf
cat >command <<'C'
exec 4>"alive.$(cat day/a.c)"
! grep -q deaf day/a.c || trap "" TERM
cat never &
echo began
wait
C
cat alive.one &
one=$!
cat alive.two &
two=$!
cat alive.deaf &
deaf=$!
start "$work/watch"
hears began
echo two >day/a.c
ok "a save ends the command that runs, and starts another" hears began
ok "nothing is left of the first one" wait $one
echo deaf >day/a.c
hears began
ok "nor of the second one" wait $two
ok "Ctrl-C ends what runs, though it does not hear SIGTERM" ends INT 0
ok "and nothing is left of it" wait $deaf
fails "a wrong use says how" "usage: unpark-watch" "$work/watch" it a.c
finish
