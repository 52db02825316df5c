#!/bin/sh
# md-filter: what it changes in a page, and what it leaves alone.
. "$(dirname "$0")/tap"
begin md-filter

mkdir -p days/day9-x
cat >days/day9-x/README.md <<'M'
# The title

<!-- students -->
    # code
<a id="todo-3"></a>
### TODO 3: a ring's half (8 points)
See [the ring](#the-ring), [above](#todo-3), [away](x.md#todo-3).
## The ring
## The ring

    # no heading

```
## none either
<!-- a comment in it -->
```
## Hints

1. look
## After it
M
page() {
	awk -f "$tool" days/day9-x/README.md
}
has() { # a line
	page | grep -xF -e "$1"
}
ok "an anchor carries its page" has '<a id="day9-x-todo-3"></a>'
ok "a heading gets the anchor that GitHub gives it" has \
	"### TODO 3: a ring's half (8 points) {#day9-x-todo-3-a-rings-half-8-points}"
ok "links within the page follow, others do not" has \
	'See [the ring](#day9-x-the-ring), [above](#day9-x-todo-3), [away](x.md#todo-3).'
ok "the first of two equal headings gets it" has '## The ring {#day9-x-the-ring}'
ok "the second stays" has '## The ring'
ok "so does the title" has '# The title'
ok "and code" has '    # no heading'
ok "fenced, too" has '## none either'
no_comment() {
	[ "$(page | grep -c '<!--')" = 1 ] && has '<!-- a comment in it -->'
}
ok "a comment of its own goes, and not from code" no_comment
ok "there is a list of the headings" has '[TOC]'
folded() {
	page | tr -d '\n' | grep -q '## Hints.*<details.*</summary> @endhtmlonly1. look@htmlonly.block. </details> @endhtmlonly## After it'
}
ok "hints are folded, and what comes after is not" folded
same_length() {
	[ "$(page | grep -vc '</details>')" = "$(wc -l <days/day9-x/README.md)" ]
}
ok "every line stays on its line" same_length
printf '## A part\n[it](#a-part)\n' >3-x.md
numbered() {
	[ "$(awk -f "$tool" 3-x.md)" = "$(printf '## A part {#page-3-x-a-part}\n[it](#page-3-x-a-part)')" ]
}
ok "no anchor begins with a digit" numbered
finish
