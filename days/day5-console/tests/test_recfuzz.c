/*
 * Recordings that lie. Without points: what reads them is given. A sanitizer
 * sees what goes astray.
 */
#include "events.h"
#include "rec_file.h"

#include "kit/err.h"

/* Deflate @len bytes into a file of one frame, whose heads are right. */
static void store_frame(const struct region_header *h, const void *more,
			size_t len)
{
	struct recfile_head head = { .magic = RECFILE_MAGIC,
				     .version = RECFILE_VERSION,
				     .region = REGION_VERSION,
				     .id = 4711,
				     .total = world_header().total };
	struct recfile_frame f = { .magic = RECFILE_FRAME, .time = h->frozen };
	static unsigned char plain[FILE_MAX];
	uLongf packed = FILE_MAX - sizeof(head) - sizeof(f);

	memcpy(plain, h, sizeof(*h));
	memcpy(plain + sizeof(*h), more, len);
	EXPECT_EQ(compress2(bytes + sizeof(head) + sizeof(f), &packed, plain,
			    sizeof(*h) + len, 1),
		  Z_OK, "it can be deflated");
	f.packed = packed;
	head.crc = recfile_crc(&head, sizeof(head));
	f.crc = recfile_crc(&f, sizeof(f));
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), &f, sizeof(f));
	nr_bytes = sizeof(head) + sizeof(f) + packed;
	store_file(bytes, nr_bytes);
}

static int take_frame(void)
{
	struct snapshot s = { 0 };
	struct recording *r;
	int err = recording_open(&r, FILE_NAME);

	if (!err) {
		err = recording_take(r, 0, &s);
		recording_close(r);
	}
	snapshot_free(&s);
	return err;
}

TEST(a_frame_is_no_larger_than_its_header_says, 0, 0, kit)
{
	static const unsigned char zeros[20000];
	struct region_header h = world_header();

	WHY("A few bytes can be deflated from gigabytes.");
	world();
	h.frozen = 5000;
	store_frame(&h, zeros, 0);
	EXPECT_ERR(take_frame(), 0, "a region in which nothing is in use");
	store_frame(&h, zeros, 1);
	EXPECT_ERR(take_frame(), -EBADMSG, "one byte too many");
	store_frame(&h, zeros, sizeof(zeros));
	EXPECT_ERR(take_frame(), -EBADMSG, "many bytes too many");
	h.used[REGION_TASKS] = 2;
	store_frame(&h, zeros, 1024);
	EXPECT_ERR(take_frame(), 0, "two tasks");
	store_frame(&h, zeros, 1023);
	EXPECT_ERR(take_frame(), -EBADMSG, "one byte too few");
	h.used[REGION_TASKS] = 0;
	h.used[REGION_RINGS] = sizeof(zeros) / h.part[REGION_RINGS].size;
	store_frame(&h, zeros,
		    h.used[REGION_RINGS] * h.part[REGION_RINGS].size);
	EXPECT_ERR(take_frame(), -EBADMSG, "more rings than it has room for");
	h.used[REGION_RINGS] = 0;
	h.used[REGION_TASKS] = UINT64_MAX / 512;
	store_frame(&h, zeros, 1024);
	EXPECT_ERR(take_frame(), -EBADMSG, "more tasks than it has room for");
	h = world_header();
	h.frozen = 5000;
	h.total += 128;
	store_frame(&h, zeros, 0);
	EXPECT_ERR(take_frame(), -EBADMSG, "another size than the file says");
	h = world_header();
	h.frozen = 5000;
	h.part[REGION_TASKS].count = 1u << 30;
	h.used[REGION_TASKS] = 1u << 29;
	store_frame(&h, zeros, 1024);
	EXPECT_ERR(take_frame(), -EBADMSG, "a part that ends elsewhere");
	world_end();
}

/* All frames of what is in the file, if it is a recording. */
static unsigned int read_frames(void)
{
	static struct snapshot s;
	static struct events e;
	struct recording *r;
	struct reader frame;
	unsigned int n = 0;
	size_t i;

	if (recording_open(&r, FILE_NAME))
		return 0;
	for (i = 0; i < recording_frames(r); i++) {
		if (recording_take(r, i, &s))
			continue;
		n++;
		EXPECT_ERR(recording_reader(r, i, &frame), 0, "it is there");
		EXPECT_ERR(events_read(&e, &frame), 0, "there is memory");
	}
	recording_close(r);
	snapshot_free(&s);
	events_free(&e);
	return n;
}

/* Bytes change, and heads that lie have the right sum. */
static size_t spoil_file(struct world_dice *d, unsigned char *file)
{
	size_t at = sizeof(struct recfile_head);
	struct recfile_frame f;
	struct recfile_head h;

	memcpy(&h, file, sizeof(h));
	memcpy(&f, file + at, sizeof(f));
	switch (world_roll(d, 4)) {
	case 0:
		world_flip(d, file, nr_bytes);
		break;
	case 1:
		world_words(d, &h, sizeof(h));
		if (world_roll(d, 4))
			memcpy(h.magic, RECFILE_MAGIC, sizeof(h.magic));
		h.version = RECFILE_VERSION;
		h.region = REGION_VERSION;
		h.crc = recfile_crc(&h, sizeof(h));
		memcpy(file, &h, sizeof(h));
		break;
	case 2:
		f.packed = world_roll(d, 2) ? world_number(d)
					    : world_roll(d, nr_bytes);
		f.crc = recfile_crc(&f, sizeof(f));
		memcpy(file + at, &f, sizeof(f));
		break;
	default:
		world_flip(d, file + at + sizeof(f), (size_t)f.packed);
		break;
	}
	return world_roll(d, 8) ? nr_bytes : world_roll(d, nr_bytes);
}

TEST(a_spoilt_recording_does_no_harm, 0, 0, kit, timeout = 20)
{
	unsigned int rounds = test_is_slow() ? 300 : 1000, i, good = 0;
	static unsigned char file[FILE_MAX];
	struct world_dice dice = { 20260706 };

	WHY("A recording may come from anywhere.");
	world();
	record();
	load_file();
	for (i = 0; i < rounds; i++) {
		memcpy(file, bytes, nr_bytes);
		store_file(file, spoil_file(&dice, file));
		good += read_frames();
	}
	EXPECT(good > rounds / 4 && good < FRAMES * rounds,
	       "some frames can be read, some cannot (%u of %u)", good,
	       FRAMES * rounds);
	world_end();
}

/* What a recorder would pack of a region that passes the check; else bytes. */
static size_t pack_parts(struct world_dice *d, const char *from, char *to)
{
	struct region_header h;
	size_t n = 0;
	unsigned int i;

	memcpy(&h, from, sizeof(h));
	for (i = 0; i < REGION_PARTS; i++)
		if (region_check(&h, world_header().total) ||
		    h.used[i] > h.part[i].count)
			return world_roll(d, world_header().total - sizeof(h));
	for (i = 0; i < REGION_PARTS; i++) {
		memcpy(to + n, from + h.part[i].offset,
		       h.used[i] * h.part[i].size);
		n += h.used[i] * h.part[i].size;
	}
	return n;
}

TEST(a_frame_that_lies_does_no_harm, 0, 0, kit, timeout = 20)
{
	unsigned int rounds = test_is_slow() ? 300 : 1000, i, good = 0;
	size_t total = world_header().total, len;
	struct world_dice dice = { 20260707 };
	struct region_header *h;
	static char more[FILE_MAX];

	WHY("Sums that are right say nothing of what they are the sums of.");
	world();
	h = world_room(total);
	for (i = 0; i < rounds; i++) {
		memcpy(h, mem, total);
		world_spoil(&dice, h, total);
		if (world_roll(&dice, 4)) {
			h->total = total;
			h->id = 4711;
			h->frozen = 5000;
		}
		len = pack_parts(&dice, (char *)h, more);
		store_frame(h, more, len);
		good += read_frames();
	}
	EXPECT(good > rounds / 8 && good < rounds,
	       "some frames can be read, some cannot (%u of %u)", good, rounds);
	free(h);
	world_end();
}
