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
	TODO(3, );
}
EXPORT_SYMBOL(slot_write);

int slot_read(const struct slot *s, uint64_t word[SLOT_WORDS])
{
	/* TODO 4 (12 points): the reader's side: whole, or again, or give up.
	 * Hint: README#todo-4
	 */
	return TODO(4, -EAGAIN);
}
EXPORT_SYMBOL(slot_read);

/* TODO 5 (14 points): may a reader follow this header, whatever its bytes are?
 * What you need besides the function goes here. Hint: README#todo-5
 */

int region_check(const struct region_header *h, uint64_t size)
{
	/* TODO 5, second half (see above): here.
	 */
	return TODO(5, -EINVAL);
}
EXPORT_SYMBOL(region_check);

MODULE(region, "slots that are whole, and headers that were checked", NULL,
       NULL);
