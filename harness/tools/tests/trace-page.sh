#!/bin/sh
# unpark-trace: a log becomes text, JSON and a page; what is no log is refused;
# no name gets out of its string; and a browser draws the page.
. "$(dirname "$0")/tap"
O=${O-build}
begin unpark-trace
case $O in /*) ;; *) O=$root/$O ;; esac
tool=$O/tools/unpark-trace
[ -x "$tool" ] || make -C "$root" O="$O" "$tool" >/dev/null 2>&1

# Two workers: 1 steals from 0; task A wakes B on the other worker; worker 0
# sleeps; a blocking job; a poll that is not over. Events as in tracepoint.h.
cat >log <<'L'
unpark-trace 1
lost 7
name 1000 1 </script><script>document.body.dataset.evil=1</script>"\&
name 2000 3 B
event 0 0 0 1000 0
event 100 0 2 1000 2
event 200 0 0 2000 1000
event 300 0 2 2000 1
event 1000 1 3 1000 0
event 2000 2 6 0 400001
event 2500 2 3 2000 1
event 3000 2 4 2000 0
event 3500 1 1 2000 1000
event 3600 1 2 2000 0
event 4000 1 4 1000 1
event 4100 1 11 1000 0
event 4200 1 8 0 0
event 5000 2 3 2000 1
event 5100 3 15 0 0
event 6100 3 16 0 0
event 7000 1 10 0 0
event 8000 1 7 0 2
L
ok "a log becomes three files" "$tool" log out "day1: a_test"
says() { # file, words
	grep -q -F -e "$2" "$1"
}
never() {
	! grep -q -E -e "$2" "$1"
}
ok "the text says how much is missing" says out.txt "18 events, 7 more are missing"
ok "the text names waker and woken" says out.txt 'wake B by </script>'
ok "and thief and victim" says out.txt "steal 1 from 0 by 1"
count_of() { # file, words, how often
	[ "$(grep -c -F -e "$2" "$1")" = "$3" ]
}
begins_are_ends() {
	[ "$(grep -c '"ph":"B"' out.json)" = "$(grep -c '"ph":"E"' out.json)" ]
}
ok "as many slices end as begin" begins_are_ends
ok "a flow begins" count_of out.json '"ph":"s"' 1
ok "and ends" count_of out.json '"ph":"f"' 1
ok "a name cannot end the script of the page" count_of out.html '</script>' 2
ok "the page loads nothing" never out.html '(src|href) *=|@import|fetch\(|https?://[^w]'

# A channel and a lock are no tasks; who has the lock is one.
{ cat log; echo "event 8100 1 27 9000 2"; echo "event 8200 1 30 a000 2000"; } >more
ok "a log with a channel and a lock" "$tool" more more "day5: a_test"
ok "says how full the channel is" says more.txt "send, 2 in the channel"
ok "and who has the lock" says more.txt "lock by B"
ok "neither is taken for a task" never more.json '"T[0-9]'

head -n 1 log >short
fails "half a log is refused" "cut short" "$tool" short no ""
sed 's/^event 2500 2 3/event 2500 2 99/' log >wrong
fails "an unknown event is named by its line" "wrong:11: no log line" "$tool" wrong no ""
sed 's/^event 2500/event 1/' log >wrong
fails "so is a time that goes back" "wrong:11: no log line" "$tool" wrong no ""
fails "a log that is not there" "No such file" "$tool" none no ""
fails "says how it is used" "usage: unpark-trace" "$tool"
not_written() {
	[ ! -e no.txt ] && [ ! -e no.html ]
}
ok "of what is refused nothing is written" not_written

browser=
for name in chromium chromium-browser google-chrome; do
	command -v $name >/dev/null && browser=$name && break
done
open_page() { # page#view: the element <body ...> as it is when drawn
	HOME=$work timeout 60 $browser --headless --no-sandbox --disable-gpu \
		--virtual-time-budget=3000 --window-size=1200,700 \
		--user-data-dir="$work/profile" --dump-dom "file://$work/$1" \
		>dom 2>/dev/null
	grep -o '<body[^>]*>' dom
}
drawn() { # page, words in <body>...
	page=$1
	shift
	open_page "$page" >body || return 1
	for word; do
		grep -q -F -e "$word" body || { cat body; return 1; }
	done
}
same_name() {
	grep -q -F '&lt;/script&gt;' dom || grep -q -F '&lt;/scri' dom
}
if [ -n "$browser" ]; then
	ok "a browser draws lanes, tasks, wakes and thefts" drawn out.html \
		'data-state="drawn"' 'data-lanes="4"' 'data-tasks="2"' \
		'data-wakes="1"' 'data-steals="1"' 'data-slices="5"'
	ok "and the task's name is text" same_name
	ok "nothing of it was run" never body evil
	ok "a view can be opened by its address" drawn "out.html#2000-4000" \
		'data-from="2000"' 'data-to="4000"' 'data-slices="2"'
	sed 's|</body>|<script>document.getElementById("in").click()</script>&|' \
		out.html >zoomed.html
	ok "a button zooms to half, about the middle" drawn \
		"zoomed.html#2000-4000" 'data-from="2500"' 'data-to="3500"'
else
	count=$((count + 1))
	echo "ok $count - a browser draws it # SKIP chromium is not installed: sh harness/setup --all"
fi
finish
