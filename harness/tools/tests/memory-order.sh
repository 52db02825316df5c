#!/bin/sh
# memory-order: each function with an acquire, release or seq_cst, in the kit
# and in the reference, has its place in docs/memory-order.md.
. "$(dirname "$0")/tap"
begin memory-order

# Prints the functions of C files that hold such an operation, with the place.
cat >functions.awk <<'A'
FNR == 1 {
	fn = ""
}
# A definition begins in the first column; the last one before the line counts.
/^[a-z].*[a-z0-9_]+\(/ && !/;[ \t]*$/ {
	fn = $0
	sub(/\(.*/, "", fn)
	sub(/^.*[ *]/, "", fn)
}
/memory_order_(acquire|release|acq_rel|seq_cst)/ && !/^[ \t]*\*/ {
	if (!((FILENAME, fn) in seen))
		print FILENAME, fn
	seen[FILENAME, fn] = 1
}
A
unnamed() ( # PAGE: the functions that it does not name
	cd "$root" || exit 1
	# Stubs hold what the student's own file holds: they are left out.
	given=$(grep -lE '^(/\*| \*) Given:' days/*/*.c capstone/*.c)
	given="$given $(ls days/*/*/*.[ch] | grep -v '/tests/')"
	# shellcheck disable=SC2086
	awk -f "$work/functions.awk" harness/kit/*.[ch] days/*/*.h $given \
		solutions/*/*.c | while read -r file fn; do
		grep -q "\`$fn()" "$1" || echo "$file: $fn() is not in $1"
	done
)
all_named() {
	said=$(unnamed docs/memory-order.md)
	echo "$said"
	[ -z "$said" ]
}
none_named() {
	unnamed /dev/null | grep 'parker_unpark() is not in'
}
ok "every pair of the kit and the reference is on the page" all_named
ok "an empty page is noticed" none_named

cat >x.c <<'C'
static void x_publish(struct x *x)
{
	/* release: pairs with x_take() */
	atomic_store_explicit(&x->ready, true, memory_order_release);
}
C
ok "a function with such an operation is found" sh -c '
	awk -f functions.awk x.c | grep "^x.c x_publish$"'
finish
