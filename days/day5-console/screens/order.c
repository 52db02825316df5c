/* Given: which tasks are listed, and in which order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "screens.h"

#include "kit/alloc.h"
#include "kit/err.h"
#include "kit/module.h"

/* Is @text in @in, in whatever case? */
static bool has_text(const char *in, const char *text)
{
	size_t n = strlen(text);

	for (; *in; in++)
		if (!strncasecmp(in, text, n))
			return true;
	return false;
}

bool task_matches(const struct snap_task *t, const struct snapshot *s,
		  const char *text)
{
	const struct snap_place *p = &s->places[t->place];
	char id[24];

	if (!text[0])
		return true;
	snprintf(id, sizeof(id), "%llu", (unsigned long long)t->id);
	return has_text(p->what, text) || has_text(p->where, text) ||
	       has_text(id, text);
}
EXPORT_SYMBOL(task_matches);

/* What is sorted: the key is taken once, not at every comparison. */
struct item {
	uint64_t key;	  /* the larger is the first */
	const char *name; /* or this: the smaller is the first */
	uint32_t index;	  /* the smaller is the first, of equal ones */
};

static int compare(const struct item *x, const struct item *y)
{
	if (x->name)
		return strcmp(x->name, y->name);
	return (x->key < y->key) - (x->key > y->key);
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = compare(x, y);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int compare_inverted(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = compare(y, x);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static size_t find_items(struct item *item, const struct view *v,
			 const struct snapshot *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->nr_tasks; i++) {
		const struct snap_task *t = &s->tasks[i];

		if (t->runtime != v->runtime || !task_matches(t, s, v->filter))
			continue;
		item[n++] =
			(struct item){ task_key(v->sort, t),
				       task_name(v->sort, t, s), (uint32_t)i };
	}
	qsort(item, n, sizeof(*item),
	      v->inverted ? compare_inverted : compare_items);
	return n;
}

/* A tree, each task with its first child and its next sibling; 0 is none, and
 * the number of a task is its index + 1. Number 0 is the root of all. */
struct tree {
	uint32_t *child;
	uint32_t *next;
	uint32_t *parent;
	bool *is_listed;
};

/* The task's parent, if it is listed. Ids grow: who claims to be the child of a
 * younger task would make a ring of the tree. */
static uint32_t parent_of(const struct tree *tree, const struct snapshot *s,
			  uint32_t number)
{
	const struct snap_task *t = &s->tasks[number - 1], *p;

	if (!t->parent || t->parent >= t->id)
		return 0;
	p = snapshot_task(s, t->parent);
	if (!p || !tree->is_listed[p - s->tasks + 1])
		return 0;
	return (uint32_t)(p - s->tasks + 1);
}

/* From the last to the first: each becomes the first of its parent's. */
static void build_tree(struct tree *tree, const struct task_order *o,
		       const struct snapshot *s)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		tree->is_listed[o->index[i] + 1] = true;
	for (i = o->n; i--;) {
		uint32_t number = o->index[i] + 1;
		uint32_t parent = parent_of(tree, s, number);

		tree->parent[number] = parent;
		tree->next[number] = tree->child[parent];
		tree->child[parent] = number;
	}
}

/* Down first, else to the side, else up until there is a side. */
static void walk_tree(const struct tree *tree, struct task_order *o)
{
	uint32_t at = tree->child[0];
	size_t n = 0, depth = 0;

	while (at && n < o->n) {
		o->index[n] = at - 1;
		o->depth[n++] = (unsigned char)(depth < 255 ? depth : 255);
		if (tree->child[at]) {
			at = tree->child[at];
			depth++;
			continue;
		}
		while (at && !tree->next[at]) {
			at = tree->parent[at];
			depth--;
		}
		at = at ? tree->next[at] : 0;
	}
	o->n = n;
}

static int order_tree(struct task_order *o, const struct snapshot *s)
{
	size_t nr = s->nr_tasks + 1;
	char *memory = kit_zalloc(nr * (3 * sizeof(uint32_t) + sizeof(bool)));
	struct tree tree;

	if (!memory)
		return -ENOMEM;
	tree.child = (uint32_t *)memory;
	tree.next = tree.child + nr;
	tree.parent = tree.next + nr;
	tree.is_listed = (bool *)(tree.parent + nr);
	build_tree(&tree, o, s);
	walk_tree(&tree, o);
	kit_free(memory);
	return 0;
}

int order_tasks(struct task_order *o, const struct view *v,
		const struct snapshot *s)
{
	size_t room = s->nr_tasks ? s->nr_tasks : 1, i;
	struct item *item;
	int err = 0;

	memset(o, 0, sizeof(*o));
	item = kit_alloc(room * sizeof(*item));
	o->memory = kit_zalloc(room * (sizeof(*o->index) + 1));
	if (!item || !o->memory) {
		kit_free(item);
		order_free(o);
		return -ENOMEM;
	}
	o->index = o->memory;
	o->depth = (unsigned char *)(o->index + room);
	o->n = find_items(item, v, s);
	for (i = 0; i < o->n; i++)
		o->index[i] = item[i].index;
	kit_free(item);
	if (v->tree)
		err = order_tree(o, s);
	if (err)
		order_free(o);
	return err;
}
EXPORT_SYMBOL(order_tasks);

void order_free(struct task_order *o)
{
	kit_free(o->memory);
	memset(o, 0, sizeof(*o));
}
EXPORT_SYMBOL(order_free);

MODULE(order, "which tasks are listed, and in which order", NULL, NULL);
