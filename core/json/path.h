/* SPDX-License-Identifier: MIT */
/* A value in a JSON document by its path:
 *
 *     $.messages[0].content        $ alone is the root
 *
 * A small part of JSONPath (RFC 9535): names of letters, digits, _ and -, and indices from 0. */
#ifndef ET_JSON_PATH_H
#define ET_JSON_PATH_H

#include "core/json/json.h"

/* NULL: there is none, or the path is no good. */
const struct et_json_node *et_json_path(const struct et_json_node *root, struct et_slice path);
bool et_json_path_valid(struct et_slice path);

#endif
