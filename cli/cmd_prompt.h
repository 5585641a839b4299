/* SPDX-License-Identifier: MIT */
/* The commands under `etalon prompt`, one file each.  argv[0] is "prompt check" and so on. */
#ifndef ET_CLI_CMD_PROMPT_H
#define ET_CLI_CMD_PROMPT_H

int et_cmd_prompt_check(int argc, char **argv);
int et_cmd_prompt_diff(int argc, char **argv);
int et_cmd_prompt_explain(int argc, char **argv);
int et_cmd_prompt_list(int argc, char **argv);
int et_cmd_prompt_render(int argc, char **argv);

#endif
