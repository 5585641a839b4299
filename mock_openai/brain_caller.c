/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_caller.h"

#include "core/base/hash.h"

#include <string.h>

static struct et_slice key_of(struct et_slice authorization)
{
    struct et_slice scheme = {0}, rest = et_slice_trim(authorization);
    if (!et_slice_split(&rest, ' ', &scheme) || !et_slice_equal_nocase(scheme, ET_LIT("bearer")))
        return (struct et_slice){NULL, 0};
    return et_slice_trim(rest);
}

struct et_caller et_caller_of(struct et_slice authorization, struct et_slice organization,
                              struct et_slice project)
{
    struct et_caller caller = {.organization =
                                   organization.size ? organization : ET_LIT(ET_MOCK_ORGANIZATION),
                               .project = project.size ? project : ET_LIT(ET_MOCK_PROJECT),
                               .key = key_of(authorization)};
    caller.organization_id = et_hash64(caller.organization, 0);
    caller.project_id = et_hash64(caller.project, caller.organization_id);
    caller.key_id = et_hash64(caller.key, caller.project_id);
    return caller;
}

bool et_caller_named(struct et_slice name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-'))
            return false;
    }
    return name.size > 0 && name.size <= ET_CALLER_NAME_MAX;
}

size_t et_caller_mask(struct et_slice key, char out[ET_CALLER_MASKED])
{
    enum { FRONT = 8, BACK = 4 };
    size_t size = key.size < ET_CALLER_MASKED ? key.size : ET_CALLER_MASKED;
    if (size <= FRONT + BACK) {
        memcpy(out, key.data ? key.data : "", size);
        return size;
    }
    memcpy(out, key.data, FRONT);
    memset(out + FRONT, '*', size - FRONT - BACK);
    memcpy(out + size - BACK, key.data + key.size - BACK, BACK);
    return size;
}
