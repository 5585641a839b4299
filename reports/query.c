/* SPDX-License-Identifier: MIT */
#include "reports/query.h"

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "io/sqlite_error.h"
#include "io/sysmem.h"

#include <sqlite3.h>

enum { TEXT_MAX = 1 << 20 };

void et_query_open(struct et_query *query, struct et_arena *arena, struct et_ledger *ledger,
                   const char *sql, int64_t key)
{
    *query = (struct et_query){.arena = arena, .ledger = ledger};
    struct sqlite3 *db = et_ledger_handle(ledger);
    if (sqlite3_prepare_v2(db, sql, -1, &query->statement, NULL) != SQLITE_OK)
        query->refused = true;
    else
        sqlite3_bind_int64(query->statement, 1, key);
}

bool et_query_next(struct et_query *query)
{
    if (query->refused || query->err)
        return false;
    query->column = 0;
    int code = sqlite3_step(query->statement);
    query->refused = code != SQLITE_ROW && code != SQLITE_DONE;
    return code == SQLITE_ROW;
}

void et_query_fail(struct et_query *query, int err)
{
    if (!query->err)
        query->err = err;
}

struct et_slice et_query_bytes(struct et_query *query)
{
    const unsigned char *bytes = sqlite3_column_text(query->statement, query->column);
    int size = sqlite3_column_bytes(query->statement, query->column);
    query->column++;
    return (struct et_slice){bytes ? (const char *)bytes : "", bytes ? (size_t)size : 0};
}

/* Ill-formed bytes become U+FFFD. */
static void mend(struct et_slice bytes, struct et_text *out)
{
    while (bytes.size) {
        size_t length = et_utf8_length(bytes);
        size_t used = length ? length : et_utf8_bad(bytes);
        et_text_add(out, length ? et_slice_part(bytes, 0, length) : ET_LIT("\xEF\xBF\xBD"));
        bytes = et_slice_part(bytes, used, bytes.size);
    }
}

struct et_slice et_query_text(struct et_query *query)
{
    struct et_slice bytes = et_query_bytes(query), copy = ET_LIT("");
    struct et_text mended;
    et_text_init(&mended, &et_sysmem, TEXT_MAX);
    if (!et_utf8_valid(bytes)) {
        mend(bytes, &mended);
        bytes = et_text_slice(&mended);
    }
    if (et_text_failed(&mended))
        et_query_fail(query, et_text_failed(&mended));
    else if (!et_arena_copy(query->arena, bytes, &copy))
        et_query_fail(query, ET_NOMEM);
    et_text_free(&mended);
    return copy;
}

int64_t et_query_i64(struct et_query *query)
{
    return sqlite3_column_int64(query->statement, query->column++);
}

uint64_t et_query_u64(struct et_query *query)
{
    int64_t value = et_query_i64(query);
    if (value >= 0)
        return (uint64_t)value;
    et_query_fail(query, ET_CORRUPT);
    return 0;
}

uint64_t et_query_digits(struct et_query *query)
{
    uint64_t value = 0;
    if (!et_slice_u64(et_query_bytes(query), &value))
        et_query_fail(query, ET_CORRUPT);
    return value;
}

uint64_t et_query_hex(struct et_query *query)
{
    const struct et_slice digits = ET_LIT("0123456789abcdef");
    struct et_slice text = et_query_bytes(query);
    uint64_t value = 0;
    for (size_t i = 0; i < text.size; i++) {
        size_t digit = et_slice_find(digits, et_slice_part(text, i, i + 1));
        if (digit > 15 || i > 15)
            et_query_fail(query, ET_CORRUPT);
        value = value << 4 | (digit & 15);
    }
    return value;
}

int et_query_close(struct et_query *query, struct et_complaint *complaint)
{
    int err = query->err;
    struct sqlite3 *db = et_ledger_handle(query->ledger);
    if (query->refused)
        err = et_sqlite_complain(complaint, db, sqlite3_db_filename(db, "main"), "read the run");
    else if (err)
        et_complain(complaint, err, "cannot read the run: %s", et_err_text(err));
    sqlite3_finalize(query->statement);
    query->statement = NULL;
    return err;
}
