#!/bin/sh
# shm: a file of memory for which the file system has no room is not made.
# Under the test runner a file may have 16 MiB, which are always there.
. "$(dirname "$0")/tap"
begin shm

cat >full.c <<'C'
#include <stdio.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "kit/err.h"
#include "kit/fault.h"
#include "kit/shm.h"

int (*fault_hook)(enum fault_site site);

int main(int argc, char *argv[])
{
	struct statfs fs;
	struct shm m;
	int err;

	/* The kernel refuses at once what is larger than all of a tmpfs. */
	if (argc != 2 || statfs("/dev/shm", &fs) || fs.f_type != TMPFS_MAGIC ||
	    !fs.f_blocks)
		return 77;
	err = shm_create(&m, argv[1], (fs.f_blocks + 1) * fs.f_bsize);
	printf("%s\n", err ? err_name(err) : "there was room");
	return err != 0;
}
C
file=/dev/shm/unpark-test-full-$$
build() {
	${CC:-gcc} -std=gnu11 -iquote "$root/harness" full.c "$root/harness/kit/shm.c" \
		"$root/harness/kit/sys.c" "$root/harness/kit/err.c" -o full
}
ok "the door can be built alone" build
rc=0
./full "$file" >out 2>&1 || rc=$?
if [ $rc = 77 ]; then
	echo "# SKIP: /dev/shm has no size of its own here"
else
	ok "more than there is gets no room" grep -q ENOSPC out
	ok "and no file is left" test ! -e "$file"
fi
rm -f "$file"
finish
