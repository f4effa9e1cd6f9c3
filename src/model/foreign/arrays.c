/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arrays.c - files of arrays that other programs write: MATLAB, TensorFlow, Flax; and empty files */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "format/hdf5.h"
#include "model/foreign/recognise.h"

static uint32_t u32(const struct evk_foreign_file *f, size_t at)
{
    const unsigned char *p = f->data + at;

    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* ---- MATLAB --------------------------------------------------------------------------------- */

/* Is the file HDF5 behind 512 bytes that another program writes? */
bool evk_is_hdf5_block(struct evk_foreign_file *f)
{
    enum { BLOCK = 512 };

    return f->size > BLOCK && evk_hdf5_probe(f->data + BLOCK, f->size - BLOCK);
}

bool evk_is_mat_hdf5(struct evk_foreign_file *f)
{
    return evk_foreign_has(f, 0, "MATLAB 7.3 MAT-file", 19) ||
           (evk_foreign_has(f, 0, "MATLAB", 6) && evk_is_hdf5_block(f));
}

/* A MAT-file of version 5 to 7 has a text of 116 bytes, 8 bytes, a version, and MI or IM. */
bool evk_is_mat_5(struct evk_foreign_file *f)
{
    return evk_foreign_has(f, 0, "MATLAB 5.0 MAT-file", 19) ||
           (evk_foreign_has(f, 0, "MATLAB", 6) &&
            (evk_foreign_has(f, 124, "\0\1IM", 4) || evk_foreign_has(f, 124, "\1\0MI", 4)));
}

/*
 * A MAT-file of version 4 begins with five numbers of 4 bytes: the type, whose decimal digits are
 * 0, 0, the type of the values (0 to 5) and the kind of the matrix (0 to 2); rows; columns; whether
 * there is an imaginary part; bytes of the name, which follows and ends with a zero.
 */
bool evk_is_mat_4(struct evk_foreign_file *f)
{
    enum { HEADER = 20, NAME_MAX_4 = 64, SIDE_MAX = 1 << 24 };
    uint32_t type, n;

    if (f->size < HEADER + 2)
        return false;
    type = u32(f, 0);
    n = u32(f, 16);
    if (type > 52 || type % 10 > 2 || u32(f, 4) - 1 >= SIDE_MAX || u32(f, 8) - 1 >= SIDE_MAX ||
        u32(f, 12) > 1 || n < 2 || n > NAME_MAX_4 || f->size - HEADER < n)
        return false;
    for (size_t i = 0; i + 1 < n; i++)
        if (!isalnum(f->data[HEADER + i]) && f->data[HEADER + i] != '_')
            return false;
    return f->data[HEADER + n - 1] == 0;
}

/* ---- TensorFlow, Flax ----------------------------------------------------------------------- */

/* The index of a checkpoint is a table as LevelDB writes it, which ends with this number. */
bool evk_is_tf_index(struct evk_foreign_file *f)
{
    static const unsigned char magic[] = {0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb};

    return f->size >= sizeof(magic) &&
           evk_foreign_has(f, f->size - sizeof(magic), magic, sizeof(magic));
}

/* The values of a checkpoint are numbers without any mark: only the name tells what they are. */
bool evk_is_tf_values(struct evk_foreign_file *f)
{
    const char *at = f->path ? strstr(evk_base_name(f->path), ".data-") : NULL;
    unsigned part, parts;
    int end = 0;

    return at && sscanf(at, ".data-%5u-of-%5u%n", &part, &parts, &end) == 2 && !at[end] &&
           part < parts;
}

/* Skips the head of a msgpack text at *at; returns the length of the text, or 0 where none is. */
static size_t msgpack_text(const struct evk_foreign_file *f, size_t *at)
{
    const unsigned char head = *at < f->size ? f->data[*at] : 0;

    if (head > 0xa0 && head < 0xc0) {
        (*at)++;
        return head & 31;
    }
    if (head != 0xd9 || f->size - *at < 2)
        return 0;
    *at += 2;
    return f->data[*at - 1];
}

/* Skips the head of a msgpack map at *at; returns whether one with members is there. */
static bool msgpack_map(const struct evk_foreign_file *f, size_t *at)
{
    const unsigned char head = *at < f->size ? f->data[*at] : 0;

    *at += head == 0xde ? 3 : head == 0xdf ? 5 : 1;
    return (head > 0x80 && head < 0x90) || head == 0xde || head == 0xdf;
}

/* Is there a value at this place whose type is one of Flax's: an array or a scalar of NumPy's? */
static bool msgpack_value(const struct evk_foreign_file *f, size_t at)
{
    static const struct {
        unsigned char head;
        size_t type; /* where the type stands behind the head */
    } kinds[] = {{0xc7, 2}, {0xc8, 3}, {0xc9, 5}, {0xd8, 1}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const size_t type = at + kinds[i].type;

        if (evk_foreign_has(f, at, &kinds[i].head, 1) && type < f->size && f->data[type] >= 1 &&
            f->data[type] <= 3)
            return true;
    }
    return false;
}

/* Returns how many bytes the plain number at *at has, such as the step of a training; 0 where there
   is none. */
static size_t msgpack_number(const struct evk_foreign_file *f, size_t at)
{
    const unsigned char head = f->data[at];

    if (head < 0x80)
        return 1;
    return head >= 0xcc && head <= 0xd3 ? 1 + ((size_t)1 << (head & 3)) : 0;
}

/* Moves *at behind the key of a member; false where there is no member. */
static bool msgpack_key(const struct evk_foreign_file *f, size_t *at)
{
    const size_t n = msgpack_text(f, at);

    if (n == 0 || f->size - *at <= n)
        return false;
    *at += n;
    return true;
}

/* Flax writes maps in maps, whose keys are texts, and arrays in them.  The first member of each map
   is followed, or the second where the first is a number. */
bool evk_is_flax(struct evk_foreign_file *f)
{
    enum { DEPTH_MAX = 32 };
    size_t at = 0, n;

    for (int depth = 0; depth < DEPTH_MAX && msgpack_map(f, &at); depth++) {
        if (!msgpack_key(f, &at))
            return false;
        n = msgpack_number(f, at);
        if (n > 0 && n < f->size - at) {
            at += n;
            if (!msgpack_key(f, &at))
                return false;
        }
        if (msgpack_value(f, at))
            return true;
    }
    return false;
}

/* ---- files with nothing in them ------------------------------------------------------------- */

bool evk_is_empty(struct evk_foreign_file *f)
{
    return f->size == 0;
}

bool evk_is_zeros(struct evk_foreign_file *f)
{
    return f->size > 0 && f->data[0] == 0 && memcmp(f->data, f->data + 1, f->size - 1) == 0;
}

/* zlib's head: method 8, and both bytes together a multiple of 31. */
bool evk_is_zlib(struct evk_foreign_file *f)
{
    return f->size > 6 && f->data[0] == 0x78 && (f->data[0] << 8 | f->data[1]) % 31 == 0 &&
           !(f->data[1] & 32);
}
