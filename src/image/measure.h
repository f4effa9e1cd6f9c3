/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure.h - what statistics are made of: sums over pixels and patches, and numbers of an image
 *
 * Values are whole display values, 0 to 255: all sums are whole numbers below 2^53, exact in double
 * whatever their order, so that threads may share images out as they like.
 */
#ifndef EVK_IMAGE_MEASURE_H
#define EVK_IMAGE_MEASURE_H

#include "format/codec.h"
#include "image/spectrum.h"

struct evk_sums {
    double pixels, colour[3], colours[9];
    double patches, patch[EVK_PATCH_VALUES], products[EVK_PATCH_VALUES * EVK_PATCH_VALUES];
};

struct evk_measure {
    double channel_sd, rms_contrast, level; /* NAN: the SD of one pixel */
    double power[EVK_STATISTICS_BANDS];
};

/* Working memory of one thread. */
struct evk_meter {
    struct evk_spectrum spectrum;
    struct evk_sums sums;
    float *square;   /* (EVK_SPECTRUM_SIDE, EVK_SPECTRUM_SIDE, 3): the middle of an image */
    float *products; /* (EVK_PATCH_VALUES, EVK_PATCH_VALUES): of few patches, exact in float */
    int64_t in_products;
};

/* m is zeroed. The caller releases it, also after failure. */
evk_status evk_meter_init(struct evk_meter *m, const struct evk_kernels *k, evk_error *err);
void evk_meter_release(struct evk_meter *m);

/* Add an image to the sums, and measure it. Patches lie side by side, in the middle. */
void evk_meter_add(struct evk_meter *m, const struct evk_pixels *image, struct evk_measure *out);

/* Add the sums of b to those of a. */
void evk_sums_add(struct evk_sums *a, const struct evk_sums *b);

#endif /* EVK_IMAGE_MEASURE_H */
