/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd.c - the table of the subcommands */
#include "cli/cmd.h"

#include <stddef.h>

static const struct command commands[] = {
#define EVK_CMD(name, summary) {#name, summary, cmd_##name},
#include "cli/commands.def"
#undef EVK_CMD
};

const struct command *command_at(int i)
{
    return i < (int)(sizeof(commands) / sizeof(commands[0])) ? &commands[i] : NULL;
}
