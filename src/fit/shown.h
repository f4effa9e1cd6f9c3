/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shown.h - the images of a fit as the cores see them: features, hashes and pixels */
#ifndef EVK_FIT_SHOWN_H
#define EVK_FIT_SHOWN_H

#include "image/list.h"
#include "model/features.h"

/* A core: its model of features, and the features of each image. */
struct evk_core_features {
    evk_model *model; /* owned */
    struct evk_feature_block blocks[EVK_READOUT_LAYERS_MAX];
    size_t block_count;
    float *x; /* (images, features); owned */
};

struct evk_shown_images {
    struct evk_core_features *cores; /* (core_count); owned */
    size_t core_count;
    int64_t images;
    struct evk_size size;  /* of the images, which is that of all cores */
    unsigned char *pixels; /* (images, height, width, channels); owned */
    unsigned char (
        *hashes)[EVK_SHA256_BYTES]; /* (images) of the pixels, see evk_pixels_hash; owned */
};

/*
 * Opens cores (count), and computes their features of images of the list.
 *   image   (images) indices in the list
 *   resize  as in evk_fit_source
 * Errors are those of evk_fit.  The caller releases *out, also after a failure.
 */
evk_status evk_shown_open(struct evk_shown_images *out, const char *const *cores, size_t count,
                          int64_t grid, const evk_model_options *options, evk_error *err);
evk_status evk_shown_compute(struct evk_shown_images *s, const evk_image_list *list,
                             const int64_t *image, int64_t images, bool resize, const evk_run *run,
                             evk_error *err);
void evk_shown_release(struct evk_shown_images *s);

#endif /* EVK_FIT_SHOWN_H */
