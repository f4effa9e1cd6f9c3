/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prior.h - one prior by itself, its hooks called by hand
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

/* set: names and values of parameters, up to a NULL; NULL: the defaults. Prepared. */
struct trial trial_open(const struct evk_prior_type *type, int64_t h, int64_t w, int64_t c,
                        const char *const *set);
void trial_close(struct trial *t);

/* The same, only as far as prepare, whose status it gives. */
evk_status trial_refused(const struct evk_prior_type *type, const char *const *set, evk_error *err);

/* Number i of keys that differ. */
struct evk_rng_key trial_key(int i);

/* Display values, 0 to 255, fenced (kernels.h). */
float *trial_image(const struct trial *t, uint64_t *seed);

/*
 * <T x, y> = <x, T' y> for the transformation drawn with a key, in double.  It may have a constant
 * part: T x is transform(x) - transform(0).  The bound is for so many roundings on the way of any
 * product, where no row of T makes more than 512 of the values 0 to 255.
 */
void assert_adjoint(const struct trial *t, const struct evk_rng_key *key, int roundings,
                    uint64_t *seed);

#endif /* EVK_TESTS_PRIOR_H */
