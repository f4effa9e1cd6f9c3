/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exif.c - the orientation in a block of EXIF, which is a small TIFF file */
#include "format/exif.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { ORIENTATION = 0x0112, SHORT = 3, LONG = 4, MAGIC = 42 }; /* as the TIFF standard has them */
enum { PREFIX = 6, HEADER = 8, ENTRY = 12 };                    /* bytes */

struct tiff {
    const unsigned char *data;
    size_t size;
    bool big; /* the most significant byte comes first */
};

/* Returns the number in the n bytes from index at on, which are within the block. */
static uint32_t get(const struct tiff *t, size_t at, int n)
{
    uint32_t v = 0;

    for (int i = 0; i < n; i++)
        v = v << 8 | t->data[at + (size_t)(t->big ? i : n - 1 - i)];
    return v;
}

/* Returns the value of the entry at this index, if the entry is an orientation; otherwise 0. */
static uint32_t orientation(const struct tiff *t, size_t entry)
{
    const uint32_t type = get(t, entry + 2, 2);

    if (get(t, entry, 2) != ORIENTATION || get(t, entry + 4, 4) != 1)
        return 0;
    return type == SHORT ? get(t, entry + 8, 2) : type == LONG ? get(t, entry + 8, 4) : 0;
}

int evk_exif_orientation(const unsigned char *data, size_t size)
{
    const size_t skipped = size >= PREFIX && memcmp(data, "Exif\0\0", PREFIX) == 0 ? PREFIX : 0;
    struct tiff t = {data + skipped, size - skipped, false};
    uint32_t at, entries;

    if (t.size < HEADER || (memcmp(t.data, "II", 2) != 0 && memcmp(t.data, "MM", 2) != 0))
        return 1;
    t.big = t.data[0] == 'M';
    at = get(&t, 4, 4);
    if (get(&t, 2, 2) != MAGIC || at > t.size - 2)
        return 1;
    entries = get(&t, at, 2);
    for (size_t i = at + (size_t)2; entries > 0 && t.size - i >= ENTRY; i += ENTRY, entries--) {
        const uint32_t v = orientation(&t, i);

        if (v)
            return v <= 8 ? (int)v : 1;
    }
    return 1;
}
