/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cross.c - cross-validation of ridge regression without a second fit */
#include "fit/cross.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "linalg/cholesky.h"

/* The systems of all threads together take at most about this much memory. */
static const double room_bytes = 256e6;

/* Sorts images by fold, in their order within a fold; start: (folds + 1) zeros at first. */
static void sort(struct evk_cross *c, const int64_t *fold)
{
    for (int64_t i = 0; i < c->n; i++) {
        c->start[fold[i] + 1]++;
        c->fold_weight[fold[i]] += c->weight[i];
        c->all_weight += c->weight[i];
    }
    for (int64_t f = 1; f <= c->folds; f++)
        c->start[f] += c->start[f - 1];
    for (int64_t i = 0; i < c->n; i++)
        c->order[c->start[fold[i]]++] = i;
    for (int64_t f = c->folds; f > 0; f--) /* each has become the end of its fold */
        c->start[f] = c->start[f - 1];
    c->start[0] = 0;
}

static int64_t largest_pair(const struct evk_cross *c)
{
    int64_t most = 0, second = 0;

    for (int64_t f = 0; f < c->folds; f++) {
        const int64_t n = c->start[f + 1] - c->start[f];

        if (n > most) {
            second = most;
            most = n;
        } else if (n > second) {
            second = n;
        }
    }
    return most + second;
}

static evk_status make_systems(struct evk_cross *c, int threads, evk_error *err)
{
    const int64_t n = largest_pair(c);
    const double each = 8 * (double)n * (double)(n + c->units);
    const int fit = each * 256 < room_bytes ? 256 : (int)(room_bytes / each);
    const int wanted = evk_thread_count(threads, c->folds * c->folds);

    c->workers = fit < 1 ? 1 : fit < wanted ? fit : wanted;
    EVK_TRY(evk_alloc(&c->systems, c->workers, sizeof(*c->systems), "a cross-validation", err));
    for (int w = 0; w < c->workers; w++)
        EVK_TRY(evk_system_init(&c->systems[w], n, c->units, err));
    return EVK_OK;
}

static evk_status allocate(struct evk_cross *c, evk_error *err)
{
    static const char what[] = "a cross-validation";
    const int64_t n = c->n, units = c->units, folds = c->folds;

    EVK_TRY(evk_alloc(&c->order, n, sizeof(*c->order), what, err));
    EVK_TRY(evk_alloc(&c->start, folds + 1, sizeof(*c->start), what, err));
    EVK_TRY(evk_alloc(&c->fold_weight, folds, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&c->gy, n * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&c->missed, n * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&c->error, folds * folds * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&c->inner, folds * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&c->total, units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&c->held, n * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&c->alpha, n * units, sizeof(double), what, err));
    EVK_TRY(evk_alloc(&c->best, units, sizeof(*c->best), what, err));
    return evk_alloc(&c->inner_best, folds * units, sizeof(*c->inner_best), what, err);
}

evk_status evk_cross_init(struct evk_cross *c, int64_t n, int64_t units, int64_t folds,
                          const int64_t *fold, const double *weight, int threads, evk_error *err)
{
    evk_status status;

    *c = (struct evk_cross){.n = n, .units = units, .folds = folds, .weight = weight};
    status = allocate(c, err);
    if (!status) {
        sort(c, fold);
        for (int64_t e = 0; e < folds * units; e++)
            c->inner[e] = INFINITY;
        for (int64_t u = 0; u < units; u++)
            c->total[u] = INFINITY;
        status = make_systems(c, threads, err);
    }
    if (status)
        evk_cross_release(c);
    return status;
}

void evk_cross_release(struct evk_cross *c)
{
    for (int w = 0; c->systems && w < c->workers; w++)
        evk_system_release(&c->systems[w]);
    free(c->systems);
    free(c->order);
    free(c->start);
    free(c->fold_weight);
    free(c->gy);
    free(c->missed);
    free(c->error);
    free(c->inner);
    free(c->total);
    free(c->held);
    free(c->alpha);
    free(c->best);
    free(c->inner_best);
    *c = (struct evk_cross){0};
}

struct offer {
    struct evk_cross *c;
    const struct evk_dual *d;
};

/* Image i of the folds f and g, or of fold f alone where they are the same. */
static int64_t image(const struct evk_cross *c, int64_t f, int64_t g, int64_t i)
{
    const int64_t first = c->start[f + 1] - c->start[f];

    return c->order[i < first ? c->start[f] + i : c->start[g] + i - first];
}

static void fill(const struct offer *o, int64_t f, int64_t g, int64_t n, struct evk_system *s)
{
    const struct evk_cross *c = o->c;

    evk_system_begin(s, n, c->units);
    for (int64_t i = 0; i < n; i++) {
        const int64_t at = image(c, f, g, i);

        for (int64_t j = i; j < n; j++)
            *evk_system_a(s, i, j) = o->d->g[at * c->n + image(c, f, g, j)];
        for (int64_t u = 0; u < c->units; u++)
            *evk_system_b(s, i, u) = c->gy[at * c->units + u];
    }
}

/* Sums the squares of rows from `first` to `end` of the solution. */
static void add_squares(const struct evk_system *s, int64_t first, int64_t end, double *error)
{
    for (int64_t u = 0; u < s->columns; u++)
        error[u] = 0;
    for (int64_t i = first; i < end; i++)
        for (int64_t u = 0; u < s->columns; u++)
            error[u] += *evk_system_b(s, i, u) * *evk_system_b(s, i, u);
}

static void keep(const struct evk_cross *c, int64_t f, const struct evk_system *s)
{
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t u = 0; u < s->columns; u++)
            c->missed[c->order[c->start[f] + i] * c->units + u] = *evk_system_b(s, i, u);
}

/* Without the images of the folds f and g no weight may be left, and then there is no fit. */
static bool has_fit(const struct evk_cross *c, int64_t f, int64_t g)
{
    const double out = c->fold_weight[f] + (f == g ? 0 : c->fold_weight[g]);

    return c->all_weight - out > 1e-9 * c->all_weight;
}

bool evk_cross_predicts(const struct evk_cross *c, int64_t f)
{
    return has_fit(c, f, f);
}

/* Where rounding leaves no solution, the candidate is never the best. */
static void fail(const struct evk_system *s)
{
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t u = 0; u < s->columns; u++)
            *evk_system_b(s, i, u) = INFINITY;
}

static void leave_out_job(void *arg, int worker, int64_t job)
{
    const struct offer *o = arg;
    struct evk_cross *c = o->c;
    struct evk_system *s = &c->systems[worker];
    const int64_t f = job / c->folds, g = job % c->folds;
    const int64_t nf = c->start[f + 1] - c->start[f], ng = c->start[g + 1] - c->start[g];
    const int64_t n = f == g ? nf : nf + ng;

    if (f > g || !has_fit(c, f, g))
        return; /* the errors stay 0 */
    fill(o, f, g, n, s);
    if (!evk_system_solve(s))
        fail(s);
    if (f == g)
        keep(c, f, s);
    else {
        add_squares(s, 0, nf, c->error + (g * c->folds + f) * c->units);
        add_squares(s, nf, n, c->error + (f * c->folds + g) * c->units);
    }
}

/* Unit u: the sum over images of `missed` squared, in the images' order. */
static double total_of(const struct evk_cross *c, int64_t u)
{
    double sum = 0;

    for (int64_t i = 0; i < c->n; i++)
        sum += c->missed[i * c->units + u] * c->missed[i * c->units + u];
    return sum;
}

static void choose(struct evk_cross *c, int64_t u, int64_t candidate)
{
    const double total = total_of(c, u);

    if (!(total <= c->total[u]))
        return;
    c->total[u] = total;
    c->best[u] = candidate;
    for (int64_t i = 0; i < c->n; i++)
        c->alpha[i * c->units + u] = c->gy[i * c->units + u];
}

/* Does fold f do better without itself, in the folds other than it? */
static void choose_inner(struct evk_cross *c, int64_t f, int64_t u, int64_t candidate)
{
    double sum = 0;

    for (int64_t g = 0; g < c->folds; g++)
        sum += c->error[(f * c->folds + g) * c->units + u];
    if (!(sum <= c->inner[f * c->units + u]))
        return;
    c->inner[f * c->units + u] = sum;
    c->inner_best[f * c->units + u] = candidate;
    for (int64_t i = c->start[f]; i < c->start[f + 1]; i++)
        c->held[c->order[i] * c->units + u] = c->missed[c->order[i] * c->units + u];
}

static void clear(int64_t n, double *x)
{
    memset(x, 0, sizeof(*x) * (size_t)n);
}

evk_status evk_cross_offer(struct evk_cross *c, const struct evk_dual *d, const double *y,
                           int64_t candidate, evk_error *err)
{
    struct offer o = {c, d};

    clear(c->n * c->units, c->gy);
    clear(c->n * c->units, c->missed);
    clear(c->folds * c->folds * c->units, c->error);
    EVK_TRY(evk_dual_apply(d, c->units, y, c->gy, err));
    evk_parallel_for(c->workers, c->folds * c->folds, leave_out_job, &o);
    for (int64_t u = 0; u < c->units; u++) {
        choose(c, u, candidate);
        for (int64_t f = 0; f < c->folds; f++)
            choose_inner(c, f, u, candidate);
    }
    return EVK_OK;
}
