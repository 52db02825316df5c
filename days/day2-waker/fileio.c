/* Given: open, read, write and close as jobs of the blocking pool. */
#include <string.h>

#include "fileio.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/sys.h"

/* The argument of a job; a path or the bytes to write follow. */
struct file_arg {
	int fd;
	int flags;
	unsigned int mode;
	size_t len;
	char data[];
};

/* The output of a job; the bytes that were read follow. */
struct file_out {
	ssize_t ret;
	char data[];
};

static int open_run(void *arg, void *out)
{
	struct file_arg *a = arg;
	struct file_out *o = out;

	o->ret = sys_open(a->data, a->flags, a->mode);
	return 0;
}

/* Nobody will ask for the descriptor. */
static void open_discard(void *arg, void *out, bool has_run)
{
	struct file_out *o = out;

	if (has_run && o->ret >= 0)
		sys_close((int)o->ret);
}

static int read_run(void *arg, void *out)
{
	struct file_arg *a = arg;
	struct file_out *o = out;

	o->ret = sys_read(a->fd, o->data, a->len);
	return 0;
}

static int write_run(void *arg, void *out)
{
	struct file_arg *a = arg;
	struct file_out *o = out;

	o->ret = sys_write(a->fd, a->data, a->len);
	return 0;
}

static int close_run(void *arg, void *out)
{
	struct file_arg *a = arg;

	sys_close(a->fd);
	return 0;
}

/* A close that never ran would leave the descriptor open for ever. */
static void close_discard(void *arg, void *out, bool has_run)
{
	struct file_arg *a = arg;

	if (!has_run)
		sys_close(a->fd);
}

static const struct blocking_ops open_ops = { open_run, open_discard };
static const struct blocking_ops read_ops = { read_run, NULL };
static const struct blocking_ops write_ops = { write_run, NULL };
static const struct blocking_ops close_ops = { close_run, close_discard };

static enum poll file_poll(struct future *f, struct context *cx, void *out)
{
	struct file_op *op = container_of(f, struct file_op, future);
	const struct file_out *o = op->job.work->out;
	ssize_t ret;
	int status;

	if (future_poll(&op->job.future, cx, &status) == POLL_PENDING)
		return POLL_PENDING;
	ret = status ? status : o->ret;
	if (op->buf && ret > 0)
		memcpy(op->buf, o->data, (size_t)ret);
	*(ssize_t *)out = ret;
	return POLL_READY;
}

static void file_drop(struct future *f)
{
	future_drop(&container_of(f, struct file_op, future)->job.future);
}

static const struct future_ops file_op_ops = {
	.poll = file_poll,
	.drop = file_drop,
	.size = sizeof(struct file_op),
	.out_size = sizeof(ssize_t),
};

/* Submit; @buf is where a read goes to, or NULL. */
static int file_start(struct blocking *b, struct blocking_work *w, void *buf,
		      struct file_op *op)
{
	int err = blocking_start(b, w, &op->job);

	if (err)
		return err;
	op->future.ops = &file_op_ops;
	op->buf = buf;
	return 0;
}

/* A block with @extra bytes behind the argument, and @room behind the output. */
static struct blocking_work *file_work(const struct blocking_ops *ops, int fd,
				       size_t extra, size_t room)
{
	struct blocking_work *w =
		work_create(ops, sizeof(struct file_arg) + extra,
			    sizeof(struct file_out) + room);

	if (w)
		((struct file_arg *)w->arg)->fd = fd;
	return w;
}

int file_open(struct blocking *b, const char *path, int flags,
	      unsigned int mode, struct file_op *op)
{
	size_t size = strlen(path) + 1;
	struct blocking_work *w = file_work(&open_ops, -1, size, 0);
	struct file_arg *a;

	if (!w)
		return -ENOMEM;
	a = (struct file_arg *)w->arg;
	a->flags = flags;
	a->mode = mode;
	memcpy(a->data, path, size);
	return file_start(b, w, NULL, op);
}
EXPORT_SYMBOL(file_open);

int file_read(struct blocking *b, int fd, void *buf, size_t len,
	      struct file_op *op)
{
	struct blocking_work *w;

	if (len > FILE_CHUNK)
		len = FILE_CHUNK;
	w = file_work(&read_ops, fd, 0, len);
	if (!w)
		return -ENOMEM;
	((struct file_arg *)w->arg)->len = len;
	return file_start(b, w, buf, op);
}
EXPORT_SYMBOL(file_read);

int file_write(struct blocking *b, int fd, const void *buf, size_t len,
	       struct file_op *op)
{
	struct blocking_work *w;
	struct file_arg *a;

	if (len > FILE_CHUNK)
		len = FILE_CHUNK;
	w = file_work(&write_ops, fd, len, 0);
	if (!w)
		return -ENOMEM;
	a = (struct file_arg *)w->arg;
	a->len = len;
	if (len)
		memcpy(a->data, buf, len);
	return file_start(b, w, NULL, op);
}
EXPORT_SYMBOL(file_write);

int file_close(struct blocking *b, int fd, struct file_op *op)
{
	return file_start(b, file_work(&close_ops, fd, 0, 0), NULL, op);
}
EXPORT_SYMBOL(file_close);

MODULE(fileio, "files by way of the blocking pool", NULL, NULL);
