#!/bin/sh
# exchange.sh EXCHANGE LOAD TOP OUT [ONCE|SWEEP]: the exchange, a load, the console.
#
# Without a fifth argument the console runs until it is left, and the load until
# then. ONCE prints a frame of it, the percentiles, and what /health takes with
# the computations beside the main runtime and in it. SWEEP looks for the rate
# at which it breaks. Journals and pictures go into the folder OUT.
set -eu

exchange=$1 load=$2 top=$3 out=$4 how=${5-}
crunch="--crunch 4"
pids= pid= asked=
mkdir -p "$out"
said=$out/said
finish() {
	for p in $pids; do
		kill "$p" 2>/dev/null || :
		wait "$p" 2>/dev/null || :
	done
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM PIPE

# start OPTIONS: a market, in $pid, with its ports; its journal is new.
start() {
	rm -f "$out/journal" "$said"
	mkfifo "$said"
	# shellcheck disable=SC2086
	"$exchange" --journal "$out/journal" "$@" >"$said" &
	pid=$!
	pids="$pids $pid"
	exec 3<"$said"
	if ! read -r ready port health region <&3 || [ "$ready" != ready ]; then
		echo "exchange: it did not start; its reason is above" >&2
		exit 1
	fi
}

# Ask it to end: it answers what it has accepted. Then its journal is checked.
stop() {
	kill -INT "$pid"
	read -r line <&3
	wait "$pid" || { echo "exchange: it ended badly" >&2; exit 1; }
	pids=
	rm -f "$said"
	echo "the exchange has closed: $line"
	line=$("$exchange" --replay "$out/journal" | head -n 1)
	echo "its journal holds:       $line"
}

frame() {
	case $region in
	/*) "$top" "$pid" --once --screen "$1" ;;
	*) echo "(no region: is UNPARK_CONSOLE=off, or /dev/shm full?)" ;;
	esac
}

# ask: p99 of /health in us, in $asked, and the line about it.
ask() {
	line=$("$load" --health-port "$health" --rate 10 --seconds 5)
	echo "$1: ${line#/health }"
	asked=${line#* p99 }
	asked=${asked%% *}
}

case $how in
ONCE)
	start $crunch
	"$load" --port "$port" --seconds 6 --svg "$out/load.svg" >"$out/table" &
	loader=$!
	pids="$pids $loader"
	"$load" --health-port "$health" --seconds 2 >/dev/null
	frame overview
	echo
	frame resources
	echo
	wait "$loader" || { echo "exchange: the load failed" >&2; exit 1; }
	pids=$pid
	cat "$out/table"
	echo
	echo "GET /health, 10 times a second, while 4 tasks want 10 ms of computing each:"
	ask "  on the dedicated executor"
	beside=$asked
	stop
	start $crunch --crunch-on-main
	ask "  on the main runtime      "
	echo "$beside $asked" | awk '{ printf "  p99 is %.0f times as long\n", $2 / ($1 ? $1 : 1) }'
	stop
	;;
SWEEP)
	start $crunch
	"$load" --port "$port" --seconds 2 --sweep --svg "$out/sweep.svg"
	echo "the picture is $out/sweep.svg"
	stop
	;;
*)
	start $crunch
	"$load" --port "$port" --seconds 3600 --svg "$out/load.svg" >"$out/table" &
	loader=$!
	pids="$pids $loader"
	"$top" "$pid"
	kill -INT "$loader"
	wait "$loader" || :
	pids=$pid
	cat "$out/table"
	stop
	;;
esac
