/* Memory in a file, and a clock that another process reads. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/clock.h"
#include "kit/err.h"
#include "kit/fault.h"
#include "kit/shm.h"
#include "kit/sys.h"
#include "test/test.h"

#define SIZE 10000

/* A name of this test's own, that no file has. */
static const char *fresh(void)
{
	static char path[64];

	snprintf(path, sizeof(path), "/dev/shm/unpark-test-shm-%d", getpid());
	shm_remove(path);
	return path;
}

static bool is_there(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static bool is_untouched(const struct shm *m)
{
	return m->mem == (void *)1 && m->size == 1;
}

TEST(a_file_of_memory_is_zero_and_the_users_own, 0, 1)
{
	const char *path = fresh();
	struct stat st;
	struct shm m;
	size_t i;

	umask(0);
	EXPECT_ERR(shm_create(&m, path, SIZE), 0, "a new file");
	EXPECT(!lstat(path, &st), "it is there");
	EXPECT_EQ(st.st_mode, S_IFREG | 0600, "a file for its user only");
	EXPECT_EQ(st.st_size, SIZE, "as long as it should be");
	EXPECT(st.st_blocks * 512 >= SIZE, "all of its memory is taken");
	EXPECT_EQ(m.size, SIZE, "as large as it should be");
	for (i = 0; i < m.size; i++)
		if (((char *)m.mem)[i])
			FAIL("byte %zu is not 0", i);
	shm_unmap(&m);
	EXPECT(!m.mem && !m.size, "it is mapped no more");
	shm_unmap(&m);
	EXPECT(is_there(path), "the file stays when it is unmapped");
	shm_remove(path);
	EXPECT(!is_there(path), "it is gone when it is removed");
	shm_remove(path);
}

TEST(what_is_written_is_read_in_another_mapping, 0, 1)
{
	const char *path = fresh();
	struct shm rw, ro;

	EXPECT_ERR(shm_create(&rw, path, SIZE), 0, "a new file");
	EXPECT_ERR(shm_open_reader(&ro, path), 0, "a reader of it");
	EXPECT_EQ(ro.size, SIZE, "the size of the file");
	((char *)rw.mem)[SIZE - 1] = 42;
	EXPECT_EQ(((const char *)ro.mem)[SIZE - 1], 42, "the last byte");
	shm_remove(path);
	((char *)rw.mem)[0] = 43;
	EXPECT_EQ(((const char *)ro.mem)[0], 43, "a name less changes nothing");
	/* Not even when it asks for it: the file was opened to read. */
	EXPECT(mprotect(ro.mem, SIZE, PROT_READ | PROT_WRITE) < 0 &&
		       errno == EACCES,
	       "a reader cannot make itself a writer");
	shm_unmap(&ro);
	shm_unmap(&rw);
}

TEST(a_file_is_made_only_where_none_is, 0, 1)
{
	struct shm m, other = { (void *)1, 1 };
	const char *path = fresh();

	EXPECT_ERR(shm_create(&m, path, SIZE), 0, "a new file");
	EXPECT_ERR(shm_create(&other, path, SIZE), -EEXIST, "it is there");
	EXPECT(is_there(path), "it was not removed for that");
	EXPECT(is_untouched(&other), "untouched on error");
	shm_remove(path);
	EXPECT(!symlink("/dev/shm/unpark-test-no-such-file", path), "a link");
	EXPECT_ERR(shm_create(&other, path, SIZE), -EEXIST,
		   "a link is there, to nowhere");
	EXPECT(!is_there("/dev/shm/unpark-test-no-such-file"),
	       "it was not followed");
	shm_remove(path);
	shm_unmap(&m);
}

/* Each way in which it can fail; then no file is left. */
TEST(a_file_that_cannot_be_made_leaves_nothing, 0, 1)
{
	const char *path = fresh();
	struct shm m = { (void *)1, 1 };

	/* The runner limits files to 16 MiB; ENOSPC is tried in shm.sh. */
	signal(SIGXFSZ, SIG_IGN);
	EXPECT_ERR(shm_create(&m, path, 0), -EINVAL, "no bytes");
	EXPECT_ERR(shm_create(&m, path, SIZE_MAX), -EINVAL, "negative bytes");
	EXPECT_ERR(shm_create(&m, path, 64 << 20), -EFBIG, "above a limit");
	EXPECT(!is_there(path), "the file was taken back");
	EXPECT_ERR(shm_create(&m, "/dev/shm/no-such-folder/x", SIZE), -ENOENT,
		   "no folder");
	fault_set(FAULT_SYS, 1, -EMFILE);
	EXPECT_ERR(shm_create(&m, path, SIZE), -EMFILE, "no descriptor");
	EXPECT(fault_hit(), "the fault was hit");
	EXPECT(!is_there(path), "no file");
	EXPECT(is_untouched(&m), "untouched on error");
}

/* plain: sanitizers and valgrind need address space of their own. */
TEST(a_file_that_cannot_be_mapped_is_taken_back, 0, 1, plain)
{
	struct shm m = { (void *)1, 1 };
	const char *path = fresh();
	struct rlimit old, low;
	int err;

	getrlimit(RLIMIT_AS, &old);
	low = (struct rlimit){ 0, old.rlim_max };
	setrlimit(RLIMIT_AS, &low);
	err = shm_create(&m, path, SIZE);
	setrlimit(RLIMIT_AS, &old);
	EXPECT_ERR(err, -ENOMEM, "no address space is left");
	EXPECT(!is_there(path), "the file was taken back");
	EXPECT(is_untouched(&m), "untouched on error");
}

TEST(a_reader_takes_nothing_but_a_file_of_its_user, 0, 1)
{
	const char *path = fresh(), *foreign = path;
	struct shm m = { (void *)1, 1 };
	int fd;

	EXPECT_ERR(shm_open_reader(&m, path), -ENOENT, "no file");
	EXPECT_ERR(shm_open_reader(&m, "/dev/shm"), -EINVAL, "a folder");
	EXPECT_ERR(shm_open_reader(&m, "/dev/null"), -EINVAL, "a device");
	EXPECT(!symlink("/dev/shm", path), "a link");
	EXPECT_ERR(shm_open_reader(&m, path), -ELOOP, "a link");
	shm_remove(path);
	EXPECT(!mkfifo(path, 0600), "a pipe with a name");
	EXPECT_ERR(shm_open_reader(&m, path), -EINVAL,
		   "a pipe, and nobody waits for its writer");
	shm_remove(path);
	fd = sys_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	EXPECT(fd >= 0, "an empty file");
	EXPECT_ERR(shm_open_reader(&m, path), -EINVAL, "an empty file");
	EXPECT_EQ(sys_write(fd, "x", 1), 1, "a byte");
	sys_close(fd);
	fault_set(FAULT_SYS, 1, -EMFILE);
	EXPECT_ERR(shm_open_reader(&m, path), -EMFILE, "no descriptor");
	EXPECT(fault_hit(), "the fault was hit");
	/* Root may give a file away; all others have one of root's. */
	if (geteuid() || chown(path, 12345, (gid_t)-1))
		foreign = "/etc/passwd";
	EXPECT_ERR(shm_open_reader(&m, foreign), -EACCES, "another user's");
	EXPECT(is_untouched(&m), "untouched on error");
	shm_remove(path);
}

TEST(a_scale_tells_the_time_of_another_process, 0, 1)
{
	struct clock_scale s, none = { 0, 0, 0 };
	uint64_t before, now, after;
	unsigned int i;

	clock_trace_init();
	clock_scale_get(&s);
	for (i = 0; i < 1000; i++) {
		before = clock_trace();
		now = clock_scale_now(&s);
		after = clock_trace();
		EXPECT(before <= now && now <= after,
		       "the scale says what the clock says");
	}
	if (s.mult) {
		s.base_ns += 5 * NSEC_PER_SEC;
		before = clock_trace();
		now = clock_scale_now(&s) - 5 * NSEC_PER_SEC;
		after = clock_trace();
		EXPECT(before <= now && now <= after, "another one, its own");
	}
	before = clock_now();
	now = clock_scale_now(&none);
	after = clock_now();
	EXPECT(before <= now && now <= after, "without a counter: clock_now()");
}

TEST(a_scale_that_lies_gives_some_number, 0, 1)
{
	const uint64_t lies[] = { 0, 1, UINT64_MAX / 2, UINT64_MAX };
	unsigned int i, k, n;
	uint64_t any = 0;

	for (i = 0; i < ARRAY_SIZE(lies); i++)
		for (k = 0; k < ARRAY_SIZE(lies); k++)
			for (n = 0; n < ARRAY_SIZE(lies); n++)
				any |= clock_scale_now(&(struct clock_scale){
					lies[i], lies[k], lies[n] });
	EXPECT(any, "nothing is trapped, whatever the scale is");
}

TEST(under_a_fake_clock_a_scale_says_so, 0, 1)
{
	struct clock_scale real, fake;

	clock_trace_init();
	clock_scale_get(&real);
	fake_clock_start(77);
	clock_scale_get(&fake);
	EXPECT_EQ(fake.mult, 0, "no counter stands behind a fake clock");
	EXPECT_EQ(clock_scale_now(&fake), 77, "the fake time");
	EXPECT_EQ(clock_scale_now(&real), 77, "of an older scale, too");
	fake_clock_stop();
	clock_scale_get(&fake);
	EXPECT_EQ(fake.mult, real.mult, "the real one is back");
}
