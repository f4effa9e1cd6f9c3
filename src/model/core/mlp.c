/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mlp.c - the few dense layers that predict positions and shifts, each of them two numbers */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "model/core/build.h"

double evk_core_elu(double x)
{
    return x > 0 ? x : evk_exp(x) - 1;
}

double evk_core_tanh(double x)
{
    return evk_tanh(x);
}

/* Takes one layer, which has as many outputs as its weight has rows. */
static evk_status take_layer(struct evk_core *c, const char *prefix, const char *layer,
                             int64_t inputs, struct evk_core_mlp *m)
{
    char weight[EVK_CORE_NAME], bias[EVK_CORE_NAME];
    const struct evk_tensor *w;

    snprintf(weight, sizeof(weight), "%sweight", layer);
    snprintf(bias, sizeof(bias), "%sbias", layer);
    EVK_TRY(evk_core_peek(c, prefix, weight, &w));
    EVK_TRY(
        evk_core_take(c, prefix, weight, 2, (int64_t[]){w->dim[0], inputs}, &m->weight[m->count]));
    EVK_TRY(evk_core_take_any(c, prefix, bias, 1, w->dim, &m->bias[m->count]));
    m->count++;
    m->widest = w->dim[0] > m->widest ? w->dim[0] : m->widest;
    return EVK_OK;
}

evk_status evk_core_mlp_take(struct evk_core *c, const char *prefix, const char *stem,
                             int64_t inputs, struct evk_core_mlp *out)
{
    char layer[EVK_CORE_NAME], weight[2 * EVK_CORE_NAME];
    const struct evk_tensor *last;

    snprintf(weight, sizeof(weight), "%sweight", stem);
    if (evk_core_has(c, prefix, weight)) {
        EVK_TRY(take_layer(c, prefix, stem, inputs, out));
    } else {
        for (int i = 0; i < EVK_CORE_LIST_MAX; i++) {
            snprintf(layer, sizeof(layer), "%s%d.", stem, 2 * i);
            snprintf(weight, sizeof(weight), "%sweight", layer);
            if (i > 0 && !evk_core_has(c, prefix, weight))
                break;
            EVK_TRY(take_layer(c, prefix, layer, i ? out->weight[i - 1]->dim[0] : inputs, out));
        }
    }
    last = out->weight[out->count - 1];
    if (last->dim[0] != 2)
        return evk_fail(c->err, EVK_EFORMAT, "%.120s.%s ends in %lld numbers, expected 2, x and y",
                        prefix, stem, (long long)last->dim[0]);
    return evk_alloc(&out->values, 2 * out->widest, sizeof(*out->values), "positions", c->err);
}

void evk_core_mlp_release(struct evk_core_mlp *m)
{
    free(m->values);
}

void evk_core_mlp_apply(const struct evk_core_mlp *m, const double *x, double y[2])
{
    for (int l = 0; l < m->count; l++) {
        const struct evk_tensor *w = m->weight[l];
        double *to = m->values + l % 2 * m->widest;
        const bool last = l == m->count - 1;

        for (int64_t o = 0; o < w->dim[0]; o++) {
            double sum = m->bias[l] ? (double)m->bias[l]->data[o] : 0;

            for (int64_t i = 0; i < w->dim[1]; i++)
                sum += (double)w->data[o * w->dim[1] + i] * x[i];
            to[o] = !last ? m->hidden(sum) : m->final_tanh ? evk_tanh(sum) : sum;
        }
        x = to;
    }
    memcpy(y, x, 2 * sizeof(*y));
}
