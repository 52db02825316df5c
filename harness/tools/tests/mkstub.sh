#!/bin/sh
# mkstub: what it keeps, what it cuts, and the mistakes that it names.
. "$(dirname "$0")/tap"
begin mkstub

cat >good.c <<'C'
/* before */
int f(int x)
{
	/*
	 * a comment that says TODO 3 in passing
	 */
	/* TODO 3 (8 points): add one & "\n".
	 * Hint: README#todo-3 */
	int y = x;

	return y + 1;
	/* STUB: (void)x; */
	/* STUB: */
	/* STUB: return TODO(3, -ENOSYS) & "\\n"; */
	/* END */
}

/* TODO 3, second half (see above) */
static int helper(void)
{
	return 1;
}
/* END */
/* after */
C
cat >want.c <<'C'
/* before */
int f(int x)
{
	/*
	 * a comment that says TODO 3 in passing
	 */
	/* TODO 3 (8 points): add one & "\n".
	 * Hint: README#todo-3 */
	(void)x;

	return TODO(3, -ENOSYS) & "\\n";
}

/* TODO 3, second half (see above) */
/* after */
C
printf '/* Given: a file without regions. */\n\n\tint  x;  \n' >given.c

same() {
	"$tool" "$1" >got.c && diff "$2" got.c
}
ok "keeps the comment, cuts the code, leaves the stub text" same good.c want.c
ok "copies a file without regions byte for byte" same given.c given.c

# Each mistake is one line that names the place, and nothing is printed.
wrong() { # sentence words, file on stdin
	cat >wrong.c
	fails "$1" "$2" "$tool" wrong.c
	"$tool" wrong.c >out 2>err || true
	if [ -s out ] || [ "$(wc -l <err)" -ne 1 ]; then
		report 1 "$1: one line on stderr, none on stdout"
	fi
}
wrong "names a region that is never ended" "wrong.c:2: region is never" <<'C'
int x;
/* TODO 1 (3 points): a */
int y;
C
wrong "names a comment that is never ended" "wrong.c:1: region is never" <<'C'
/* TODO 1 (3 points): a
 * b
C
wrong "names a region inside a region" "wrong.c:3: TODO inside the region" <<'C'
/* TODO 1 (3 points): a */
int y;
/* TODO 2 (3 points): b */
/* END */
C
wrong "names END outside a region" "wrong.c:2: END outside" <<'C'
int y;
	/* END */
C
wrong "names STUB outside a region" "wrong.c:1: STUB outside" <<'C'
/* STUB: return 0; */
C
wrong "names code after STUB" "wrong.c:3: code after STUB" <<'C'
/* TODO 1 (3 points): a */
/* STUB: return 0; */
int y;
/* END */
C
wrong "names a STUB of several lines" "wrong.c:2: STUB does not end" <<'C'
/* TODO 1 (3 points): a */
/* STUB: return
 * 0; */
/* END */
C
fails "names a missing file" "none.c: no such file" "$tool" none.c
fails "says how it is used" "usage: mkstub [--done 1,2] FILE" "$tool"
finish
