/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measures.h - measures of one step of an ascent, for its trace and for the rules that stop it */
#ifndef EVK_SYNTH_MEASURES_H
#define EVK_SYNTH_MEASURES_H

#include "synth/prior.h"

/* Every measure is NAN until a step has set it. */
struct evk_measures {
    double gradient_norm;       /* RMS of the objective's gradient */
    double step_rms, step_most; /* RMS and largest change of a value, display levels */
    int penalties;              /* number of priors that have a penalty */
    const char *name[EVK_PRIORS_MAX];
    double penalty[EVK_PRIORS_MAX]; /* value of each penalty; NAN where the prior does not act */
    float *before; /* (n) the image before the step, owned; NULL: changes are not measured */
};

/*
 * Prepares measures of images of n values.  changes: measure step_rms and step_most, which costs an
 * array and a pass over the image each step.  EVK_ENOMEM.  The caller releases *m, after a failure
 * too.
 */
evk_status evk_measures_open(struct evk_measures *m, const struct evk_priors *priors, int64_t n,
                             bool changes, evk_error *err);
void evk_measures_release(struct evk_measures *m);

/* Notes the image x (n) from which a step begins. */
void evk_measures_begin(struct evk_measures *m, int64_t n, const float *x);

/* Measures the change from that image to x (n), at which the step ends. */
void evk_measures_end(struct evk_measures *m, const struct evk_kernels *k, int64_t n,
                      const float *x);

#endif /* EVK_SYNTH_MEASURES_H */
