/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mask.c - a window that an image file gives, on a uniform background */
#include <stdlib.h>

#include "base/mem.h"
#include "evoke/image.h"
#include "synth/prior.h"

struct mask {
    const char *file;
    double background;
    double *open; /* (h, w) 0 to 1 */
};

static const evk_param params[] = {
    {"file", "FILE", "image of the size of the stimulus: 255 shows, 0 hides", EVK_PARAM_TEXT,
     offsetof(struct mask, file), 0, 0},
    {"background", "V", "display value where the image is hidden", EVK_PARAM_REAL,
     offsetof(struct mask, background), 0, 255},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct mask defaults = {.background = 128};

/*
 * m->open = the part of each pixel that is shown; of a coloured mask the mean over channels counts.
 */
static evk_status mask_fill(struct mask *m, const struct evk_frame *f, const evk_image *image,
                            evk_error *err)
{
    if (image->height != f->h || image->width != f->w)
        return evk_fail(err, EVK_EINVAL, "found %s of %lld x %lld pixels, expected %lld x %lld",
                        m->file, (long long)image->width, (long long)image->height, (long long)f->w,
                        (long long)f->h);
    for (int64_t i = 0; i < f->h * f->w; i++) {
        const float *pixel = image->values + i * image->channels;
        double sum = 0;

        for (int64_t c = 0; c < image->channels; c++)
            sum += (double)pixel[c];
        m->open[i] = sum / (255 * (double)image->channels);
    }
    return EVK_OK;
}

static evk_status mask_prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct mask *m = self;
    evk_image *image;
    evk_status s;

    if (!m->file)
        return evk_fail(err, EVK_EINVAL, "found no mask, expected mask:FILE");
    EVK_TRY(evk_alloc(&m->open, f->h * f->w, sizeof(*m->open), "a window", err));
    EVK_TRY(evk_image_read(&image, m->file, err));
    s = mask_fill(m, f, image, err);
    evk_image_free(image);
    return s;
}

static void mask_release(void *self)
{
    struct mask *m = self;

    free(m->open);
}

static void mask_narrow(const void *self, const struct evk_frame *f, struct evk_image_window *w)
{
    const struct mask *m = self;

    for (int64_t i = 0; i < f->h * f->w; i++)
        evk_image_window_narrow(w, i, m->open[i], m->background);
}

extern const struct evk_prior_type evk_prior_mask;
const struct evk_prior_type evk_prior_mask = {
    .name = "mask",
    .summary = "show the image through a window from a file; elsewhere it is uniform",
    .reference = "",
    .params = params,
    .size = sizeof(struct mask),
    .defaults = &defaults,
    .prepare = mask_prepare,
    .release = mask_release,
    .narrow = mask_narrow,
};
