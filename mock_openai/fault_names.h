/* SPDX-License-Identifier: MIT */
/* What faults are called in the journal, the metrics and the admin port: as in x-etalon-fault, and
 * "status" for an error status. */
#ifndef ET_MOCK_FAULT_NAMES_H
#define ET_MOCK_FAULT_NAMES_H

#include "mock_openai/brain.h"

const char *et_fault_name(unsigned kind); /* of enum et_fault_kind; NONE: "none" */
uint64_t et_fault_bits_of(const struct et_reply_facts *facts); /* 1 << kind of those applied */
uint64_t et_fault_bits(struct et_slice name); /* 1 << kind; "any": all but none; 0: unknown */

#endif
