/* SPDX-License-Identifier: MIT */
/* HTTP-date (RFC 9110 section 5.6.7), the form that must be sent: "Sun, 06 Nov 1994 08:49:37 GMT".
 */
#ifndef ET_GUARD_HTTP_DATE_H
#define ET_GUARD_HTTP_DATE_H

#include "core/base/slice.h"

/* Unix seconds.  False for anything else, the two obsolete forms included, and *out untouched. */
bool et_http_date(struct et_slice text, uint64_t *out);

/* With a NUL behind it; what lies after the year 9999 as its last second. */
#define ET_HTTP_DATE_TEXT 30
void et_http_date_print(uint64_t unix_seconds, char out[ET_HTTP_DATE_TEXT]);

#endif
