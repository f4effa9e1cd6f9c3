/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - find the subcommand and run it */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"

static const struct {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
} commands[] = {
#define EVK_CMD(name, summary) {#name, summary, cmd_##name},
#include "cli/commands.def"
#undef EVK_CMD
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static int usage(FILE *out)
{
    fputs("usage: evoke <command> [options]\n\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fputs("\n'evoke <command> --help' describes a command, 'evoke --version' says which this is.\n",
          out);
    return out == stdout ? finish_output(EXIT_DONE) : EXIT_USAGE;
}

const char *shown(const char *name, char text[SHOWN])
{
    size_t i = 0;

    for (; name[i] && i + 1 < SHOWN; i++)
        text[i] = (char)((unsigned char)name[i] < ' ' || name[i] == 127 ? '?' : name[i]);
    text[i] = '\0';
    return text;
}

int complain(const evk_error *err)
{
    char text[SHOWN];

    fprintf(stderr, "evoke: %s\n", shown(err->msg, text));
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
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return usage(stdout);
    if (strcmp(argv[1], "--version") == 0) {
        printf("evoke %s\n", evk_version());
        return finish_output(EXIT_DONE);
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "evoke: command '%s' is not known, expected one of:", argv[1]);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(stderr, "%s %s", i ? "," : "", commands[i].name);
    fputs("\n", stderr);
    return EXIT_USAGE;
}
