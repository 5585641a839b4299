/* SPDX-License-Identifier: MIT */
#include "core/http/error.h"

#include <assert.h>
#include <stddef.h>

struct row {
    const char *name, *text;
    unsigned status;
};

static const struct row rows[] = {{"OK", "no error", 200},
#define ROW(name, status, text) {#name, text, status},
                                  ET_HTTP_ERROR_LIST(ROW)
#undef ROW
};

static const struct row *row_of(enum et_http_error error)
{
    assert((size_t)error < sizeof rows / sizeof rows[0]);
    return &rows[error];
}

unsigned et_http_error_status(enum et_http_error error)
{
    return row_of(error)->status;
}

const char *et_http_error_text(enum et_http_error error)
{
    return row_of(error)->text;
}

const char *et_http_error_name(enum et_http_error error)
{
    return row_of(error)->name;
}
