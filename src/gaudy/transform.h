/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transform.h - image transforms, which make a stimulus out of an 8-bit image
 *
 * A transform is given as a text: NAME, NAME:VALUE or NAME:PARAMETER=VALUE,...; a VALUE alone is
 * that of the first parameter ("gaudy:channel,smooth=2").  Pixels are bytes (h, w, c), c 1 or 3, as
 * in a file; the result has the same size.  Whatever a transform compares or sorts is a whole
 * number, so that equal values are exactly equal and every machine makes the same bytes.  The
 * result depends on the text, the image and, for a random transform, the key alone.
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
 * Make the transform that text describes; the caller closes *out.  EVK_ENOTFOUND: there is no such
 * transform (the message lists all); EVK_EINVAL: a parameter is unknown or its value wrong;
 * EVK_ENOMEM.
 */
evk_status evk_transform_open(struct evk_transform **out, const char *text, evk_error *err);

/* Free a transform; t may be NULL. */
void evk_transform_close(struct evk_transform *t);

/* Returns the text that the transform was opened with; it belongs to the transform. */
const char *evk_transform_text(const struct evk_transform *t);

/* Does the transform use random numbers, and so need a key? */
bool evk_transform_is_random(const struct evk_transform *t);

/*
 * Set *out to the key for an image's random numbers: a function of seed and the image's name alone.
 */
evk_status evk_transform_key(struct evk_rng_key *out, int64_t seed, const char *name,
                             evk_error *err);

/*
 * Apply a transform to x; the caller releases *out, which has the size and channels of x.  key may
 * be NULL where the transform is not random.  Safe from several threads at once.  EVK_EUNSUPPORTED:
 * the transform needs three channels, and x has one; EVK_ENOMEM.
 */
evk_status evk_transform_apply(const struct evk_transform *t, const struct evk_pixels *x,
                               const struct evk_rng_key *key, struct evk_pixels *out,
                               evk_error *err);

/*
 * Returns the mean, over all values of x, of the squared distance to the gaudy image of x
 * (definition "global"), in (display levels)^2: the measure of Cowley & Pillow 2020, figure 5.  It
 * is 0 where x is gaudy, and not much above 127.5^2 for any image.
 */
double evk_gaudiness(const struct evk_pixels *x);

/* ---- for those who write one ------------------------------------------------------------- */

/*
 * A kind of transform: one is a file in transforms/ with a row in transforms.def.  self points to a
 * structure of the transform's own, which holds its parameters and what it computes from them.
 */
struct evk_transform_type {
    const char *name;
    const char *summary;     /* one line, with units */
    const char *reference;   /* the publication that it is from: "Cowley & Pillow 2020" */
    const evk_param *params; /* the parameters in self, with a line of help each; may be NULL */
    size_t size;             /* bytes of self; 0: it has no structure of its own */
    const void *defaults;    /* size bytes, copied to self before parameters are set */
    bool is_random;          /* apply uses the key */
    bool needs_colour;       /* an image of one channel is refused */

    /*
     * Check the parameters in self, and allocate what apply needs.  NULL: there is nothing to do.
     */
    evk_status (*prepare)(void *self, evk_error *err);

    /* Free what prepare allocated; also called after a prepare that failed.  May be NULL. */
    void (*release)(void *self);

    /* Write all of y (h, w, c), the size of x.  Fails only where memory runs out. */
    evk_status (*apply)(const void *self, const struct evk_pixels *x, const struct evk_rng_key *key,
                        unsigned char *y, evk_error *err);
};

#endif /* EVK_GAUDY_TRANSFORM_H */
