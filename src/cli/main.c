/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - find the subcommand and run it */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/help.h"

static const struct command commands[] = {
#define EVK_CMD(name, summary) {#name, summary, cmd_##name},
#include "cli/commands.def"
#undef EVK_CMD
};

const struct command *command_at(int i)
{
    return i < (int)(sizeof(commands) / sizeof(commands[0])) ? &commands[i] : NULL;
}

const char *shown(const char *name, char text[SHOWN])
{
    return evk_show(name, text, SHOWN);
}

void say(const char *fmt, ...)
{
    char sentence[SHOWN], text[SHOWN];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof(sentence), fmt, ap);
    va_end(ap);
    fprintf(stderr, "evoke: %s\n", shown(sentence, text));
}

int complain(const evk_error *err)
{
    say("%s", err->msg);
    if (err->code == EVK_ESTOPPED)
        return EXIT_INTERRUPTED;
    return err->code == EVK_EINVAL || err->code == EVK_ENOTFOUND ? EXIT_USAGE : EXIT_FAILED;
}

int finish_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "evoke: standard output: %s\n", strerror(errno));
    return EXIT_FAILED;
}

int main(int argc, char **argv)
{
    const struct command *c;
    char text[SHOWN];

    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
    signal(SIGPIPE, SIG_IGN); /* a reader that has gone is one like any other */
    if (argc < 2) {
        help_usage(stderr);
        return EXIT_USAGE;
    }
    if (help_asked(argv[1]) != HELP_NONE)
        return help_program(help_asked(argv[1]));
    if (strcmp(argv[1], "--version") == 0) {
        printf("evoke %s\n", evk_version());
        return finish_output(EXIT_DONE);
    }
    for (int i = 0; (c = command_at(i)) != NULL; i++)
        if (strcmp(argv[1], c->name) == 0)
            return c->run(argc - 1, argv + 1);
    fprintf(stderr, "evoke: command '%s' is not known, expected one of:", shown(argv[1], text));
    for (int i = 0; (c = command_at(i)) != NULL; i++)
        fprintf(stderr, "%s %s", i ? "," : "", c->name);
    fputs("\n", stderr);
    return EXIT_USAGE;
}
