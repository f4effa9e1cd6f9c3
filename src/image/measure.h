/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure.h - what natural image statistics are computed from: sums over the pixels and patches of
 * all images, and a few numbers of each image
 *
 * Values are whole display values, 0 to 255, so that all sums are whole numbers below 2^53, which
 * are exact in double whatever their order.  The statistics do not depend on which thread measures
 * which image.
 */
#ifndef EVK_IMAGE_MEASURE_H
#define EVK_IMAGE_MEASURE_H

#include "format/codec.h"
#include "image/spectrum.h"

/* Sums over images. */
struct evk_sums {
    double pixels;     /* number of pixels that were added */
    double colour[3];  /* sums of R, G and B over pixels */
    double colours[9]; /* (3, 3) sums, over pixels, of products of two channels */
    double patches;    /* number of patches that were added */
    double patch[EVK_PATCH_VALUES];
    /* sums of products of values i and j of a patch; only j >= i */
    double products[EVK_PATCH_VALUES * EVK_PATCH_VALUES];
};

/* Numbers of one image, as evoke/statistics.h describes them. */
struct evk_measure {
    double channel_sd, rms_contrast; /* NAN of an image of one pixel; rms_contrast 0 if black */
    double level;                    /* the mean of all values */
    double power[EVK_STATISTICS_BANDS];
};

/* The sums and the working memory of one thread. */
struct evk_meter {
    struct evk_spectrum spectrum;
    struct evk_sums sums;
    float *square;       /* (EVK_SPECTRUM_SIDE, EVK_SPECTRUM_SIDE, 3) the middle of an image */
    float *products;     /* (EVK_PATCH_VALUES, EVK_PATCH_VALUES) not yet added to sums.products */
    int64_t in_products; /* how many patches `products` has the sums of */
};

/* m is zeroed before the call.  The caller releases it, also after a failure. */
evk_status evk_meter_init(struct evk_meter *m, const struct evk_kernels *k, evk_error *err);
void evk_meter_release(struct evk_meter *m);

/*
 * Add an image to the sums of m, and measure it.  Its patches are the cells of the largest grid of
 * EVK_PATCH x EVK_PATCH pixels that fits, centred in the image.
 */
void evk_meter_add(struct evk_meter *m, const struct evk_pixels *image, struct evk_measure *out);

/* Add the sums of b to those of a. */
void evk_sums_add(struct evk_sums *a, const struct evk_sums *b);

#endif /* EVK_IMAGE_MEASURE_H */
