/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence.c - the evidence of a kernel and a penalty, from one Cholesky factor */
#include "fit/evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "linalg/product.h"

static int64_t round_up(int64_t columns)
{
    return (columns + EVK_PANEL - 1) / EVK_PANEL * EVK_PANEL;
}

static int64_t largest(const struct evk_evidence *e)
{
    int64_t most = 0;

    for (int64_t f = 0; f < e->folds; f++)
        if (e->start[f + 1] - e->start[f] > most)
            most = e->start[f + 1] - e->start[f];
    return most;
}

evk_status evk_evidence_room_init(struct evk_evidence_room *room, const struct evk_evidence *e,
                                  evk_error *err)
{
    const int64_t most = largest(e);
    evk_status status;

    *room = (struct evk_evidence_room){0};
    status = evk_system_init(&room->all, e->n, round_up(e->units) + e->n, err);
    if (!status)
        status = evk_system_init(&room->fold, most, e->units, err);
    if (!status)
        status = evk_alloc(&room->inverse, most * most, sizeof(double), "a fold", err);
    if (status)
        evk_evidence_room_release(room);
    return status;
}

void evk_evidence_room_release(struct evk_evidence_room *room)
{
    evk_system_release(&room->all);
    evk_system_release(&room->fold);
    free(room->inverse);
    room->inverse = NULL;
}

/*
 * The matrix m + top u u' + penalty; its right-hand sides are y and, from the next panel on, the
 * unit matrix.
 */
static void fill(const struct evk_evidence *e, const double *m, double top, double penalty,
                 struct evk_system *s)
{
    const int64_t first = round_up(e->units);

    evk_system_begin(s, e->n, first + e->n);
    for (int64_t i = 0; i < e->n; i++) {
        for (int64_t j = i; j < e->n; j++)
            *evk_system_a(s, i, j) = m[i * e->n + j] + top * e->u[i] * e->u[j];
        *evk_system_a(s, i, i) += penalty;
        for (int64_t u = 0; u < e->units; u++)
            *evk_system_b(s, i, u) = e->y[i * e->units + u];
        *evk_system_b(s, i, first + i) = 1;
        s->zeros[(first + i) / EVK_PANEL] = i / EVK_PANEL;
    }
}

/* Columns of the right-hand sides after elimination, from row `term` and column `column` on. */
struct part {
    const struct evk_system *s;
    int64_t term, column;
};

static void fill_part(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                      double *panel)
{
    const struct part *p = of;

    for (int64_t r = 0; r < terms; r++)
        for (int64_t s = 0; s < width; s++)
            panel[r * EVK_PANEL + s] =
                *evk_system_b(p->s, p->term + term + r, p->column + column + s);
}

static void clear(int64_t n, double *x)
{
    memset(x, 0, sizeof(*x) * (size_t)n);
}

/* With E = u'^-1, the inverse is E' E, and the inverse times y is E' (E y). */
static evk_status take_alpha(const struct evk_evidence *e, const struct evk_system *s,
                             double *alpha, evk_error *err)
{
    const struct part unit = {s, 0, round_up(e->units)}, y = {s, 0, 0};
    const struct evk_operand a = {fill_part, &unit, e->n}, b = {fill_part, &y, e->units};

    clear(e->n * e->units, alpha);
    return evk_add_product(1, e->n, &a, &b, alpha, err);
}

static evk_status invert_fold(const struct evk_evidence *e, const struct evk_system *s, int64_t f,
                              double *inverse, evk_error *err)
{
    const int64_t above = e->start[f] / EVK_PANEL * EVK_PANEL, n = e->start[f + 1] - e->start[f];
    const struct part columns = {s, above, round_up(e->units) + e->start[f]};
    const struct evk_operand a = {fill_part, &columns, n};

    clear(n * n, inverse);
    return evk_add_product(1, e->n - above, &a, &a, inverse, err);
}

/* by: what is to be taken from the inverse, times u u'. */
static void fill_fold(const struct evk_evidence *e, int64_t f, const double *inverse, double by,
                      const double *alpha, struct evk_system *s)
{
    const int64_t at = e->start[f], n = e->start[f + 1] - at;

    evk_system_begin(s, n, e->units);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = i; j < n; j++)
            *evk_system_a(s, i, j) = inverse[i * n + j] - by * e->u[at + i] * e->u[at + j];
        for (int64_t u = 0; u < e->units; u++)
            *evk_system_b(s, i, u) = alpha[(at + i) * e->units + u];
    }
}

/* The sum of squares counts only where there is one: a constant response has none. */
static double log_evidence(int64_t n, double square, double log_determinant)
{
    const double fit = n > 1 && square > 0 ? (double)(n - 1) * evk_log(square) : 0;

    return -0.5 * (fit + log_determinant);
}

/* square: (units) y' g y.  Rounding may leave less than nothing of it. */
static void weigh_fold(const struct evk_evidence *e, int64_t f, const double *square,
                       double log_determinant, const struct evk_system *s,
                       struct evk_posterior *out)
{
    const double all = log_determinant + evk_system_log_determinant(s);

    for (int64_t u = 0; u < e->units; u++) {
        double less = 0, rest;

        for (int64_t i = 0; i < s->n; i++) {
            const int64_t at = (e->start[f] + i) * e->units + u;

            out->missed[at] = *evk_system_b(s, i, u);
            less += out->alpha[at] * out->missed[at];
        }
        rest = square[u] - less > 1e-14 * square[u] ? square[u] - less : 1e-14 * square[u];
        out->log[(1 + f) * e->units + u] = log_evidence(e->n - s->n, rest, all);
    }
}

/* Of all images; returns the log determinant of the space orthogonal to u. */
static double weigh_all(const struct evk_evidence *e, const struct evk_system *s, double top,
                        double penalty, double *log)
{
    const double all = evk_system_log_determinant(s) - evk_log(top + penalty);

    for (int64_t u = 0; u < e->units; u++) {
        double square = 0;

        for (int64_t i = 0; i < e->n; i++)
            square += *evk_system_b(s, i, u) * *evk_system_b(s, i, u);
        log[u] = square;
    }
    return all;
}

/* What cannot be solved is improbable. */
static void give_up(int64_t n, double *log)
{
    for (int64_t i = 0; i < n; i++)
        log[i] = -INFINITY;
}

static evk_status weigh_folds(const struct evk_evidence *e, struct evk_evidence_room *room,
                              double by, double log_determinant, struct evk_posterior *out,
                              evk_error *err)
{
    for (int64_t f = 0; f < e->folds; f++) {
        const int64_t n = e->start[f + 1] - e->start[f];

        if (n == e->n)
            continue;
        EVK_TRY(invert_fold(e, &room->all, f, room->inverse, err));
        fill_fold(e, f, room->inverse, by, out->alpha, &room->fold);
        if (evk_system_solve(&room->fold))
            weigh_fold(e, f, out->log, log_determinant, &room->fold, out);
        else
            give_up(e->units, out->log + (1 + f) * e->units);
    }
    return EVK_OK;
}

evk_status evk_evidence_weigh(const struct evk_evidence *e, struct evk_evidence_room *room,
                              const double *m, double top, double penalty,
                              struct evk_posterior *out, evk_error *err)
{
    double log_determinant;

    clear(e->n * e->units, out->missed);
    clear((1 + e->folds) * e->units, out->log);
    fill(e, m, top, penalty, &room->all);
    if (!evk_system_eliminate(&room->all)) {
        clear(e->n * e->units, out->alpha);
        give_up((1 + e->folds) * e->units, out->log);
        return EVK_OK;
    }
    log_determinant = weigh_all(e, &room->all, top, penalty, out->log);
    EVK_TRY(take_alpha(e, &room->all, out->alpha, err));
    EVK_TRY(weigh_folds(e, room, 1 / (top + penalty), log_determinant, out, err));
    for (int64_t u = 0; u < e->units; u++)
        out->log[u] = log_evidence(e->n, out->log[u], log_determinant);
    return EVK_OK;
}
