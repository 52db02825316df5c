#!/bin/sh
# The page of unpark-serve in a browser: it draws, it is live, it says when the
# program has ended, and nothing in a name is markup.
. "$(dirname "$0")/serve-tap"

about="a browser draws the page"
browser=
for name in chromium chromium-browser google-chrome; do
	command -v $name >/dev/null && browser=$name && break
done
loads_nothing() {
	! grep -qE '(src|href) *= *"?https?:|@import|//[a-z]+\.[a-z]+/' "$root/days/day5-console/serve/page.html"
}
ok "the page loads nothing from elsewhere" loads_nothing
no_markup() {
	! grep -qE 'innerHTML|outerHTML|insertAdjacent|document\.write|eval\(' "$root/days/day5-console/serve/page.html"
}
ok "and makes no markup of what it gets" no_markup
if [ -z "$browser" ]; then
	skip "$about" "chromium is not installed: sh harness/setup --all"
	finish
fi

open_page() { # hash, width
	HOME=$work timeout 60 $browser --headless --no-sandbox --disable-gpu \
		--disable-background-networking --virtual-time-budget=4000 \
		--window-size="$2,1400" --user-data-dir="$work/profile" \
		--dump-dom "http://127.0.0.1:$port/#$1" >dom 2>/dev/null
	grep -o '<body[^>]*>' dom >tag
}
drawn() { # hash, width, words in <body>...
	open_page "$1" "$2" || return 1
	shift 2
	for word; do
		grep -q -F -e "$word" tag || { cat tag; return 1; }
	done
}
export UNPARK_INTERVAL_MS=100
live file 77
serve ./file || exit 1
ok "$about" drawn light 1100 data-drawn=\"yes\" data-state=\"live\" \
	data-workers=\"5\" data-tasks=\"59\" data-selected=\"0\"
bars() {
	n=$(sed -n 's/.*data-bars="\([0-9]*\)".*/\1/p' tag)
	[ "${n:-0}" -gt 20 ]
}
ok "with its histograms" bars
warned() {
	grep -q 'class="warning critical"' dom
}
ok "and its warnings" warned
as_text() {
	grep -q -F 'db "query" \ &lt;b&gt;' dom && ! grep -q '<b></b>' dom
}
ok "a name is text" as_text
ok "a task is opened by its address, and at 480 pixels, too" drawn \
	'dark&task=9' 480 data-drawn=\"yes\" data-selected=\"9\"
ok "a list is filtered" drawn 'filter=ticker' 1100 data-tasks=\"15\"
leave
ok "what has ended is said" drawn light 1100 data-state=\"dead\"
stop
finish
