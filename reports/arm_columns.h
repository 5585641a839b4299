/* SPDX-License-Identifier: MIT */
/* What the terminal's table and the page say of an arm; rows are struct et_summary_arm. */
#ifndef ET_REPORTS_ARM_COLUMNS_H
#define ET_REPORTS_ARM_COLUMNS_H

#include "reports/cells.h"

extern const struct et_column et_arm_columns[]; /* the first is its name; ends with a NULL title */

#endif
