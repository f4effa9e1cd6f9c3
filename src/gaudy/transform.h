/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transform.h - what makes a stimulus of an image: a file in transforms/, a row in transforms.def
 *
 * A transform is named by a text: NAME, NAME:VALUE or NAME:PARAMETER=VALUE,...; VALUE alone is that
 * of its first parameter ("gaudy:channel,smooth=2").  Pixels are bytes (h, w, c), c 1 or 3, as in a
 * file; the result has the same size.  All decisions are made on whole numbers, so that ties are
 * exact and every machine gives the same bytes; what a transform makes of an image depends on its
 * text, the image and, where it is random, the key.
 */
#ifndef EVK_GAUDY_TRANSFORM_H
#define EVK_GAUDY_TRANSFORM_H

#include "base/error.h"
#include "base/rng.h"
#include "evoke/gaudy.h"
#include "format/codec.h"

/* ---- for those who use transforms -------------------------------------------------------- */

struct evk_transform;

/*
 * EVK_ENOTFOUND: no such transform (those there are are listed); EVK_EINVAL: a parameter.  The
 * caller closes *out.
 */
evk_status evk_transform_open(struct evk_transform **out, const char *text, evk_error *err);
void evk_transform_close(struct evk_transform *t); /* NULL is fine */

const char *evk_transform_text(const struct evk_transform *t); /* as it was opened */
bool evk_transform_is_random(const struct evk_transform *t);

/* The key of an image for random transforms: a function of a seed and the image's name alone. */
evk_status evk_transform_key(struct evk_rng_key *out, int64_t seed, const char *name,
                             evk_error *err);

/*
 * out is new, of the size of x; the caller releases it.  Safe from several threads at once.  key
 * may be NULL where the transform is not random.  EVK_EUNSUPPORTED: it needs three channels and x
 * has one; EVK_ENOMEM.
 */
evk_status evk_transform_apply(const struct evk_transform *t, const struct evk_pixels *x,
                               const struct evk_rng_key *key, struct evk_pixels *out,
                               evk_error *err);

/*
 * Mean over all values of the squared distance to the gaudy image (definition "global"), in
 * (display levels)^2, 0 to 127.5^2 and a bit: the measure of Cowley & Pillow 2020, figure 5, where
 * a low one is gaudy already.
 */
double evk_gaudiness(const struct evk_pixels *x);

/* ---- for those who write one ------------------------------------------------------------- */

struct evk_transform_type {
    const char *name;
    const char *summary;     /* one line, with units */
    const char *reference;   /* who has it from where: "Cowley & Pillow 2020" */
    const evk_param *params; /* of its struct; a row's help has unit and default; may be NULL */
    size_t size;             /* of its struct; 0 where it has none */
    const void *defaults;    /* a struct of that size, copied before parameters are set */
    bool is_random;          /* uses the key */
    bool needs_colour;       /* an image of one channel is refused */

    /* Check parameters, allocate.  NULL: nothing to do.  self is zero but for its parameters. */
    evk_status (*prepare)(void *self, evk_error *err);
    void (*release)(void *self); /* also after a prepare that failed; may be NULL */

    /* y, of the size of x, is written whole.  What may fail is only memory. */
    evk_status (*apply)(const void *self, const struct evk_pixels *x, const struct evk_rng_key *key,
                        unsigned char *y, evk_error *err);
};

#endif /* EVK_GAUDY_TRANSFORM_H */
