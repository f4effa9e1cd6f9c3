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

evk_status evk_pixels_new(struct evk_pixels *out, int64_t height, int64_t width, int64_t channels,
                          evk_error *err)
{
    unsigned char *data;

    assert(channels == 1 || channels == 3);
    if (height < 1 || width < 1)
        return evk_fail(err, EVK_EFORMAT, "image is %lld x %lld pixels, expected at least 1 x 1",
                        (long long)width, (long long)height);
    if (height > EVK_PIXELS_MAX / width)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "image is %lld x %lld pixels, expected at most %d in all", (long long)width,
                        (long long)height, EVK_PIXELS_MAX);
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

evk_status evk_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                      evk_error *err)
{
    for (size_t i = 0; i < CODECS; i++)
        if (codecs[i]->probe(data, size))
            return codecs[i]->decode(out, data, size, err);
    return unknown_format(err);
}
