/* SPDX-License-Identifier: MIT */
/* What the two files of serve.h share. */
#ifndef ET_MOCK_SERVE_PARTS_H
#define ET_MOCK_SERVE_PARTS_H

#include "mock_openai/serve.h"

/* Serves until SIGTERM, until SIGINT unless `line` is given, or until `line` (-1: none) is at its
 * end. */
int et_mock_serve_line(const struct et_mock_job *job, int line, struct et_mock_report *report,
                       struct et_complaint *complaint) ET_MUST_CHECK;

#endif
