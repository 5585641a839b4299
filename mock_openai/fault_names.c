/* SPDX-License-Identifier: MIT */
#include "mock_openai/fault_names.h"

static const char *const names[] = {
    [ET_FAULT_NONE] = "none",   [ET_FAULT_STATUS] = "status",
    [ET_FAULT_STALL] = "stall", [ET_FAULT_STALL_HEAD] = "stall-head",
    [ET_FAULT_CUT] = "cut",     [ET_FAULT_ERROR_EVENT] = "error-event",
    [ET_FAULT_RESET] = "reset",
};

enum { KINDS = sizeof names / sizeof *names };

const char *et_fault_name(unsigned kind)
{
    return kind < KINDS && names[kind] ? names[kind] : "other";
}

uint64_t et_fault_bits_of(const struct et_reply_facts *facts)
{
    return facts->fault == ET_FAULT_NONE ? 0 : (uint64_t)1 << facts->fault;
}

uint64_t et_fault_bits(struct et_slice name)
{
    if (et_slice_equal(name, ET_LIT("any")))
        return ~(uint64_t)1;
    for (unsigned kind = 0; kind < KINDS; kind++)
        if (et_slice_equal(name, et_slice_of(names[kind])))
            return (uint64_t)1 << kind;
    return 0;
}
