/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics.h - statistics of natural images, as the library has them in memory */
#ifndef EVK_IMAGE_STATISTICS_H
#define EVK_IMAGE_STATISTICS_H

#include "evoke/statistics.h"

enum {
    EVK_PATCH = 8,                 /* rows, and columns, of a patch */
    EVK_PATCH_VALUES = 192,        /* EVK_PATCH EVK_PATCH 3 */
    EVK_PATCH_COMPONENTS = 64,     /* components of the patch model, at most */
    EVK_STATISTICS_QUANTILES = 11, /* quantiles of each measure of contrast */
    EVK_STATISTICS_BANDS = 12,     /* half octaves of frequency */
};

/*
 * The numbers of a statistics file, which evoke/statistics.h describes; NAN stands for null.  Some
 * members have other names in the file: rest is rest_variance, variance variances, component
 * components, quantile quantiles, level the contrast's mean, frequency cycles_per_pixel.
 */
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

/* The fractions, from 0 to 1, whose quantiles statistics have. */
extern const double evk_statistics_quantiles[EVK_STATISTICS_QUANTILES];

/*
 * Returns the middle of half octave b, 2^(-1 - (b + 1/2) / 2) cycles per pixel; b = 0 ends at 1/2.
 */
double evk_statistics_frequency(int b);

/* Returns the slope of log amplitude over log frequency; NAN where an amplitude is missing. */
double evk_statistics_slope(const evk_statistics *s);

/* Append the text of a statistics file to text.  Elements of components are rounded to 1e-5. */
struct evk_str;
evk_status evk_statistics_text(const evk_statistics *s, struct evk_str *text, evk_error *err);

/*
 * Read the text of a statistics file, size bytes; the caller frees *out.  Components, which are
 * rounded in the file, are made orthonormal.  EVK_EFORMAT: the text is no such file, or has numbers
 * that cannot be.
 */
evk_status evk_statistics_parse(evk_statistics **out, const void *text, size_t size,
                                evk_error *err);

/*
 * The text of the default statistics, src/image/natural.json, which the Makefile makes an object.
 */
extern const unsigned char evk_statistics_default[];
extern const size_t evk_statistics_default_size;

/* Mean and covariance of R, G and B in that text, for those who need nothing else of it. */
extern const double evk_statistics_default_mean[3], evk_statistics_default_covariance[9];

/*
 * A Gaussian model of patches (h, w, c) of natural images, h and w at most EVK_PATCH, c 1 or 3,
 * where a gray value is the mean of the three channels.  The covariance has the eigenvectors
 * component with eigenvalues variance, and the eigenvalue rest in all other directions.
 */
struct evk_patch_model {
    int64_t h, w, c, values; /* values: h w c */
    double mean[3];          /* (c), display levels */
    int64_t components;
    double rest, variance[EVK_PATCH_COMPONENTS];               /* levels^2; variance falls */
    double component[EVK_PATCH_COMPONENTS * EVK_PATCH_VALUES]; /* (components, values) */
};

/*
 * Make the model of patches of min(h, EVK_PATCH) x min(w, EVK_PATCH) pixels and c channels: the
 * marginal distribution that the statistics' model of whole patches implies, with a component for
 * each direction that varies more than rest, at most EVK_PATCH_COMPONENTS.  Takes about 10 ms,
 * except for whole patches of 3 channels, whose model is copied.  EVK_ENOMEM.
 */
evk_status evk_patch_model_of(struct evk_patch_model *out, const evk_statistics *s, int64_t h,
                              int64_t w, int64_t c, evk_error *err);

#endif /* EVK_IMAGE_STATISTICS_H */
