#!/bin/sh
# reset: nothing of a student's is lost, whatever goes wrong.
. "$(dirname "$0")/tap"
begin reset
mkdir day sol
printf '/* TODO 1 (3 points): a */\nint y;\n/* STUB: int x; */\n/* END */\n' >sol/a.c
cp sol/a.c sol/b.c
reset() { sh "$tool" day9 day sol "$@"; }
reset a.c b.c >/dev/null
ok "a file that is gone comes back" grep -q '^int x;' day/a.c
echo mine >day/a.c
ok "a file that was written is kept" sh -c 'sh "$1" day9 day sol a.c | grep "kept as a.c.old1" && grep -x mine day/a.c.old1' - "$tool"
echo mine too >day/a.c
ok "and what was kept is not replaced" sh -c 'sh "$1" day9 day sol a.c | grep old2 && grep -x mine day/a.c.old1 && grep "mine too" day/a.c.old2' - "$tool"
ok "a stub is no file to keep" sh -c 'sh "$1" day9 day sol a.c | grep "the stub already" && [ ! -e day/a.c.old3 ]' - "$tool"
: >day/a.c
ok "an empty file is kept, too" sh -c 'sh "$1" day9 day sol a.c && [ -f day/a.c.old3 ]' - "$tool"
rm day/b.c
ln -s nowhere day/b.c
ok "a link that leads nowhere is kept as it is" sh -c 'sh "$1" day9 day sol b.c && [ -L day/b.c.old1 ] && [ -f day/b.c ] && [ ! -L day/b.c ]' - "$tool"
rm day/b.c
mkdir day/b.c
fails "a folder in its place is named" "stays as it is: it is a folder" reset b.c
rmdir day/b.c
fails "a given file is none" 'no file "given.c" that can be reset' reset given.c
# Root may write everywhere.
if [ "$(id -u)" != 0 ]; then
	as=
elif command -v setpriv >/dev/null; then
	as="setpriv --reuid=65534 --regid=65534 --clear-groups"
	cp -r "$tools" "$work/tools" && tool=$work/tools/reset
	chmod 755 "$work" && chown -R 65534 day sol
else
	as=none
fi
if [ "$as" != none ]; then
	echo precious >day/a.c
	chmod 555 day
	# shellcheck disable=SC2086
	fails "where nobody may write a file stays" "no new file can be made" $as sh "$tool" day9 day sol a.c
	ok "whole" grep -q -x precious day/a.c
	chmod 755 day
fi
ok "nothing else is left behind" sh -c '[ -z "$(ls -A day | grep "^\.")" ]'
finish
