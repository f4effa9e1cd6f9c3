/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mat.c - a MAT-file of version 5 with one variable, a row of images */
#include "format/mat.h"

#include <string.h>

#include "base/mem.h"

/* Types of data elements, classes of arrays, and bytes of what stands before an array's values. */
enum {
    MI_INT8 = 1,
    MI_UINT8 = 2,
    MI_INT32 = 5,
    MI_UINT32 = 6,
    MI_MATRIX = 14,
    CLASS_CELL = 1,
    CLASS_UINT8 = 9,
    HEADER = 128,
    TAG = 8,
    FLAGS = TAG + 8,
    DIMS_2 = TAG + 8,
    DIMS_3 = TAG + 16,
    NAME = 8, /* a name of at most 4 bytes stands inside its tag */
    UNNAMED = TAG,
    CELL_HEAD = FLAGS + DIMS_2 + NAME,           /* of the variable, behind its tag */
    IMAGE_HEAD = FLAGS + DIMS_3 + UNNAMED + TAG, /* of an element, behind its tag */
    CHANNELS = 3
};

/* Returns n, rounded up to whole groups of 8 bytes. */
static int64_t padded(int64_t n)
{
    return (n + 7) / 8 * 8;
}

/* Returns the bytes of one element of the cell, without its tag; -1: more than can be counted. */
static int64_t element_size(int64_t height, int64_t width)
{
    int64_t n;

    if (!evk_size_mul(height, width, &n) || n > INT64_MAX / 8)
        return -1;
    return IMAGE_HEAD + padded(n * CHANNELS);
}

int64_t evk_mat_size(int64_t count, int64_t height, int64_t width)
{
    const int64_t one = element_size(height, width);
    int64_t all;

    if (one < 0 || !evk_size_mul(count, TAG + one, &all) || all > INT64_MAX / 2 - HEADER)
        return INT64_MAX / 2;
    return HEADER + TAG + CELL_HEAD + all;
}

/* ---- numbers, the least significant byte first ------------------------------------------------ */

static void put_bytes(struct evk_mat *m, const void *bytes, size_t size)
{
    memcpy(m->file.data + m->used, bytes, size);
    m->used += size;
}

static void put_int(struct evk_mat *m, int64_t value)
{
    const unsigned char b[4] = {(unsigned char)(value & 255), (unsigned char)(value >> 8 & 255),
                                (unsigned char)(value >> 16 & 255),
                                (unsigned char)(value >> 24 & 255)};

    put_bytes(m, b, sizeof(b));
}

static void put_pair(struct evk_mat *m, int64_t a, int64_t b)
{
    put_int(m, a);
    put_int(m, b);
}

/* ---- the file --------------------------------------------------------------------------------- */

static void put_header(struct evk_mat *m)
{
    static const char text[] = "MATLAB 5.0 MAT-file, written by evoke";
    char header[HEADER - 4];

    memset(header, ' ', sizeof(header));
    memcpy(header, text, sizeof(text) - 1);
    memset(header + 116, 0, 8); /* there are no data of a subsystem */
    put_bytes(m, header, sizeof(header));
    put_bytes(m, "\0\1IM", 4); /* version 1.0, little endian */
}

static void put_variable(struct evk_mat *m, const char *name)
{
    const size_t length = strlen(name);
    char text[4] = "";

    memcpy(text, name, length);
    put_pair(m, MI_MATRIX, (int64_t)m->file.size - HEADER - TAG);
    put_pair(m, MI_UINT32, 8);
    put_pair(m, CLASS_CELL, 0);
    put_pair(m, MI_INT32, 8);
    put_pair(m, 1, m->count);
    put_int(m, MI_INT8 | (int64_t)length << 16);
    put_bytes(m, text, sizeof(text));
}

evk_status evk_mat_begin(struct evk_mat *out, const char *name, int64_t count, int64_t height,
                         int64_t width, evk_error *err)
{
    const int64_t size = evk_mat_size(count, height, width);

    *out = (struct evk_mat){.count = count, .height = height, .width = width};
    if (size > EVK_MAT_MAX || strlen(name) > 4)
        return evk_fail(err, EVK_EINVAL,
                        "%lld images of %lld x %lld pixels are %.1f GB as a MAT-file, which can "
                        "have 1.1 GB",
                        (long long)count, (long long)width, (long long)height, (double)size / 1e9);
    EVK_TRY(evk_alloc(&out->file.data, size, 1, "a MAT-file", err));
    out->file.size = (size_t)size;
    put_header(out);
    put_variable(out, name);
    return EVK_OK;
}

/* Appends the values column by column, one channel after the other, as MATLAB has them. */
static void put_values(struct evk_mat *m, const struct evk_pixels *image)
{
    const int64_t n = m->height * m->width * CHANNELS;
    unsigned char *to = m->file.data + m->used;

    for (int64_t c = 0; c < CHANNELS; c++)
        for (int64_t x = 0; x < m->width; x++)
            for (int64_t y = 0; y < m->height; y++)
                *to++ = image->data[(y * m->width + x) * CHANNELS + c];
    m->used += (size_t)padded(n); /* the memory was zero */
}

evk_status evk_mat_add(struct evk_mat *m, const struct evk_pixels *image, evk_error *err)
{
    if (m->count == 0 || image->channels != CHANNELS || image->height != m->height ||
        image->width != m->width)
        return evk_fail(err, EVK_EINVAL,
                        "the image has %lld x %lld pixels, expected %lld x %lld as the others",
                        (long long)image->width, (long long)image->height, (long long)m->width,
                        (long long)m->height);
    put_pair(m, MI_MATRIX, element_size(m->height, m->width));
    put_pair(m, MI_UINT32, 8);
    put_pair(m, CLASS_UINT8, 0);
    put_pair(m, MI_INT32, 12);
    put_pair(m, m->height, m->width);
    put_pair(m, CHANNELS, 0);
    put_pair(m, MI_INT8, 0);
    put_pair(m, MI_UINT8, m->height * m->width * CHANNELS);
    put_values(m, image);
    m->count--;
    return EVK_OK;
}
