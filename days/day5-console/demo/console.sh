#!/bin/sh
# console.sh DEMO TOP [ONCE]: the demo workload under the live console.
#
# With a third argument one frame is printed. The demo ends with the console.
set -eu

demo=$1 top=$2 once=${3-}
dir=$(mktemp -d)
pid=
finish() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	[ -z "$pid" ] || wait "$pid" 2>/dev/null || :
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM PIPE

mkfifo "$dir/said"
"$demo" >"$dir/said" &
pid=$!
exec 3<"$dir/said"
# It says so when its region can be read; the end of file when it fails.
if ! read -r ready path <&3 || [ "$ready" != ready ]; then
	echo "console: the demo did not start; its reason is above" >&2
	exit 1
fi
case $path in
/*) ;;
*)
	echo "console: no region to look at; is UNPARK_CONSOLE=off, or /dev/shm full?" >&2
	exit 1
	;;
esac
if [ -n "$once" ]; then
	"$top" "$pid" --once --screen overview
	echo
	"$top" "$pid" --once --screen tasks --sort p95
	echo
	"$top" "$pid" --once --screen warnings
else
	"$top" "$pid"
fi
