/* SPDX-License-Identifier: MIT */
/* The small words of HTTP's grammar.  Nothing here can fail. */
#ifndef ET_HTTP_SYNTAX_H
#define ET_HTTP_SYNTAX_H

#include "core/base/slice.h"

bool et_http_is_digit(char c);
bool et_http_is_token_char(char c);     /* tchar of RFC 9110, 5.6.2 */
bool et_http_is_value_char(char c);     /* HTAB, SP, VCHAR or obs-text: RFC 9110, 5.5 */
bool et_http_is_token(struct et_slice); /* one token character or more */
bool et_http_is_value(struct et_slice); /* value characters only, perhaps none */

/* Visible characters and bytes from 0x80 on, one or more.  RFC 3986 allows fewer in a target; what
 * clients send and no two parsers understand differently is let through, as in gunicorn. */
bool et_http_is_target(struct et_slice target);

/* uri-host [":" port] of RFC 9110, 7.2: a name of unreserved characters and sub-delims (perhaps
 * empty) or an IPv6 address in brackets; a port of at most 65535.  Percent-encoded names are not
 * taken: no resolver knows them.  `*port` is what follows the colon, {NULL, 0} without one. */
bool et_http_is_authority(struct et_slice authority, struct et_slice *port);
bool et_http_is_user(struct et_slice user); /* userinfo of RFC 3986, 3.2.1 */

struct et_slice et_http_trim(struct et_slice slice); /* without SP and HTAB at either end */

#endif
