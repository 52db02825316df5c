/*
 * Given: the levels of a book, a sorted array for each side.
 *
 * Sorted by how good a price is: of those who buy the highest is the best, of
 * those who sell the lowest; the best one is the last.
 */
#include "book/inside.h"

#include <string.h>

#include "kit/module.h"

/* The first entry that is not worse than @price; nr when all are. */
static size_t levels_search(const struct book_levels *s, enum book_side side,
			    uint32_t price)
{
	size_t low = 0, high = s->nr, mid;
	uint32_t there;

	while (low < high) {
		mid = low + (high - low) / 2;
		there = s->entry[mid].price;
		if (side == BOOK_BUY ? there < price : there > price)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Is it the entry of @price? */
static bool levels_is_at(const struct book_levels *s, size_t i, uint32_t price)
{
	return i < s->nr && s->entry[i].price == price;
}

struct level *levels_best(const struct book *b, enum book_side side)
{
	const struct book_levels *s = &b->side[side];

	return s->nr ? &b->level[s->entry[s->nr - 1].place] : NULL;
}
EXPORT_SYMBOL(levels_best);

struct level *levels_find(const struct book *b, enum book_side side,
			  uint32_t price)
{
	const struct book_levels *s = &b->side[side];
	size_t i = levels_search(s, side, price);

	return levels_is_at(s, i, price) ? &b->level[s->entry[i].place] : NULL;
}
EXPORT_SYMBOL(levels_find);

static struct level *level_new(struct book *b, uint32_t price)
{
	struct level *l = b->level_free;

	if (l)
		b->level_free = l->free;
	else
		l = &b->level[b->level_fresh++];
	l->price = price;
	l->lots = 0;
	list_init(&l->orders);
	return l;
}

struct level *levels_get(struct book *b, enum book_side side, uint32_t price)
{
	struct book_levels *s = &b->side[side];
	size_t i = levels_search(s, side, price);
	struct level *l;

	if (levels_is_at(s, i, price))
		return &b->level[s->entry[i].place];
	l = level_new(b, price);
	memmove(&s->entry[i + 1], &s->entry[i],
		(s->nr - i) * sizeof(s->entry[0]));
	s->entry[i].price = price;
	s->entry[i].place = (uint32_t)(l - b->level);
	s->nr++;
	return l;
}
EXPORT_SYMBOL(levels_get);

void levels_put(struct book *b, enum book_side side, struct level *l)
{
	struct book_levels *s = &b->side[side];
	size_t i = levels_search(s, side, l->price);

	s->nr--;
	memmove(&s->entry[i], &s->entry[i + 1],
		(s->nr - i) * sizeof(s->entry[0]));
	l->free = b->level_free;
	b->level_free = l;
}
EXPORT_SYMBOL(levels_put);

MODULE(levels, "the prices at which orders rest", NULL, NULL);
