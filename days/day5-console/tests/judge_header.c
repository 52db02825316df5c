/*
 * What TODO 5 asks for, for its test to compare with. The students' archive
 * holds the object only, as of each tests/judge_*.c.
 */
#include "judge_header.h"

#include "kit/err.h"

/* Which part is this of the struct? Not a size that a student's file knows. */
uint32_t judge_size_of(unsigned int part)
{
	static const uint32_t size[REGION_PARTS] = {
		sizeof(struct region_runtime),	sizeof(struct region_worker),
		sizeof(struct region_task),	sizeof(struct region_place),
		sizeof(struct region_resource), sizeof(struct region_span),
	};

	return size[part];
}

/*
 * The contract once more, said in another way: numbers of 128 bits, in which
 * nothing runs over, and each pair of parts compared.
 */
static int judge_part(const struct region_header *h, unsigned int i,
		      __int128 size)
{
	const struct region_part *p = &h->part[i];
	__int128 begin = p->offset, end = begin + (__int128)p->count * p->size;
	unsigned int k;

	if (i == REGION_RINGS ? p->size < 8 || p->size % REGION_ALIGN
			      : p->size != judge_size_of(i))
		return -EBADMSG;
	if (begin % REGION_ALIGN || begin < (__int128)sizeof(*h) ||
	    end > h->total || end > size)
		return -EBADMSG;
	for (k = 0; k < i; k++) {
		const struct region_part *q = &h->part[k];

		if (begin < q->offset + (__int128)q->count * q->size)
			return -EBADMSG;
	}
	return 0;
}

int judge_header(const struct region_header *h, uint64_t size)
{
	unsigned int i;
	int err = 0;

	if (size < sizeof(*h))
		return -EINVAL;
	for (i = 0; i < sizeof(h->magic); i++)
		if (h->magic[i] != "unpark\n\x1a"[i])
			return -EINVAL;
	if (h->version != REGION_VERSION || h->header_size != sizeof(*h))
		return -EPROTO;
	if (h->total < sizeof(*h) || size < h->total)
		return -ENODATA;
	for (i = 0; i < REGION_PARTS && !err; i++)
		err = judge_part(h, i, size);
	return err;
}
