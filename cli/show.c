/* SPDX-License-Identifier: MIT */
#include "cli/show.h"

#include "cli/cli.h"
#include "io/file.h"
#include "io/sysmem.h"
#include "reports/print.h"

#include <stdio.h>
#include <string.h>

int et_show_text(const struct et_text *text, const char *path)
{
    struct et_complaint complaint = {0};
    struct et_slice bytes = et_text_slice(text);
    int err = et_text_failed(text);
    if (err)
        return et_cli_complain(err, &complaint);
    if (path && strcmp(path, "-") != 0)
        err = et_file_write(path, bytes, &complaint);
    else
        fwrite(bytes.data, 1, bytes.size, stdout); /* et_cli_finish tells if that failed */
    return err ? et_cli_complain(err, &complaint) : ET_EXIT_PASS;
}

int et_show_page(const struct et_summary *summary, const char *path)
{
    struct et_complaint complaint = {0};
    struct et_file chart;
    int err = et_file_data(&chart, "chart.js", &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    struct et_text page;
    et_text_init(&page, &et_sysmem, ET_SHOW_BYTES_MAX);
    et_report_html(summary, chart.bytes, &page);
    int code = et_show_text(&page, path);
    et_text_free(&page);
    et_file_free(&chart);
    return code;
}
