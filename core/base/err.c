/* SPDX-License-Identifier: MIT */
#include "core/base/err.h"

const char *et_err_text(int err)
{
    switch (err) {
    case 0:
        return "no error";
#define ET_ERR_CASE(name, value, text)                                                             \
    case value:                                                                                    \
        return text;
        ET_ERR_LIST(ET_ERR_CASE)
#undef ET_ERR_CASE
    default:
        return "unknown error";
    }
}
