/* SPDX-License-Identifier: MIT */
#include "mock_openai/fault_names.h"

const char *et_fault_name(unsigned kind)
{
    if (kind == ET_FAULT_NONE)
        return "none";
    return kind < ET_FAULT_KINDS ? et_fault_info((enum et_fault_kind)kind)->name : "other";
}

uint64_t et_fault_bits_of(const struct et_reply_facts *facts)
{
    return facts->faults;
}

uint64_t et_fault_bits(struct et_slice name)
{
    if (et_slice_equal(name, ET_LIT("any")))
        return ~(uint64_t)1;
    if (et_slice_equal(name, ET_LIT("none")))
        return 1;
    enum et_fault_kind kind = et_fault_named(name, '-');
    return kind == ET_FAULT_NONE ? 0 : (uint64_t)1 << kind;
}
