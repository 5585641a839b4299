/* SPDX-License-Identifier: MIT */
/* Answer rules from a file of their own: {"rules": [ … ]}, comments allowed; what a rule says is in
 * rules_read.h.
 *
 *     struct et_rules_file file;
 *     err = et_rules_file_load(&file, "rules.json", catalogue, &complaint);
 *     … file.rules for a brain, which keeps them …
 *     et_rules_file_free(&file); */
#ifndef ET_MOCK_RULES_FILE_H
#define ET_MOCK_RULES_FILE_H

#include "mock_openai/rules_read.h"

enum { ET_RULES_BYTES_MAX = 1 << 20 };

struct et_rules_file {
    struct et_rules rules;
    struct et_arena arena; /* private: where they live */
};

/* ET_IO, ET_LIMIT, ET_SYNTAX, ET_VALUE, ET_UNKNOWN, ET_NOMEM, with file and place in the complaint;
 * then nothing is to be freed. */
int et_rules_file_load(struct et_rules_file *file, const char *path,
                       const struct et_catalogue *catalogue,
                       struct et_complaint *complaint) ET_MUST_CHECK;
void et_rules_file_free(struct et_rules_file *file); /* also of a zero one */

#endif
