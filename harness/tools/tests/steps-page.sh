#!/bin/sh
# unpark-steps: the log of a model test becomes text, JSON and a page; what is no
# log is refused; nothing that a test says gets out of its text; and a browser
# puts each step into its thread's column.
. "$(dirname "$0")/tap"
O=${O-build}
begin unpark-steps
case $O in /*) ;; *) O=$root/$O ;; esac
tool=$O/tools/unpark-steps
[ -x "$tool" ] || make -C "$root" O="$O" "$tool" >/dev/null 2>&1

# b stores late, and sleeps; a goes first in between, sees the store, and wakes
# it; b waits for a mutex, which nobody gives back.
cat >log <<'L'
unpark-steps 1
thread test
thread a
thread b<script>evil()</script>
step 0 0 2 -1 0 0 run.c:1 starts a
step 0 1 0 -1 0 0 run.c:2 joins a
step 2 0 0 -1 1 0 run.c:10 x = 7, late
step 1 0 0 2 0 0 run.c:20 "</script><script>&amp;
step 2 0 0 -1 0 3 run.c:10 x = 7, is seen now
step 2 1 0 -1 0 0 run.c:11 falls asleep
step 1 0 4 -1 0 0 run.c:21 wakes the sleeper
step 2 1 0 -1 0 0 run.c:12 waits for m: a has it
step 1 0 1 -1 0 0 - ends
end waits for the end of a thread
end has ended
end waits for a mutex
L
draws() { # LOG BASE VERDICT WHAT
	"$tool" "$1" "$2" "day1: a_test" "$3" "where" "$4" "somebody <b>can</b> go on" "none" "why" "make check"
}
ok "a log becomes three files" draws log out FAIL "it <b>waits</b>"
says() { # FILE WORDS
	grep -q -F -e "$2" "$1"
}
never() {
	! grep -q -E -e "$2" "$1"
}
ok "the text counts" says out.txt "3 threads, 9 steps; 1 preemption, 1 late store"
ok "it says who was preempted" says out.txt "(preempts b<script>evil()"
ok "until when a store was late" says out.txt "(until step 5)"
ok "and where it was made" says out.txt "(stored at step 3)"
ok "who wakes whom" says out.txt "(wakes b<script>"
waits_for_ever() { # FILE COUNT
	[ "$(grep -c 'for ever' "$1")" = "$2" ]
}
ok "who waits for ever" waits_for_ever out.txt 1
ok "and how all stand at the end" says out.txt "a has ended"
ok "the page has what failed at its top and at its end" \
	test "$(grep -c 'it &lt;b&gt;waits&lt;/b&gt;' out.html)" = 2
ok "what a test says stays text" never out.html '<script|</script|it <b>|<b>can'
ok "the page loads nothing" never out.html '(src|href) *=|@import|url\(|https?:'
ok "a control character does no harm" draws log bell FAIL "$(printf 'a\033[31mb\tc')"
ok "and is not in the text" says bell.txt 'WHAT   a [31mb c'
ok "an order that is right is drawn, too" draws log right PASS ""
ok "and says so" says right.html 'this order of the threads is right'

if command -v jq >/dev/null; then
	flows() {
		[ "$(jq -c '[.traceEvents[] | select(.ph == "s" or .ph == "f") | [.ph, .tid, .ts]]' out.json)" = \
			'[["s",1,1],["f",2,4],["s",2,7],["f",3,8]]' ]
	}
	slices() { # as many steps as there are, and three waits
		[ "$(jq '[.traceEvents[] | select(.ph == "X")] | length' out.json)" = 12 ]
	}
	balanced() {
		[ "$(jq -c '[.traceEvents[] | select(.ph == "b" or .ph == "e") | [.ph, .ts]]' out.json)" = '[["b",3],["e",5]]' ]
	}
	ok "the JSON has a flow from the wake to what is woken" flows
	ok "a slice a step, and a wait" slices
	ok "a late store from where it is made to where it is seen" balanced
	ok "and the report" test "$(jq -r .otherData.want out.json)" = "somebody <b>can</b> go on"
else
	count=$((count + 1))
	echo "ok $count - the JSON # SKIP jq is not installed: sh harness/setup --all"
fi

wrong() { # SENTENCE WORDS SED...
	sentence=$1 words=$2
	shift 2
	sed "$@" log >wrong
	fails "$sentence" "$words" draws wrong no FAIL ""
}
wrong "a thread that is not there is refused" "wrong:7: no log line" -e '7s/step 2/step 3/'
wrong "so is one that is woken" "wrong:11: no log line" -e '11s/ 4 / 8 /'
wrong "or preempted" "wrong:8: no log line" -e '8s/ 2 / 3 /'
wrong "a late store that was never made" "wrong:9: no log line" -e '9s/ 3 run/ 2 run/'
wrong "or is another thread's" "wrong:9: no log line" -e '9s/step 2/step 1/'
wrong "a step without words" "wrong:5: no log line" -e '5s/ run.*//'
wrong "a seventh thread" "wrong:8: no log line" -e '2p;2p;2p;2p'
wrong "half a log" "cut short" -e '/^end has/,$d'
wrong "a line that is none" "wrong:13: no log line" -e '13s/^/-/'
wrong "another log" "wrong:1: no log line" -e '1s/steps/trace/'
{
	sed '/^step/,$d' log
	yes 'step 0 0 0 -1 0 0 run.c:1 x is 0' | head -n 40001
} >wrong
fails "more steps than there can be" "wrong:40005: no log line" draws wrong no FAIL ""
fails "a log that is not there" "No such file" draws none no FAIL ""
fails "says how it is used" "usage: unpark-steps" "$tool" log out title
not_written() {
	[ ! -e no.txt ] && [ ! -e no.html ]
}
ok "of what is refused nothing is written" not_written
{
	head -n 40004 wrong
	echo "end runs
end runs
end runs"
} >long
ok "a very long one is drawn from its end" draws long long FAIL "it never ends"
ok "the rest is in the text" says long.html "The first 37000 steps are in the text"
ok "which has all" says long.txt "40000  run.c:1 x is 0"

browser=
for name in chromium chromium-browser google-chrome; do
	command -v $name >/dev/null && browser=$name && break
done
# The page has no script; ours asks for the columns in which its steps lie.
in_columns() { # WIDTH
	{
		sed -e 's/content="default-src[^"]*"/content=""/' -e '/<\/body>/,$d' out.html
		cat <<'S'
<script>
const x = e => Math.round(e.getBoundingClientRect().left), names = [...document.querySelectorAll(".name")].map(x);
document.body.dataset.columns = [...document.querySelectorAll(".op")].map(e => names.indexOf(x(e))).join("");
document.body.dataset.wide = document.documentElement.scrollWidth > innerWidth;
</script>
</body>
S
	} >asks.html
	HOME=$work timeout 60 $browser --headless --no-sandbox --disable-gpu --virtual-time-budget=3000 --window-size="$1,800" \
		--user-data-dir="$work/profile" --dump-dom "file://$work/asks.html" 2>/dev/null | grep -o '<body[^>]*>' >body
	cat body
	grep -q 'data-columns="002122121"' body && grep -q 'data-wide="false"' body
}
if [ -n "$browser" ]; then
	ok "each step is in its thread's column" in_columns 1100
	ok "also on a small screen, which it does not outgrow" in_columns 500
else
	count=$((count + 1))
	echo "ok $count - a browser draws it # SKIP chromium is not installed: sh harness/setup --all"
fi
finish
