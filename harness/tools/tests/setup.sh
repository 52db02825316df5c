#!/bin/sh
# setup: what it lists, and what it says where it cannot install.
. "$(dirname "$0")/tap"
begin ../setup

has() {
	sh "$tool" "$@" --list | grep -x "$name"
}
for name in make gcc clang libcmocka-dev libjansson-dev libseccomp-dev \
	zlib1g-dev valgrind doxygen patch; do
	ok "the list has $name" has
done
name=chromium
ok "--all adds the browser" has --all
ok "the browser is not in the plain list" sh -c \
	'! sh "$1" --list | grep -x chromium' - "$tool"

# A machine without apt-get: a PATH with nothing of it.
mkdir bin
for name in sh mktemp rm id; do
	ln -s "$(command -v $name)" bin/
done
fails "without apt-get it says what to do" "no apt-get here" \
	env PATH="$work/bin" sh "$tool"
fails "and prints the list" "libcmocka-dev" env PATH="$work/bin" sh "$tool"

# A machine with apt-get where nothing is installed, and no root.
printf '#!/bin/sh\nexit 1\n' >bin/apt-get
cp bin/apt-get bin/dpkg-query
rm bin/id
printf '#!/bin/sh\necho 1000\n' >bin/id
chmod +x bin/*
fails "without root it says what to do" "not root and no sudo" \
	env PATH="$work/bin" sh "$tool"
fails "and prints what is missing" "make gcc" env PATH="$work/bin" sh "$tool"

# As root, with an apt-get that fails.
printf '#!/bin/sh\necho 0\n' >bin/id
printf '#!/bin/sh\necho "E: no route" >&2\nexit 100\n' >bin/apt-get
for name in env tail; do
	ln -s "$(command -v $name)" bin/
done
fails "a failing apt-get is shown" "E: no route" \
	env PATH="$work/bin" sh "$tool"
fails "and named, with the next step" "mend it and run setup again" \
	env PATH="$work/bin" sh "$tool"

# As root, with an apt-get that works; all is there afterwards.
cat >bin/apt-get <<'S'
#!/bin/sh
echo "$*" >>calls
S
env PATH="$work/bin" sh "$tool" >/dev/null 2>&1 || true
ok "installs without questions or recommendations" \
	grep -q -e '-y --no-install-recommends install make' calls
printf '#!/bin/sh\nprintf installed\n' >bin/dpkg-query
: >calls
case $(ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.asan-* 2>&1) in
/usr/*asan*.a*)
	nothing() {
		said=$(PATH=$work/bin sh "$tool")
		echo "$said"
		all=$(sh "$tool" --list | wc -l)
		[ "$said" = "setup: nothing to do, all $all packages are there" ] &&
			[ ! -s calls ]
	}
	ok "a second run does nothing and says so in one line" nothing
	;;
esac
fails "says how it is used" "usage: sh harness/setup" sh "$tool" --wrong
finish
