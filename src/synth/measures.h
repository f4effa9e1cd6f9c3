/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measures.h - what a step of an ascent was like, for who watches it and for when it stops */
#ifndef EVK_SYNTH_MEASURES_H
#define EVK_SYNTH_MEASURES_H

#include "synth/prior.h"

struct evk_measures {
    double gradient_norm;       /* RMS of the objective's gradient */
    double step_rms, step_most; /* of the change of the image: RMS, largest; display levels */
    int penalties;              /* priors that have one, in their order */
    const char *name[EVK_PRIORS_MAX];
    double penalty[EVK_PRIORS_MAX]; /* its value; NAN where the prior does not act */
    float *before; /* (n) the image before the step; NULL: changes are not asked for */
};

/* All NAN; changes: is the size of steps asked for? Release it, also after a failure. */
evk_status evk_measures_open(struct evk_measures *m, const struct evk_priors *priors, int64_t n,
                             bool changes, evk_error *err);
void evk_measures_release(struct evk_measures *m);

/* The image that a step begins from, and the one that it ends at. */
void evk_measures_begin(struct evk_measures *m, int64_t n, const float *x);
void evk_measures_end(struct evk_measures *m, const struct evk_kernels *k, int64_t n,
                      const float *x);

#endif /* EVK_SYNTH_MEASURES_H */
