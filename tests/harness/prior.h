/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prior.h - one prior by itself, whose hooks tests call directly
 *
 *     static const char *const set[] = {"pixels", "3", NULL};
 *     struct trial t = trial_open(&evk_prior_jitter, 7, 5, 3, set);
 *     t.type->draw(t.self, &t.frame, &key);
 *     ...
 *     trial_close(&t);
 */
#ifndef EVK_TESTS_PRIOR_H
#define EVK_TESTS_PRIOR_H

#include "synth/prior.h"

struct trial {
    const struct evk_prior_type *type;
    struct evk_frame frame;
    void *self;
    int64_t n; /* values in an image */
};

/*
 * Make a prior for images (h, w, c) and prepare it.  set: the names and values of parameters, up to
 * a NULL; set = NULL: all have their defaults.
 */
struct trial trial_open(const struct evk_prior_type *type, int64_t h, int64_t w, int64_t c,
                        const char *const *set);
void trial_close(struct trial *t);

/* Make a prior with these parameters, call prepare, free the prior, and return prepare's status. */
evk_status trial_refused(const struct evk_prior_type *type, const char *const *set, evk_error *err);

/* Returns a key that differs for each i. */
struct evk_rng_key trial_key(int i);

/* Returns an image of random display values, 0 to 255, in memory of fenced() (kernels.h). */
float *trial_image(const struct trial *t, uint64_t *seed);

/*
 * Check that the gradient of the transformation drawn with key is its adjoint: <T x, y> = <x, T'
 * y>, in double.  The transformation may have a constant part, so that T x is transform(x) -
 * transform(0).  The bound is that of roundings roundings for each product, where values of T x are
 * at most 512 in magnitude for x from 0 to 255.
 */
void assert_adjoint(const struct trial *t, const struct evk_rng_key *key, int roundings,
                    uint64_t *seed);

#endif /* EVK_TESTS_PRIOR_H */
