/* SPDX-License-Identifier: MIT */
/* A doubly linked ring through the owners' nodes; nothing allocates, nothing can fail.
 * The list itself is a node: an empty list points at itself.  Get back with ET_OWNER (heap.h). */
#ifndef ET_BASE_LIST_H
#define ET_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct et_list {
    struct et_list *next, *prev;
};

static inline void et_list_init(struct et_list *list)
{
    list->next = list->prev = list;
}

static inline bool et_list_empty(const struct et_list *list)
{
    return list->next == list;
}

static inline void et_list_push(struct et_list *list, struct et_list *node) /* at the tail */
{
    node->prev = list->prev;
    node->next = list;
    list->prev->next = node;
    list->prev = node;
}

static inline void et_list_remove(struct et_list *node) /* and again is harmless */
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    et_list_init(node);
}

static inline struct et_list *et_list_pop(struct et_list *list) /* the head; NULL when empty */
{
    struct et_list *node = list->next;
    if (node == list)
        return NULL;
    et_list_remove(node);
    return node;
}

#endif
