/* SPDX-License-Identifier: MIT */
/* HTTP-date (RFC 9110 section 5.6.7), the form that must be sent: "Sun, 06 Nov 1994 08:49:37 GMT".
 */
#ifndef ET_GUARD_HTTP_DATE_H
#define ET_GUARD_HTTP_DATE_H

#include "core/base/slice.h"

/* Unix seconds.  False for anything else, the two obsolete forms included, and *out untouched. */
bool et_http_date(struct et_slice text, uint64_t *out);

#endif
