/*
 * Given: the orders that rest in a book: their places, and how one is found.
 */
#include "book/inside.h"

#include "kit/module.h"

/* The mixing is that of splitmix64. */
static uint64_t mix(uint64_t z)
{
	z += 0x9e3779b97f4a7c15;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/*
 * Clients choose their ids, and one might choose those that all share a chain.
 * So the book's own address is mixed in, which he does not know.
 */
static struct resting **chain_of(const struct book *b, uint64_t client,
				 uint64_t id)
{
	uint64_t hash = mix(mix((uintptr_t)b ^ client) ^ id);

	return &b->chain[hash & (b->buckets - 1)];
}

struct resting *resting_find(const struct book *b, uint64_t client, uint64_t id)
{
	struct resting *r;

	for (r = *chain_of(b, client, id); r; r = r->chain)
		if (r->id == id && r->client == client)
			return r;
	return NULL;
}
EXPORT_SYMBOL(resting_find);

struct resting *resting_new(struct book *b, const struct order *o)
{
	struct resting **chain = chain_of(b, o->client, o->id);
	struct resting *r = b->free;

	if (r)
		b->free = r->chain;
	else
		r = &b->order[b->fresh++];
	b->nr++;
	r->id = o->id;
	r->client = o->client;
	r->side = o->side;
	r->chain = *chain;
	*chain = r;
	return r;
}
EXPORT_SYMBOL(resting_new);

void resting_end(struct book *b, struct resting *r)
{
	struct resting **at = chain_of(b, r->client, r->id);

	while (*at != r)
		at = &(*at)->chain;
	*at = r->chain;
	r->chain = b->free;
	b->free = r;
	b->nr--;
	r->level->lots -= r->left;
	list_del(&r->queue);
	if (list_is_empty(&r->level->orders))
		levels_put(b, r->side, r->level);
}
EXPORT_SYMBOL(resting_end);

MODULE(resting, "the orders that rest in a book", NULL, NULL);
