/* TODO 7: files by way of the pool. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fileio.h"
#include "gate.h"

#include "kit/err.h"
#include "kit/fault.h"
#include "kit/sys.h"
#include "test/test.h"

static struct blocking *pool;

static ssize_t finish(struct file_op *op)
{
	ssize_t ret = -1;

	if (!future_wait(&op->future, &ret))
		FAIL("after 3 s the call is not over: no thread came for it");
	future_drop(&op->future);
	return ret;
}

static ssize_t call_open(const char *path, int flags)
{
	struct file_op op;

	EXPECT_ERR(file_open(pool, path, flags, 0600, &op), 0,
		   "the pool takes an open");
	return finish(&op);
}

static void call_close(int fd)
{
	struct file_op op;

	EXPECT_ERR(file_close(pool, fd, &op), 0, "the pool takes a close");
	EXPECT_EQ(finish(&op), 0, "the descriptor is closed");
}

/* Keeps the one thread of the pool until the gate is opened. */
static struct gate gate;

static int wait_run(void *arg, void *out)
{
	return gate_wait_long(&gate, 1) ? 0 : -ETIMEDOUT;
}

/* Each call wants memory for its job; there is none. */
static void expect_no_memory(void)
{
	struct file_op op;
	char buf[4] = "";
	unsigned int i;

	for (i = 0; i < 4; i++) {
		int err;

		fault_set(FAULT_ALLOC, 1, -ENOMEM);
		if (i == 0)
			err = file_open(pool, "no/such/file", 0, 0, &op);
		else if (i == 1)
			err = file_read(pool, -1, buf, sizeof(buf), &op);
		else if (i == 2)
			err = file_write(pool, -1, buf, sizeof(buf), &op);
		else
			err = file_close(pool, -1, &op);
		EXPECT_ERR(err, -ENOMEM, "no job is made of it");
		EXPECT(fault_hit(), "it asked for memory");
	}
}

TEST(files_are_read_and_written_through_the_pool, 7, 1)
{
	static const struct blocking_ops wait_ops = { .run = wait_run };
	unsigned long closes = sys_count(SYS_CALL_CLOSE);
	char path[64], buf[16] = "";
	struct blocking_job job;
	struct file_op op;
	int fd, status;

	WHY("A file is always ready, says epoll; reading it waits for the disk "
	    "all the same.");
	snprintf(path, sizeof(path), "unpark-file-%d", (int)getpid());
	gate_init(&gate);
	EXPECT_ERR(blocking_create(&pool, 1, CLOCK_NEVER), 0,
		   "a pool can be made");
	STEP("create a file, write 5 bytes");
	fd = (int)call_open(path, O_CREAT | O_EXCL | O_WRONLY);
	EXPECT(fd >= 0, "the file is created (%s)", err_name(fd));
	EXPECT_ERR(file_write(pool, fd, "hello", 5, &op), 0,
		   "the pool takes a write");
	EXPECT_EQ(finish(&op), 5, "5 bytes are written");
	call_close(fd);
	STEP("open it again, read it to its end");
	fd = (int)call_open(path, O_RDONLY);
	unlink(path);
	EXPECT(fd >= 0, "the file is opened (%s)", err_name(fd));
	EXPECT_ERR(file_read(pool, fd, buf, sizeof(buf), &op), 0,
		   "the pool takes a read");
	EXPECT_EQ(finish(&op), 5, "5 bytes are read");
	EXPECT_STR(buf, "hello", "they are those that were written");
	EXPECT_ERR(file_read(pool, fd, buf, sizeof(buf), &op), 0,
		   "the pool takes a read");
	EXPECT_EQ(finish(&op), 0, "there are no more");
	STEP("what cannot be: no such file, a closed descriptor");
	EXPECT_ERR((int)call_open("no/such/file", O_RDONLY), -ENOENT,
		   "the error of the call is the output");
	EXPECT_ERR(file_read(pool, -1, buf, sizeof(buf), &op), 0,
		   "the pool takes a read");
	EXPECT_ERR((int)finish(&op), -EBADF, "the error of the call comes out");
	STEP("there is no memory; then the system refuses to open");
	expect_no_memory();
	fault_set(FAULT_SYS, 1, -EMFILE);
	EXPECT_ERR((int)call_open("/dev/null", O_RDONLY), -EMFILE,
		   "the error of the call comes out");
	EXPECT(fault_hit(), "the call was made");
	STEP("a close in the queue, and an open that nobody asks: dropped");
	EXPECT_ERR(blocking_spawn(pool, &wait_ops, NULL, 0, 0, &job), 0,
		   "the pool takes a job");
	EXPECT_ERR(file_close(pool, fd, &op), 0, "the pool takes a close");
	future_drop(&op.future);
	gate_add(&gate);
	if (!future_wait(&job.future, &status))
		FAIL("after 3 s the job is not over");
	future_drop(&job.future);
	EXPECT_ERR(file_open(pool, "/dev/null", O_RDONLY, 0, &op), 0,
		   "the pool takes an open");
	future_drop(&op.future);
	blocking_destroy(pool);
	gate_fini(&gate);
	EXPECT(sys_count(SYS_CALL_CLOSE) - closes >= 2,
	       "a close that was dropped is made all the same");
}
