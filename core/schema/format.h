/* SPDX-License-Identifier: MIT */
/* Texts of the formats of JSON Schema that we know: date-time, date, time (RFC 3339), duration (ISO
 * 8601), email, uuid, ipv4, ipv6, hostname, uri.
 *
 * What is looked at is narrower than the standards allow at the edges (no quoted local part of an
 * address, no internationalised names), never wider where readers agree. */
#ifndef ET_SCHEMA_FORMAT_H
#define ET_SCHEMA_FORMAT_H

#include "core/base/slice.h"

bool et_format_known(struct et_slice format);

/* True for a format that is not known. */
bool et_format_holds(struct et_slice format, struct et_slice text);

#endif
