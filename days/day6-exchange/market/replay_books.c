/* Given: books to check a journal with. Simple, and unlike those of book.c. */
#include "line.h"
#include "replay.h"

#include <string.h>

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

#define BOOKS (LINE_SYMBOLS * BOOK_SIDES)

/** Numbers of orders, the first of which comes first; those that are over stay
 * in it until they are on top. */
struct heap {
	uint32_t *at;
	size_t len, size;
};

struct replay_books {
	struct resting *orders; /* all that ever came */
	size_t nr, size;
	uint32_t *table; /* number + 1 of the latest of a key, or 0; twice as
			  * long as orders */
	struct heap heap[BOOKS];
};

static unsigned int book_of(int symbol, enum book_side side)
{
	return (unsigned int)symbol * BOOK_SIDES + side;
}

/* Twice the room, and what was there. */
static void *grown(void *old, size_t used, size_t size)
{
	void *new = kit_zalloc(size);

	if (new &&used)
		memcpy(new, old, used);
	if (new)
		kit_free(old);
	return new;
}

static size_t hash(const struct replay_books *b, unsigned int symbol,
		   uint64_t client, uint64_t id)
{
	uint64_t h = (client * 31 + id) * 31 + symbol;

	h *= 0x9e3779b97f4a7c15; /* the golden ratio, in 64 bits */
	return (h >> 20) & (2 * b->size - 1);
}

/* Where the order of a key is in the table, or could be. */
static size_t place_of(const struct replay_books *b, unsigned int symbol,
		       uint64_t client, uint64_t id)
{
	size_t at = hash(b, symbol, client, id);
	const struct resting *o;

	for (; b->table[at]; at = (at + 1) & (2 * b->size - 1)) {
		o = &b->orders[b->table[at] - 1];
		if (o->client == client && o->id == id &&
		    o->book / BOOK_SIDES == symbol)
			break;
	}
	return at;
}

static void enter(struct replay_books *b, size_t i)
{
	const struct resting *o = &b->orders[i];

	b->table[place_of(b, o->book / BOOK_SIDES, o->client, o->id)] =
		(uint32_t)i + 1;
}

static int make_room(struct replay_books *b)
{
	size_t i, size = b->size ? 2 * b->size : 1024;
	void *orders, *table;

	if (b->nr < b->size)
		return 0;
	orders = grown(b->orders, b->nr * sizeof(*b->orders),
		       size * sizeof(*b->orders));
	if (!orders)
		return -ENOMEM;
	b->orders = orders;
	table = kit_zalloc(2 * size * sizeof(*b->table));
	if (!table)
		return -ENOMEM;
	kit_free(b->table);
	b->table = table;
	b->size = size;
	for (i = 0; i < b->nr; i++)
		enter(b, i);
	return 0;
}

/* Does x come before y? A better price; of the same, the older one. */
static bool is_before(const struct replay_books *b, uint32_t x, uint32_t y)
{
	const struct resting *p = &b->orders[x], *q = &b->orders[y];

	if (p->price == q->price)
		return p->number < q->number;
	return p->book % BOOK_SIDES == BOOK_BUY ? p->price > q->price
						: p->price < q->price;
}

static void swap(uint32_t *x, uint32_t *y)
{
	uint32_t was = *x;

	*x = *y;
	*y = was;
}

static int heap_push(struct replay_books *b, struct heap *h, uint32_t order)
{
	size_t i = h->len, size = h->size ? 2 * h->size : 64;
	uint32_t *at;

	if (h->len == h->size) {
		at = grown(h->at, h->len * sizeof(*at), size * sizeof(*at));
		if (!at)
			return -ENOMEM;
		h->at = at;
		h->size = size;
	}
	h->at[h->len++] = order;
	for (; i && is_before(b, h->at[i], h->at[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&h->at[i], &h->at[(i - 1) / 2]);
	return 0;
}

static void heap_pop(struct replay_books *b, struct heap *h)
{
	size_t i = 0, child = 1;

	h->at[0] = h->at[--h->len];
	for (; child < h->len; child = 2 * i + 1) {
		if (child + 1 < h->len &&
		    is_before(b, h->at[child + 1], h->at[child]))
			child++;
		if (!is_before(b, h->at[child], h->at[i]))
			break;
		swap(&h->at[child], &h->at[i]);
		i = child;
	}
}

int books_create(struct replay_books **out)
{
	struct replay_books *b = kit_zalloc(sizeof(*b));
	int err = b ? make_room(b) : -ENOMEM;

	if (err) {
		books_destroy(b);
		return err;
	}
	*out = b;
	return 0;
}
EXPORT_SYMBOL(books_create);

void books_destroy(struct replay_books *b)
{
	unsigned int i;

	if (!b)
		return;
	for (i = 0; i < BOOKS; i++)
		kit_free(b->heap[i].at);
	kit_free(b->table);
	kit_free(b->orders);
	kit_free(b);
}
EXPORT_SYMBOL(books_destroy);

int books_add(struct replay_books *b, int symbol, enum book_side side,
	      uint64_t client, uint64_t id, uint32_t price, uint32_t left)
{
	int err = make_room(b);

	if (err)
		return err;
	b->orders[b->nr] = (struct resting){
		.client = client,
		.id = id,
		.number = b->nr,
		.book = book_of(symbol, side),
		.price = price,
		.left = left,
	};
	enter(b, b->nr);
	return heap_push(b, &b->heap[book_of(symbol, side)], (uint32_t)b->nr++);
}
EXPORT_SYMBOL(books_add);

struct resting *books_find(struct replay_books *b, int symbol, uint64_t client,
			   uint64_t id)
{
	uint32_t i = b->table[place_of(b, (unsigned int)symbol, client, id)];

	return i && b->orders[i - 1].left ? &b->orders[i - 1] : NULL;
}
EXPORT_SYMBOL(books_find);

struct resting *books_best(struct replay_books *b, int symbol,
			   enum book_side side)
{
	struct heap *h = &b->heap[book_of(symbol, side)];

	while (h->len && !b->orders[h->at[0]].left)
		heap_pop(b, h);
	return h->len ? &b->orders[h->at[0]] : NULL;
}
EXPORT_SYMBOL(books_best);

uint64_t books_len(const struct replay_books *b)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < b->nr; i++)
		n += b->orders[i].left > 0;
	return n;
}
EXPORT_SYMBOL(books_len);

MODULE(replay_books, "books to check a journal with", NULL, NULL);
