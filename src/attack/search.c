/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.c - the state of a search: memory, network, priors, and the steps that methods share */
#include "attack/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "model/model.h"
#include "model/session.h"

/* ---- opening ---------------------------------------------------------------------------- */

static evk_status search_allocate(struct evk_search *s, evk_error *err)
{
    static const char what[] = "a perturbation";
    float **floats[] = {&s->from, &s->x,   &s->g,        &s->v,        &s->best_x,  &s->best_g,
                        &s->d,    &s->top, &s->spare[0], &s->spare[1], &s->spare[2]};

    for (size_t i = 0; i < sizeof(floats) / sizeof(floats[0]); i++)
        EVK_TRY(evk_alloc_floats(floats[i], s->n, what, err));
    EVK_TRY(evk_alloc(&s->base, s->n, 1, what, err));
    EVK_TRY(evk_alloc(&s->y, s->n, 1, what, err));
    return evk_alloc_floats(&s->climb.slopes, s->climb.members, what, err);
}

/*
 * Only priors that limit where, in which frequencies or in which colours a gradient is can be used.
 */
static evk_status check_priors(struct evk_search *s, evk_error *err)
{
    static const char *const known[] = {"mask",    "aperture",      "band",
                                        "fourier", "gradient-blur", "grayscale"};

    for (size_t i = 0; i < s->priors.count; i++) {
        const char *name = s->priors.prior[i].type->name;
        bool ok = false;

        for (size_t j = 0; j < sizeof(known) / sizeof(known[0]); j++)
            ok |= strcmp(name, known[j]) == 0;
        if (!ok)
            return evk_fail(err, EVK_EINVAL,
                            "found prior %s of a perturbation, expected mask, aperture, band, "
                            "fourier, gradient-blur or grayscale",
                            name);
        s->gray |= strcmp(name, "grayscale") == 0;
        s->banded |= strcmp(name, "band") == 0;
    }
    return EVK_OK;
}

/* In place: every channel of a pixel becomes the mean over channels. */
static void make_gray(const struct evk_search *s, float *g)
{
    const int64_t c = s->frame.c;

    for (int64_t i = 0; i < s->n; i += c) {
        float sum = 0;

        for (int64_t j = 0; j < c; j++)
            sum += g[i + j];
        for (int64_t j = 0; j < c; j++)
            g[i + j] = sum / (float)c;
    }
}

/* In place: the priors' filters on a gradient, which also becomes 0 where values may not change. */
static void search_filter(struct evk_search *s, float *g)
{
    if (s->gray)
        make_gray(s, g);
    for (size_t i = 0; i < s->priors.count; i++) {
        const struct evk_prior *prior = &s->priors.prior[i];

        if (prior->acts && prior->type->filter)
            prior->type->filter(prior->self, &s->frame, g);
    }
    for (int64_t i = 0; s->open && i < s->n; i++)
        g[i] = s->open[i] ? g[i] : 0;
}

/* s->open = which values the windows of priors show at all. */
static evk_status find_open(struct evk_search *s, evk_error *err)
{
    struct evk_image_window window;
    evk_status status;

    if (!evk_priors_have_window(&s->priors))
        return EVK_OK;
    EVK_TRY(evk_alloc(&s->open, s->n, sizeof(*s->open), "a perturbation", err));
    status = evk_image_window_init(&window, s->n / s->frame.c, s->frame.c, err);
    if (!status) {
        evk_priors_window(&s->priors, &s->frame, &window);
        for (int64_t i = 0; i < s->n; i++)
            s->open[i] = window.weight[i] > 0;
    }
    evk_image_window_release(&window);
    return status;
}

static evk_status open_priors(struct evk_search *s, evk_error *err)
{
    const struct evk_clock now = {.step = 0, .steps = 1};

    EVK_TRY(evk_priors_open(&s->priors, &s->attack->priors, &s->frame, err));
    EVK_TRY(check_priors(s, err));
    if (s->gray && (s->hold.count > 0 || s->method->on_bytes))
        return evk_fail(err, EVK_EINVAL, "the prior grayscale cannot be combined with %s%s",
                        s->hold.count > 0 ? "" : "the method ",
                        s->hold.count > 0 ? "held responses" : s->method->name);
    evk_priors_at(&s->priors, &s->frame, &now);
    return find_open(s, err);
}

static evk_status fit_model(struct evk_search *s, const evk_model *m, const double *tolerances,
                            evk_error *err)
{
    struct evk_attack_choices choices;

    EVK_TRY(evk_attack_resolve(&choices, s->attack, err));
    s->climb.objective = choices.objective;
    s->method = choices.method;
    s->ball.norm = choices.norm;
    EVK_TRY(evk_objective_check(&s->climb.objective, s->climb.members, err));
    s->steps = s->attack->steps;
    if (!s->method->on_bytes)
        s->steps -= s->attack->refine < s->steps ? s->attack->refine : s->steps - 1;
    EVK_TRY(evk_blur_init(&s->blur, s->attack->disc_sigma, err));
    EVK_TRY(evk_hold_open(&s->hold, m, s->attack->hold, s->attack->tolerance, tolerances,
                          evk_session_output(s->climb.session), err));
    return EVK_OK;
}

evk_status evk_search_open(struct evk_search *out, evk_session *session, const evk_attack *attack,
                           const double *tolerances, evk_error *err)
{
    const evk_model *m = evk_session_model(session);
    const struct evk_shape *in = evk_model_input(m);
    const struct evk_kernels *k = evk_model_kernels(m);

    *out = (struct evk_search){
        .attack = attack,
        .budget = attack->budget,
        .climb = {.session = session,
                  .k = k,
                  .h = in->h,
                  .w = in->w,
                  .c = in->c,
                  .members = evk_model_describe(m)->members,
                  /* a target is a response, so that it is compared with responses */
                  .before_softmax = evk_model_ends_in_softmax(m) && isnan(attack->target),
                  .sign = 1},
        .frame = {in->h, in->w, in->c, k, 57, 110, 0.5, attack->pixels_per_degree},
        .n = in->h * in->w * in->c,
    };
    if (evk_session_output(session) < 0)
        return evk_fail(err, EVK_EINVAL, "%s: expected a session for one output", m->path);
    EVK_TRY(fit_model(out, m, tolerances, err));
    EVK_TRY(search_allocate(out, err));
    out->ball.k = k;
    out->ball.n = out->n;
    out->ball.base = out->from;
    return open_priors(out, err);
}

void evk_search_close(struct evk_search *s)
{
    float *floats[] = {s->from, s->x,   s->g,        s->v,        s->best_x,   s->best_g,
                       s->d,    s->top, s->spare[0], s->spare[1], s->spare[2], s->climb.slopes};

    for (size_t i = 0; i < sizeof(floats) / sizeof(floats[0]); i++)
        free(floats[i]);
    free(s->base);
    free(s->y);
    free(s->open);
    evk_priors_close(&s->priors);
    evk_hold_close(&s->hold);
    evk_blur_release(&s->blur);
}

void evk_search_base(struct evk_search *s, const unsigned char *base)
{
    memcpy(s->base, base, (size_t)s->n);
    for (int64_t i = 0; i < s->n; i++)
        s->from[i] = (float)base[i];
    s->forward = s->backward = s->step = s->discs = 0;
    evk_hold_base(&s->hold, s->from);
}

void evk_search_aim(struct evk_search *s, double budget, float sign)
{
    s->ball.budget = budget;
    s->bound = s->ball.norm->bound(budget, s->n);
    s->climb.sign = sign;
}

evk_status evk_search_key(const struct evk_search *s, const char *purpose, int64_t start,
                          struct evk_rng_key *out, evk_error *err)
{
    enum { PURPOSE = 32 };
    const evk_model *m = evk_session_model(s->climb.session);
    const int64_t numbers[] = {s->attack->seed, evk_session_output(s->climb.session), start};
    unsigned char name[PURPOSE + 2 * EVK_SHA256_BYTES + sizeof(numbers)] = {0};
    unsigned char hash[EVK_SHA256_BYTES], *at = name + PURPOSE;

    snprintf((char *)name, PURPOSE, "%s", purpose);
    memcpy(at, m->digest, EVK_SHA256_BYTES);
    at += EVK_SHA256_BYTES;
    EVK_TRY(evk_sha256(s->base, (size_t)s->n, at, err));
    at += EVK_SHA256_BYTES;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        for (int b = 0; b < 8; b++)
            *at++ = (unsigned char)((uint64_t)numbers[i] >> (8 * b));
    EVK_TRY(evk_sha256(name, sizeof(name), hash, err));
    *out = evk_rng_key(hash);
    return EVK_OK;
}

/* ---- value, gradient and step ----------------------------------------------------------- */

evk_status evk_search_evaluate(struct evk_search *s, bool counts, double *value, evk_error *err)
{
    const double objective = evk_climb_value(&s->climb, s->x);
    double moved;

    s->held = evk_hold_check(&s->hold, s->x, &moved);
    s->forward++;
    *value = (double)s->climb.sign * objective;
    if (!isfinite(objective))
        return evk_fail(err, EVK_EFORMAT, "the response is not finite");
    if (counts && s->held && (!s->found || *value > s->best)) {
        s->best = *value;
        s->found = true;
        memcpy(s->best_x, s->x, (size_t)s->n * sizeof(*s->x));
    }
    return evk_climb_report(&s->climb,
                            &(evk_step){.step = s->step++,
                                        .response = (float)objective,
                                        .image = s->x,
                                        .gradient_norm = (double)NAN,
                                        .step_rms = (double)NAN},
                            err);
}

/*
 * In place: g times the power of two that brings its largest magnitude to 1 or above and below 2.
 * So filters see gradients of one size whatever the unit of the response, no square leaves the
 * range of a float, and no bit is lost.
 */
static void search_normalise(const struct evk_search *s, float *g)
{
    enum { MOST = 126 }; /* largest power of two for which ldexpf(1, power) is safely finite */
    double sums[3];
    int power;

    s->climb.k->magnitudes(s->n, g, sums);
    if (!(sums[0] > 0) || !isfinite(sums[0]))
        return;
    (void)frexp(sums[0], &power);
    power = 1 - power < MOST ? 1 - power : MOST;
    s->climb.k->scale(s->n, ldexpf(1, power), g);
}

evk_status evk_search_gradient(struct evk_search *s, double *size, evk_error *err)
{
    evk_climb_gradient(&s->climb, s->g);
    search_normalise(s, s->g);
    s->backward++;
    search_filter(s, s->g);
    if (s->hold.count > 0) {
        evk_hold_gradients(&s->hold, s->open);
        evk_hold_restrict(&s->hold, s->g);
    }
    *size = s->climb.k->sum_squares(s->n, s->g);
    if (!isfinite(*size))
        return evk_fail(err, EVK_EFORMAT, "the gradient is not finite");
    return EVK_OK;
}

/*
 * s->x for a perturbation that is limited to a band: the filtered v is made smaller as a whole
 * until it is in the ball, since cutting single values would add frequencies outside the band.  The
 * cut at the box 0..255, and later the rounding, still add some.
 */
static void project_band(struct evk_search *s, const struct evk_ball *ball)
{
    double length;

    search_filter(s, s->v);
    length = ball->norm->length(ball, s->v);
    s->climb.k->apply_scaled(s->n, length > ball->budget ? (float)(ball->budget / length) : 1,
                             s->from, s->v, s->x);
}

void evk_search_equal_channels(const struct evk_search *s, float *d)
{
    const int64_t c = s->frame.c;

    for (int64_t i = 0; s->gray && i < s->n; i += c) {
        float least = d[i];

        for (int64_t j = 1; j < c; j++)
            least = fabsf(d[i + j]) < fabsf(least) ? d[i + j] : least;
        for (int64_t j = 0; j < c; j++)
            d[i + j] = least;
    }
}

/*
 * Makes the perturbation s->x - base gray again: the box cuts the channels of a pixel at different
 * perturbations, and the smallest becomes that of all of them.
 */
static void project_gray(struct evk_search *s)
{
    s->climb.k->nudge(s->n, 0, s->from, s->from, s->x, s->v);
    evk_search_equal_channels(s, s->v);
    s->climb.k->apply_scaled(s->n, 1, s->from, s->v, s->x);
}

void evk_search_project(struct evk_search *s, const struct evk_ball *ball)
{
    if (s->hold.count > 0)
        evk_hold_correct(&s->hold, s->v);
    if (s->banded)
        project_band(s, ball);
    else
        ball->norm->project(ball, s->v, s->x);
    if (s->gray)
        project_gray(s);
}

void evk_search_step(struct evk_search *s, double step, double size, const struct evk_ball *ball)
{
    const double unit = s->ball.norm->direct(&s->ball, size, s->g);

    s->climb.k->nudge(s->n, (float)(step * unit), s->g, s->from, s->x, s->v);
    evk_search_project(s, ball);
}

void evk_search_blur(struct evk_search *s, float *to, float *scratch)
{
    memcpy(to, s->from, (size_t)s->n * sizeof(*to));
    evk_blur_apply(&s->blur, s->climb.k, s->frame.h, s->frame.w, s->frame.c, to, scratch);
    for (int64_t i = 0; i < s->n; i++)
        to[i] = floorf(to[i] + 0.5F);
}

void evk_search_white_noise(struct evk_search *s, const struct evk_rng_key *key)
{
    enum { BLOCKS = 64, VALUES = 4 * BLOCKS };
    uint32_t word[VALUES];

    for (int64_t i = 0; i < s->n; i += VALUES) {
        s->climb.k->philox(BLOCKS, (uint32_t)(i / 4), key->key, key->high, word);
        for (int64_t j = 0; j < VALUES && i + j < s->n; j++)
            s->v[i + j] = (float)(word[j] >> 8) * 0x1p-23F - 1;
    }
}

void evk_search_noise(struct evk_search *s, const struct evk_rng_key *key)
{
    double length;

    evk_search_white_noise(s, key);
    search_filter(s, s->v);
    length = s->ball.norm->length(&s->ball, s->v);
    if (length > 0)
        s->climb.k->scale(s->n, (float)(s->ball.budget / length), s->v);
}
