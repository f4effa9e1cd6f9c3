/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * disagreement.c - the median over pairs of members of |r_i - r_j| (Cowley & Pillow 2020)
 *
 * Cowley & Pillow take the distance of vectors of many neurons' responses, which for one neuron is
 * the magnitude of the difference.  The median of an even number of pairs is the mean of the two in
 * the middle.
 */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "synth/objective.h"
#include "synth/objectives/order.h"

enum { PAIRS_MAX = EVK_MEMBERS_MAX * (EVK_MEMBERS_MAX - 1) / 2 };

/* All pairs of members, in the order (0, 1), (0, 2), ..., (1, 2), ... */
struct pairs {
    double distance[PAIRS_MAX];
    unsigned char first[PAIRS_MAX], second[PAIRS_MAX];
    int order[PAIRS_MAX];
};

/* Adds half of the slopes of |r_i - r_j| for one pair. */
static void add_slopes(const struct pairs *p, int pair, const float *r, float *slopes)
{
    const int i = p->first[pair], j = p->second[pair];
    const float half = r[i] > r[j] ? 0.5F : r[i] < r[j] ? -0.5F : 0;

    slopes[i] += half;
    slopes[j] -= half;
}

static double disagreement_value(double k, int64_t members, const float *r, float *slopes)
{
    struct evk_middle m;
    struct pairs p;
    int n = 0;

    (void)k;
    for (int i = 0; i < (int)members; i++)
        for (int j = i + 1; j < (int)members; j++, n++) {
            p.distance[n] = fabs((double)r[i] - (double)r[j]);
            p.first[n] = (unsigned char)i;
            p.second[n] = (unsigned char)j;
        }
    m = evk_middle_of(n, p.distance, p.order);
    if (slopes) {
        memset(slopes, 0, (size_t)members * sizeof(*slopes));
        add_slopes(&p, m.low, r, slopes);
        add_slopes(&p, m.high, r, slopes);
    }
    return (p.distance[m.low] + p.distance[m.high]) / 2;
}

extern const struct evk_objective_type evk_objective_disagreement;
const struct evk_objective_type evk_objective_disagreement = {
    .name = "disagreement",
    .summary = "median over pairs of members of |r_i - r_j| (Cowley & Pillow 2020)",
    .members_least = 2,
    .value = disagreement_value,
};
