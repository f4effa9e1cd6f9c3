/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - find the subcommand and run it */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "cli/cmd.h"
#include "cli/page.h"

/*
 * The C library would give the memory of each finished ascent back to the system and take it again
 * for the next one, page by page.  These limits are those that its own rule comes to once a program
 * has freed a block of 32 MiB.
 */
static void keep_memory(void)
{
#ifdef M_TRIM_THRESHOLD
    (void)mallopt(M_MMAP_THRESHOLD, 32 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

int main(int argc, char **argv)
{
    const struct command *c;

    /* Without these signals, a write beyond a file's limit, or to a closed pipe, is an error. */
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        page_usage(stderr);
        return EXIT_USAGE;
    }
    if (help_asked(argv[1]) != HELP_NONE)
        return page_print(help_asked(argv[1]));
    if (strcmp(argv[1], "--version") == 0) {
        printf("evoke %s\n", evk_version());
        return finish_output(EXIT_DONE);
    }
    keep_memory();
    evk_hash_without_settings();
    c = command_find(argv[1]);
    return c ? c->run(argc - 1, argv + 1) : EXIT_USAGE;
}
