/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz.c - the program that libFuzzer drives: --target=NAME, then libFuzzer's own arguments
 *
 * With --longest=NAME, it prints how many bytes an input of that target may have.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const struct fuzz_target *target;

/*
 * Returns the target that an argument like "--target=png" names; NULL: there is no such argument.
 */
static const struct fuzz_target *find(int argc, char **argv, const char *option)
{
    const size_t n = strlen(option);

    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], option, n) == 0)
            return fuzz_target_find(argv[i] + n);
    return NULL;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const struct fuzz_target *asked = find(*argc, *argv, "--longest=");

    if (asked) {
        printf("%zu\n", asked->longest);
        exit(0);
    }
    target = find(*argc, *argv, "--target=");
    if (target)
        return 0;
    fprintf(stderr, "usage: fuzz --target=NAME [OPTION OF LIBFUZZER | FOLDER]...; names:\n");
    for (size_t i = 0; fuzz_target_at(i); i++)
        fprintf(stderr, "  %s\n", fuzz_target_at(i)->name);
    exit(2);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    target->run(data, size);
    return 0;
}
