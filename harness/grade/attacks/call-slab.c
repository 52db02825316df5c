/*
 * CHEAT: takes memory that nobody counts
 * UNIT: day4
 * FILE: days/day4-histogram/hist.c
 * INTO: todo
 * LABEL: uses what a module may not: slab_alloc
 */
struct kit_self;
struct kit_self *kit_self(void);
void *slab_alloc(struct kit_self *self, unsigned long size);

static void cheat(int n)
{
	slab_alloc(kit_self(), 64);
}
