/* Given: a recording is written. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "copy.h"
#include "recfile.h"
#include "recording.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/sys.h"

/* A recording that is written. */
struct recorder {
	const struct reader *src;
	struct region_image image; /* the frame */
	int fd;
	uint64_t frames; /* that are whole */
	uint64_t size;	 /* of the file, with these */
	uint64_t at;	 /* where the next byte goes */
	uint64_t time;	 /* of the frame before */
	z_stream z;
	unsigned char chunk[RECFILE_CHUNK];
};

/* All of it, at the place that we know: a descriptor's own may be moved. */
static int write_at(struct recorder *w, const void *buf, size_t len,
		    uint64_t at)
{
	const char *from = buf;

	if (lseek(w->fd, (off_t)at, SEEK_SET) < 0)
		return -errno;
	while (len) {
		ssize_t n = sys_write(w->fd, from, len);

		if (n == -EINTR)
			continue;
		if (n < 0)
			return (int)n;
		from += n;
		len -= (size_t)n;
	}
	return 0;
}

static int pack_chunk(struct recorder *w, int flush)
{
	size_t n;
	int err;

	w->z.next_out = w->chunk;
	w->z.avail_out = sizeof(w->chunk);
	/* It fails only where its own numbers are damaged. */
	if (deflate(&w->z, flush) == Z_STREAM_ERROR)
		return -EIO;
	n = sizeof(w->chunk) - w->z.avail_out;
	err = write_at(w, w->chunk, n, w->at);
	w->at += n;
	return err;
}

static int pack(struct recorder *w, const void *from, size_t len)
{
	int err = 0;

	/* A region is at most 1 GB: it fits into an unsigned int. */
	w->z.next_in = (unsigned char *)from;
	w->z.avail_in = (uInt)len;
	while (!err && w->z.avail_in)
		err = pack_chunk(w, Z_NO_FLUSH);
	return err;
}

static int pack_end(struct recorder *w)
{
	int err;

	do {
		err = pack_chunk(w, Z_FINISH);
	} while (!err && !w->z.avail_out);
	return err;
}

/* The header, and of each part what is in use. */
static int pack_region(struct recorder *w)
{
	const struct region_header *h = w->image.mem;
	unsigned int i;
	int err;

	deflateReset(&w->z);
	err = pack(w, h, sizeof(*h));
	for (i = 0; !err && i < REGION_PARTS; i++) {
		const struct region_part *p = &h->part[i];
		/* relaxed: the image is ours. */
		uint64_t used =
			atomic_load_explicit(&h->used[i], memory_order_relaxed);

		err = pack(w, (const char *)w->image.mem + p->offset,
			   used * p->size);
	}
	return err ? err : pack_end(w);
}

/* A clock that the target scales may go back by a little. */
static uint64_t time_of(struct recorder *w)
{
	struct region_header *h = w->image.mem;

	if (h->frozen < w->time)
		h->frozen = w->time;
	return h->frozen;
}

int recording_append(struct recorder *w)
{
	struct recfile_frame head = { .magic = RECFILE_FRAME,
				      .number = w->frames };
	int err = region_copy(w->src, &w->image);

	if (err)
		return err;
	head.time = time_of(w);
	w->at = w->size + sizeof(head);
	err = pack_region(w);
	if (err)
		goto cut;
	head.packed = w->at - w->size - sizeof(head);
	head.crc = recfile_crc(&head, sizeof(head));
	/* Last: what has a head is whole. */
	err = write_at(w, &head, sizeof(head), w->size);
	if (err)
		goto cut;
	w->time = head.time;
	w->size = w->at;
	w->frames++;
	return 0;
cut:
	/* Whether it works or not: there is no whole head behind the end. */
	if (ftruncate(w->fd, (off_t)w->size))
		return err;
	return err;
}
EXPORT_SYMBOL(recording_append);

uint64_t recording_size(const struct recorder *w)
{
	return w->size;
}
EXPORT_SYMBOL(recording_size);

static int write_head(struct recorder *w)
{
	struct recfile_head head = { .magic = RECFILE_MAGIC,
				     .version = RECFILE_VERSION,
				     .region = REGION_VERSION,
				     .id = w->src->header.id,
				     .total = w->src->header.total };

	head.crc = recfile_crc(&head, sizeof(head));
	w->size = sizeof(head);
	return write_at(w, &head, sizeof(head), 0);
}

int recording_create(struct recorder **out, const char *path,
		     const struct reader *src)
{
	struct recorder *w = kit_zalloc(sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	w->src = src;
	w->z.zalloc = recfile_alloc;
	w->z.zfree = recfile_free;
	err = region_image_init(&w->image, src->header.total);
	if (err)
		goto free_recorder;
	err = -ENOMEM;
	if (deflateInit(&w->z, Z_BEST_SPEED) != Z_OK)
		goto free_image;
	w->fd = sys_open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	err = w->fd;
	if (err < 0)
		goto end_deflate;
	err = write_head(w);
	if (err)
		goto remove_file;
	*out = w;
	return 0;
remove_file:
	sys_close(w->fd);
	unlink(path);
end_deflate:
	deflateEnd(&w->z);
free_image:
	region_image_fini(&w->image);
free_recorder:
	kit_free(w);
	return err;
}
EXPORT_SYMBOL(recording_create);

int recording_finish(struct recorder *w)
{
	int err = 0;

	if (!w)
		return 0;
	/* Not every file is on a disk: where there is nothing to wait for... */
	if (fsync(w->fd) && errno != EINVAL && errno != EROFS)
		err = -errno;
	sys_close(w->fd);
	deflateEnd(&w->z);
	region_image_fini(&w->image);
	kit_free(w);
	return err;
}
EXPORT_SYMBOL(recording_finish);

MODULE(recorder, "a recording is written", NULL, NULL);
