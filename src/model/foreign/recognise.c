/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recognise.c - what the functions that recognise foreign formats ask of a file */
#include "model/foreign/recognise.h"

#include <string.h>

#include "format/hdf5.h"

enum { SEARCHED = 1 << 20 }; /* bytes of a file in which a text is looked for */

bool evk_foreign_has(const struct evk_foreign_file *f, size_t at, const void *bytes, size_t n)
{
    return f->size >= n && at <= f->size - n && memcmp(f->data + at, bytes, n) == 0;
}

bool evk_foreign_mentions(const struct evk_foreign_file *f, const char *text)
{
    return evk_hdf5_mentions(f->data, f->size < SEARCHED ? f->size : SEARCHED, text);
}
