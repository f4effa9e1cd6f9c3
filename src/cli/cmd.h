/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd.h - the subcommands of evoke; command X is the function cmd_X of cmd_X.c */
#ifndef EVK_CLI_CMD_H
#define EVK_CLI_CMD_H

#include "cli/help_format.h"
#include "cli/say.h"

struct command {
    const char *name, *summary;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an exit status */
};

/* Returns command i of commands.def, or NULL past the last. */
const struct command *command_at(int i);

/* Gives command i as an entry of a table (an opt_choices function); its params are "". */
bool command_info(int i, evk_type_info *out);

/* Returns the command of a name, or NULL after a message where there is none. */
const struct command *command_find(const char *name);

/* Has a command print its help in a format other than HELP_NONE.  Returns an exit status. */
int command_help(const struct command *c, enum help_format format);

#define EVK_CMD(name, summary) int cmd_##name(int argc, char **argv);
#include "cli/commands.def"
#undef EVK_CMD

#endif /* EVK_CLI_CMD_H */
