#!/bin/sh
# top.sh: unpark-top on a region made by hand: frames are those of golden/, and
# in a terminal (tmux) keys, sizes, colours and the end are as they should be.
#
# GOLDEN=1 writes the frames instead of comparing them.
. "$(dirname "$0")/../../../harness/tools/tests/tap"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
golden=$root/days/day5-console/tests/golden
o=${O-build}
case $o in /*) ;; *) o=$root/$o ;; esac

make -s -C "$root" O="$o" SRC=ref BASE=ref program-unpark-top \
	program-draw-region >"$work/said" 2>&1 || {
	sed 's/^/# /' "$work/said"
	echo "1..0 # SKIP unpark-top was not built; is libncurses-dev there? run: sh harness/setup"
	exit 0
}
top=$o/plain/day5/unpark-top-ref-ref
region=$work/region
"$o/plain/day5/draw-region-ref-ref" "$region" || exit 1

# The warnings are those of other files: lines with them are left out.
frame() { # NAME OPTION...
	name=$1
	shift
	"$top" --once "$@" "$region" | sed '2s/([0-9]*)//; s/ *$//' |
		sed '/WARNINGS, worst first/,$d' >"$work/$name"
	[ -z "${GOLDEN-}" ] || cp "$work/$name" "$golden/$name"
	diff "$golden/$name" "$work/$name"
}
for size in 80x24 120x40; do
	w=${size%x*} h=${size#*x}
	for screen in overview tasks task resources places help; do
		ok "the screen $screen is as it was, $size" frame "$screen-$size" \
			--width "$w" --height "$h" --screen $screen --task 9
	done
done
ok "the runtime of another name is shown" frame batch-80x24 --runtime batch
ok "no byte of a frame is odd" sh -c '! LC_ALL=C grep -q "[^ -~]" "$1"/*-80x24' - "$work"
fails "a column that is none is named" "choose ID, STATE" "$top" --once --sort x "$region"
fails "a screen that is none is named" "choose overview" "$top" --once --screen x "$region"
fails "a runtime that is none is named" "choose web, batch" "$top" --once --runtime x "$region"
fails "a width that is too small is named" "80 to 300" "$top" --once --width 79 "$region"
fails "a threshold that is none is named" "no such threshold" "$top" --once --lint x=1 "$region"
fails "a value that is none is named" "no such value" "$top" --once --lint poll_warn=soon "$region"
ok "a threshold can be set" "$top" --once --lint poll_warn=2ms --lint silence=stealing "$region"
fails "a file that is no region is named" "neither a region" "$top" --once "$0"
fails "a file that is not there is named" "no such file" "$top" --once "$work/none"
head -c 3000 "$region" >"$work/cut"
fails "a region that is cut off is named" "damaged" "$top" --once "$work/cut"
fails "without a terminal it says what to do" "use --once" "$top" "$region"
ok "nonsense for an interval is one line" sh -c '
	UNPARK_INTERVAL_MS=soon "$1" --once "$2" 2>&1 >/dev/null | grep -c . | grep -qx 1' - "$top" "$region"

if ! command -v tmux >/dev/null; then
	count=$((count + 1))
	echo "ok $count - # SKIP in a terminal: no tmux; run: sh harness/setup --all"
	finish
fi

# A server of our own for each run, whatever the user's tmux does.
runs=0
tm() { TMUX='' tmux -L "unpark-$$-$runs" -f /dev/null "$@"; }
end_run() { tm kill-server >/dev/null 2>&1 || :; }
trap 'end_run; rm -rf "$work"' EXIT
see() { tm capture-pane -p -t t; }
key() { tm send-keys -t t "$@"; }
# Waits until the screen has the words: at most 5 s.
has() {
	n=0
	until see | grep -qF -e "$1"; do
		n=$((n + 1))
		[ $n -le 100 ] || { see; return 1; }
		sleep 0.05
	done
}
lacks() { ! see | grep -qF -e "$1"; }
run() { # ENVIRONMENT: a shell that runs it, and says how it ended
	end_run
	runs=$((runs + 1))
	tm new-session -d -s t -x 80 -y 24 "env PS1=ready: sh"
	tm set -g status off
	has ready:
	key "clear; $1 $top $region; echo over \$?; stty -a | tr ' ;' '\\n\\n' | grep -x -e echo -e -echo" Enter
}
run ""
ok "it starts with the overview" has "INSIDE A POLL"
key Tab
ok "Tab is the next screen" has "19 of 20 tasks, by BUSY"
key '>'
ok "> sorts by the next column" has "tasks, by SCHED"
key I
ok "I turns it around" has "by SCHED, inverted"
key F5
ok "F5 is a tree" has "below who spawned them"
key '\'
key d b
ok "a filter works while it is typed" has "filter: db"
key Enter F5
key Enter
ok "Enter shows the task under the cursor" has "LAST POLLS"
key Escape
ok "Esc goes back" has "filter: db"
key '\'
key Escape
key /
key t h u m b
key Enter
ok "a search leaves the list as it is" has "19 of 20 tasks"
key Enter
ok "and the cursor is on what was found" has "thumbnail (server.c:88)"
key '?'
ok "? is help for the column" has "SCHED     time scheduled"
key r 1
ok "r is the next runtime" has "batch: 1 worker"
key Space
ok "Space pauses" has "PAUSED"
key '['
ok "[ says that there is nothing before" has "this is the first frame"
tm resize-window -t t -x 60 -y 20
ok "a terminal that is too small is told so" has "60x20 is too small: 80x24"
tm resize-window -t t -x 120 -y 40
key Home
ok "a large one is drawn on in full" has "[ ] Step  r Runtime  q Quit"
key q
ok "q ends it with status 0" has "over 0"
echoes() { see | grep -qx echo; }
ok "and the terminal echoes again" echoes
ok "the screen that was there before is back" lacks "Runtime  q Quit"

colours() { tm capture-pane -e -p -t t | grep -q "$(printf '\033')\[[0-9;]*3[0-7]m"; }
run "env -u NO_COLOR"
has "INSIDE A POLL" >/dev/null
ok "there are colours" colours
key C-c
ok "an interrupt ends it" has "over 130"
run "NO_COLOR=1"
has "INSIDE A POLL" >/dev/null
no_colours() { ! colours; }
ok "with NO_COLOR there is no colour" no_colours
key q
run "TERM=vt100"
ok "a terminal without colours will do" has "INSIDE A POLL"
key F10
key q
ok "it ends there, too" has "over 0"
run "TERM=nonesuch"
ok "an unknown terminal is named" has "TERM=nonesuch is not known"
run ""
has "INSIDE A POLL" >/dev/null
shell=$(tm display -p -t t '#{pane_pid}')
kill -TERM $(cat "/proc/$shell/task/$shell/children")
ok "SIGTERM gives the terminal back" has "over 143"
finish
