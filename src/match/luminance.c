/* SPDX-License-Identifier: GPL-3.0-or-later */
/* luminance.c - mean and SD: SHINE's lumMatch */
#include "match/match.h"

/* A plane that does not vary gets the target's mean alone. */
static void luminance_apply(struct evk_matcher *m, const struct evk_match_target *t, int64_t p,
                            float *x)
{
    const int64_t n = m->h * m->w;
    double mean, sd, a;

    evk_match_moments(n, x, &mean, &sd);
    a = sd > 0 ? t->sd[p] / sd : 0;
    for (int64_t i = 0; i < n; i++)
        x[i] = (float)(t->mean[p] + a * ((double)x[i] - mean));
}

const struct evk_match_step evk_match_luminance = {
    .name = "luminance",
    .summary = "mean and SD (lumMatch)",
    .apply = luminance_apply,
};
