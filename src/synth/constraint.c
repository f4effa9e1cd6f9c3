/* SPDX-License-Identifier: GPL-3.0-or-later */
/* constraint.c - images of a fixed mean and SD, or of a fixed L2 norm, in the units of the model */
#include "synth/constraint.h"

#include <math.h>

#include "base/error.h"
#include "base/limits.h"

enum {
    LANES = 16, /* parallel sums in the kernel moments */
    PERIOD_MAX = LANES * EVK_CHANNELS_MAX,
    ROUNDS = 8,
};

static const double tolerance = 1e-4, flat = 1e-6;

/* The map z' = a z + b of normalised values. */
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
            return evk_fail(
                err, EVK_EINVAL,
                "a gray image cannot have a fixed mean, SD or norm where the model "
                "normalises its channels differently; found means %g, %g and scales %g, %g, "
                "expected equal ones",
                u->mean[0], u->mean[i], u->scale[0], u->scale[i]);
    return EVK_OK;
}

/*
 * Sums over the values of an image that lie between two limits: their number, the sum of
 * d = z - first, and the sum of d^2.  first is the normalised first value of the image, so that
 * little cancels, and d is exactly 0 where all values are equal.
 */
struct sums {
    double count, sum, squares;
};

/* What the kernels that sum over one image need. */
struct measured {
    const struct evk_kernels *k;
    const struct evk_units *u;
    const float *weight; /* (n) of each value; NULL: each counts once */
    int64_t n;
    double first; /* normalised value of the first */
    double pivot[PERIOD_MAX], inverse[PERIOD_MAX];
};

static const float all[2] = {-HUGE_VALF, HUGE_VALF}, inside[2] = {0, 255};

static void measured_init(struct measured *v, const struct evk_kernels *k,
                          const struct evk_units *u, int64_t n, const float *weight, const float *x)
{
    v->k = k;
    v->u = u;
    v->weight = weight;
    v->n = n;
    v->first = ((double)x[0] - u->mean[0]) / u->scale[0];
    for (int64_t i = 0; i < LANES * u->channels; i++) {
        const int64_t c = i % u->channels;

        v->pivot[i] = c == 0 ? (double)x[0] : u->mean[c] + v->first * u->scale[c];
        v->inverse[i] = 1 / u->scale[c];
    }
}

/* Returns the sums over the values of x that are within the limits. */
static struct sums sums_of(const struct measured *v, const float within[2], const float *x)
{
    double s[3];

    if (v->weight)
        v->k->moments_seen(v->n, LANES * v->u->channels, v->pivot, v->inverse, within, v->weight, x,
                           s);
    else
        v->k->moments(v->n, LANES * v->u->channels, v->pivot, v->inverse, within, x, s);
    return (struct sums){s[0], s[1], s[2]};
}

/* Returns the sum of squares of the values about their own mean. */
static double spread_of(const struct sums *s)
{
    return s->count > 0 ? fmax(0, s->squares - s->sum * (s->sum / s->count)) : 0;
}

/* Returns the sum of squares of z. */
static double power_of(const struct sums *s, double first)
{
    return fmax(0, s->squares + 2 * first * s->sum + s->count * first * first);
}

static struct evk_normalised statistics(const struct sums *s, double first)
{
    return (struct evk_normalised){
        .mean = first + s->sum / s->count,
        .sd = s->count > 1 ? sqrt(spread_of(s) / (s->count - 1)) : 0,
        .norm = sqrt(power_of(s, first)),
    };
}

struct evk_normalised evk_measure_normalised(const struct evk_kernels *k, const struct evk_units *u,
                                             int64_t n, const float *x)
{
    struct measured v;
    struct sums s;

    measured_init(&v, k, u, n, NULL, x);
    s = sums_of(&v, all, x);
    return statistics(&s, v.first);
}

/*
 * *m = the map that has to be applied to some values of an image, the free ones, so that the whole
 * image meets the target while the others stay.  Returns false where there is no such map; *m may
 * then be the identity, or only set the mean.
 */
static bool find_map(const struct evk_constraint *target, const struct sums *whole,
                     const struct sums *some, double first, struct map *m)
{
    const double held = whole->sum - some->sum, n = whole->count;
    const double spread = spread_of(some), power = power_of(some, first);
    double mean, t, wanted;

    *m = (struct map){1, 0};
    if (!isnan(target->norm)) {
        wanted = target->norm * target->norm - (power_of(whole, first) - power);
        if (!(power >= flat * flat && wanted > 0))
            return false;
        m->a = sqrt(wanted / power);
        return true;
    }
    if (some->count < 1)
        return false;
    t = target->mean - first;
    mean = (n * t - held) / some->count; /* wanted mean of the free values, less first */
    wanted = (n - 1) * target->sd * target->sd + n * t * t - (whole->squares - some->squares) -
             some->count * mean * mean;
    if (spread >= flat * flat * n) {
        if (!(wanted > 0))
            return false;
        m->a = sqrt(wanted / spread);
    }
    m->b = first + mean - m->a * (first + some->sum / some->count);
    return true;
}

static bool is_met(const struct evk_constraint *target, const struct evk_normalised *now)
{
    if (!isnan(target->norm))
        return fabs(now->norm - target->norm) <= tolerance * target->norm;
    return fabs(now->sd - target->sd) <= tolerance * target->sd &&
           fabs(now->mean - target->mean) <= tolerance * target->sd;
}

/*
 * Applies the map to x where it is within the limits; in display values a x + mean (1 - a) + scale
 * b.
 */
static void map_apply(const struct map *m, const struct measured *v, const float within[2],
                      float *x)
{
    const struct evk_units *u = v->u;
    double shift[PERIOD_MAX];

    for (int64_t i = 0; i < LANES * u->channels; i++) {
        const int64_t c = i % u->channels;

        shift[i] = u->mean[c] * (1 - m->a) + u->scale[c] * m->b;
    }
    v->k->stretch(v->n, LANES * u->channels, m->a, shift, within, x);
}

/* Returns the constraint with its free mean or SD set to what the image has now. */
static struct evk_constraint target_of(const struct evk_constraint *c,
                                       const struct evk_normalised *now)
{
    struct evk_constraint target = *c;

    if (isnan(c->norm)) {
        target.mean = isnan(c->mean) ? now->mean : c->mean;
        target.sd = isnan(c->sd) ? now->sd : c->sd;
    }
    return target;
}

void evk_constrain(const struct evk_constraint *c, const struct evk_kernels *k,
                   const struct evk_units *u, int64_t n, const float *weight, float *x)
{
    struct evk_constraint target;
    struct evk_normalised now;
    struct sums whole, some;
    struct measured v;
    struct map m;

    measured_init(&v, k, u, n, weight, x);
    whole = sums_of(&v, all, x);
    now = statistics(&whole, v.first);
    target = target_of(c, &now);
    find_map(&target, &whole, &whole, v.first, &m);
    map_apply(&m, &v, all, x);
    for (int round = 1; round < ROUNDS; round++) {
        whole = sums_of(&v, all, x);
        now = statistics(&whole, v.first);
        if (is_met(&target, &now))
            break;
        some = sums_of(&v, inside, x);
        if (find_map(&target, &whole, &some, v.first, &m)) {
            map_apply(&m, &v, inside, x);
        } else {
            find_map(&target, &whole, &whole, v.first, &m);
            map_apply(&m, &v, all, x);
        }
    }
}
