/* SPDX-License-Identifier: GPL-3.0-or-later */
/* constraint.c - images of a fixed mean and SD, or a fixed L2 norm, in the units of the model */
#include "synth/constraint.h"

#include <math.h>

#include "base/error.h"

enum {
    LANES = 16, /* of the kernel moments */
    PERIOD_MAX = LANES * EVK_CHANNELS_MAX,
    ROUNDS = 8,
};

static const double tolerance = 1e-4, flat = 1e-6;

/* z' = a z + b */
struct map {
    double a, b;
};

struct evk_constraint evk_recipe_constraint(const evk_recipe *recipe)
{
    return (struct evk_constraint){recipe->fix_mean, recipe->fix_sd, recipe->fix_norm};
}

bool evk_is_constrained(const struct evk_constraint *c)
{
    return !isnan(c->mean) || !isnan(c->sd) || !isnan(c->norm);
}

evk_status evk_constraint_check(const struct evk_constraint *c, evk_error *err)
{
    if (isinf(c->mean))
        return evk_fail(err, EVK_EINVAL, "the fixed mean is %g, expected a finite number", c->mean);
    if (isinf(c->sd) || c->sd <= 0)
        return evk_fail(err, EVK_EINVAL, "the fixed SD is %g, expected a positive number", c->sd);
    if (isinf(c->norm) || c->norm <= 0)
        return evk_fail(err, EVK_EINVAL, "the fixed norm is %g, expected a positive number",
                        c->norm);
    if (!isnan(c->norm) && (!isnan(c->mean) || !isnan(c->sd)))
        return evk_fail(err, EVK_EINVAL,
                        "found a fixed norm and a fixed %s, expected the norm alone or mean and SD",
                        isnan(c->sd) ? "mean" : "SD");
    return EVK_OK;
}

evk_status evk_constraint_check_gray(const struct evk_constraint *c, const struct evk_units *u,
                                     evk_error *err)
{
    if (!evk_is_constrained(c))
        return EVK_OK;
    for (int64_t i = 1; i < u->channels; i++)
        if (u->mean[i] != u->mean[0] || u->scale[i] != u->scale[0])
            return evk_fail(err, EVK_EINVAL,
                            "a gray image cannot have a fixed mean, SD or norm where channels are "
                            "normalised apart; found means %g, %g and scales %g, %g, expected "
                            "equal ones",
                            u->mean[0], u->mean[i], u->scale[0], u->scale[i]);
    return EVK_OK;
}

/*
 * Sums of z less that of the first value, so that little cancels, and of equal values nothing is
 * left.
 */
struct evk_normalised evk_measure_normalised(const struct evk_kernels *k, const struct evk_units *u,
                                             int64_t n, const float *x)
{
    const double first = ((double)x[0] - u->mean[0]) / u->scale[0], count = (double)n;
    double pivot[PERIOD_MAX], inverse[PERIOD_MAX], sums[2], apart;

    for (int64_t i = 0; i < LANES * u->channels; i++) {
        const int64_t c = i % u->channels;

        pivot[i] = c == 0 ? (double)x[0] : u->mean[c] + first * u->scale[c];
        inverse[i] = 1 / u->scale[c];
    }
    k->moments(n, LANES * u->channels, pivot, inverse, x, sums);
    apart = fmax(0, sums[1] - sums[0] * (sums[0] / count));
    return (struct evk_normalised){
        .mean = first + sums[0] / count,
        .sd = n > 1 ? sqrt(apart / (count - 1)) : 0,
        .norm = sqrt(fmax(0, sums[1] + 2 * first * sums[0] + count * first * first)),
    };
}

/* What takes an image to its target, or almost. */
static struct map map_of(const struct evk_constraint *target, const struct evk_normalised *now)
{
    struct map m = {1, 0};

    if (!isnan(target->norm)) {
        if (now->norm >= flat)
            m.a = target->norm / now->norm;
        return m;
    }
    if (now->sd >= flat)
        m.a = target->sd / now->sd;
    m.b = target->mean - m.a * now->mean;
    return m;
}

static bool is_met(const struct evk_constraint *target, const struct evk_normalised *now)
{
    if (!isnan(target->norm))
        return fabs(now->norm - target->norm) <= tolerance * target->norm;
    return fabs(now->sd - target->sd) <= tolerance * target->sd &&
           fabs(now->mean - target->mean) <= tolerance * target->sd;
}

/* In display values: x' = a x + mean (1 - a) + scale b. */
static void apply(const struct map *m, const struct evk_kernels *k, const struct evk_units *u,
                  int64_t n, float *x)
{
    double shift[PERIOD_MAX];

    for (int64_t i = 0; i < LANES * u->channels; i++) {
        const int64_t c = i % u->channels;

        shift[i] = u->mean[c] * (1 - m->a) + u->scale[c] * m->b;
    }
    k->stretch(n, LANES * u->channels, m->a, shift, x);
}

void evk_constrain(const struct evk_constraint *c, const struct evk_kernels *k,
                   const struct evk_units *u, int64_t n, float *x)
{
    struct evk_normalised now = evk_measure_normalised(k, u, n, x);
    struct evk_constraint target = *c;

    if (isnan(target.norm)) {
        target.mean = isnan(c->mean) ? now.mean : c->mean;
        target.sd = isnan(c->sd) ? now.sd : c->sd;
    }
    for (int round = 0; round < ROUNDS; round++) {
        const struct map m = map_of(&target, &now);

        apply(&m, k, u, n, x);
        now = evk_measure_normalised(k, u, n, x);
        if (is_met(&target, &now))
            break;
    }
}
