/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.c - the effective receptive field of an output: where its gradient's energy lies */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/model.h"

enum { NOISE_IMAGES = 4 };

/* Buffers of one measurement. */
struct probe {
    evk_session *session;
    float *image, *gradient;    /* (h, w, c) */
    float *responses, *weights; /* (outputs) */
};

static void probe_release(struct probe *p)
{
    evk_session_free(p->session);
    free(p->image);
    free(p->gradient);
    free(p->responses);
    free(p->weights);
}

static evk_status probe_init(struct probe *p, const evk_model *m, evk_error *err)
{
    const int64_t n = evk_shape_count(evk_model_input(m));

    EVK_TRY(evk_session_new(&p->session, m, err));
    EVK_TRY(evk_alloc_floats(&p->image, n, "an image", err));
    EVK_TRY(evk_alloc_floats(&p->gradient, n, "a gradient", err));
    EVK_TRY(evk_alloc_floats(&p->responses, m->outputs, "responses", err));
    return evk_alloc_floats(&p->weights, m->outputs, "weights", err);
}

/* Sums of energy, and of energy times place and place squared, along rows (0) and columns (1). */
struct moments {
    double energy, first[2], second[2];
};

static void add_energy(struct moments *s, const struct evk_shape *in, const float *gradient)
{
    for (int64_t y = 0; y < in->h; y++)
        for (int64_t x = 0; x < in->w; x++) {
            const double place[2] = {(double)y, (double)x};
            double e = 0;

            for (int64_t c = 0; c < in->c; c++) {
                const double g = (double)gradient[(y * in->w + x) * in->c + c];

                e += g * g;
            }
            s->energy += e;
            for (int a = 0; a < 2; a++) {
                s->first[a] += e * place[a];
                s->second[a] += e * place[a] * place[a];
            }
        }
}

static void measure(struct moments *s, struct probe *p, const evk_model *m, int64_t output)
{
    const int64_t n = evk_shape_count(evk_model_input(m));
    const struct evk_rng_key key = {{0, 0}, {0, 0}};

    p->weights[output] = 1;
    for (int64_t image = 0; image < NOISE_IMAGES; image++) {
        for (int64_t i = 0; i < n; i++)
            p->image[i] = 128 + 50 * evk_rng_uniform(&key, (uint64_t)(image * n + i));
        evk_session_predict(p->session, p->image, p->responses);
        evk_session_gradient(p->session, p->weights, p->gradient);
        add_energy(s, evk_model_input(m), p->gradient);
    }
}

evk_status evk_model_receptive_field(const evk_model *m, int64_t output, evk_receptive_field *out,
                                     evk_error *err)
{
    struct probe p = {0};
    struct moments sum = {0};
    double centre[2], sd[2];
    evk_status s = probe_init(&p, m, err);

    if (!s)
        measure(&sum, &p, m, output);
    probe_release(&p);
    if (s)
        return s;
    if (!(sum.energy > 0))
        return evk_fail(err, EVK_EDEAD, "%s: output %lld has no gradient at noise images", m->path,
                        (long long)output);
    for (int a = 0; a < 2; a++) {
        centre[a] = sum.first[a] / sum.energy;
        sd[a] = sqrt(fmax(sum.second[a] / sum.energy - centre[a] * centre[a], 0));
    }
    *out = (evk_receptive_field){centre[0], centre[1], 4 * sd[0], 4 * sd[1]};
    return EVK_OK;
}
