/* Memory in a file. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/shm.h"
#include "kit/sys.h"

static int map(struct shm *m, int fd, size_t size, int prot)
{
	void *mem = mmap(NULL, size, prot, MAP_SHARED, fd, 0);

	if (mem == MAP_FAILED)
		return -errno;
	*m = (struct shm){ .mem = mem, .size = size };
	return 0;
}

int shm_create(struct shm *m, const char *path, size_t size)
{
	int fd, err;

	if (!size || size > INT64_MAX)
		return -EINVAL;
	fd = sys_open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fd;
	/* It may be interrupted, and says so by its result, not by errno. */
	do {
		err = -posix_fallocate(fd, 0, (off_t)size);
	} while (err == -EINTR);
	if (!err)
		err = map(m, fd, size, PROT_READ | PROT_WRITE);
	sys_close(fd);
	if (err)
		unlink(path);
	return err;
}

int shm_open_reader(struct shm *m, const char *path)
{
	int fd = sys_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	struct stat st;
	int err;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_size <= 0)
		err = -EINVAL;
	else if (st.st_uid != geteuid())
		err = -EACCES;
	else
		err = map(m, fd, (size_t)st.st_size, PROT_READ);
	sys_close(fd);
	return err;
}

void shm_unmap(struct shm *m)
{
	if (m->mem)
		munmap(m->mem, m->size);
	m->mem = NULL;
	m->size = 0;
}

void shm_remove(const char *path)
{
	unlink(path);
}
