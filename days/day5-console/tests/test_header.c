/**
 * @file test_header.c
 * Day 5, TODO 5: a header that lies, field by field.
 */
#include <inttypes.h>
#include <string.h>

#include "judge_header.h"
#include "region.h"

#include "kit/err.h"
#include "test/test.h"

static const char *const part_names[REGION_PARTS] = {
	"runtimes", "workers", "tasks", "places", "resources", "spans", "rings",
};

/* A true header, as region_layout() makes it. */
static struct region_header header_of(const uint32_t count[REGION_PARTS],
				      uint32_t ring)
{
	struct region_header h;
	unsigned int i;

	memset(&h, 0, sizeof(h));
	for (i = 0; i < REGION_PARTS; i++)
		h.part[i].count = count[i];
	h.part[REGION_RINGS].size = ring;
	region_layout(&h);
	return h;
}

static struct region_header some_header(void)
{
	static const uint32_t count[] = { 4, 8, 100, 16, 12, 6, 3 };

	return header_of(count, 4 * REGION_ALIGN);
}

TEST(a_true_header_is_followed, 5, 2)
{
	static const uint32_t none[REGION_PARTS];
	uint32_t count[REGION_PARTS];
	struct region_header h = header_of(none, REGION_ALIGN);
	unsigned int round, i;

	WHY("A console that refuses true regions shows nothing.");
	STEP("a region without one entry");
	EXPECT_ERR(region_check(&h, h.total), 0, "all parts may be empty");
	h = some_header();
	STEP("a region with some entries in each part");
	EXPECT_ERR(region_check(&h, h.total), 0, "its own size is enough");
	EXPECT_ERR(region_check(&h, h.total + 4096), 0,
		   "a file may be longer than the region");
	h.pid = UINT32_MAX;
	memset(h.program, 0xff, sizeof(h.program));
	memset(h.used, 0xff, sizeof(h.used));
	EXPECT_ERR(region_check(&h, h.total), 0,
		   "counts that grow, and names, are for whoever reads them");
	STEP("1,000 regions with random counts");
	for (round = 0; round < 1000; round++) {
		for (i = 0; i < REGION_PARTS; i++)
			count[i] = test_rand() % 2 ? test_rand() % 5000 : 0;
		h = header_of(count, (1 + test_rand() % 2000) * REGION_ALIGN);
		EXPECT_ERR(region_check(&h, h.total), 0,
			   "a region of %" PRIu64 " bytes", h.total);
	}
	STEP("a region of 2 TB");
	count[REGION_TASKS] = UINT32_MAX;
	h = header_of(count, 4 * REGION_ALIGN);
	EXPECT_ERR(region_check(&h, h.total), 0,
		   "as many tasks as can be numbered are no lie yet");
}

TEST(what_is_no_region_is_refused_first, 5, 1)
{
	struct region_header h = some_header();
	uint64_t size;
	unsigned int i;

	WHY("Any file can be opened by mistake; its bytes mean something "
	    "else.");
	STEP("all files that are shorter than a header");
	for (size = 0; size < sizeof(h); size++)
		EXPECT_ERR(region_check(&h, size), -EINVAL,
			   "a file of %" PRIu64 " bytes is no region", size);
	STEP("one wrong byte in the magic, and nothing else true either");
	h.version++;
	h.total = UINT64_MAX;
	h.part[0].size = 0;
	for (i = 0; i < sizeof(h.magic); i++) {
		h.magic[i] ^= 0x20;
		EXPECT_ERR(region_check(&h, 1 << 20), -EINVAL,
			   "byte %u of the magic is wrong: no region", i);
		h.magic[i] ^= 0x20;
	}
}

TEST(errors_come_in_the_order_that_is_written, 5, 2)
{
	struct region_header h = some_header(), good = h;

	WHY("The first thing that is wrong is what a user can act on: \"of "
	    "another version\" says: update; \"a part lies\" does not.");
	STEP("the version, the header's size, the total and a part are wrong");
	h.version = REGION_VERSION + 1;
	h.header_size++;
	h.total = good.total + 1;
	h.part[REGION_TASKS].offset--;
	EXPECT_ERR(region_check(&h, good.total), -EPROTO,
		   "another version is laid out in another way");
	h.version = REGION_VERSION;
	STEP("now the version is right");
	EXPECT_ERR(region_check(&h, good.total), -EPROTO,
		   "a header of another size is of another version, too");
	h.header_size = sizeof(h);
	STEP("now the header's size, too");
	EXPECT_ERR(region_check(&h, good.total), -ENODATA,
		   "a byte is missing at the end of the file");
	h.total = sizeof(h) - 1;
	EXPECT_ERR(region_check(&h, good.total), -ENODATA,
		   "a total that does not even hold the header");
	h.total = good.total;
	STEP("now the total, too");
	EXPECT_ERR(region_check(&h, good.total), -EBADMSG,
		   "the tasks begin a byte too early");
	h.part[REGION_TASKS].offset++;
	STEP("now the part, too");
	EXPECT_ERR(region_check(&h, good.total), 0, "all is true");
}

TEST(a_file_that_was_cut_is_refused, 5, 1)
{
	struct region_header h = some_header();
	uint64_t size;

	WHY("What lies behind the end of a file can be mapped, and kills the "
	    "reader at the first look.");
	STEP("a region of %" PRIu64 " bytes, cut everywhere", h.total);
	for (size = sizeof(h); size < h.total; size++)
		EXPECT_ERR(region_check(&h, size), -ENODATA,
			   "only %" PRIu64 " bytes of it are left", size);
}

static void expect_bad(const struct region_header *h, unsigned int part,
		       const char *what)
{
	EXPECT_ERR(region_check(h, h->total), -EBADMSG, "part %u, the %s, %s",
		   part, part_names[part], what);
}

/* Room for one entry of any size in this part, before the next one. */
static void make_room_after(struct region_header *h, unsigned int part)
{
	unsigned int k;

	for (k = part + 1; k < REGION_PARTS; k++)
		h->part[k].offset += 1ull << 33;
	h->total += 1ull << 33;
}

TEST(entries_of_another_size_are_refused, 5, 2)
{
	static const uint32_t rings[] = { 0,   1,   8,	 64,  127,	 129,
					  136, 192, 255, 257, UINT32_MAX };
	unsigned int i, k;

	WHY("With another size of an entry, the second one begins in the "
	    "middle of the first.");
	for (i = 0; i < REGION_RINGS; i++) {
		const uint32_t size = judge_size_of(i);
		const uint32_t wrong[] = { 0,	      1,	size - 1,
					   size / 2,  size + 1, size + 128,
					   UINT32_MAX };

		for (k = 0; k < ARRAY_SIZE(wrong); k++) {
			struct region_header h = some_header();

			h.part[i].count = 1;
			h.part[i].size = wrong[k];
			make_room_after(&h, i);
			STEP("%s of %u bytes", part_names[i], wrong[k]);
			expect_bad(&h, i, "has entries of a wrong size");
		}
	}
	for (k = 0; k < ARRAY_SIZE(rings); k++) {
		struct region_header h = some_header();

		h.part[REGION_RINGS].count = 1;
		h.part[REGION_RINGS].size = rings[k];
		make_room_after(&h, REGION_RINGS);
		STEP("a ring of %u bytes", rings[k]);
		expect_bad(&h, REGION_RINGS,
			   "has no size above 0 that is a multiple of 128");
	}
}

TEST(a_part_that_ends_behind_the_region_is_refused, 5, 2)
{
	unsigned int i;

	WHY("An offset and a size that are large enough add up to a small "
	    "number again, which looks as if it fitted.");
	for (i = 0; i < REGION_PARTS; i++) {
		struct region_header h = some_header(), good = h;
		struct region_part *p = &h.part[i];
		const uint64_t last = UINT64_MAX - (REGION_ALIGN - 1);

		STEP("the %s, with more entries than the region has room for",
		     part_names[i]);
		p->count = (uint32_t)((h.total - p->offset) / p->size + 1);
		expect_bad(&h, i, "has one entry too many");
		p->count = UINT32_MAX;
		expect_bad(&h, i, "has 2^32 - 1 entries");
		p->count = (uint32_t)((1ull << 32) / p->size + 1);
		expect_bad(&h, i, "has more than 2^32 bytes");
		h = good;
		STEP("the same, beginning behind the end");
		p->offset = (h.total + 2 * REGION_ALIGN) &
			    ~(uint64_t)(REGION_ALIGN - 1);
		expect_bad(&h, i, "begins behind the end");
		p->count = 0;
		expect_bad(&h, i, "begins behind the end, even if empty");
		h = good;
		STEP("the same, so far behind that its end is 0 again");
		p->offset = last;
		expect_bad(&h, i, "begins at the last of all offsets");
		p->offset = -((uint64_t)p->count * p->size) & last;
		expect_bad(&h, i, "begins where its end comes to about 0");
	}
}

TEST(parts_that_meet_are_refused, 5, 1)
{
	unsigned int i;

	WHY("A reader that follows both parts reads one thing as another.");
	for (i = 0; i < REGION_PARTS; i++) {
		struct region_header h = some_header(), good = h;
		struct region_part *p = &h.part[i];

		STEP("the %s, somewhere else", part_names[i]);
		p->offset -= REGION_ALIGN;
		expect_bad(&h, i, "begins in what lies before it");
		p->offset = 0;
		expect_bad(&h, i, "begins at the header");
		if (i) {
			p->offset = h.part[i - 1].offset;
			expect_bad(&h, i, "begins where the one before does");
			/* All later parts would have room behind both. */
			*p = good.part[i - 1];
			p->size = good.part[i].size;
			p->count = 0;
			h.part[i - 1].offset = good.part[i].offset;
			h.part[i - 1].count = 0;
			expect_bad(&h, i, "comes before the one before it");
		}
		h = good;
		p->offset += 8;
		h.total += 4096;
		expect_bad(&h, i, "is not aligned to 128 bytes");
	}
}

/* Lies ----------------------------------------------------------------------*/

/* A field of the header: where, and whether it has 64 bits. */
struct field {
	const char *name;
	size_t offset;
	bool is_64;
};

#define FIELD(f)                                                    \
	{                                                           \
#f, offsetof(struct region_header, f),              \
			sizeof(((struct region_header *)0)->f) == 8 \
	}
#define PART(n) FIELD(part[n].offset), FIELD(part[n].count), FIELD(part[n].size)

static const struct field fields[] = {
	FIELD(version), FIELD(header_size),
	FIELD(total),	FIELD(pid),
	FIELD(level),	FIELD(id),
	FIELD(frozen),	PART(0),
	PART(1),	PART(2),
	PART(3),	PART(4),
	PART(5),	PART(6),
};

static uint64_t field_get(const struct region_header *h, const struct field *f)
{
	uint64_t v64;
	uint32_t v32;

	memcpy(&v64, (const char *)h + f->offset, sizeof(v64));
	memcpy(&v32, (const char *)h + f->offset, sizeof(v32));
	return f->is_64 ? v64 : v32;
}

static void field_set(struct region_header *h, const struct field *f,
		      uint64_t v)
{
	uint32_t v32 = (uint32_t)v;

	if (f->is_64)
		memcpy((char *)h + f->offset, &v, sizeof(v));
	else
		memcpy((char *)h + f->offset, &v32, sizeof(v32));
}

/* The number @nr of what a field can be set to; false: there are no more. */
static bool lie(const struct region_header *h, const struct field *f,
		unsigned int nr, uint64_t *v)
{
	const uint64_t true_value = field_get(h, f);
	const uint64_t some[] = { 0,
				  true_value - 1,
				  true_value + 1,
				  true_value - REGION_ALIGN,
				  true_value + REGION_ALIGN,
				  true_value * 2,
				  true_value / 2,
				  sizeof(*h),
				  h->total,
				  h->total - REGION_ALIGN,
				  UINT64_MAX };

	if (nr < ARRAY_SIZE(some)) {
		*v = some[nr];
		return true;
	}
	nr -= ARRAY_SIZE(some);
	/* Each power of two, the last multiples of 128 before the end of 64
	 * bits, and the true value with each bit turned. */
	*v = nr < 64	? 1ull << nr
	     : nr < 128 ? -((nr - 63ull) * REGION_ALIGN)
	     : nr < 192 ? true_value ^ 1ull << (nr - 128)
			: 0;
	return nr < 192;
}

static void expect_judged(const struct region_header *h, uint64_t size,
			  const char *field, uint64_t value)
{
	EXPECT_ERR(region_check(h, size), judge_header(h, size),
		   "a header is judged by what it says: its %s is %" PRIu64,
		   field, value);
}

TEST(no_field_of_a_header_is_believed, 5, 2)
{
	unsigned int i, nr, k, all = 0;
	uint64_t v;

	WHY("Whoever follows one wrong number reads where nothing is, or what "
	    "is not meant for it.");
	STEP("each field of a true header is set to 203 other numbers");
	STEP("sizes of the file: the region's own, smaller, and very large");
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		for (nr = 0; lie(&(struct region_header){}, &fields[i], nr, &v);
		     nr++) {
			struct region_header h = some_header();
			const uint64_t sizes[] = { h.total, h.total - 1,
						   UINT64_MAX };

			lie(&h, &fields[i], nr, &v);
			field_set(&h, &fields[i], v);
			for (k = 0; k < ARRAY_SIZE(sizes); k++, all++)
				expect_judged(&h, sizes[k], fields[i].name, v);
		}
	EXPECT_EQ(all, ARRAY_SIZE(fields) * 203 * 3, "headers were tried");
}

/* Some of the fields are lies, and some of these are meant to fit. */
static const struct field *lie_at_random(struct region_header *h, uint64_t *v)
{
	const struct field *f = &fields[test_rand() % ARRAY_SIZE(fields)];

	switch (test_rand() % 4) {
	case 0:
		*v = test_rand() >> test_rand() % 64;
		break;
	case 1: /* some offset, or some total, of the same header */
		*v = field_get(
			h, &fields[2 + test_rand() % (ARRAY_SIZE(fields) - 2)]);
		break;
	case 2:
		*v = field_get(h, f) + (test_rand() % 7 - 3) * REGION_ALIGN;
		break;
	default:
		lie(h, f, test_rand() % 203, v);
		break;
	}
	field_set(h, f, *v);
	return f;
}

TEST(whatever_the_header_says_no_part_is_outside, 5, 1)
{
	unsigned int rounds = test_is_slow() ? 20000 : 100000, i, good = 0;

	WHY("Those who lie on purpose change more than one field.");
	STEP("%u random headers with one to three wrong fields", rounds);
	for (i = 0; i < rounds; i++) {
		uint32_t count[REGION_PARTS];
		const struct field *f;
		struct region_header h;
		uint64_t size, v;
		unsigned int k;

		for (k = 0; k < REGION_PARTS; k++)
			count[k] = test_rand() % 3;
		h = header_of(count, (1 + test_rand() % 3) * REGION_ALIGN);
		size = h.total + (test_rand() % 4) * REGION_ALIGN;
		for (k = test_rand() % 3; k < 3; k++)
			f = lie_at_random(&h, &v);
		expect_judged(&h, size, f->name, v);
		good += !region_check(&h, size);
	}
	EXPECT(good > rounds / 20 && good < rounds / 2,
	       "some of these headers are true, and most are not");
}
