/* SPDX-License-Identifier: GPL-3.0-or-later */
/* targets.c - the table of targets, and what all of them check */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static const struct fuzz_target targets[] = {
#define FUZZ_TARGET(name, run, longest) {#name, fuzz_##run, longest},
#include "targets.def"
#undef FUZZ_TARGET
};

enum { TARGETS = sizeof(targets) / sizeof(targets[0]) };

const struct fuzz_target *fuzz_target_at(size_t i)
{
    return i < TARGETS ? &targets[i] : NULL;
}

const struct fuzz_target *fuzz_target_find(const char *name)
{
    for (size_t i = 0; i < TARGETS; i++)
        if (strcmp(targets[i].name, name) == 0)
            return &targets[i];
    return NULL;
}

_Noreturn void fuzz_abort(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
    abort();
}

void fuzz_check_failure(evk_status s, const evk_error *err)
{
    fuzz_check(s >= EVK_EBUSY && s < EVK_OK);
    fuzz_check(err->code == s);
    fuzz_check(memchr(err->msg, '\0', sizeof(err->msg)) && err->msg[0]);
}
