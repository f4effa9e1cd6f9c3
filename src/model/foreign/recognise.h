/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recognise.h - the functions that recognise foreign formats, one for each row of formats.def */
#ifndef EVK_MODEL_FOREIGN_RECOGNISE_H
#define EVK_MODEL_FOREIGN_RECOGNISE_H

#include <stdbool.h>
#include <stddef.h>

#include "format/zip.h"

enum { EVK_FOREIGN_FOUND = 160 };

/* A file, as the functions that recognise formats see it. */
struct evk_foreign_file {
    const unsigned char *data; /* (size), borrowed */
    size_t size;
    const char *path;
    struct evk_zip *zip; /* the file as an archive; NULL: it is no sound ZIP archive */
    /* what the function found in the file, which the sentence shows in place of "{found}" */
    char found[EVK_FOREIGN_FOUND];
};

/* Do the bytes at offset `at` of the file begin with these n bytes? */
bool evk_foreign_has(const struct evk_foreign_file *f, size_t at, const void *bytes, size_t n);

/* Does a text stand anywhere in the first MiB of the file? */
bool evk_foreign_mentions(const struct evk_foreign_file *f, const char *text);

#define EVK_FOREIGN(name, turn, what, way) bool evk_is_##name(struct evk_foreign_file *f);
#define EVK_FOREIGN_BYTES(name, at, bytes, what, way)
#include "model/foreign/formats.def"
#undef EVK_FOREIGN
#undef EVK_FOREIGN_BYTES

#endif /* EVK_MODEL_FOREIGN_RECOGNISE_H */
