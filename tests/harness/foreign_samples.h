/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_samples.h - a small file of each format that evoke names and does not open */
#ifndef EVK_TESTS_FOREIGN_SAMPLES_H
#define EVK_TESTS_FOREIGN_SAMPLES_H

#include <stdbool.h>

#include "base/str.h"

/* A file, and the row of formats.def that recognises it. */
struct foreign_sample {
    const char *format;
    struct evk_str bytes;
};

/* Makes sample i; false past the last one.  Release its bytes. */
bool foreign_sample(int i, struct foreign_sample *out);

/* Makes a ZIP archive of entries with these names, `count` of them.  Release it. */
struct evk_str foreign_zip(const char *const *names, size_t count);

#endif /* EVK_TESTS_FOREIGN_SAMPLES_H */
