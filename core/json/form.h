/* SPDX-License-Identifier: MIT */
/* Reads one object of a configuration file into plain C values, with complaints a person can mend.
 *
 *     struct et_form form, cache, list;
 *     et_form_open(&form, json, et_json_root(json), "$", complaint);
 *     et_form_text(&form, "name", ET_REQUIRED, &name);
 *     et_form_u64(&form, "workers", ET_OPTIONAL, ET_RANGE(1, 64), &workers);
 *     if (et_form_object(&form, "cache", ET_OPTIONAL, &cache)) {
 *         et_form_span(&cache, "ttl_ms", ET_REQUIRED, ET_FORM_MS, &ttl);
 *         et_form_leave(&cache);
 *     }
 *     if (et_form_array(&form, "sizes", ET_OPTIONAL, &list))
 *         while (et_form_next(&list))
 *             et_form_u64(&list, ET_ITEM, ET_REQUIRED, ET_RANGE(1, 100), &sizes[n++]);
 *     return et_form_close(&form);                 0, or the first thing that was wrong
 *
 * Readers return true when the value is there and good.  Otherwise *out is untouched, so what the
 * caller put there before is the default.  The first complaint is kept (line, column, JSON path,
 * found, expected) and makes every later reader of this form and of the forms around it return
 * false.  Each name asked for is remembered; close and leave refuse a key nobody asked for, and
 * name the nearest known one.  A null is a value of the wrong kind, not an absent one.
 *
 * Nothing here allocates.  Slices live as long as the document; names, and the form a child was
 * entered from, are kept until the form is closed or left. */
#ifndef ET_JSON_FORM_H
#define ET_JSON_FORM_H

#include "core/base/arena.h"
#include "core/base/ns.h"
#include "core/json/json.h"

enum et_form_need { ET_OPTIONAL, ET_REQUIRED };

enum et_form_unit { ET_FORM_NS, ET_FORM_US, ET_FORM_MS, ET_FORM_S }; /* what 1 in the file means */

struct et_form_range { /* both ends included */
    uint64_t min, max;
};

#define ET_RANGE(min, max) ((struct et_form_range){(min), (max)})
#define ET_ITEM            ((const char *)0) /* the name of the current item of an array or a map */

enum { ET_FORM_NAMES = 64 }; /* names one form can be asked for; more is a programmer's error */

struct et_form { /* private */
    const struct et_json *json;
    const struct et_json_node *node;
    const struct et_json_node *item; /* current one of an array or a map */
    struct et_form *around;          /* where an error is handed on to; NULL: the outermost */
    struct et_complaint *complaint;
    int err;
    size_t items; /* how often et_form_next was called */
    bool is_list;
    unsigned name_count;
    const char *names[ET_FORM_NAMES + 1];
    char path[160];
};

/* `node` must be an object, else that is the first complaint.  `path` is how complaints call it:
 * "$", "$.arms[1]".  complaint may be NULL. */
void et_form_open(struct et_form *form, const struct et_json *json, const struct et_json_node *node,
                  const char *path, struct et_complaint *complaint);

/* 0, or the first error: ET_VALUE, ET_UNKNOWN for an unknown key, or what et_form_fail got. */
int et_form_close(struct et_form *form) ET_MUST_CHECK;

bool et_form_text(struct et_form *form, const char *name, enum et_form_need need,
                  struct et_slice *out);
bool et_form_word(struct et_form *form, const char *name, enum et_form_need need,
                  struct et_slice *out); /* not empty */
bool et_form_bool(struct et_form *form, const char *name, enum et_form_need need, bool *out);
bool et_form_u64(struct et_form *form, const char *name, enum et_form_need need,
                 struct et_form_range range, uint64_t *out);
bool et_form_u32(struct et_form *form, const char *name, enum et_form_need need,
                 struct et_form_range range, uint32_t *out);

/* A share of 1 in parts per million, exactly: 0.25 is 250000; range in parts per million. */
bool et_form_ppm(struct et_form *form, const char *name, enum et_form_need need,
                 struct et_form_range range, uint32_t *out);

/* Any decimal, not negative, times 10^digits, exactly: 0.25 with 6 digits is 250000; one more
 * digit than `digits` is refused.  Up to UINT64_MAX; the caller refuses what is out of range. */
bool et_form_decimal(struct et_form *form, const char *name, enum et_form_need need,
                     unsigned digits, uint64_t *out);

/* A span given in `unit`, fractions allowed down to one nanosecond. */
bool et_form_span(struct et_form *form, const char *name, enum et_form_need need,
                  enum et_form_unit unit, et_ns *out);

/* Index of the string among `choices`, which ends with NULL. */
bool et_form_choice(struct et_form *form, const char *name, enum et_form_need need,
                    const char *const *choices, unsigned *out);
bool et_form_node(struct et_form *form, const char *name, enum et_form_need need,
                  const struct et_json_node **out); /* a value of any kind, null too */

/* Children.  True: `child` is open, and for an object (and only for it) et_form_leave is due.
 * Arrays and maps (objects whose keys the user chooses) are gone through with et_form_next and
 * read with the name ET_ITEM. */
bool et_form_object(struct et_form *form, const char *name, enum et_form_need need,
                    struct et_form *child);
void et_form_leave(struct et_form *child);
bool et_form_array(struct et_form *form, const char *name, enum et_form_need need,
                   struct et_form *child);
bool et_form_map(struct et_form *form, const char *name, enum et_form_need need,
                 struct et_form *child);
bool et_form_next(struct et_form *list);                /* false: that was the last, or an error */
struct et_slice et_form_key(const struct et_form *map); /* of the current item of a map */
size_t et_form_count(const struct et_form *list);       /* items of an array or a map */
bool et_form_sized(struct et_form *list, struct et_form_range range); /* complains if not so many */

/* Zeroed room for the items of a list or map, `size` bytes each; NULL: not so many (complained), or
 * memory was refused (the form fails). */
void *et_form_items(struct et_form *list, struct et_form_range range, size_t size,
                    struct et_arena *arena);

/* For rules of the caller: complains about the value of `name` (NULL: the item, or the object
 * itself if it is no list), as "found …; expected …".  The error is ET_VALUE. */
void et_form_refuse(struct et_form *form, const char *name, const char *format, ...)
    ET_PRINTF(3, 4);

/* The same, where what was found is the value as it stands in the text. */
void et_form_reject(struct et_form *form, const char *name, const char *expected);
void et_form_fail(struct et_form *form, int err); /* without a place, for ET_NOMEM and the like */
int et_form_failed(const struct et_form *form);   /* as et_form_close, and leaves keys alone */

#endif
