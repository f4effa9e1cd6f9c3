/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd.c - the table of the subcommands */
#include "cli/cmd.h"

#include <stddef.h>
#include <stdio.h>

#include "base/named.h"

static const struct command commands[] = {
#define EVK_CMD(name, summary) {#name, summary, cmd_##name},
#include "cli/commands.def"
#undef EVK_CMD
};

const struct command *command_at(int i)
{
    return i < (int)(sizeof(commands) / sizeof(commands[0])) ? &commands[i] : NULL;
}

bool command_info(int i, evk_type_info *out)
{
    const struct command *c = command_at(i);

    if (c)
        *out = (evk_type_info){c->name, c->summary, ""};
    return c != NULL;
}

const struct command *command_find(const char *name)
{
    evk_error err = {EVK_OK, ""};
    int i;

    if (evk_named_find(&i, "command", name, command_info, &err) == EVK_OK)
        return command_at(i);
    complain(&err);
    return NULL;
}

int command_help(const struct command *c, enum help_format format)
{
    char name[64], option[64], *argv[] = {name, option, NULL};

    snprintf(name, sizeof(name), "%s", c->name);
    snprintf(option, sizeof(option), "%s", help_argument(format));
    return c->run(2, argv);
}
