/* SPDX-License-Identifier: GPL-3.0-or-later */
/* own.c - is an image file as evoke itself writes it, with nothing in it but the image? */
#include "format/own.h"

#include <string.h>
#include <zlib.h>

/* The part of a file that has not been looked at yet. */
struct rest {
    const unsigned char *at;
    size_t size;
};

static uint32_t big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* ---- PNG ------------------------------------------------------------------------------------ */

enum {
    SIGNATURE = 8,
    FRAME = 12,  /* bytes of a chunk beside its data: length, type and checksum */
    HEADER = 13, /* bytes of IHDR's data */
    INFLATED = 1 << 14
};

struct chunk {
    char type[5];
    const unsigned char *data;
    size_t size;
};

static evk_status next_chunk(struct rest *r, struct chunk *out, evk_error *err)
{
    size_t size;

    if (r->size < FRAME)
        return evk_fail(err, EVK_EFORMAT, "PNG ends without IEND");
    size = big_endian(r->at);
    if (size > r->size - FRAME)
        return evk_fail(err, EVK_EFORMAT, "PNG is cut off in a chunk");
    memcpy(out->type, r->at + 4, 4);
    out->type[4] = '\0';
    out->data = r->at + 8;
    out->size = size;
    r->at += FRAME + size;
    r->size -= FRAME + size;
    return EVK_OK;
}

static evk_status check_header(const struct chunk *c, evk_error *err)
{
    static const unsigned char rgb[] = {8, 2, 0, 0, 0}; /* bit depth, colour type, three methods */

    if (strcmp(c->type, "IHDR") != 0 || c->size != HEADER || memcmp(c->data + 8, rgb, 5) != 0)
        return evk_fail(err, EVK_EFORMAT,
                        "PNG is not 8-bit RGB without interlacing, as evoke writes");
    return EVK_OK;
}

static evk_status odd_chunk(const struct chunk *c, evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT, "PNG has a chunk %s, which evoke does not write there",
                    c->type);
}

/*
 * Check that the description is there, or that none is.  c is the chunk after IHDR, and is set to
 * the chunk after the description.
 */
static evk_status check_words(struct rest *r, struct chunk *c, const char *description,
                              evk_error *err)
{
    static const char key[] = "Description";
    const size_t n = description ? strlen(description) : 0;

    if (!description && strcmp(c->type, "IDAT") == 0)
        return EVK_OK;
    if (!description || strcmp(c->type, "tEXt") != 0)
        return odd_chunk(c, err);
    if (c->size != sizeof(key) + n || memcmp(c->data, key, sizeof(key)) != 0 ||
        memcmp(c->data + sizeof(key), description, n) != 0)
        return evk_fail(err, EVK_EFORMAT, "PNG has a text other than the description in its row");
    return next_chunk(r, c, err);
}

/* The compressed stream of all IDAT chunks, while it is being read. */
struct pixels {
    z_stream z;
    uint64_t bytes; /* bytes that have come out of the stream so far */
    bool ended;     /* the stream has ended */
};

/*
 * Unpack a chunk's part of the stream; false: it is damaged, or the stream ended before the chunk
 * did.
 */
static bool take_data(struct pixels *p, const struct chunk *c)
{
    unsigned char out[INFLATED];
    int status;

    if (p->ended)
        return false;
    p->z.avail_in = (uInt)c->size; /* a chunk has less than 2^31 bytes */
    memcpy(&p->z.next_in, &c->data, sizeof(p->z.next_in));
    do {
        p->z.next_out = out;
        p->z.avail_out = INFLATED;
        status = inflate(&p->z, Z_NO_FLUSH);
        p->bytes += INFLATED - p->z.avail_out;
    } while (status == Z_OK && p->z.avail_out == 0);
    p->ended = status == Z_STREAM_END;
    return p->z.avail_in == 0 && (status == Z_OK || status == Z_BUF_ERROR || p->ended);
}

/* Check the chunks from the first IDAT, which is c, to IEND. */
static evk_status check_data(struct rest *r, struct chunk *c, struct pixels *p, evk_error *err)
{
    while (strcmp(c->type, "IDAT") == 0) {
        if (!take_data(p, c))
            return evk_fail(err, EVK_EFORMAT, "PNG has data in IDAT other than its pixels");
        EVK_TRY(next_chunk(r, c, err));
    }
    if (strcmp(c->type, "IEND") != 0)
        return odd_chunk(c, err);
    if (r->size)
        return evk_fail(err, EVK_EFORMAT, "PNG has %zu bytes after its end", r->size);
    return EVK_OK;
}

/* Check the chunks from c on; their stream must hold this many bytes. */
static evk_status check_stream(struct rest *r, struct chunk *c, uint64_t bytes, evk_error *err)
{
    struct pixels p = {.bytes = 0};
    evk_status s;

    if (inflateInit(&p.z) != Z_OK)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a PNG");
    s = check_data(r, c, &p, err);
    inflateEnd(&p.z);
    if (!s && (!p.ended || p.bytes != bytes))
        s = evk_fail(err, EVK_EFORMAT, "PNG has data in IDAT other than its pixels");
    return s;
}

evk_status evk_png_check_own(const struct evk_bytes *file, const char *description, evk_error *err)
{
    struct rest r = {file->data + SIGNATURE, file->size - SIGNATURE};
    uint64_t width, height;
    struct chunk c;

    if (file->size < SIGNATURE || memcmp(file->data, "\x89PNG\r\n\x1a\n", SIGNATURE) != 0)
        return evk_fail(err, EVK_EFORMAT, "is not a PNG");
    EVK_TRY(next_chunk(&r, &c, err));
    EVK_TRY(check_header(&c, err));
    width = big_endian(c.data);
    height = big_endian(c.data + 4);
    EVK_TRY(next_chunk(&r, &c, err));
    EVK_TRY(check_words(&r, &c, description, err));
    return check_stream(&r, &c, height * (1 + 3 * width), err);
}

/* ---- JPEG ----------------------------------------------------------------------------------- */

enum { SOI = 0xD8, EOI = 0xD9, SOF0 = 0xC0, DHT = 0xC4, DQT = 0xDB, SOS = 0xDA, APP0 = 0xE0 };

static evk_status odd_segment(int marker, evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT, "JPEG has a segment FF%02X, which evoke does not write there",
                    (unsigned)marker);
}

/* Take the next segment that has a length: its marker, its data and their size. */
static evk_status next_segment(struct rest *r, int *marker, const unsigned char **data,
                               size_t *size, evk_error *err)
{
    if (r->size < 4 || r->at[0] != 0xFF)
        return evk_fail(err, EVK_EFORMAT, "JPEG has bytes between its segments, or is cut off");
    *marker = r->at[1];
    *size = (size_t)r->at[2] << 8 | r->at[3];
    if (*size < 2 || *size > r->size - 2)
        return evk_fail(err, EVK_EFORMAT, "JPEG is cut off in a segment");
    *data = r->at + 4;
    r->at += 2 + *size;
    r->size -= 2 + *size;
    *size -= 2;
    return EVK_OK;
}

/*
 * Skip the data of the scan, up to the next marker.  Within the data, every byte FF is followed by
 * a zero, which a marker is not.
 */
static void skip_scan(struct rest *r)
{
    while (r->size > 1 && (r->at[0] != 0xFF || r->at[1] == 0)) {
        const size_t n = r->at[0] == 0xFF ? 2 : 1;

        r->at += n;
        r->size -= n;
    }
}

/* Check the segments up to the start of the scan: header, tables and frame. */
static evk_status check_segments(struct rest *r, evk_error *err)
{
    static const unsigned char jfif[] = {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
    const unsigned char *data;
    size_t size;
    int marker;

    EVK_TRY(next_segment(r, &marker, &data, &size, err));
    if (marker != APP0 || size != sizeof(jfif) || memcmp(data, jfif, sizeof(jfif)) != 0)
        return odd_segment(marker, err);
    do {
        EVK_TRY(next_segment(r, &marker, &data, &size, err));
        if (marker != DQT && marker != SOF0 && marker != DHT && marker != SOS)
            return odd_segment(marker, err);
    } while (marker != SOS);
    return EVK_OK;
}

evk_status evk_jpeg_check_own(const struct evk_bytes *file, evk_error *err)
{
    struct rest r = {file->data, file->size};

    if (r.size < 2 || r.at[0] != 0xFF || r.at[1] != SOI)
        return evk_fail(err, EVK_EFORMAT, "is not a JPEG");
    r.at += 2;
    r.size -= 2;
    EVK_TRY(check_segments(&r, err));
    skip_scan(&r);
    if (r.size < 2 || r.at[1] != EOI)
        return r.size < 2 ? evk_fail(err, EVK_EFORMAT, "JPEG ends without its end marker")
                          : odd_segment(r.at[1], err);
    if (r.size > 2)
        return evk_fail(err, EVK_EFORMAT, "JPEG has %zu bytes after its end", r.size - 2);
    return EVK_OK;
}
