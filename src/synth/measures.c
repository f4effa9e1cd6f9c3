/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measures.c - measures of one step of an ascent */
#include "synth/measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

evk_status evk_measures_open(struct evk_measures *m, const struct evk_priors *priors, int64_t n,
                             bool changes, evk_error *err)
{
    const double none = (double)NAN;

    *m = (struct evk_measures){.gradient_norm = none, .step_rms = none, .step_most = none};
    for (size_t i = 0; i < priors->count; i++)
        if (priors->prior[i].type->penalty) {
            m->name[m->penalties] = priors->prior[i].type->name;
            m->penalty[m->penalties++] = none;
        }
    return changes ? evk_alloc_floats(&m->before, n, "an ascent", err) : EVK_OK;
}

void evk_measures_release(struct evk_measures *m)
{
    free(m->before);
    m->before = NULL;
}

void evk_measures_begin(struct evk_measures *m, int64_t n, const float *x)
{
    if (m->before)
        memcpy(m->before, x, (size_t)n * sizeof(*x));
}

void evk_measures_end(struct evk_measures *m, const struct evk_kernels *k, int64_t n,
                      const float *x)
{
    float most = 0;

    if (!m->before)
        return;
    k->axpy(n, -1, x, m->before);
    for (int64_t i = 0; i < n; i++)
        most = fmaxf(most, fabsf(m->before[i]));
    m->step_rms = sqrt(k->sum_squares(n, m->before) / (double)n);
    m->step_most = (double)most;
}
