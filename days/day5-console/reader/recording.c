/* Given: a recording is read. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copy.h"
#include "recfile.h"
#include "recording.h"

#include "kit/err.h"
#include "kit/module.h"
#include "kit/sys.h"

/* No frame is there. */
#define NO_FRAME SIZE_MAX

/* Where a frame is in the file. */
struct place {
	uint64_t at;	 /* its first byte behind its head */
	uint64_t packed; /* bytes from there */
	uint64_t time;
};

/* A recording that is read. */
struct recording {
	int fd;
	struct recfile_head head; /* checked */
	struct place *frames;
	size_t nr_frames;
	size_t room;
	uint64_t rest;
	struct region_image image; /* a frame */
	struct reader src;	   /* of it */
	size_t loaded;		   /* which one, or NO_FRAME */
};

/* A frame that is being inflated. */
struct unpacker {
	z_stream z;
	int fd;
	uint64_t at;   /* in the file */
	uint64_t left; /* bytes of the frame from there */
	bool is_over;  /* the stream has ended, and its sum is right */
	unsigned char chunk[RECFILE_CHUNK];
};

/* All of it; the file may be shorter by now. */
static int read_at(int fd, void *buf, size_t len, uint64_t at)
{
	char *to = buf;

	while (len) {
		ssize_t n = pread(fd, to, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EBADMSG;
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

/* Opening ------------------------------------------------------------------ */

static int check_head(struct recording *r, uint64_t size)
{
	int err;

	if (size < sizeof(r->head))
		return -EINVAL;
	err = read_at(r->fd, &r->head, sizeof(r->head), 0);
	if (err)
		return err;
	if (memcmp(r->head.magic, RECFILE_MAGIC, sizeof(r->head.magic)))
		return -EINVAL;
	if (r->head.version != RECFILE_VERSION ||
	    r->head.region != REGION_VERSION)
		return -EPROTO;
	if (r->head.crc != recfile_crc(&r->head, sizeof(r->head)) ||
	    r->head.total < sizeof(struct region_header))
		return -EBADMSG;
	return r->head.total <= REGION_COPY_MAX ? 0 : -EFBIG;
}

static int add_frame(struct recording *r, const struct place *p)
{
	size_t room = r->room ? 2 * r->room : 64;
	struct place *frames;

	if (r->nr_frames == r->room) {
		frames = kit_alloc(room * sizeof(*frames));
		if (!frames)
			return -ENOMEM;
		if (r->nr_frames)
			memcpy(frames, r->frames,
			       r->nr_frames * sizeof(*frames));
		kit_free(r->frames);
		r->frames = frames;
		r->room = room;
	}
	r->frames[r->nr_frames++] = *p;
	return 0;
}

/* Is this the head of the next frame, all of which is in the file? */
static bool is_next(const struct recording *r, const struct recfile_frame *h,
		    uint64_t left)
{
	return !memcmp(h->magic, RECFILE_FRAME, sizeof(h->magic)) &&
	       h->crc == recfile_crc(h, sizeof(*h)) &&
	       h->number == r->nr_frames && h->packed && h->packed <= left &&
	       h->time &&
	       (!r->nr_frames || h->time >= r->frames[r->nr_frames - 1].time);
}

/* From frame to frame, up to the first that is not whole. */
static int find_frames(struct recording *r, uint64_t size)
{
	uint64_t at = sizeof(r->head);
	struct recfile_frame h;
	int err = 0;

	while (!err && size - at >= sizeof(h)) {
		err = read_at(r->fd, &h, sizeof(h), at);
		if (err || !is_next(r, &h, size - at - sizeof(h)))
			break;
		err = add_frame(r, &(struct place){ at + sizeof(h), h.packed,
						    h.time });
		at += sizeof(h) + h.packed;
	}
	r->rest = size - at;
	if (err && err != -EBADMSG)
		return err;
	return r->nr_frames ? 0 : -ENODATA;
}

static int open_file(struct recording *r, const char *path)
{
	struct stat st;
	int err;

	/* A pipe would block, and cannot be read from the middle. */
	r->fd = sys_open(path, O_RDONLY | O_NONBLOCK, 0);
	if (r->fd < 0)
		return r->fd;
	if (fstat(r->fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	err = check_head(r, (uint64_t)st.st_size);
	if (!err)
		err = find_frames(r, (uint64_t)st.st_size);
	return err;
}

int recording_open(struct recording **out, const char *path)
{
	struct recording *r = kit_zalloc(sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->loaded = NO_FRAME;
	err = open_file(r, path);
	if (err)
		recording_close(r);
	else
		*out = r;
	return err;
}
EXPORT_SYMBOL(recording_open);

void recording_close(struct recording *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		sys_close(r->fd);
	region_image_fini(&r->image);
	kit_free(r->frames);
	kit_free(r);
}
EXPORT_SYMBOL(recording_close);

size_t recording_frames(const struct recording *r)
{
	return r->nr_frames;
}
EXPORT_SYMBOL(recording_frames);

uint64_t recording_time(const struct recording *r, size_t frame)
{
	return frame < r->nr_frames ? r->frames[frame].time : 0;
}
EXPORT_SYMBOL(recording_time);

uint64_t recording_rest(const struct recording *r)
{
	return r->rest;
}
EXPORT_SYMBOL(recording_rest);

/* Frames ------------------------------------------------------------------- */

static int unpack_fill(struct unpacker *u)
{
	size_t n =
		u->left < sizeof(u->chunk) ? (size_t)u->left : sizeof(u->chunk);
	int err = read_at(u->fd, u->chunk, n, u->at);

	u->z.next_in = u->chunk;
	u->z.avail_in = (uInt)n;
	u->at += n;
	u->left -= n;
	return err;
}

/* The next @len bytes of the frame, and not one more. */
static int unpack(struct unpacker *u, void *to, uint64_t len)
{
	int err, said;

	/* At most 1 GB: it fits into an unsigned int. */
	u->z.next_out = to;
	u->z.avail_out = (uInt)len;
	while (u->z.avail_out) {
		if (!u->z.avail_in && u->left) {
			err = unpack_fill(u);
			if (err)
				return err;
		}
		said = inflate(&u->z, Z_NO_FLUSH);
		if (said == Z_MEM_ERROR)
			return -ENOMEM;
		u->is_over = said == Z_STREAM_END;
		/* An end that is too early, bytes that are no stream, or too
		 * few of them: which is Z_BUF_ERROR. */
		if (said != Z_OK && !(u->is_over && !u->z.avail_out))
			return -EBADMSG;
	}
	return 0;
}

/* Behind the last byte there is only the end of the stream. */
static int unpack_end(struct unpacker *u)
{
	unsigned char more;
	int err, said;

	while (!u->is_over) {
		if (!u->z.avail_in && u->left) {
			err = unpack_fill(u);
			if (err)
				return err;
		}
		u->z.next_out = &more;
		u->z.avail_out = 1;
		said = inflate(&u->z, Z_NO_FLUSH);
		if (said == Z_MEM_ERROR)
			return -ENOMEM;
		if ((said != Z_OK && said != Z_STREAM_END) || !u->z.avail_out)
			return -EBADMSG;
		u->is_over = said == Z_STREAM_END;
	}
	return u->z.avail_in || u->left ? -EBADMSG : 0;
}

/* The frame's own header is checked like that of any region, before a byte is
 * inflated by it: so what comes out of a few bytes is never more than the room
 * that there is. */
static int check_frame(const struct recording *r, const struct place *p,
		       const struct region_header *h)
{
	unsigned int i;

	if (region_check(h, r->head.total) || h->total != r->head.total ||
	    h->id != r->head.id || h->frozen != p->time)
		return -EBADMSG;
	for (i = 0; i < REGION_PARTS; i++) {
		/* relaxed: a copy of our own. */
		uint64_t used =
			atomic_load_explicit(&h->used[i], memory_order_relaxed);

		if (used > h->part[i].count)
			return -EBADMSG;
	}
	return 0;
}

static int unpack_frame(struct recording *r, const struct place *p,
			struct unpacker *u)
{
	struct region_header h;
	unsigned int i;
	int err = unpack(u, &h, sizeof(h));

	if (!err)
		err = check_frame(r, p, &h);
	if (err)
		return err;
	memcpy(r->image.mem, &h, sizeof(h));
	for (i = 0; !err && i < REGION_PARTS; i++)
		err = unpack(u, (char *)r->image.mem + h.part[i].offset,
			     h.used[i] * h.part[i].size);
	return err ? err : unpack_end(u);
}

static int load(struct recording *r, const struct place *p)
{
	struct unpacker *u;
	int err = 0;

	r->loaded = NO_FRAME;
	/* What an earlier frame has left is behind what is in use: unread. */
	if (!r->image.mem)
		err = region_image_init(&r->image, r->head.total);
	if (err)
		return err;
	u = kit_zalloc(sizeof(*u));
	if (!u)
		return -ENOMEM;
	u->z.zalloc = recfile_alloc;
	u->z.zfree = recfile_free;
	u->fd = r->fd;
	u->at = p->at;
	u->left = p->packed;
	err = -ENOMEM;
	if (inflateInit(&u->z) == Z_OK) {
		err = unpack_frame(r, p, u);
		inflateEnd(&u->z);
	}
	kit_free(u);
	if (!err)
		err = reader_memory(&r->src, r->image.mem, r->image.size);
	return err;
}

int recording_reader(struct recording *r, size_t frame, struct reader *src)
{
	int err;

	if (frame >= r->nr_frames)
		return -ERANGE;
	if (r->loaded != frame) {
		err = load(r, &r->frames[frame]);
		if (err)
			return err;
		r->loaded = frame;
	}
	*src = r->src;
	return 0;
}
EXPORT_SYMBOL(recording_reader);

int recording_take(struct recording *r, size_t frame, struct snapshot *s)
{
	struct reader src;
	int err = recording_reader(r, frame, &src);

	return err ? err : snapshot_take(s, &src);
}
EXPORT_SYMBOL(recording_take);

MODULE(recording, "a recording is read", NULL, NULL);
