/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scrambled.c - the control that has a perturbation's amplitude spectrum and other phases */
#include <math.h>
#include <stdlib.h>

#include "attack/controls.h"
#include "attack/lattice.h"
#include "base/error.h"
#include "base/mem.h"
#include "image/fourier.h"

enum { ROUNDS = 100 }; /* most rounds of alternating projections */

struct scrambling {
    struct evk_search *search;
    struct evk_fourier transform;
    float *amplitude; /* (c, h, columns) */
    float *mean;      /* (c) the coefficient of frequency 0 */
    float most;       /* largest magnitude of a value: the bound of the linf ball, else 255 */
};

static void take_amplitudes(struct scrambling *state, const unsigned char *image)
{
    struct evk_search *s = state->search;
    const struct evk_fourier *f = &state->transform;

    for (int64_t i = 0; i < s->n; i++)
        s->v[i] = (float)(image[i] - s->base[i]);
    evk_fourier_forward(&state->transform, s->v);
    for (int64_t i = 0; i < f->n * f->c; i++) {
        const float re = f->spectrum[2 * i], im = f->spectrum[2 * i + 1];

        state->amplitude[i] = sqrtf(re * re + im * im);
    }
    for (int64_t j = 0; j < f->c; j++)
        state->mean[j] = f->spectrum[2 * j * f->n];
}

/* In place: the perturbation in the search's v keeps its phases and gets the amplitudes. */
static void impose_amplitudes(struct scrambling *state)
{
    struct evk_fourier *f = &state->transform;

    evk_fourier_forward(f, state->search->v);
    for (int64_t i = 0; i < f->n * f->c; i++) {
        float *z = f->spectrum + 2 * i;
        const float size = sqrtf(z[0] * z[0] + z[1] * z[1]);

        z[0] = size > 0 ? z[0] * (state->amplitude[i] / size) : state->amplitude[i];
        z[1] = size > 0 ? z[1] * (state->amplitude[i] / size) : 0;
    }
    for (int64_t j = 0; j < f->c; j++) {
        f->spectrum[2 * j * f->n] = state->mean[j];
        f->spectrum[2 * j * f->n + 1] = 0;
    }
    evk_fourier_inverse(f, 1, state->search->v);
}

struct range {
    float low, high;
};

/*
 * Returns the values that v[i] may take: only 0 outside of windows, and for a gray perturbation
 * those that every channel of the pixel may take.
 */
static struct range allowed_range(const struct scrambling *state, int64_t i)
{
    const struct evk_search *s = state->search;
    const int64_t c = s->gray ? s->frame.c : 1, first = i - i % c;
    const float most = !s->open || s->open[i] ? state->most : 0;
    struct range r = {-most, most};

    for (int64_t j = first; j < first + c; j++) {
        r.low = fmaxf(r.low, -s->from[j]);
        r.high = fminf(r.high, 255 - s->from[j]);
    }
    return r;
}

/* In place: v is cut to the allowed ranges.  Returns the share of its energy that is lost. */
static double cut_to_range(struct scrambling *state)
{
    struct evk_search *s = state->search;
    const double before = s->climb.k->sum_squares(s->n, s->v);
    double lost = 0;

    for (int64_t i = 0; i < s->n; i++) {
        const struct range r = allowed_range(state, i);
        const float was = s->v[i], in = was < r.low ? r.low : was > r.high ? r.high : was;

        lost += ((double)was - (double)in) * ((double)was - (double)in);
        s->v[i] = in;
    }
    return before > 0 ? lost / before : 0;
}

static evk_status scrambling_begin(struct scrambling *state, struct evk_search *s, evk_error *err)
{
    *state = (struct scrambling){.search = s};
    EVK_TRY(
        evk_fourier_init(&state->transform, s->climb.k, s->frame.h, s->frame.w, s->frame.c, err));
    EVK_TRY(
        evk_alloc_floats(&state->amplitude, state->transform.n * s->frame.c, "a spectrum", err));
    return evk_alloc_floats(&state->mean, s->frame.c, "a spectrum", err);
}

/*
 * v = white noise, whose phases are used; for a gray perturbation the same noise in all channels.
 */
static void take_phases(struct evk_search *s, const struct evk_rng_key *key)
{
    const int64_t c = s->frame.c;

    evk_search_white_noise(s, key);
    for (int64_t i = 0; s->gray && i < s->n; i++)
        s->v[i] = s->v[i - i % c];
}

static void scramble(struct scrambling *state, const struct evk_rng_key *key)
{
    take_phases(state->search, key);
    impose_amplitudes(state);
    for (int i = 0; i < ROUNDS && cut_to_range(state) > 1e-7; i++)
        impose_amplitudes(state);
    if (state->search->open)
        (void)cut_to_range(state);
}

evk_status evk_control_scrambled(struct evk_search *s, const unsigned char *image, int64_t number,
                                 unsigned char *out, evk_error *err)
{
    struct scrambling state;
    struct evk_rng_key key;
    evk_status status = evk_search_key(s, "evoke control phases", number, &key, err);

    if (status)
        return status;
    status = scrambling_begin(&state, s, err);
    if (!status) {
        const int64_t bound = evk_lattice_bound(s, image);

        state.most = s->ball.norm->per_value ? (float)bound : 255;
        take_amplitudes(&state, image);
        scramble(&state, &key);
        evk_lattice_scale(s, bound, s->v);
        evk_lattice_bytes(s, out);
    }
    evk_fourier_release(&state.transform);
    free(state.amplitude);
    free(state.mean);
    return status;
}
