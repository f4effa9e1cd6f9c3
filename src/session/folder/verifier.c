/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verifier.c - scripts that verify a copy of a session on a computer without evoke */
#include "session/folder/verifier.h"

#include <string.h>

/* The two scripts beside this file, which the Makefile puts into the library. */
extern const char evk_text_verify_copy_py[], evk_text_verify_copy_m[];

static const struct {
    const char *name, *text;
} scripts[] = {
    {"verify_copy.py", evk_text_verify_copy_py},
    {"verify_copy.m", evk_text_verify_copy_m},
};

enum { SCRIPTS = sizeof(scripts) / sizeof(scripts[0]) };

const char *evk_copy_verifier_name(int i)
{
    return i >= 0 && i < SCRIPTS ? scripts[i].name : NULL;
}

const char *evk_copy_verifier(const char *name)
{
    for (int i = 0; i < SCRIPTS; i++)
        if (strcmp(scripts[i].name, name) == 0)
            return scripts[i].text;
    return NULL;
}
