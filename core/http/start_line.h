/* SPDX-License-Identifier: MIT */
/* The lines of a head, each whole and without its CR LF.
 *
 * They set their part of the head, or tell what is wrong; slices point into the line. */
#ifndef ET_HTTP_START_LINE_H
#define ET_HTTP_START_LINE_H

#include "core/http/error.h"
#include "core/http/head.h"

enum et_http_error et_http_request_line(struct et_slice line, struct et_http_head *head);
enum et_http_error et_http_status_line(struct et_slice line, struct et_http_head *head);
enum et_http_error et_http_field_line(struct et_slice line, struct et_http_field *field);

#endif
