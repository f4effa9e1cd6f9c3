/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mask.c - a window from an image file, on a uniform background */
#include "evoke/image.h"
#include "synth/window.h"

struct mask {
    const char *file;
    double background;
    struct evk_window window;
};

static const evk_param params[] = {
    {"file", "FILE", "image of the size of the stimulus: 255 shows, 0 hides", EVK_PARAM_TEXT,
     offsetof(struct mask, file), 0, 0},
    {"background", "V", "display value where hidden", EVK_PARAM_REAL,
     offsetof(struct mask, background), 0, 255},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct mask defaults = {.background = 128};

/* Of a coloured mask the mean over channels. */
static evk_status fill(struct mask *m, const struct evk_frame *f, const evk_image *image,
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
        evk_window_set(&m->window, f, i, sum / (255 * (double)image->channels), m->background);
    }
    return EVK_OK;
}

static evk_status prepare(void *self, const struct evk_frame *f, evk_error *err)
{
    struct mask *m = self;
    evk_image *image;
    evk_status s;

    if (!m->file)
        return evk_fail(err, EVK_EINVAL, "found no mask, expected mask:FILE");
    EVK_TRY(evk_window_init(&m->window, f, err));
    EVK_TRY(evk_image_read(&image, m->file, err));
    s = fill(m, f, image, err);
    evk_image_free(image);
    return s;
}

static void release(void *self)
{
    struct mask *m = self;

    evk_window_release(&m->window);
}

/* A projection, and so its own adjoint: pull and push. */
static void confine(void *self, const struct evk_frame *f, float *g)
{
    const struct mask *m = self;

    evk_window_restrict(&m->window, f, g);
}

static void project(void *self, const struct evk_frame *f, float *x)
{
    const struct mask *m = self;

    evk_window_project(&m->window, f, x);
}

extern const struct evk_prior_type evk_prior_mask;
const struct evk_prior_type evk_prior_mask = {
    .name = "mask",
    .summary = "a window from a file, uniform where it hides",
    .reference = "",
    .params = params,
    .size = sizeof(struct mask),
    .defaults = &defaults,
    .prepare = prepare,
    .release = release,
    .pull = confine,
    .push = confine,
    .project = project,
};
