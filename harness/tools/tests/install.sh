#!/bin/sh
# make install: programs outside the tree can be built on what it installs, it
# exports what its headers declare, and make uninstall leaves nothing.
. "$(dirname "$0")/tap"
begin install
case ${O:=build} in /*) ;; *) O=$root/$O ;; esac
# GNU make would hand the outer make's variables on.
unset MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL SRC BASE CC CFLAGS PREFIX DESTDIR SEED
compilers=gcc
if command -v clang >/dev/null; then
	compilers="gcc clang"
else
	echo "# SKIP: no clang; run: sh harness/setup"
fi
kit() {
	make -s -C "$root" O="$O" "$@"
}
p=$work/new/usr
sums() {
	(cd "$p" && find . -type f -exec sha256sum {} + && find . -type l -exec readlink {} +) | sort
}

# --- in and out ----------------------------------------------------------------
ok "it installs" kit install PREFIX="$p"
sums >first
ok "the list names every file, and no other" sh -c 'sed -n "s/^file //p" "$1/share/unpark/installed" | sort >listed
	(cd "$1" && find . ! -type d ! -name installed | sed "s|^\./||" | sort) | cmp - listed' - "$p"
ok "a second time gives the same bytes" sh -c 'make -s -C "$1" O="$2" install PREFIX="$3"' - "$root" "$O" "$p"
sums | cmp -s - first
report $? "and no other"
ok "no path of this machine is in it" sh -c '! grep -r -l -a -F -e "$1" -e "$2" "$3/lib/"lib* "$3/include" "$3/share/man"' - "$root" "$work" "$p"
echo old >>"$p/include/unpark/old.h"
echo 'file include/unpark/old.h' >>"$p/share/unpark/installed"
ok "an older one is replaced" kit install PREFIX="$p"
sums | cmp -s - first
report $? "and its files are gone"

no_room() { # the largest file that may be written has 256 KiB
	echo "lib, as it was" >"$p/lib/libunpark.a"
	! (ulimit -f 512 && kit install PREFIX="$p") && grep -q "as it was" "$p/lib/libunpark.a" &&
		[ -z "$(find "$p" -name '.unpark-new-*')" ] &&
		! (ulimit -f 512 && kit install PREFIX="$work/room/usr") && [ ! -e "$work/room" ]
}
ok "without room for it, what was there stays, and nothing else is left" no_room
rm -rf room
kit install PREFIX="$p" >said 2>&1

# --- what is exported ------------------------------------------------------------
nm -D --defined-only "$p/lib/libunpark.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >exported
nm -g --defined-only "$p/lib/libunpark.a" | awk 'NF == 3 { print $3 }' | sort >exported-a
ok "both libraries export the same" cmp exported exported-a
declared() { # by a header that is installed; comments do not count
	find "$p/include" -name '*.h' -exec cat {} + | gcc -fpreprocessed -dD -E -P -x c - 2>/dev/null |
		tr -cs 'A-Za-z0-9_' '\n' | sort -u >words
	[ "$(wc -l <exported)" -gt 300 ] && [ -z "$(comm -23 exported words)" ] || { comm -23 exported words; return 1; }
}
ok "what is exported, an installed header declares" declared
ok "nothing of the tests or the explorer is in it" sh -c '! nm "$1/lib/libunpark.a" | grep -i -E " (model_|test_|expect_|todo_|oracle_|predict_)"' - "$p"
echo planted_by_a_test >>exported
LC_ALL=C sort -o exported exported
fails "a planted export is found" planted_by_a_test declared
nm -D --defined-only "$p/lib/libunpark.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >exported

symbols() { # HEADERS OBJECT
	(cd "$root" && sh harness/tools/lib-symbols "$work/out" "$1" "-iquote harness" "$2")
}
printf 'int declared_here(void);\n' >planted.h
printf '#include "planted.h"\nint declared_here(void) { return 0; }\n' >planted.c
gcc -c planted.c -o planted.o
ok "what a header declares is exported" symbols "$work/planted.h" "$work/planted.o"
ok "and nothing else" sh -c '[ "$(cat out)" = declared_here ]'
printf 'int stray_variable;\n' >>planted.c
gcc -c planted.c -o planted.o
fails "a global that no header declares is named" '"stray_variable"' symbols "$work/planted.h" "$work/planted.o"
printf 'void stray_function(void) {}\n' >stray.c
gcc -c stray.c -o stray.o
fails "a function likewise" '"stray_function"' symbols "$root/harness/kit/compiler.h" "$work/stray.o"
printf 'extern int (*hook)(int n);\nextern const char *const names[3];\nint nobody(void);\n' >>planted.h
fails "a function that is only declared is named" 'declares nobody()' symbols "$work/planted.h" "$work/planted.o"
sed -i '/nobody/d' planted.h
printf '#include "planted.h"\nint declared_here(void) { return 0; }\nint (*hook)(int n);\nconst char *const names[3] = { "" };\n' >planted.c
gcc -c planted.c -o planted.o
ok "variables are found in their lines" symbols "$work/planted.h" "$work/planted.o"
ok "hook and names" sh -c '[ "$(tr "\n" " " <out)" = "declared_here hook names " ]'

# --- headers -------------------------------------------------------------------
PKG_CONFIG_PATH=$p/lib/pkgconfig
export PKG_CONFIG_PATH
ok "pkg-config knows it" sh -c '[ "$(pkg-config --modversion unpark)" ] && pkg-config --validate unpark'
headers=$(cd "$p/include" && find unpark -name '*.h' | sort)
alone() { # each of them, and nothing before it
	for h in $headers; do
		echo "#include <$h>" >one.c
		# shellcheck disable=SC2046
		gcc -std=gnu11 -Wall -Wextra -Werror -fsyntax-only $(pkg-config --cflags unpark) one.c || return 1
	done
}
ok "every header can be included alone" alone
for h in $headers; do echo "#include <$h>"; done >all.c
cat >>all.c <<'C'
#include <sched.h> /* the system's */
int main(void)
{
	cpu_set_t *none = NULL;

	return sched_yield() || none;
}
C
sed -i '1i #define _GNU_SOURCE' all.c
for cc in $compilers; do
	# shellcheck disable=SC2046
	ok "all of them, and the system's <sched.h>: $cc" $cc -std=gnu11 -Wall -Wextra -Werror $(pkg-config --cflags --libs unpark) all.c -o all
done

# --- programs ------------------------------------------------------------------
LD_LIBRARY_PATH=$p/lib
export LD_LIBRARY_PATH
sed -n '/^```c$/,/^```$/{/^```/d;p}' "$root/docs/library.md" >count.c
printf 'turn 1\nturn 2\nthe task says 3\n' >want
page_says() {
	# shellcheck disable=SC2046
	gcc -std=gnu11 -Wall -Werror count.c $(pkg-config --cflags --libs unpark) -o count && ./count | cmp - want
}
ok "the program of docs/library.md runs" page_says

cat >modules.c <<'C'
#include <signal.h>
#include <stdio.h>
#include <unpark/kit/module.h>

int main(void)
{
	struct sigaction a;
	unsigned int n = 0;
	int err = module_boot();

	while (module_get(n))
		n++;
	sigaction(SIGPIPE, NULL, &a);
	printf("%u modules, %d, SIGPIPE %s\n", n, err,
	       a.sa_handler == SIG_IGN ? "ignored" : "kills");
	module_unload();
	return 0;
}
C
modules() { # as many as there are in the objects
	n=$(nm "$p/lib/libunpark.a" | grep -c ' __module_ptr_')
	# shellcheck disable=SC2046
	gcc -std=gnu11 modules.c $(pkg-config --cflags --libs unpark) -o shared &&
		gcc -std=gnu11 $(pkg-config --cflags unpark) modules.c "$p/lib/libunpark.a" -lz -lm -pthread -o static &&
		[ "$n" -gt 50 ] && ./shared | grep -x "$n modules, 0, SIGPIPE ignored" && ./static | cmp - said-by-shared
}
# shellcheck disable=SC2046
gcc -std=gnu11 modules.c $(pkg-config --cflags --libs unpark) -o shared && ./shared >said-by-shared
ok "all modules boot, in either library" modules

# Talks to an echo server on plain sockets, and ends it.
cat >client.c <<'C'
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NR 100
static char sent[1 << 16], got[1 << 16];

static int dial(int port)
{
	struct timeval limit = { .tv_sec = 10 };
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return -errno;
	return fd;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

int main(int argc, char *argv[])
{
	int port = atoi(argv[1]), fd[NR], i, n, sum = 1;

	for (i = 0; i < (int)sizeof(sent); i++)
		sent[i] = "0123456789abcdef\n"[i % 17];
	for (i = 0; i < NR; i++)
		if ((fd[i] = dial(port)) < 0 || send(fd[i], sent + i, 999, 0) != 999)
			die("a connection");
	while (--i >= 0)
		if (recv(fd[i], got, 999, MSG_WAITALL) != 999 || memcmp(got, sent + i, 999))
			die("the echo");
	/* Whoever was answered a byte is answered what was read with it. */
	if (send(fd[0], sent, sizeof(sent), 0) != sizeof(sent) || recv(fd[0], got, 1, 0) != 1)
		die("the last words");
	kill(atoi(argv[2]), SIGTERM);
	while ((n = recv(fd[0], got + sum, sizeof(got) - sum, 0)) > 0)
		sum += n;
	if ((n < 0 && errno != ECONNRESET) || memcmp(sent, got, sum))
		die("what came after the end had begun");
	if (recv(fd[1], got, 1, 0) != 0)
		die("a connection that said nothing is closed");
	/* Gone once its output is closed, which the caller waits for. */
	while ((n = read(STDIN_FILENO, got, sizeof(got))) > 0)
		fwrite(got, 1, n, stdout);
	return dial(port) == -ECONNREFUSED ? 0 : 1;
}
C
gcc -Wall -Wextra -Werror -Wno-unused-parameter client.c -o client
mkfifo fifo
talk() { # PROGRAM
	timeout 60 "$1" >fifo 2>err &
	pid=$!
	exec 3<fifo
	read -r line <&3
	timeout 60 ./client "${line##*:}" "$pid" <&3 >last || { echo "client: $?"; cat err last; kill "$pid"; return 1; }
	wait "$pid" || { echo "server: $?"; cat err; return 1; }
	cat last
	grep -q 'served 100 connections' last && [ ! -s err ]
}
for cc in $compilers; do
	for static in "" 1; do
		rm -rf echo
		cp -r "$root/docs/examples/echo-server" echo
		words="${static:+static}${static:-shared}"
		ok "the echo server is built: $cc, ${words%1}" make -C echo CC=$cc STATIC=$static CFLAGS="-O2 -Wall -Wextra -Werror"
		ok "and serves" talk echo/echo_server
		ldd echo/echo_server | grep -q libunpark
		[ $? = "${static:-0}" ]
		report $? "it is linked as was asked for"
	done
done
fails "a port that is none gets one line" "usage: echo_server [PORT]" echo/echo_server http
valgrind_ok() {
	printf '#!/bin/sh\nexec valgrind -q --leak-check=full --error-exitcode=9 %s/echo/echo_server\n' "$work" >watched
	chmod +x watched
	talk ./watched
}
ok "and it leaks nothing" valgrind_ok

# The exchange itself is a program of day 6, built in the tree.
exchange=$O/plain/day6/unpark-exchange-ref-ref
trade() { # CC STATIC
	rm -rf trade journal
	cp -r "$root/docs/examples/exchange-client" trade
	make -C trade CC="$1" STATIC="$2" CFLAGS="-O2 -Wall -Wextra -Werror" >out 2>&1 || { cat out; return 1; }
	timeout 60 "$exchange" --journal "$work/journal" >fifo 2>err &
	pid=$!
	exec 3<fifo
	read -r _ port _ <&3
	rc=0
	timeout 60 trade/exchange_client "$port" 20 50 >trades 2>&1 || rc=1
	kill "$pid"
	cat <&3 >last
	wait "$pid" || rc=1
	cat trades last err
	[ $rc = 0 ] && grep -q '^1000 accepted, 0 refused, ' trades && grep -q '^p99 ' trades &&
		grep -q '^orders 1000 answered 1000 ' last && "$exchange" --replay "$work/journal"
}
if [ -d "$(echo "$root"/days/day6-*)" ]; then
	ok "the exchange is built" kit program-unpark-exchange SRC=ref BASE=ref
	for cc in $compilers; do
		ok "a client of it, on the shared library, has an answer to each order: $cc" trade $cc ""
	done
	ok "and on the static one" trade gcc 1
	fails "a port where nobody is gets one line" "exchange_client: -ECONNREFUSED" trade/exchange_client 1
fi

# --- man pages -------------------------------------------------------------------
man=$p/share/man/man3
missing() { # functions that have a page: those of one underscore at most
	nm -D --defined-only "$p/lib/libunpark.so" | awk '$2 == "T" && $3 !~ /^__/ { sub(/@.*/, "", $3); print $3 }' |
		while read -r f; do [ -f "$man/$f.3unpark" ] || echo "$f"; done
}
ok "every exported function has a page" sh -c '[ -z "$1" ] || { echo "$1"; exit 1; }' - "$(missing)"
ok "a page has what its comment has" sh -c 'for s in NAME SYNOPSIS ARGUMENTS DESCRIPTION CONTEXT "RETURN VALUE" SOURCE "SEE ALSO"; do
	grep -q -x ".SH $s" "$1" || exit 1; done' - "$man/sched_spawn.3unpark"
if command -v lexgrog >/dev/null; then
	ok "man-db can read each page's name" sh -c 'lexgrog "$1"/*.3unpark >names; [ "$(grep -c ": \"" names)" = "$(ls "$1" | wc -l)" ]' - "$man"
	ok "man finds a function" sh -c 'MANPATH="$1/share/man" man sched_spawn | tr -s " \n" "  " | grep -q "sched_spawn(s, ops, init, join)"' - "$p"
	ok "and the page of all" sh -c 'MANPATH="$1/share/man" man unpark | grep -q unpark_sched' - "$p"
else
	echo "# SKIP: no man-db; run: sh harness/setup"
fi
if command -v groff >/dev/null; then
	ok "no page makes groff warn" sh -c '[ -z "$(groff -man -ww -Tutf8 "$1"/*.3unpark 2>&1 >/dev/null | head)" ]' - "$man"
fi

# --- what it refuses ---------------------------------------------------------------
refuses() { # SENTENCE WORDS GOAL...: in one line, make's own apart
	sentence=$1 words=$2
	shift 2
	fails "$sentence" "$words" kit "$@"
	[ "$(grep -v -c '^make[^ ]*: \*\*\*' said)" = 1 ]
	report $? "in one line"
}
refuses "an empty PREFIX" 'PREFIX="": say the whole path' install PREFIX=
refuses "a relative one" 'PREFIX="here": say the whole path' install PREFIX=here
refuses "one with a blank" 'without blanks' install PREFIX="$work/a b"
refuses "one with a quote" 'without blanks' install PREFIX="$work/a'b"
refuses "a DESTDIR with a blank" 'without blanks' install PREFIX=/usr DESTDIR="$work/a b"
refuses "the root" 'PREFIX=/: choose a folder' install PREFIX=/..
: >file
refuses "a file" 'is in the way: it is no folder' install PREFIX="$work/file"
refuses "another build" 'leave out SAN' install PREFIX="$work/other" SAN=thread
refuses "to remove what is not there" 'nothing of unpark is installed' uninstall PREFIX="$work/other"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	as="setpriv --reuid=65534 --regid=65534 --clear-groups"
else
	as=
fi
mkdir -m 555 closed
chmod 755 .
fails "where one may not write" "you may not write there" \
	$as env PREFIX="$work/closed" DESTDIR= sh "$root/harness/tools/install" check plain

# --- and out again -----------------------------------------------------------------
cp "$p/share/unpark/installed" keep
echo 'file ../../file' >>"$p/share/unpark/installed"
refuses "a list that leads out of the folder" 'is damaged' uninstall PREFIX="$p"
cp keep "$p/share/unpark/installed"
: >"$p/lib/somebody-else"
ok "uninstall, and somebody's file is there" kit uninstall PREFIX="$p"
ok "stays, alone" sh -c '[ "$(find "$1" ! -type d)" = "$1/lib/somebody-else" ]' - "$p"
rm -rf new
kit install PREFIX="$p" >said 2>&1
ok "uninstall" kit uninstall PREFIX="$p"
ok "leaves nothing, not even the folders above" test ! -e new
mkdir d
ok "DESTDIR comes before all paths, and PREFIX is in the file" sh -c 'make -s -C "$1" O="$2" install PREFIX=/usr DESTDIR="$3/d" &&
	grep -x prefix=/usr d/usr/lib/pkgconfig/unpark.pc' - "$root" "$O" "$work"
ok "and is heeded when it is removed" kit uninstall PREFIX=/usr DESTDIR="$work/d"
ok "nothing is left in it" rmdir d
# The gates compile the same files with clang; LONG=1: as a library, too.
if [ -n "${LONG-}" ] && [ "$compilers" != gcc ]; then
	ok "clang builds the library, too" kit install PREFIX="$p" CC=clang
	rm -f count
	ok "and a program runs on it" page_says
fi
finish
