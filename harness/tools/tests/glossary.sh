#!/bin/sh
# glossary: each function, macro, struct and header that docs/glossary.md sends
# its reader to is there.
. "$(dirname "$0")/tap"
begin glossary

missing() { # PAGE
	grep '^|' "$1" | awk -F '|' '{ print $3 "|" $4 }' | grep -oE '`[^`]+`' | tr -d '`' | sort -u |
		while read -r word; do
			case $word in
			*/*.h) [ -f "$root/$word" ] || echo "no file $word" ;;
			*'()')
				grep -rqE "\\b${word%??}\\(" "$root/harness/kit" "$root"/harness/test/test.h \
					"$root"/days/*/*.h || echo "no function $word" ;;
			struct\ *) grep -rqE "^$word \\{" "$root/harness/kit" "$root"/days/*/*.h || echo "no $word" ;;
			[A-Z][A-Z]*_*) grep -rqE "\\b(${word}\\b|X\\(${word#METRIC_},)" "$root/harness/kit" "$root"/days/*/*.h ||
				echo "no $word" ;;
			esac
		done
}
all_there() {
	said=$(missing "$root/docs/glossary.md")
	echo "$said"
	[ -z "$said" ]
}
ok "all that the glossary names is there" all_there
printf '| x | `waker_wakes()`, `struct waiter`, `POLL_SOON` | `harness/kit/futures.h` |\n' >page.md
for word in "function waker_wakes" "struct waiter" POLL_SOON "file harness/kit/futures.h"; do
	ok "what is not there is named: $word" sh -c 'echo "$1" | grep -q "no $2"' - "$(missing page.md)" "$word"
done
finish
