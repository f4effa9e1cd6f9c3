/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scrambled.c - the perturbation's amplitude spectrum with other phases */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attack/controls.h"
#include "attack/lattice.h"
#include "base/error.h"
#include "base/mem.h"
#include "image/fourier.h"

enum { ROUNDS = 100 };

struct scrambling {
    struct evk_pursuit *p;
    struct evk_fourier transform;
    float *amplitude; /* (c, h, columns) */
    float *mean;      /* (c) the coefficient of frequency 0 */
    float most;       /* of a magnitude: that of the linf ball, else any */
};

static void take_amplitudes(struct scrambling *s, const unsigned char *image)
{
    struct evk_pursuit *p = s->p;
    const struct evk_fourier *f = &s->transform;

    for (int64_t i = 0; i < p->n; i++)
        p->v[i] = (float)(image[i] - p->base[i]);
    evk_fourier_forward(&s->transform, p->v);
    for (int64_t i = 0; i < f->n * f->c; i++) {
        const float re = f->spectrum[2 * i], im = f->spectrum[2 * i + 1];

        s->amplitude[i] = sqrtf(re * re + im * im);
    }
    for (int64_t j = 0; j < f->c; j++)
        s->mean[j] = f->spectrum[2 * j * f->n];
}

/* p->v: its phases, and those amplitudes. */
static void impose(struct scrambling *s)
{
    struct evk_fourier *f = &s->transform;

    evk_fourier_forward(f, s->p->v);
    for (int64_t i = 0; i < f->n * f->c; i++) {
        float *z = f->spectrum + 2 * i;
        const float size = sqrtf(z[0] * z[0] + z[1] * z[1]);

        z[0] = size > 0 ? z[0] * (s->amplitude[i] / size) : s->amplitude[i];
        z[1] = size > 0 ? z[1] * (s->amplitude[i] / size) : 0;
    }
    for (int64_t j = 0; j < f->c; j++) {
        f->spectrum[2 * j * f->n] = s->mean[j];
        f->spectrum[2 * j * f->n + 1] = 0;
    }
    evk_fourier_inverse(f, 1, s->p->v);
}

struct range {
    float low, high;
};

/* Where value i may go: nowhere outside of windows; a gray one where all channels of its pixel may. */
static struct range room(const struct scrambling *s, int64_t i)
{
    const struct evk_pursuit *p = s->p;
    const int64_t c = p->gray ? p->frame.c : 1, first = i - i % c;
    const float most = !p->open || p->open[i] ? s->most : 0;
    struct range r = {-most, most};

    for (int64_t j = first; j < first + c; j++) {
        r.low = fmaxf(r.low, -p->from[j]);
        r.high = fminf(r.high, 255 - p->from[j]);
    }
    return r;
}

/* p->v cut where it may not be: the share of its energy that is lost. */
static double cut(struct scrambling *s)
{
    struct evk_pursuit *p = s->p;
    const double before = p->climb.k->sum_squares(p->n, p->v);
    double lost = 0;

    for (int64_t i = 0; i < p->n; i++) {
        const struct range r = room(s, i);
        const float was = p->v[i], in = was < r.low ? r.low : was > r.high ? r.high : was;

        lost += ((double)was - (double)in) * ((double)was - (double)in);
        p->v[i] = in;
    }
    return before > 0 ? lost / before : 0;
}

static evk_status begin(struct scrambling *s, struct evk_pursuit *p, evk_error *err)
{
    *s = (struct scrambling){.p = p};
    EVK_TRY(evk_fourier_init(&s->transform, p->climb.k, p->frame.h, p->frame.w, p->frame.c, err));
    EVK_TRY(evk_alloc_floats(&s->amplitude, s->transform.n * p->frame.c, "a spectrum", err));
    return evk_alloc_floats(&s->mean, p->frame.c, "a spectrum", err);
}

/* A gray perturbation has the same phases in all channels, as it has the same amplitudes. */
static void take_phases(struct evk_pursuit *p, const struct evk_rng_key *key)
{
    const int64_t c = p->frame.c;

    evk_pursuit_white(p, key);
    for (int64_t i = 0; p->gray && i < p->n; i++)
        p->v[i] = p->v[i - i % c];
}

static void scramble(struct scrambling *s, const struct evk_rng_key *key)
{
    take_phases(s->p, key);
    impose(s);
    for (int i = 0; i < ROUNDS && cut(s) > 1e-7; i++)
        impose(s);
    if (s->p->open)
        (void)cut(s);
}

evk_status evk_control_scrambled(struct evk_pursuit *p, const unsigned char *image, int64_t number,
                                 unsigned char *out, evk_error *err)
{
    struct scrambling s;
    struct evk_rng_key key;
    evk_status status = evk_pursuit_key(p, "evoke control phases", number, &key, err);

    if (status)
        return status;
    status = begin(&s, p, err);
    if (!status) {
        const int64_t bound = evk_lattice_bound(p, image);

        s.most = strcmp(p->ball.norm->name, "linf") == 0 ? (float)bound : 255;
        take_amplitudes(&s, image);
        scramble(&s, &key);
        evk_lattice_scale(p, bound, p->v);
        evk_lattice_bytes(p, out);
    }
    evk_fourier_release(&s.transform);
    free(s.amplitude);
    free(s.mean);
    return status;
}
