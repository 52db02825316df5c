/**
 * @file list.h
 * Intrusive, circular, doubly linked list.
 *
 * The node is embedded in the object; an empty list is a head that points to
 * itself. Nothing here allocates, locks or blocks: the owner of the list says
 * which lock protects it. A removed node is poisoned, so that using it again
 * faults at an address that can be recognised.
 *
 * Source: the idea is the Linux kernel's include/linux/list.h.
 */
#ifndef KIT_LIST_H
#define KIT_LIST_H

#include "kit/compiler.h"
#include "kit/container.h"

/** A node, or the head of a list. */
struct list_head {
	struct list_head *next; /**< first node, or the head itself */
	struct list_head *prev; /**< last node, or the head itself */
};

/** What the pointers of a removed node hold: reading there faults. */
#define LIST_POISON_NEXT ((struct list_head *)0x100)
/** The same for prev, told apart by its address. */
#define LIST_POISON_PREV ((struct list_head *)0x122)

/** LIST_HEAD_INIT() - initialiser of @name, an empty list */
#define LIST_HEAD_INIT(name)     \
	{                        \
		&(name), &(name) \
	}

/**
 * list_init() - make an empty list
 * @head: head; the caller's memory
 */
static inline void list_init(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

/**
 * list_is_empty() - is nothing on the list?
 * @head: head of the list
 *
 * Return: true when the list has no node.
 */
static inline bool list_is_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void __list_insert(struct list_head *node, struct list_head *prev,
				 struct list_head *next)
{
	next->prev = node;
	node->next = next;
	node->prev = prev;
	prev->next = node;
}

/**
 * list_add() - put a node first
 * @node: node that is on no list; borrowed until it is removed
 * @head: head of the list
 */
static inline void list_add(struct list_head *node, struct list_head *head)
{
	__list_insert(node, head, head->next);
}

/**
 * list_add_tail() - put a node last
 * @node: node that is on no list; borrowed until it is removed
 * @head: head of the list
 */
static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	__list_insert(node, head->prev, head);
}

/**
 * list_del() - take a node off its list, and poison it
 * @node: node that is on a list
 */
static inline void list_del(struct list_head *node)
{
	node->next->prev = node->prev;
	node->prev->next = node->next;
	node->next = LIST_POISON_NEXT;
	node->prev = LIST_POISON_PREV;
}

/**
 * list_del_init() - take a node off its list; it can be asked and added again
 * @node: node that is on a list, or initialised
 */
static inline void list_del_init(struct list_head *node)
{
	node->next->prev = node->prev;
	node->prev->next = node->next;
	list_init(node);
}

/** The object around node @ptr. */
#define list_entry(ptr, type, member) container_of(ptr, type, member)
/** The first object of a list that is not empty. */
#define list_first_entry(head, type, member) \
	list_entry((head)->next, type, member)

/** Walk over all objects; the list must not change. */
#define list_for_each_entry(pos, head, member)                       \
	for (pos = list_first_entry(head, __typeof__(*pos), member); \
	     &pos->member != (head);                                 \
	     pos = list_entry(pos->member.next, __typeof__(*pos), member))

/** Walk over all objects; @pos may be removed on the way. */
#define list_for_each_entry_safe(pos, n, head, member)                  \
	for (pos = list_first_entry(head, __typeof__(*pos), member),    \
	    n = list_entry(pos->member.next, __typeof__(*pos), member); \
	     &pos->member != (head);                                    \
	     pos = n, n = list_entry(n->member.next, __typeof__(*n), member))

#endif
