/*
 * book: match by price, then by time.
 *
 * How orders and prices are kept is given: book/inside.h.
 */
#include "book/inside.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"
#include "kit/todo.h"

int book_create(struct book **out, size_t orders)
{
	struct book *b;
	int i;

	if (!orders || orders > BOOK_ORDERS_MAX)
		return -EINVAL;
	b = kit_zalloc(sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->capacity = orders;
	for (b->buckets = 1; b->buckets < orders;)
		b->buckets *= 2;
	b->order = kit_alloc(orders * sizeof(b->order[0]));
	b->level = kit_alloc(orders * sizeof(b->level[0]));
	b->chain = kit_zalloc(b->buckets * sizeof(b->chain[0]));
	for (i = 0; i < BOOK_SIDES; i++)
		b->side[i].entry =
			kit_alloc(orders * sizeof(b->side[i].entry[0]));
	if (!b->order || !b->level || !b->chain || !b->side[0].entry ||
	    !b->side[1].entry) {
		book_destroy(b);
		return -ENOMEM;
	}
	*out = b;
	return 0;
}
EXPORT_SYMBOL(book_create);

void book_destroy(struct book *b)
{
	int i;

	if (!b)
		return;
	for (i = 0; i < BOOK_SIDES; i++)
		kit_free(b->side[i].entry);
	kit_free(b->chain);
	kit_free(b->level);
	kit_free(b->order);
	kit_free(b);
}
EXPORT_SYMBOL(book_destroy);

/* Could it be an order at all? */
static bool order_is_sane(const struct order *o)
{
	if (o->quantity < 1 || o->quantity > BOOK_QUANTITY_MAX)
		return false;
	if (o->side != BOOK_BUY && o->side != BOOK_SELL)
		return false;
	if (o->kind == BOOK_MARKET)
		return !o->price;
	return o->kind == BOOK_LIMIT && o->price >= 1 &&
	       o->price <= BOOK_PRICE_MAX;
}

/* Could it be an order of this book? */
static int order_check(const struct book *b, const struct order *o)
{
	if (!order_is_sane(o))
		return -EINVAL;
	return resting_find(b, o->client, o->id) ? -EEXIST : 0;
}

/* The level that the order is matched with next; NULL: none (any more). */
static struct level *order_next(const struct book *b, const struct order *o)
{
	/* TODO 7 (14 points): price. The best level of the other side, if the
	 * two cross: see book/inside.h. Hint: README#todo-7
	 */
	struct level *l;
	bool crosses;

	l = levels_best(b, o->side == BOOK_BUY ? BOOK_SELL : BOOK_BUY);
	if (!l || o->kind == BOOK_MARKET)
		return l;
	crosses = o->side == BOOK_BUY ? o->price >= l->price
				      : o->price <= l->price;
	return crosses ? l : NULL;
	/* STUB: return TODO(7, NULL); */
	/* END */
}

/* A match with the oldest order of a level; the lots that it was about. */
static uint32_t order_fill(struct book *b, const struct order *o, uint32_t left,
			   struct level *l, book_fill_fn *on_fill, void *arg)
{
	/* TODO 7, second part (see above): time. Both have that much less; a
	 * maker with nothing left is taken out; on_fill() is told.
	 * Hint: README#todo-7
	 */
	struct resting *r = list_first_entry(&l->orders, struct resting, queue);
	uint32_t lots = left < r->left ? left : r->left;
	struct fill fill = {
		.maker = r->id,
		.maker_client = r->client,
		.taker = o->id,
		.taker_client = o->client,
		.price = l->price,
		.quantity = lots,
		.maker_left = r->left - lots,
		.side = o->side,
	};

	r->left -= lots;
	l->lots -= lots;
	if (!r->left)
		resting_end(b, r);
	on_fill(arg, &fill);
	return lots;
	/* STUB: return TODO(7, 0); */
	/* END */
}

/* What is left of a limit order comes to rest. */
static void order_rest(struct book *b, const struct order *o, uint32_t left)
{
	/* TODO 7, third part (see above): last in the queue of its price.
	 * Hint: README#todo-7
	 */
	struct resting *r = resting_new(b, o);

	r->left = left;
	r->level = levels_get(b, o->side, o->price);
	r->level->lots += left;
	list_add_tail(&r->queue, &r->level->orders);
	/* STUB: TODO(7, ); */
	/* END */
}

/* Matches an order that could be one, and lets the rest come to rest. */
static int order_match(struct book *b, const struct order *o, uint32_t *left,
		       book_fill_fn *on_fill, void *arg)
{
	/* TODO 7, fourth part (see above): -ENOSPC before anything is filled;
	 * else match for as long as it crosses, and let the rest come to rest
	 * if it may; *left is what is not filled. Hint: README#todo-7
	 */
	uint32_t lots = o->quantity;
	struct level *l;

	if (book_is_full(b) && o->kind == BOOK_LIMIT && !order_next(b, o))
		return -ENOSPC;
	while (lots && (l = order_next(b, o)))
		lots -= order_fill(b, o, lots, l, on_fill, arg);
	if (lots && o->kind == BOOK_LIMIT)
		order_rest(b, o, lots);
	*left = lots;
	return 0;
	/* STUB: return TODO(7, -ENOSYS); */
	/* END */
}

int book_submit(struct book *b, const struct order *o, uint32_t *left,
		book_fill_fn *on_fill, void *arg)
{
	int err = order_check(b, o);

	return err ? err : order_match(b, o, left, on_fill, arg);
}
EXPORT_SYMBOL(book_submit);

int book_cancel(struct book *b, uint64_t client, uint64_t id, uint32_t *left)
{
	struct resting *r = resting_find(b, client, id);

	if (!r)
		return -ENOENT;
	*left = r->left;
	resting_end(b, r);
	return 0;
}
EXPORT_SYMBOL(book_cancel);

uint32_t book_best(const struct book *b, enum book_side side)
{
	const struct level *l = levels_best(b, side);

	return l ? l->price : 0;
}
EXPORT_SYMBOL(book_best);

uint64_t book_resting(const struct book *b, enum book_side side, uint32_t price)
{
	const struct level *l = levels_find(b, side, price);

	return l ? l->lots : 0;
}
EXPORT_SYMBOL(book_resting);

size_t book_len(const struct book *b)
{
	return b->nr;
}
EXPORT_SYMBOL(book_len);

MODULE(book, "an order book: match by price, then by time", NULL, NULL);
