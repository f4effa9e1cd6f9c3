/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz.h - fuzz targets: code that reads files from strangers, a row of targets.def for each kind
 * of file
 *
 * A target gets any bytes.  Where something happens that no input may cause, the target ends the
 * program, as a sanitizer does where it finds an error.
 */
#ifndef EVK_TESTS_FUZZ_H
#define EVK_TESTS_FUZZ_H

#include "evoke/base.h"

/* The image size, in rows and in columns, of cores with readouts, whose files do not state it. */
enum { FUZZ_CORE_SIDE = 8 };

typedef void fuzz_run(const unsigned char *data, size_t size);

struct fuzz_target {
    const char *name;
    fuzz_run *run;
    size_t longest; /* bytes of an input */
};

/* Returns row i of the table of targets; NULL past the end. */
const struct fuzz_target *fuzz_target_at(size_t i);

/* Returns the target called name; NULL where there is none. */
const struct fuzz_target *fuzz_target_find(const char *name);

/* Print a condition that does not hold although it must, and abort. */
#define fuzz_check(what)                           \
    do {                                           \
        if (!(what))                               \
            fuzz_abort(#what, __FILE__, __LINE__); \
    } while (0)
_Noreturn void fuzz_abort(const char *what, const char *file, int line);

/* Check that a failure has a known status, and a message that is a plain sentence. */
void fuzz_check_failure(evk_status s, const evk_error *err);

#define FUZZ_TARGET(name, run, longest) fuzz_run fuzz_##run;
#include "targets.def"
#undef FUZZ_TARGET

#endif /* EVK_TESTS_FUZZ_H */
