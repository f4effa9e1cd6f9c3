/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hold.c - held responses: neurons whose responses stay as they are while another neuron's moves */
#include "attack/hold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/model.h"

static evk_status hold_allocate(struct evk_hold *h, const evk_model *model, evk_error *err)
{
    const int64_t count = (int64_t)h->count;

    EVK_TRY(evk_session_new(&h->session, model, err));
    EVK_TRY(evk_alloc(&h->tolerance, count, sizeof(*h->tolerance), "held responses", err));
    EVK_TRY(evk_alloc(&h->target, count, sizeof(*h->target), "held responses", err));
    EVK_TRY(evk_alloc(&h->moved, count, sizeof(*h->moved), "held responses", err));
    EVK_TRY(evk_alloc(&h->mix, count * count, sizeof(*h->mix), "held responses", err));
    EVK_TRY(evk_alloc_floats(&h->responses, model->outputs, "held responses", err));
    EVK_TRY(evk_alloc_floats(&h->weights, evk_model_weights(model), "held responses", err));
    return evk_alloc_floats(&h->basis, count * h->n, "gradients of held responses", err);
}

static evk_status check_neurons(const struct evk_hold *h, int64_t mover, evk_error *err)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->outputs[i] == mover)
            return evk_fail(err, EVK_EINVAL, "neuron %lld is both held and to be perturbed",
                            (long long)mover);
    if (h->count > EVK_HOLD_MAX)
        return evk_fail(err, EVK_EINVAL, "found %zu held neurons, expected at most %d", h->count,
                        EVK_HOLD_MAX);
    return EVK_OK;
}

evk_status evk_hold_open(struct evk_hold *out, const evk_model *model, const char *list,
                         double tolerance, const double *each, int64_t mover, evk_error *err)
{
    *out = (struct evk_hold){.n = evk_shape_count(evk_model_input(model)),
                             .k = evk_model_kernels(model)};
    if (!list || !list[0])
        return EVK_OK;
    EVK_TRY(evk_model_outputs(model, list, &out->outputs, &out->count, err));
    EVK_TRY(check_neurons(out, mover, err));
    if (isnan(tolerance) && !each)
        return evk_fail(err, EVK_EINVAL,
                        "found neurons to hold and no tolerance, expected one in the units of the "
                        "model");
    EVK_TRY(hold_allocate(out, model, err));
    for (size_t i = 0; i < out->count; i++)
        out->tolerance[i] = isnan(tolerance) ? each[i] : tolerance;
    return EVK_OK;
}

void evk_hold_close(struct evk_hold *h)
{
    evk_session_free(h->session);
    free(h->outputs);
    free(h->tolerance);
    free(h->target);
    free(h->moved);
    free(h->mix);
    free(h->responses);
    free(h->weights);
    free(h->basis);
    *h = (struct evk_hold){.count = 0};
}

void evk_hold_base(struct evk_hold *h, const float *base)
{
    if (h->count == 0)
        return;
    evk_session_predict(h->session, base, h->responses);
    for (size_t i = 0; i < h->count; i++)
        h->target[i] = (double)h->responses[h->outputs[i]];
}

bool evk_hold_check(struct evk_hold *h, const float *x, double *most)
{
    bool stay = true;

    *most = 0;
    if (h->count == 0)
        return true;
    evk_session_predict(h->session, x, h->responses);
    for (size_t i = 0; i < h->count; i++) {
        h->moved[i] = (double)h->responses[h->outputs[i]] - h->target[i];
        *most = fabs(h->moved[i]) > *most ? fabs(h->moved[i]) : *most;
        stay &= fabs(h->moved[i]) <= h->tolerance[i];
    }
    return stay;
}

/* row (n) = the gradient of held response i, 0 where values may not change. */
static void take_gradient(struct evk_hold *h, size_t i, const bool *open, float *row)
{
    const evk_model *m = evk_session_model(h->session);

    memset(h->weights, 0, (size_t)evk_model_weights(m) * sizeof(*h->weights));
    evk_model_mean_weights(m, h->outputs[i], 1, h->weights);
    evk_session_gradient(h->session, h->weights, row);
    for (int64_t v = 0; open && v < h->n; v++)
        row[v] = open[v] ? row[v] : 0;
}

/*
 * Modified Gram-Schmidt: each component is subtracted before the next one is measured, which is
 * stable in floats.
 */
void evk_hold_gradients(struct evk_hold *h, const bool *open)
{
    for (size_t i = 0; i < h->count; i++) {
        float *row = h->basis + (int64_t)i * h->n;
        double before, after;

        take_gradient(h, i, open, row);
        before = h->k->sum_squares(h->n, row);
        for (size_t j = 0; j < i; j++) {
            const float *other = h->basis + (int64_t)j * h->n;
            const float part = h->k->dot(h->n, row, other);

            h->mix[i * h->count + j] = (double)part;
            h->k->axpy(h->n, -part, other, row);
        }
        after = h->k->sum_squares(h->n, row);
        /*
         * If the gradient is a linear combination of the earlier ones, `row` is now rounding error
         * only, and becomes 0.
         */
        h->mix[i * h->count + i] = after > 1e-8 * before ? sqrt(after) : 0;
        h->k->scale(h->n, after > 1e-8 * before ? (float)(1 / sqrt(after)) : 0, row);
    }
}

void evk_hold_restrict(const struct evk_hold *h, float *g)
{
    for (size_t i = 0; i < h->count; i++) {
        const float *row = h->basis + (int64_t)i * h->n;

        h->k->axpy(h->n, -h->k->dot(h->n, g, row), row, g);
    }
}

/*
 * Solves mix part = -moved by forward substitution: part has the coordinates, along the basis, of
 * the step that brings the responses back.  Responses that moved by at most share times their
 * tolerance count as not moved.
 */
static void solve_correction(const struct evk_hold *h, double share, double part[EVK_HOLD_MAX])
{
    for (size_t i = 0; i < h->count; i++) {
        double want = fabs(h->moved[i]) > share * h->tolerance[i] ? -h->moved[i] : 0;

        for (size_t j = 0; j < i; j++)
            want -= h->mix[i * h->count + j] * part[j];
        part[i] = h->mix[i * h->count + i] > 0 ? want / h->mix[i * h->count + i] : 0;
    }
}

void evk_hold_correct(const struct evk_hold *h, float *d)
{
    double part[EVK_HOLD_MAX];

    solve_correction(h, 0.5, part);
    for (size_t i = 0; i < h->count; i++)
        h->k->axpy(h->n, (float)part[i], h->basis + (int64_t)i * h->n, d);
}

void evk_hold_forget(struct evk_hold *h)
{
    for (size_t i = 0; i < h->count; i++)
        h->moved[i] = 0;
}

/*
 * Returns by how much |part|^2, the squared distance that is still to go, falls when value i moves
 * by step (1 or -1).
 */
static double relief(const struct evk_hold *h, const double *part, int64_t i, double step)
{
    double fall = 0;

    for (size_t j = 0; j < h->count; j++) {
        const double b = (double)h->basis[(int64_t)j * h->n + i];

        fall += 2 * step * part[j] * b - b * b;
    }
    return fall;
}

void evk_hold_restore(const struct evk_hold *h, float *d)
{
    enum { MOVES = 256 };
    double part[EVK_HOLD_MAX];

    solve_correction(h, 0, part);
    for (int m = 0; m < MOVES; m++) {
        double most = 0, step;
        int64_t best = -1;

        for (int64_t i = 0; i < h->n; i++) {
            const double fall = d[i] == 0 ? 0 : relief(h, part, i, d[i] > 0 ? -1 : 1);

            if (fall > most) {
                most = fall;
                best = i;
            }
        }
        if (best < 0)
            return;
        step = d[best] > 0 ? -1 : 1;
        d[best] += (float)step;
        for (size_t j = 0; j < h->count; j++)
            part[j] -= step * (double)h->basis[(int64_t)j * h->n + best];
    }
}
