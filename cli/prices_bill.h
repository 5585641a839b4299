/* SPDX-License-Identifier: MIT */
/* `etalon prices bill`: one answer of OpenAI, or a log with one in each line, billed by class. */
#ifndef ET_CLI_PRICES_BILL_H
#define ET_CLI_PRICES_BILL_H

#include "core/prices/catalogue.h"

struct et_bill_wish {
    const char *file;                 /* "-": standard input */
    const char *model, *tier, *write; /* instead of what an answer tells; NULL */
    const et_day *day;                /* instead of the answer's own; NULL */
    et_day today;                     /* for an answer that tells no day */
    bool lines;                       /* a log: one answer in each line */
    bool json;
};

enum { ET_BILL_BYTES_MAX = 1 << 30 }; /* of the file, and of what is printed */

/* Prints on standard output, or what is wrong on standard error, and gives the exit code: 2 for
 * what cannot be read or contradicts itself, 3 when something is unpriced (in a log the rest is
 * billed all the same). */
int et_prices_bill(const struct et_catalogue *catalogue, const struct et_bill_wish *wish);

#endif
