/* SPDX-License-Identifier: GPL-3.0-or-later */
/* say.c - messages for the user on standard error */
#include "cli/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
