#!/bin/sh
# live: the console on programs that run, are stopped, and are killed.
root=$(cd "$(dirname "$0")/../../.." && pwd)
. "$root/harness/tools/tests/tap"
out=${O:-build}
case $out in
/*) ;;
*) out=$root/$out ;;
esac

work=$(mktemp -d)
pids=
# Only what this script has started, each by its number.
tidy() {
	for pid in $pids; do
		kill -KILL "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
		rm -f "/dev/shm/unpark-$(id -u)-$pid"
	done
	rm -rf "$work"
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
unset UNPARK_INTERVAL_MS

build() {
	make -s -C "$root" O="$out" SRC=ref BASE=ref program-unpark-demo \
		program-unpark-rec program-unpark-look
}
ok "the programs are built" build
[ "$bad" = 0 ] || finish
demo=$out/plain/day5/unpark-demo-ref-ref
rec=$out/plain/day5/unpark-rec-ref-ref
look=$out/plain/day5/unpark-look-ref-ref

# Ask again, a hundred times at most, until a command succeeds.
until_ok() {
	tries=0
	until "$@" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || return 1
		sleep 0.05
	done
}
is_ready() {
	grep -q "^ready $2" "$1"
}
start_demo() { # NAME LEVEL: its number goes to $demo_pid, its region to $region
	UNPARK_CONSOLE=$2 "$demo" --seconds 40 >"$1.out" 2>"$1.err" &
	demo_pid=$!
	pids="$pids $demo_pid"
	region=/dev/shm/unpark-$(id -u)-$demo_pid
	until_ok is_ready "$1.out" /
}
start_rec() { # FILE ARGUMENT...: its number goes to $rec_pid
	file=$1
	shift
	# The seconds are a bound; each is ended, or ends, long before.
	"$rec" "$@" -o "$file" --interval 10 --seconds 20 >"$file.out" 2>&1 &
	rec_pid=$!
	pids="$pids $rec_pid"
}
word() { # NAME FILE [FRAME]: the word behind NAME
	what=$1
	shift
	"$look" "$@" | sed "s/.*$what \([^ ]*\).*/\1/"
}
has_frames() { # FILE N
	[ "$(word frames "$1")" -ge "$2" ]
}
grows() { # the target polls more than it had at some time
	was=$(word polls "$region")
	polled_more() {
		[ "$(word polls "$region")" -gt $((was + 20)) ]
	}
	until_ok polled_more
}
ended() { # PID
	! kill -0 "$1" 2>/dev/null
}
status_of() { # PID: how it ends
	wait "$1"
}

# --- recording ----------------------------------------------------------------
ok "a program shows itself" start_demo a trace
ok "to its own user only" test "$(stat -c %a "$region")" = 600
ok "three frames are recorded" "$rec" "$demo_pid" -o three.rec --count 3 \
	--interval 20
ok "and can be read" has_frames three.rec 3
ok "with events" test "$(word events three.rec)" -gt 100
ok "each later than the one before" test \
	"$(word polls three.rec 0)" -le "$(word polls three.rec 2)"
cp three.rec kept.rec
fails "a recording is not written over" "it is there already" \
	"$rec" "$demo_pid" -o three.rec
ok "and stays as it is" cmp three.rec kept.rec
fails "nonsense is refused" "choose 10 to" \
	"$rec" "$demo_pid" -o n.rec --interval 9
ok "nonsense in the environment is not" sh -c \
	'UNPARK_INTERVAL_MS=soon "$@" 2>env.err && grep -q "taking 1000" env.err' - \
	"$rec" "$demo_pid" -o env.rec --count 1
fails "what is no region is named" "this is no region" \
	"$rec" "$root/Makefile" -o n.rec
fails "who is not there is named" "there is no region" \
	"$rec" 2147483646 -o n.rec

# --- readers that are stopped and killed ---------------------------------------
start_rec stopped.rec "$demo_pid"
ok "a recorder is at work" until_ok has_frames stopped.rec 2
kill -STOP "$rec_pid"
ok "while it is stopped the program goes on" grows
kill -CONT "$rec_pid"
kill -INT "$rec_pid"
ok "it goes on, and ends when it is interrupted" status_of "$rec_pid"
ok "it says so" grep -q "interrupted" stopped.rec.out
ok "its file is whole" has_frames stopped.rec 3

start_rec killed.rec "$demo_pid"
ok "another one is at work" until_ok has_frames killed.rec 2
kill -KILL "$rec_pid"
wait "$rec_pid" 2>/dev/null
ok "it is killed, and the program goes on" grows
ok "what it has recorded can be read" has_frames killed.rec 2

# --- no room ----------------------------------------------------------------
# Of a file, first: the limit is in blocks of 512 bytes, or of 1024.
limited() {
	(ulimit -f 300 && exec "$rec" "$demo_pid" -o full.rec --interval 10 \
		--seconds 10)
}
fails "a file that may not grow ends the recording" \
	"larger than is allowed" limited
ok "in one line" test "$(wc -l <said)" = 1
ok "what was recorded can be read" has_frames full.rec 1

# Where mounts are our own: as root, or in a user namespace where that is allowed.
own=
for try in "unshare -m" "unshare -rm"; do
	[ -n "$own" ] || ! $try mount -t tmpfs tmpfs /mnt 2>/dev/null ||
		own=$try
done
if [ -n "$own" ]; then
	full_disk() {
		$own sh -c 'mount -t tmpfs -o size=300k tmpfs /mnt &&
			{ "$1" "$3" -o /mnt/full.rec --interval 10 --seconds 10
			rc=$?; "$2" /mnt/full.rec >frames || rc=0
			exit $rc; }' - "$rec" "$look" "$region"
	}
	fails "so does a disk that is full" "the disk is full" full_disk
	ok "what was recorded can be read there" grep -q "frozen" frames
	small_shm() {
		$own sh -c 'mount -t tmpfs -o size=64k tmpfs /dev/shm &&
			UNPARK_CONSOLE=hists "$1" --seconds 1 >small 2>small.err
			' - "$demo"
	}
	ok "where /dev/shm is too small a program runs" small_shm
	ok "it says so in one line" test "$(wc -l <small.err)" = 1
	ok "which names the place" grep -q "/dev/shm" small.err
	ok "it has no region, and has worked" grep -q "^served [1-9]" small
else
	echo "# SKIP: a full disk, a small /dev/shm: no file system can be mounted here"
fi

# --- programs that are killed --------------------------------------------------
start_rec last.rec "$demo_pid"
ok "a recorder is at work" until_ok has_frames last.rec 2
kill -KILL "$demo_pid"
wait "$demo_pid" 2>/dev/null
ok "the program is killed, the recorder ends" status_of "$rec_pid"
ok "it says why" grep -q "the program has ended" last.rec.out
ok "the region is still there" test -e "$region"
ok "and reads" test "$(word tasks "$region")" -gt 1
ok "as one whose process is gone" sh -c '"$@" | grep -q "^dead"' - \
	"$look" "$region"
# Not its time: a frame is never of before the one that it follows, which may
# have been made after the program's last event.
counts() { "$look" "$1" | sed 's/.* \(polls .* events [^ ]*\) .*/\1/'; }
ok "the last frame has all that the region has" test \
	"$(counts last.rec)" = "$(counts "$region")"
ok "it can be recorded" "$rec" "$region" -o dead.rec
ok "in one frame" test "$(word frames dead.rec)" = 1
ok "which is the same" test \
	"$(word digest dead.rec)" = "$(word digest "$region")"

# --- whose place is taken --------------------------------------------------------
cat >squat.sh <<'SH'
# A region is where ours will be: that of another process.
cp "$1" "/dev/shm/unpark-$(id -u)-$$"
exec "$2" --seconds "$3"
SH
UNPARK_CONSOLE=hists sh squat.sh "$region" "$demo" 40 >b.out 2>b.err &
demo_pid=$!
pids="$pids $demo_pid"
ok "a dead process's region is in the way: it is replaced" \
	until_ok is_ready b.out /
ok "without a word" test ! -s b.err
rm -f "$region"
region=/dev/shm/unpark-$(id -u)-$demo_pid
ok "the new one is of the new process" test \
	"$(word pid "$region")" = "$demo_pid"
ok "and lives" grows
UNPARK_CONSOLE=hists sh squat.sh "$region" "$demo" 1 >c.out 2>c.err &
squatter=$!
pids="$pids $squatter"
ok "one of a process that lives is left alone: the program runs" \
	status_of "$squatter"
ok "without a region" is_ready c.out "(no region)"
ok "and says so in one line" test "$(wc -l <c.err)" = 1
rm -f "/dev/shm/unpark-$(id -u)-$squatter"

# --- an end as it should be --------------------------------------------------------
start_rec end.rec "$demo_pid"
ok "a recorder is at work" until_ok has_frames end.rec 2
kill -TERM "$demo_pid"
ok "the program ends" status_of "$demo_pid"
ok "and takes its region with it" test ! -e "$region"
ok "the recorder ends" status_of "$rec_pid"
ok "with a last frame" grep -q "the program has ended" end.rec.out
finish
