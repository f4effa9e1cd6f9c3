/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranking.c - choosing images by their scores, and by how much they differ */
#include "stimset/score/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

enum { PAIRS_MAX = EVK_MEMBERS_MAX * (EVK_MEMBERS_MAX - 1) / 2, CANDIDATES = 8 };

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

double evk_disagreement(int64_t members, int64_t all, const float *r, const int64_t *picked,
                        size_t count)
{
    double distances[PAIRS_MAX];
    size_t n = 0;

    for (int64_t i = 0; i < members; i++)
        for (int64_t j = i + 1; j < members; j++) {
            double sum = 0;

            for (size_t k = 0; k < count; k++) {
                const double d = (double)r[i * all + picked[k]] - (double)r[j * all + picked[k]];

                sum += d * d;
            }
            distances[n++] = sqrt(sum);
        }
    qsort(distances, n, sizeof(*distances), by_value);
    return (distances[(n - 1) / 2] + distances[n / 2]) / 2;
}

/* ---- the choice --------------------------------------------------------------------------- */

struct candidate {
    double score, nearest; /* nearest: squared distance to the nearest chosen image */
    int64_t image, rank;
    bool taken;
};

static int by_score(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->image < y->image ? -1 : x->image > y->image;
}

static int by_image(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->taken != y->taken)
        return x->taken ? -1 : 1;
    return x->image < y->image ? -1 : x->image > y->image;
}

static double distance(const float *a, const float *b, int64_t size)
{
    double sum = 0;

    for (int64_t k = 0; k < size; k++)
        sum += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    return sum;
}

/*
 * Take the best candidate, then each time the one farthest from all that are taken; of equal
 * distances the better one.  c: (n), best first.
 */
static void spread(struct candidate *c, int64_t n, const float *responses, int64_t size,
                   int64_t keep)
{
    int64_t last = 0;

    for (int64_t i = 0; i < n; i++)
        c[i].nearest = HUGE_VAL;
    for (int64_t taken = 0; taken < keep; taken++) {
        const float *from = responses + c[last].image * size;
        int64_t best = -1;

        c[last].taken = true;
        for (int64_t i = 0; i < n; i++) {
            if (c[i].taken)
                continue;
            c[i].nearest = fmin(c[i].nearest, distance(from, responses + c[i].image * size, size));
            if (best < 0 || c[i].nearest > c[best].nearest)
                best = i;
        }
        last = best;
    }
}

void evk_choice_release(struct evk_choice *c)
{
    free(c->list);
    *c = (struct evk_choice){NULL, 0};
}

/* List the first count candidates. */
static evk_status list_taken(struct evk_choice *out, const struct candidate *c, int64_t count,
                             evk_error *err)
{
    *out = (struct evk_choice){NULL, count};
    EVK_TRY(evk_alloc(&out->list, count, sizeof(*out->list), "images", err));
    for (int64_t i = 0; i < count; i++)
        out->list[i] = (struct evk_chosen){c[i].image, c[i].rank};
    return EVK_OK;
}

evk_status evk_choose(struct evk_choice *out, const double *scores, int64_t n,
                      const float *responses, int64_t size, int64_t keep, evk_error *err)
{
    struct candidate *c;
    int64_t known = 0;
    evk_status s;

    EVK_TRY(evk_alloc(&c, n, sizeof(*c), "scores of images", err));
    for (int64_t i = 0; i < n; i++)
        if (isfinite(scores[i]))
            c[known++] = (struct candidate){.score = scores[i], .image = i};
    if (known)
        qsort(c, (size_t)known, sizeof(*c), by_score);
    for (int64_t i = 0; i < known; i++)
        c[i].rank = i + 1;
    keep = keep < known ? keep : known;
    if (responses)
        spread(c, keep > known / CANDIDATES ? known : CANDIDATES * keep, responses, size, keep);
    for (int64_t i = 0; i < keep && !responses; i++)
        c[i].taken = true;
    if (known)
        qsort(c, (size_t)known, sizeof(*c), by_image);
    s = list_taken(out, c, keep, err);
    free(c);
    if (s)
        evk_choice_release(out);
    return s;
}
