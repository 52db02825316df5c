#!/bin/sh
# The exchange, the load and their journal as whole programs: ended, killed, and
# used wrongly.
. "$(dirname "$0")/../../../harness/tools/tests/tap"
O=${O-build}
begin exchange
case $O in /*) ;; *) O=$root/$O ;; esac
bin=$O/plain/day6
exchange=$bin/unpark-exchange-ref-ref
load=$bin/unpark-load-ref-ref
top=$O/plain/day5/unpark-top-ref-ref

make -C "$root" O="$O" SRC=ref BASE=ref program-unpark-exchange \
	program-unpark-load program-unpark-top >"$work/said" 2>&1 || {
	cat "$work/said"
	exit 1
}
pids=
trap 'for p in $pids; do kill -KILL "$p" 2>/dev/null; done; rm -rf "$work"' EXIT

# start OPTIONS: an exchange in $pid, at $port and $health; what it says in out.
start() {
	: >out
	"$exchange" "$@" >out 2>err &
	pid=$!
	pids="$pids $pid"
	ready=
	while [ "$ready" != ready ] && kill -0 "$pid" 2>/dev/null; do
		read -r ready port health region <out || :
		[ "$ready" = ready ] || sleep 0.05
	done
}
# How it ended, when it was told to.
ended() {
	kill "-$1" "$pid"
	wait "$pid"
}
word() { sed -n "s/^.*\\<$2 \\([0-9]*\\).*/\\1/p" "$1" | head -n 1; }
replayed() { "$exchange" --replay "$1" >replay; }
same() { [ -n "$1" ] && [ "$1" = "$2" ]; }

# --- an end as it should be ----------------------------------------------------
start --journal one.log
ok "a load has all its answers" "$load" --port "$port" --rate 10000 --seconds 1
cp said table
ok "it prints its percentiles" grep -q "p99.9 us" table
ok "and how late it was itself" grep -q "sent late by" table
ok "/health is asked at a pace, too" "$load" --health-port "$health" --seconds 1
ok "asked to end, the exchange ends" ended INT
ok "it has answered what it has accepted" \
	same "$(word out orders)" "$(word out answered)"
ok "which is what was sent" same "$(word out orders)" 10000
ok "no task is left" same "$(word out left)" 0
ok "its journal can be replayed" replayed one.log
ok "nothing is missing in it" grep -q "torn 0 half 0" replay
ok "it has each accepted order" same 10000 \
	$(($(word replay orders) + $(word replay cancels) + $(word replay errors)))
fails "what another market has written stays" "EEXIST" \
	"$exchange" --journal one.log --seconds 1
cp one.log bad.log
sed -i '7s/^\(.\) 7 /\1 8 /' bad.log
fails "a journal in which a number is wrong is refused" "line 7" \
	"$exchange" --replay bad.log

# --- stopped for a moment ----------------------------------------------------------
start --journal stopped.log
kill -STOP "$pid"
until grep -q "^State:.*stopped" "/proc/$pid/status"; do sleep 0.05; done
kill -CONT "$pid"
ok "stopped and let go on, the exchange goes on" \
	"$load" --health-port "$health" --rate 50 --seconds 1
ok "and ends when it is asked to" ended INT

# --- in the middle of a load ------------------------------------------------------
start --journal two.log
"$load" --port "$port" --rate 20000 --seconds 10 >load.out 2>&1 &
loader=$!
pids="$pids $loader"
until grep -q . two.log; do sleep 0.05; done
ok "in the middle of a load it ends as well" ended TERM
wait "$loader" 2>/dev/null
ok "with answers to all that it has accepted" \
	same "$(word out orders)" "$(word out answered)"
ok "and a whole journal" replayed two.log
ok "of all of them" same "$(word out orders)" \
	$(($(word replay orders) + $(word replay cancels) + $(word replay errors)))

start --journal three.log
"$load" --port "$port" --rate 20000 --seconds 10 >load.out 2>&1 &
loader=$!
pids="$pids $loader"
until [ "$(wc -c <three.log)" -gt 100000 ]; do sleep 0.05; done
kill -KILL "$pid"
wait "$pid" 2>/dev/null
wait "$loader" 2>/dev/null
ok "killed, it leaves a journal that can be replayed" replayed three.log
ok "with what had been written" test "$(word replay lines)" -gt 1000
rm -f "/dev/shm/unpark-$(id -u)-$pid"

# --- no room -----------------------------------------------------------------------
cat >small.sh <<'SH'
ulimit -f 200
exec "$@"
SH
: >out
sh small.sh "$exchange" --journal full.log >out 2>err &
pid=$!
pids="$pids $pid"
until grep -q "^ready" out; do sleep 0.05; done
read -r ready port health region <out
"$load" --port "$port" --rate 10000 --seconds 2 >load.out 2>&1
ok "a journal without room refuses the orders" sh -c \
	'awk "NR == 2 { exit !(\$NF > 0) }" load.out'
ended INT
ok "the exit status says that it was broken" test $? = 1
ok "in a line" grep -q "at the end" err
ok "what was written can be replayed" replayed full.log

# --- used wrongly -------------------------------------------------------------------
fails "without a journal it says so" "--journal FILE is missing" "$exchange"
fails "nonsense is refused" "choose 1 to 8" "$exchange" --journal x --symbols 9
fails "so is what is no option" "no such option" "$exchange" --journal x y
fails "a journal that is not there cannot be replayed" "cannot be read" \
	"$exchange" --replay no.log
fails "a load without a port says so" "--port N is missing" "$load"
fails "a load without an exchange ends" "ECONNREFUSED" "$load" --port 1

# --- as a demonstration ---------------------------------------------------------------
ok "make exchange ONCE=1 prints its frames, and ends" sh -c 'sh "$@" >"$0"' \
	"$work/frames" "$root/days/day6-exchange/market/exchange.sh" \
	"$exchange" "$load" "$top" "$work/shown" ONCE
ok "the console shows the channels" grep -q "channel orders" frames
ok "the load shows its percentiles" grep -q "p99.9 us" frames
ok "/health is slower where the computations are" sh -c \
	'awk "/times as long/ { n = \$3 } END { exit !(n >= 2) }" "$0"' frames
ok "the journals hold" test "$(grep -c "its journal holds" frames)" = 2
ok "the picture is there" grep -q "<svg" shown/load.svg
finish
