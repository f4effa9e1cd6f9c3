/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image.c - image files: decoded twice, written and read back, and read as photographs */
#include <stdlib.h>
#include <string.h>

#include "format/codec.h"
#include "fuzz.h"
#include "image/photograph.h"

/* Larger images, in pixels, are not written again, which takes long. */
enum { WRITTEN_MAX = 1 << 14 };

static bool same(const struct evk_pixels *p, const struct evk_pixels *q)
{
    return p->height == q->height && p->width == q->width && p->channels == q->channels &&
           memcmp(p->data, q->data, (size_t)(p->height * p->width * p->channels)) == 0;
}

static void write_and_read(const struct evk_pixels *p)
{
    struct evk_bytes file;
    struct evk_pixels q;
    evk_error err;

    fuzz_check(evk_png_encode(&file, p, "a \"description\"", &err) == EVK_OK);
    fuzz_check(evk_decode(&q, file.data, file.size, &err) == EVK_OK);
    fuzz_check(same(p, &q));
    evk_bytes_release(&file);
    evk_pixels_release(&q);
}

static void decode(const unsigned char *data, size_t size)
{
    struct evk_pixels p, q;
    evk_error err = {EVK_OK, ""};
    evk_status s = evk_decode(&p, data, size, &err);

    if (s) {
        fuzz_check_failure(s, &err);
        return;
    }
    fuzz_check(p.height >= 1 && p.width >= 1 && p.height <= EVK_PIXELS_MAX / p.width);
    fuzz_check(p.channels == 1 || p.channels == 3);
    if (p.height * p.width <= WRITTEN_MAX) {
        fuzz_check(evk_decode(&q, data, size, &err) == EVK_OK);
        fuzz_check(same(&p, &q));
        evk_pixels_release(&q);
        if (p.channels == 3)
            write_and_read(&p);
    }
    evk_pixels_release(&p);
}

static bool as_wanted(const struct evk_pixels *p, const struct evk_wanted *w)
{
    return (!w->height || (p->height == w->height && p->width == w->width)) &&
           (w->channels ? p->channels == w->channels : p->channels == 1 || p->channels == 3);
}

static void check_changes(const struct evk_changes *did, const struct evk_wanted *w)
{
    fuzz_check(did->orientation >= 1 && did->orientation <= 8);
    fuzz_check(did->bits == 8 || did->bits == 16);
    fuzz_check(did->scale == 1 || (w->height && did->scale <= 8 && did->height >= 2 * did->scale &&
                                   did->width >= 2 * did->scale));
    fuzz_check(!(did->luma && did->repeated));
    fuzz_check(!did->shaped || did->height * w->width != did->width * w->height);
}

static void take_photograph(const unsigned char *data, size_t size, const struct evk_wanted *w)
{
    struct evk_pixels p, q;
    struct evk_changes did;
    evk_error err = {EVK_OK, ""};
    evk_status s = evk_photograph_decode(&p, data, size, w, &did, &err);

    if (s) {
        fuzz_check_failure(s, &err);
        return;
    }
    fuzz_check(as_wanted(&p, w));
    check_changes(&did, w);
    if (did.height * did.width <= WRITTEN_MAX) {
        fuzz_check(evk_photograph_decode(&q, data, size, w, NULL, &err) == EVK_OK);
        fuzz_check(same(&p, &q));
        evk_pixels_release(&q);
        if (!w->height && !w->channels && did.orientation == 1 &&
            evk_decode(&q, data, size, NULL) == EVK_OK) {
            fuzz_check(same(&p, &q));
            evk_pixels_release(&q);
        }
    }
    evk_pixels_release(&p);
}

static void take_photographs(const unsigned char *data, size_t size)
{
    static const struct evk_wanted wanted[] = {
        {0, 0, 0, {EVK_SHAPE_CROP, {0, 0, 0}}},
        {5, 3, 1, {EVK_SHAPE_CROP, {0, 0, 0}}},
        {2, 4, 3, {EVK_SHAPE_SQUASH, {0, 0, 0}}},
        {13, 12, 0, {EVK_SHAPE_PAD, {1, 2, 3}}},
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        take_photograph(data, size, &wanted[i]);
}

static uint32_t crc(const unsigned char *p, size_t n)
{
    uint32_t c = 0xffffffffu;

    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
    }
    return ~c;
}

/* Correct the checksums of a PNG's chunks, without which few inputs get past libpng's checks. */
static void mend(unsigned char *p, size_t size)
{
    for (size_t at = 8; size >= 12 && at <= size - 12;) {
        const uint32_t length = (uint32_t)p[at] << 24 | (uint32_t)p[at + 1] << 16 |
                                (uint32_t)p[at + 2] << 8 | p[at + 3];
        uint32_t c;

        if (length > size - 12 - at)
            return;
        c = crc(p + at + 4, length + 4);
        for (int i = 0; i < 4; i++)
            p[at + 8 + length + (size_t)i] = (unsigned char)(c >> (24 - 8 * i));
        at += 12 + length;
    }
}

void fuzz_image(const unsigned char *data, size_t size)
{
    unsigned char *copy;

    decode(data, size);
    take_photographs(data, size);
    if (size < 8 || data[0] != 0x89)
        return;
    copy = malloc(size);
    fuzz_check(copy);
    memcpy(copy, data, size);
    mend(copy, size);
    decode(copy, size);
    take_photographs(copy, size);
    free(copy);
}
