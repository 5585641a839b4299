/* SPDX-License-Identifier: MIT */
/* GET /v1/models and /v1/models/ID. */
#include "core/openai/models.h"
#include "mock_openai/brain_parts.h"

int et_answer_models(struct et_ask *ask)
{
    const struct et_brain_config *config = &ask->brain->config;
    if (!et_ask_fault(ask, false))
        return et_ask_refuse(ask);
    et_models_print(config->catalogue, config->today, &ask->reply->text);
    return et_reply_ready(ask, 200, ask->start_at);
}

int et_answer_model(struct et_ask *ask)
{
    struct et_slice rest = ask->request->target, path = {0};
    et_slice_split(&rest, '?', &path);
    struct et_slice name = et_slice_part(path, sizeof(ET_MODELS_PATH) - 1, path.size);
    if (!et_ask_model(ask, name) || !et_ask_fault(ask, false))
        return et_ask_refuse(ask);
    et_model_print(ask->model, name, &ask->reply->text);
    return et_reply_ready(ask, 200, ask->start_at);
}
