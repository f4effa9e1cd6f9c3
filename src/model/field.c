/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.c - effective receptive fields: where the energy of an output's gradient lies */
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
    float *responses, *weights; /* (outputs), (members, outputs) */
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
    return evk_alloc_floats(&p->weights, evk_model_weights(m), "weights", err);
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

/* Noise image by noise image: the outputs share its forward pass. */
static void measure(struct moments *sums, struct probe *p, const evk_model *m,
                    const int64_t *outputs, size_t count)
{
    const int64_t n = evk_shape_count(evk_model_input(m));
    const struct evk_rng_key key = {{0, 0}, {0, 0}};

    for (int64_t image = 0; image < NOISE_IMAGES; image++) {
        for (int64_t i = 0; i < n; i++)
            p->image[i] = 128 + 50 * evk_rng_uniform(&key, (uint64_t)(image * n + i));
        evk_session_predict(p->session, p->image, p->responses);
        for (size_t o = 0; o < count; o++) {
            evk_model_mean_weights(m, outputs[o], 1, p->weights);
            evk_session_gradient(p->session, p->weights, p->gradient);
            evk_model_mean_weights(m, outputs[o], 0, p->weights);
            add_energy(&sums[o], evk_model_input(m), p->gradient);
        }
    }
}

static evk_receptive_field field_of(const struct moments *s)
{
    double centre[2], sd[2];

    if (!(s->energy > 0))
        return (evk_receptive_field){(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    for (int a = 0; a < 2; a++) {
        centre[a] = s->first[a] / s->energy;
        sd[a] = sqrt(fmax(s->second[a] / s->energy - centre[a] * centre[a], 0));
    }
    return (evk_receptive_field){centre[0], centre[1], 4 * sd[0], 4 * sd[1]};
}

evk_status evk_model_receptive_fields(const evk_model *m, const int64_t *outputs, size_t count,
                                      evk_receptive_field *fields, evk_error *err)
{
    struct moments *sums = NULL;
    struct probe p = {0};
    evk_status s = probe_init(&p, m, err);

    if (!s)
        s = evk_alloc(&sums, (int64_t)count, sizeof(*sums), "receptive fields", err);
    if (!s)
        measure(sums, &p, m, outputs, count);
    for (size_t o = 0; o < count && !s; o++)
        fields[o] = field_of(&sums[o]);
    probe_release(&p);
    free(sums);
    return s;
}
