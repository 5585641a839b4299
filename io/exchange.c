/* SPDX-License-Identifier: MIT */
#include "core/http/writer.h"
#include "core/openai/error.h"
#include "io/server_parts.h"
#include "io/sysmem.h"

#include <assert.h>

static struct et_connection *connection_of(struct et_exchange *exchange)
{
    return ET_OWNER(exchange, struct et_connection, exchange);
}

void et_exchange_open(struct et_exchange *exchange, const struct et_http_head *head)
{
    *exchange = (struct et_exchange){
        .state = ET_EXCHANGE_OPEN,
        .minor_zero = head->minor == 0,
        .head_only = et_slice_equal(head->method, ET_LIT("HEAD")),
        .keep_alive = head->keep_alive,
    };
}

void et_exchange_set(struct et_exchange *exchange, void *own)
{
    exchange->own = own;
}

void *et_exchange_get(const struct et_exchange *exchange)
{
    return exchange->own;
}

void et_exchange_due(struct et_exchange *exchange, et_ns due)
{
    struct et_connection *connection = connection_of(exchange);
    unsigned last = connection->mark_count;
    assert(exchange->state == ET_EXCHANGE_OPEN);
    if (last > 0 && (connection->marks[last - 1].due == due || last == ET_MARKS_MAX))
        connection->marks[last - 1].count++;
    else
        connection->marks[connection->mark_count++] = (struct et_mark){.due = due, .count = 1};
}

static void choose_framing(struct et_exchange *exchange, unsigned status, uint64_t body_bytes)
{
    exchange->bodiless = exchange->head_only || status == 204 || status == 304;
    exchange->chunked = body_bytes == ET_BODY_CHUNKED && !exchange->minor_zero;
    exchange->owed = body_bytes;
    if (body_bytes == ET_BODY_CHUNKED && exchange->minor_zero && !exchange->bodiless)
        exchange->keep_alive =
            false; /* HTTP/1.0 has no chunks: the body ends with the connection */
}

static void write_framing(struct et_http_writer *writer, const struct et_exchange *exchange,
                          unsigned status)
{
    if (exchange->chunked && status != 204 && status != 304)
        et_http_write_field(writer, ET_LIT("transfer-encoding"), ET_LIT("chunked"));
    else if (exchange->owed != ET_BODY_CHUNKED && status != 204 && status != 304)
        et_http_write_number(writer, ET_LIT("content-length"), exchange->owed);
    if (!exchange->keep_alive)
        et_http_write_field(writer, ET_LIT("connection"), ET_LIT("close"));
    else if (exchange->minor_zero)
        et_http_write_field(writer, ET_LIT("connection"), ET_LIT("keep-alive"));
}

void et_exchange_head(struct et_exchange *exchange, unsigned status,
                      const struct et_http_field *fields, size_t count, uint64_t body_bytes)
{
    struct et_connection *connection = connection_of(exchange);
    struct et_server *server = connection->server;
    struct et_http_writer writer;
    assert(exchange->state == ET_EXCHANGE_OPEN);
    assert(!exchange->headed);
    assert(status >= 200 && status <= 599);
    exchange->headed = true;
    if (server->draining)
        exchange->keep_alive = false;
    choose_framing(exchange, status, body_bytes);
    et_text_clear(&server->lines);
    et_http_writer_init(&writer, &server->lines);
    et_http_write_status(&writer, status);
    et_http_write_field(&writer, ET_LIT("date"), et_server_date(server));
    for (size_t i = 0; i < count; i++)
        et_http_write_field(&writer, fields[i].name, fields[i].value);
    write_framing(&writer, exchange, status);
    et_http_write_end(&writer);
    if (et_http_writer_failed(&writer))
        connection->lost = true;
    else
        et_connection_put(connection, et_text_slice(&server->lines));
    et_connection_unsettle(connection);
}

static void put_chunk_open(struct et_connection *connection, size_t size)
{
    struct et_server *server = connection->server;
    struct et_http_writer writer;
    et_text_clear(&server->lines);
    et_http_writer_init(&writer, &server->lines);
    et_http_write_chunk_open(&writer, size);
    et_connection_put(connection, et_text_slice(&server->lines));
}

static void put_chunk(struct et_connection *connection, struct et_slice bytes)
{
    put_chunk_open(connection, bytes.size);
    et_connection_put(connection, bytes);
    et_connection_put(connection, ET_LIT("\r\n"));
}

void et_exchange_data(struct et_exchange *exchange, struct et_slice bytes)
{
    struct et_connection *connection = connection_of(exchange);
    assert(exchange->state == ET_EXCHANGE_OPEN);
    assert(exchange->headed);
    if (bytes.size == 0 || exchange->bodiless || connection->lost)
        return;
    if (exchange->chunked) {
        put_chunk(connection, bytes);
    } else {
        if (exchange->owed != ET_BODY_CHUNKED) {
            assert(bytes.size <= exchange->owed);
            exchange->owed -= bytes.size;
        }
        et_connection_put(connection, bytes);
    }
    et_connection_unsettle(connection);
}

static void finish(struct et_exchange *exchange, enum et_fate fate)
{
    struct et_connection *connection = connection_of(exchange);
    assert(exchange->state == ET_EXCHANGE_OPEN);
    exchange->state = ET_EXCHANGE_ENDED;
    connection->fate = fate;
    et_connection_unsettle(connection);
}

void et_exchange_end(struct et_exchange *exchange)
{
    struct et_connection *connection = connection_of(exchange);
    assert(exchange->headed);
    bool short_of = !exchange->bodiless && !exchange->chunked && exchange->owed != 0;
    if (exchange->chunked && !exchange->bodiless && !connection->lost)
        et_connection_put(connection, ET_LIT("0\r\n\r\n"));
    finish(exchange, exchange->keep_alive && !short_of ? ET_FATE_KEEP : ET_FATE_CLOSE);
}

void et_exchange_cut(struct et_exchange *exchange)
{
    finish(exchange, ET_FATE_CLOSE);
}

void et_exchange_reset(struct et_exchange *exchange)
{
    finish(exchange, ET_FATE_RESET);
}

void et_exchange_close(struct et_exchange *exchange)
{
    et_exchange_end(exchange);
    connection_of(exchange)->fate = ET_FATE_CLOSE;
}

void et_exchange_stray(struct et_exchange *exchange, struct et_slice bytes)
{
    struct et_connection *connection = connection_of(exchange);
    assert(exchange->state == ET_EXCHANGE_OPEN);
    if (!exchange->bodiless)
        et_connection_put(connection, bytes);
    et_connection_unsettle(connection);
}

void et_exchange_tear(struct et_exchange *exchange, struct et_slice bytes)
{
    struct et_connection *connection = connection_of(exchange);
    if (exchange->chunked && !exchange->bodiless && bytes.size) {
        put_chunk_open(connection, 2 * bytes.size);
        et_connection_put(connection, bytes);
    } else {
        et_exchange_data(exchange, bytes);
    }
    et_exchange_cut(exchange);
}

void et_exchange_flush(struct et_exchange *exchange)
{
    et_connection_write(connection_of(exchange));
}

void et_exchange_one_byte(struct et_exchange *exchange)
{
    connection_of(exchange)->one_byte = true;
}

static void describe(struct et_api_error *error, const struct et_connection *connection,
                     unsigned status, const char *message)
{
    if (status == 413)
        et_api_refuse(error, ET_API_LARGE_BODY, connection->server->config.body_bytes_max);
    else if (status == 408)
        et_api_refuse(error, ET_API_TIMEOUT);
    else
        et_api_refuse(error, ET_API_BAD_HTTP(status), message);
}

void et_connection_refuse(struct et_connection *connection, unsigned status, const char *message)
{
    static const struct et_http_field type = {{"content-type", 12}, {"application/json", 16}};
    struct et_api_error error;
    struct et_text body;
    et_tally_add(&connection->server->tally.bad);
    et_text_init(&body, &et_sysmem, ET_HEAD_BYTES_MAX);
    describe(&error, connection, status, message);
    et_api_error_print(&error, &body);
    connection->exchange = (struct et_exchange){.state = ET_EXCHANGE_OPEN};
    if (et_text_failed(&body)) {
        et_exchange_cut(&connection->exchange);
    } else {
        et_exchange_head(&connection->exchange, status, &type, 1, et_text_slice(&body).size);
        et_exchange_data(&connection->exchange, et_text_slice(&body));
        et_exchange_end(&connection->exchange);
    }
    et_text_free(&body);
}
