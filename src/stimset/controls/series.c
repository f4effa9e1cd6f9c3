/* SPDX-License-Identifier: GPL-3.0-or-later */
/* series.c - an image again at lower contrasts, and the list of contrasts */
#include "stimset/controls/series.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/num.h"

/* ---- the list -------------------------------------------------------------------------------- */

/* Read the contrast that the n characters at text are, rounded to nine digits. */
static evk_status read_level(const char *text, size_t n, double *out, evk_error *err)
{
    char copy[64], rounded[EVK_REAL_TEXT];

    snprintf(copy, sizeof(copy), "%.*s", (int)(n < 63 ? n : 63), text);
    if (n < sizeof(copy) && evk_parse_real(copy, out) && *out > 0 && *out <= 1 &&
        evk_parse_real(evk_format_real(*out, rounded), out))
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "contrasts has '%s', expected numbers above 0 and at most 1 with commas "
                    "between, such as 0.25,0.5,1",
                    copy);
}

/* Put a contrast into the list, behind the lower ones. */
static void put_level(struct evk_contrasts *c, double level)
{
    size_t i = c->count++;

    for (; i > 0 && c->level[i - 1] > level; i--)
        c->level[i] = c->level[i - 1];
    c->level[i] = level;
}

static evk_status add_level(struct evk_contrasts *c, double level, evk_error *err)
{
    char text[EVK_REAL_TEXT];

    for (size_t i = 0; i < c->count; i++)
        if (!(c->level[i] < level || c->level[i] > level))
            return evk_fail(err, EVK_EINVAL, "contrasts has %s twice, expected each contrast once",
                            evk_format_real(level, text));
    if (c->count == EVK_CONTRASTS_MAX)
        return evk_fail(err, EVK_EINVAL, "contrasts has more than %d numbers, expected at most %d",
                        EVK_CONTRASTS_MAX, EVK_CONTRASTS_MAX);
    put_level(c, level);
    return EVK_OK;
}

evk_status evk_contrasts_parse(struct evk_contrasts *out, const char *list, evk_error *err)
{
    *out = (struct evk_contrasts){.asked = list && list[0]};
    for (bool more = out->asked; more;) {
        const size_t n = strcspn(list, ",");
        double level;

        EVK_TRY(read_level(list, n, &level, err));
        EVK_TRY(add_level(out, level, err));
        more = list[n] == ',';
        list += n + 1;
    }
    if (out->count && out->level[out->count - 1] >= 1)
        out->count--; /* the image itself */
    return EVK_OK;
}

/* ---- the image ------------------------------------------------------------------------------- */

/* The weight of pixel i, and what the window shows on it of an image of the value m. */
static double weight_at(const struct evk_image_window *w, int64_t i)
{
    return w ? (double)w->weight[i * w->channels] : 1;
}

static double shown_at(const struct evk_image_window *w, int64_t i, double m)
{
    return w ? weight_at(w, i) * m + (double)w->offset[i * w->channels] : m;
}

/* The mean of a channel, in which each pixel counts as its weight. */
static double mean_of(const struct evk_image_window *w, const struct evk_pixels *image,
                      int64_t channel)
{
    double sum = 0, total = 0;

    for (int64_t i = 0; i < image->height * image->width; i++) {
        sum += weight_at(w, i) * image->data[i * image->channels + channel];
        total += weight_at(w, i);
    }
    return total > 0 ? sum / total : 0;
}

static unsigned char rounded(double v)
{
    return (unsigned char)floor(fmin(fmax(v, 0), 255) + 0.5);
}

evk_status evk_series_apply(double contrast, const struct evk_image_window *w,
                            const struct evk_pixels *image, struct evk_pixels *out, evk_error *err)
{
    if (w && w->pixels != image->height * image->width)
        return evk_fail(err, EVK_EFORMAT,
                        "an image has %lld pixels, expected the %lld of its window",
                        (long long)(image->height * image->width), (long long)w->pixels);
    EVK_TRY(evk_pixels_new(out, image->height, image->width, image->channels, err));
    for (int64_t channel = 0; channel < image->channels; channel++) {
        const double m = mean_of(w, image, channel);

        for (int64_t i = 0; i < image->height * image->width; i++) {
            const int64_t at = i * image->channels + channel;
            const double g = shown_at(w, i, m);

            out->data[at] = rounded(g + contrast * (image->data[at] - g));
        }
    }
    return EVK_OK;
}

/* The source is the image or, where there is a reference image, the control natural. */
static evk_status series_make(const struct evk_maximized *of, struct evk_pixels *out,
                              evk_error *err)
{
    struct evk_pixels natural;
    evk_status s;

    if (!of->source)
        return evk_series_apply(of->contrast, of->window, of->image, out, err);
    EVK_TRY(evk_control_find("natural")->maximized(of, &natural, err));
    s = evk_series_apply(of->contrast, of->window, &natural, out, err);
    evk_pixels_release(&natural);
    return s;
}

const struct evk_control_type evk_series_type = {
    .name = EVK_CONTROL_SERIES,
    .summary = "the image at a lower contrast",
    .maximized = series_make,
};