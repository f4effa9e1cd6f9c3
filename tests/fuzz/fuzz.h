/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz.h - what a file from a stranger goes through, one row of targets.def a kind of file
 *
 * Any bytes may be given.  What should never be, whatever they are, ends the
 * program; so does what a sanitizer finds.
 */
#ifndef EVK_TESTS_FUZZ_H
#define EVK_TESTS_FUZZ_H

#include "evoke/base.h"

/* Pixels of a side of the images of a core with readouts, which its file does not say. */
enum { FUZZ_CORE_SIDE = 8 };

typedef void fuzz_run(const unsigned char *data, size_t size);

struct fuzz_target {
    const char *name;
    fuzz_run *run;
    size_t longest; /* bytes of an input */
};

/* Row i; NULL past the end. */
const struct fuzz_target *fuzz_target_at(size_t i);

/* The row of this name; NULL where there is none. */
const struct fuzz_target *fuzz_target_find(const char *name);

/* Say what should never be, and abort. */
#define fuzz_check(what)                           \
    do {                                           \
        if (!(what))                               \
            fuzz_abort(#what, __FILE__, __LINE__); \
    } while (0)
_Noreturn void fuzz_abort(const char *what, const char *file, int line);

/* A failure has a known status and a whole sentence. */
void fuzz_check_failure(evk_status s, const evk_error *err);

#define FUZZ_TARGET(name, run, longest) fuzz_run fuzz_##run;
#include "targets.def"
#undef FUZZ_TARGET

#endif /* EVK_TESTS_FUZZ_H */
