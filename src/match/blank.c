/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blank.c - blank control images */
#include <string.h>

#include "match/controls.h"

evk_status evk_blank(struct evk_pixels *out, int64_t h, int64_t w, unsigned char level,
                     evk_error *err)
{
    EVK_TRY(evk_pixels_new(out, h, w, 3, err));
    memset(out->data, level, (size_t)(h * w * 3));
    return EVK_OK;
}
