/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codec.c - the table of image formats */
#include "format/codec.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "evoke/types.h"

#define EVK_CODEC(name) extern const struct evk_codec evk_codec_##name;
#include "format/codecs.def"
#undef EVK_CODEC

static const struct evk_codec *const codecs[] = {
#define EVK_CODEC(name) &evk_codec_##name,
#include "format/codecs.def"
#undef EVK_CODEC
};

enum { CODECS = sizeof(codecs) / sizeof(codecs[0]) };

bool evk_image_format_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= CODECS)
        return false;
    *out = (evk_type_info){codecs[i]->name, codecs[i]->summary, ""};
    return true;
}

void evk_pixels_release(struct evk_pixels *p)
{
    free(p->data);
    *p = (struct evk_pixels){0, 0, 0, NULL};
}

static evk_status check_size(int64_t height, int64_t width, evk_error *err)
{
    if (height < 1 || width < 1)
        return evk_fail(err, EVK_EFORMAT, "image is %lld x %lld pixels, expected at least 1 x 1",
                        (long long)width, (long long)height);
    if (height > EVK_PIXELS_MAX / width)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "image is %lld x %lld pixels, expected at most %d in all", (long long)width,
                        (long long)height, EVK_PIXELS_MAX);
    return EVK_OK;
}

evk_status evk_pixels_new(struct evk_pixels *out, int64_t height, int64_t width, int64_t channels,
                          evk_error *err)
{
    unsigned char *data;

    assert(channels == 1 || channels == 3);
    EVK_TRY(check_size(height, width, err));
    EVK_TRY(evk_alloc(&data, height * width * channels, 1, "pixels", err));
    *out = (struct evk_pixels){height, width, channels, data};
    return EVK_OK;
}

static evk_status unknown_format(evk_error *err)
{
    struct evk_str names = EVK_STR_INIT;
    evk_status s;

    for (size_t i = 0; i < CODECS; i++)
        evk_str_printf(&names, "%s%s", i ? ", " : "", codecs[i]->name);
    s = evk_fail(err, EVK_EFORMAT, "unknown image format, expected one of: %s", names.data);
    evk_str_release(&names);
    return s;
}

evk_status evk_reader_open(struct evk_reader **out, const unsigned char *data, size_t size,
                           evk_error *err)
{
    evk_status s;

    if (size == 0)
        return evk_fail(err, EVK_EFORMAT, "is empty, expected an image");
    for (size_t i = 0; i < CODECS; i++)
        if (codecs[i]->probe(data, size)) {
            EVK_TRY(codecs[i]->open(out, data, size, err));
            s = check_size((*out)->header.height, (*out)->header.width, err);
            if (s)
                evk_reader_close(*out);
            return s;
        }
    return unknown_format(err);
}

evk_status evk_reader_start(struct evk_reader *r, int scale, evk_error *err)
{
    assert(scale >= 1 && scale <= r->header.scale_max);
    return r->codec->start(r, scale, err);
}

evk_status evk_reader_row(struct evk_reader *r, unsigned char *row, evk_error *err)
{
    return r->codec->row(r, row, err);
}

void evk_reader_close(struct evk_reader *r)
{
    r->codec->close(r);
}

static evk_status check_plain(const struct evk_reader *r, evk_error *err)
{
    if (r->header.bits > 8)
        return evk_fail(err, EVK_EUNSUPPORTED, "%s has %d bits per channel, expected 8",
                        r->codec->name, r->header.bits);
    if (r->header.alpha)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "%s has an alpha channel or a transparent colour, expected gray or RGB",
                        r->codec->name);
    return EVK_OK;
}

static evk_status read_all(struct evk_reader *r, struct evk_pixels *p, evk_error *err)
{
    EVK_TRY(evk_reader_start(r, 1, err));
    for (int64_t y = 0; y < p->height; y++)
        EVK_TRY(evk_reader_row(r, p->data + y * p->width * p->channels, err));
    return EVK_OK;
}

evk_status evk_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                      evk_error *err)
{
    struct evk_pixels p = {0, 0, 0, NULL};
    struct evk_reader *r;
    evk_status s;

    EVK_TRY(evk_reader_open(&r, data, size, err));
    s = check_plain(r, err);
    if (!s)
        s = evk_pixels_new(&p, r->header.height, r->header.width, r->header.channels, err);
    if (!s)
        s = read_all(r, &p, err);
    evk_reader_close(r);
    if (s)
        evk_pixels_release(&p);
    else
        *out = p;
    return s;
}
