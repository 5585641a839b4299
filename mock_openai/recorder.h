/* SPDX-License-Identifier: MIT */
/* Passes requests on to a real endpoint and keeps what it answered as fixtures.
 *
 *     et_recorder_new(&recorder, base, &config, state, &complaint)
 *     if (et_recorder_wants(recorder, message))          nothing was recorded for it yet
 *         et_recorder_pass(recorder, exchange, message)  it is answered, and kept when it ends well
 *     et_recorder_gone(recorder, exchange)               the client hung up: nothing is kept
 *
 * Only POST is passed on.  What is kept: method, path and body; status, content type and body, an
 * event of a stream as a chunk, with the instants at which they came.  Keys and other headers never
 * are.  What breaks off, is larger than ET_RECORDED_BYTES_MAX or no UTF-8, or has a status that may
 * be another one next time (3xx, 401, 403, 408, 409, 429, 5xx) is passed on and not kept: stderr
 * says so.  A request that is asked a second time before the first is answered is passed on too. */
#ifndef ET_MOCK_RECORDER_H
#define ET_MOCK_RECORDER_H

#include "io/server.h"
#include "io/upstream.h"
#include "mock_openai/brain.h"

struct et_recorder;

enum { ET_RECORDED_BYTES_MAX = 16 << 20 };

struct et_recorder_config {
    const char *folder;   /* of the fixtures */
    const char *base_url; /* of the real endpoint: "https://api.openai.com/v1" */
    const char *key;      /* for it; NULL: none */
};

/* Everything is kept.  What et_upstream_new says. */
int et_recorder_new(struct et_recorder **out, struct event_base *base,
                    const struct et_recorder_config *config, struct et_brain_state *state,
                    struct et_complaint *complaint) ET_MUST_CHECK;
void et_recorder_free(struct et_recorder *recorder);

bool et_recorder_wants(struct et_recorder *recorder, const struct et_server_message *message);
void et_recorder_pass(struct et_recorder *recorder, struct et_exchange *exchange,
                      const struct et_server_message *message);

/* False: the exchange is not one of the recorder's. */
bool et_recorder_gone(struct et_recorder *recorder, struct et_exchange *exchange);

#endif
