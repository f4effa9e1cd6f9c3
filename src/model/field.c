/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.c - effective receptive fields: where the energy of an output's gradient lies */
#include <math.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "model/model.h"
#include "model/session.h"

enum { NOISE_IMAGES = 4 };

/* Moments of the distribution of energy over pixels, along rows (index 0) and columns (1): sums of
   the energy, of energy times position, and of energy times position squared. */
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

/* What measuring one neuron takes.  The session is for that neuron alone, and so runs on the
   part of the network that the neuron depends on. */
struct probe {
    struct evk_team *team; /* that makes the passes; NULL: one thread */
    evk_session *session;
    float *image, *gradient; /* (h, w, c) */
    float *weights;          /* (members) */
};

static void probe_release(struct probe *p)
{
    evk_session_free(p->session);
    evk_team_free(p->team);
    free(p->image);
    free(p->gradient);
    free(p->weights);
}

static evk_status probe_init(struct probe *p, const evk_model *m, int64_t output, int threads,
                             evk_error *err)
{
    const int64_t n = evk_shape_count(evk_model_input(m));
    const int64_t members = evk_model_describe(m)->members;

    EVK_TRY(evk_team_new(&p->team, threads, err));
    EVK_TRY(evk_session_new_team(&p->session, m, output, p->team, err));
    EVK_TRY(evk_alloc_floats(&p->image, n, "an image", err));
    EVK_TRY(evk_alloc_floats(&p->gradient, n, "a gradient", err));
    EVK_TRY(evk_alloc_floats(&p->weights, members, "weights", err));
    for (int64_t i = 0; i < members; i++)
        p->weights[i] = 1 / (float)members;
    return EVK_OK;
}

static evk_receptive_field probe_measure(const struct probe *p, const struct evk_shape *in)
{
    const int64_t n = evk_shape_count(in);
    const struct evk_rng_key key = {{0, 0}, {0, 0}};
    struct moments sums = {0};

    for (int64_t image = 0; image < NOISE_IMAGES; image++) {
        float response;

        for (int64_t i = 0; i < n; i++)
            p->image[i] = 128 + 50 * evk_rng_uniform(&key, (uint64_t)(image * n + i));
        evk_session_predict(p->session, p->image, &response);
        evk_session_gradient(p->session, p->weights, p->gradient);
        add_energy(&sums, in, p->gradient);
    }
    return field_of(&sums);
}

struct fields {
    const evk_model *model;
    const int64_t *outputs;
    evk_receptive_field *fields;
    int threads;           /* that share a neuron */
    struct evk_lock *lock; /* guards status and error, those of the last neuron that failed */
    evk_status status;
    evk_error error;
};

static void measure_neuron(void *arg, int worker, int64_t i)
{
    struct fields *f = arg;
    struct probe p = {0};
    evk_error err = {EVK_OK, ""};
    const evk_status s = probe_init(&p, f->model, f->outputs[i], f->threads, &err);

    (void)worker;
    if (!s) {
        f->fields[i] = probe_measure(&p, evk_model_input(f->model));
    } else {
        evk_lock_take(f->lock);
        f->status = s;
        f->error = err;
        evk_lock_give(f->lock);
    }
    probe_release(&p);
}

evk_status evk_model_receptive_fields(const evk_model *m, const int64_t *outputs, size_t count,
                                      evk_receptive_field *fields, evk_error *err)
{
    EVK_ENTER();
    struct fields f = {m,    outputs, fields,      evk_team_share(0, (int64_t)count),
                       NULL, EVK_OK,  {EVK_OK, ""}};

    EVK_TRY(evk_lock_new(&f.lock, err));
    evk_parallel_for(evk_thread_count(0, (int64_t)count), (int64_t)count, measure_neuron, &f);
    evk_lock_free(f.lock);
    return f.status ? evk_fail(err, f.status, "%s", f.error.msg) : EVK_OK;
}
