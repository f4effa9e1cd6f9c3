/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd.h - subcommands; each lives in cmd_<name>.c */
#ifndef EVK_CLI_CMD_H
#define EVK_CLI_CMD_H

#include <evoke/evoke.h>

/* Exit statuses: 0 done, 1 failed (or some neurons or images did), 2 called wrongly, 75 interrupted. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 75 };

struct command {
    const char *name, *summary;
    int (*run)(int argc, char **argv); /* argv[0] is the name; gives an exit status */
};

const struct command *command_at(int i); /* NULL past the end */

#define EVK_CMD(name, summary) int cmd_##name(int argc, char **argv);
#include "cli/commands.def"
#undef EVK_CMD

/* A name that comes from a file or from the command line, for a terminal: evk_show. Returns text. */
enum { SHOWN = 1024 };
const char *shown(const char *name, char text[SHOWN]);

/* Print "evoke: sentence" on standard error, as shown. */
void say(const char *fmt, ...) EVK_PRINTF(1, 2);

/* Print "evoke: sentence" and give the exit status that its code asks for. */
int complain(const evk_error *err);

/* Flush stdout; what could not be written is a failure. */
int finish_output(int status);

#endif /* EVK_CLI_CMD_H */
