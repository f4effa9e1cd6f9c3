/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics.h - statistics of natural images, as the library has them in memory */
#ifndef EVK_IMAGE_STATISTICS_H
#define EVK_IMAGE_STATISTICS_H

#include "evoke/statistics.h"

enum {
    EVK_PATCH = 8,             /* rows and columns */
    EVK_PATCH_VALUES = 192,    /* EVK_PATCH EVK_PATCH 3 */
    EVK_PATCH_COMPONENTS = 64, /* at most */
    EVK_STATISTICS_QUANTILES = 11,
    EVK_STATISTICS_BANDS = 12,
};

/* What evoke/statistics.h says of the file; NAN for null. */
struct evk_statistics {
    int64_t images;
    double mean[3], covariance[9];
    double quantile[EVK_STATISTICS_QUANTILES];
    double channel_sd[EVK_STATISTICS_QUANTILES], rms_contrast[EVK_STATISTICS_QUANTILES];
    double level[EVK_STATISTICS_QUANTILES];
    double frequency[EVK_STATISTICS_BANDS], amplitude[EVK_STATISTICS_BANDS], slope;
    int64_t components;
    double rest, variance[EVK_PATCH_COMPONENTS];               /* falling, none below rest */
    double component[EVK_PATCH_COMPONENTS * EVK_PATCH_VALUES]; /* orthonormal rows */
};

extern const double evk_statistics_quantiles[EVK_STATISTICS_QUANTILES];

/* The middle of half octave b below 1/2 cycle per pixel: 2^(-1 - (b + 1/2) / 2). */
double evk_statistics_frequency(int b);

double evk_statistics_slope(const evk_statistics *s);

/* The file's text, and back.  Components are rounded to 1e-5 on the way. */
struct evk_str;
evk_status evk_statistics_text(const evk_statistics *s, struct evk_str *text, evk_error *err);
evk_status evk_statistics_parse(evk_statistics **out, const void *text, size_t size,
                                evk_error *err);

/* The default's file (src/image/natural.json), which the Makefile turns into an object. */
extern const unsigned char evk_statistics_default[];
extern const size_t evk_statistics_default_size;

/*
 * The patch model of patches of h x w pixels, at most EVK_PATCH each, of c channels, 1 (the mean
 * of the three) or 3: the marginal, which is Gaussian too, with a component for each direction
 * that varies more than the rest, at most EVK_PATCH_COMPONENTS.  About 10 ms, but for whole
 * patches of 3 channels.
 */
struct evk_patch_model {
    int64_t h, w, c, values; /* values: h w c */
    double mean[3];          /* (c), display levels */
    int64_t components;
    double rest, variance[EVK_PATCH_COMPONENTS];
    double component[EVK_PATCH_COMPONENTS * EVK_PATCH_VALUES]; /* (components, values) */
};

evk_status evk_patch_model_of(struct evk_patch_model *out, const evk_statistics *s, int64_t h,
                              int64_t w, int64_t c, evk_error *err);

#endif /* EVK_IMAGE_STATISTICS_H */
