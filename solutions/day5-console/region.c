/*
 * What a reader may rely on: slots that are whole, and headers that were
 * checked. The layout is in region.h.
 */
#include "region.h"

#include <string.h>

#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

/*
 * A writer that waits for nobody, and a reader that finds out:
 *
 *	slot_write()                     slot_read()
 *	------------                     -----------
 *	seq = odd
 *	word[0] = new                    begin = seq: even, or try again
 *	word[1] = new                    copy the words
 *	...                              end = seq
 *	seq = even + 2                   begin == end, or try again
 *
 * Whoever sees one new word must see the odd number, too: so words are stored
 * with release and loaded with acquire, and the number that is looked at last
 * is not older than any word.
 */
void slot_write(struct slot *s, const uint64_t word[SLOT_WORDS])
{
	/* TODO 3 (12 points): the words into the slot, so that a reader in
	 * another process never takes half of them for all.
	 * Hint: README#todo-3
	 */
	/* relaxed: we wrote it ourselves, or got the slot from who did. */
	uint64_t seq = atomic_load_explicit(&s->seq, memory_order_relaxed) | 1;
	unsigned int i;

	/* relaxed: the release of each word carries it along. */
	atomic_store_explicit(&s->seq, seq, memory_order_relaxed);
	/* release: pairs with the acquire loads in slot_read(): who sees the
	 * word sees the odd number. */
	for (i = 0; i < SLOT_WORDS; i++)
		atomic_store_explicit(&s->word[i], word[i],
				      memory_order_release);
	/* release: pairs with slot_read(): who sees it sees all the words. */
	atomic_store_explicit(&s->seq, seq + 1, memory_order_release);
	/* STUB: TODO(3, ); */
	/* END */
}
EXPORT_SYMBOL(slot_write);

int slot_read(const struct slot *s, uint64_t word[SLOT_WORDS])
{
	/* TODO 4 (12 points): the reader's side: whole, or again, or give up.
	 * Hint: README#todo-4
	 */
	unsigned int tries, i;

	for (tries = 0; tries < SLOT_TRIES; tries++) {
		/* acquire: pairs with the last store of slot_write(). */
		uint64_t begin =
			atomic_load_explicit(&s->seq, memory_order_acquire);

		if (begin & 1)
			continue;
		/* acquire: pair with the words' release in slot_write(). */
		for (i = 0; i < SLOT_WORDS; i++)
			word[i] = atomic_load_explicit(&s->word[i],
						       memory_order_acquire);
		/* relaxed: nothing moves before the acquires above. */
		if (atomic_load_explicit(&s->seq, memory_order_relaxed) ==
		    begin)
			return 0;
	}
	return -EAGAIN;
	/* STUB: return TODO(4, -EAGAIN); */
	/* END */
}
EXPORT_SYMBOL(slot_read);

/* TODO 5 (14 points): may a reader follow this header, whatever its bytes are?
 * What you need besides the function goes here. Hint: README#todo-5
 */

/* Is the size of an entry what it should be? */
static bool is_entry(unsigned int part, uint32_t size)
{
	uint32_t want = region_entry_size(part);

	return want ? size == want : size && size % REGION_ALIGN == 0;
}
/* END */

int region_check(const struct region_header *h, uint64_t size)
{
	/* TODO 5, second half (see above): here.
	 */
	uint64_t begin = sizeof(*h);
	unsigned int i;

	if (size < sizeof(*h) || memcmp(h->magic, REGION_MAGIC, 8))
		return -EINVAL;
	if (h->version != REGION_VERSION || h->header_size != sizeof(*h))
		return -EPROTO;
	if (h->total > size || h->total < sizeof(*h))
		return -ENODATA;
	for (i = 0; i < REGION_PARTS; i++) {
		const struct region_part *p = &h->part[i];

		if (!is_entry(i, p->size))
			return -EBADMSG;
		if (p->offset < begin || p->offset % REGION_ALIGN ||
		    p->offset > h->total)
			return -EBADMSG;
		/* Two numbers of 32 bits: their product fits into 64. */
		if ((uint64_t)p->count * p->size > h->total - p->offset)
			return -EBADMSG;
		begin = p->offset + (uint64_t)p->count * p->size;
	}
	return 0;
	/* STUB: return TODO(5, -EINVAL); */
	/* END */
}
EXPORT_SYMBOL(region_check);

MODULE(region, "slots that are whole, and headers that were checked", NULL,
       NULL);
