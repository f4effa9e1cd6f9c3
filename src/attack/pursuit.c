/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pursuit.c - the search for a perturbation under way: memory, the network, what priors let through */
#include "attack/pursuit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "model/model.h"
#include "synth/objective.h"

/* ---- opening ---------------------------------------------------------------------------- */

static evk_status allocate(struct evk_pursuit *p, evk_error *err)
{
    static const char what[] = "a perturbation";
    float **floats[] = {&p->from, &p->x,   &p->g,        &p->v,        &p->best_x,  &p->best_g,
                        &p->d,    &p->top, &p->spare[0], &p->spare[1], &p->spare[2]};

    for (size_t i = 0; i < sizeof(floats) / sizeof(floats[0]); i++)
        EVK_TRY(evk_alloc_floats(floats[i], p->n, what, err));
    EVK_TRY(evk_alloc(&p->base, p->n, 1, what, err));
    EVK_TRY(evk_alloc(&p->y, p->n, 1, what, err));
    return evk_alloc_floats(&p->climb.slopes, p->climb.members, what, err);
}

/* Priors of perturbations are those that confine or filter a gradient, and do nothing else. */
static evk_status check_priors(struct evk_pursuit *p, evk_error *err)
{
    static const char *const known[] = {"mask",    "aperture",      "band",
                                        "fourier", "gradient-blur", "grayscale"};

    for (size_t i = 0; i < p->priors.count; i++) {
        const char *name = p->priors.prior[i].type->name;
        bool ok = false;

        for (size_t j = 0; j < sizeof(known) / sizeof(known[0]); j++)
            ok |= strcmp(name, known[j]) == 0;
        if (!ok)
            return evk_fail(err, EVK_EINVAL,
                            "found prior %s of a perturbation, expected mask, aperture, band, "
                            "fourier, gradient-blur or grayscale",
                            name);
        p->gray |= strcmp(name, "grayscale") == 0;
        p->banded |= strcmp(name, "band") == 0;
    }
    return EVK_OK;
}

/* In place: the mean over channels, in all of them. */
static void make_gray(const struct evk_pursuit *p, float *g)
{
    const int64_t c = p->frame.c;

    for (int64_t i = 0; i < p->n; i += c) {
        float sum = 0;

        for (int64_t j = 0; j < c; j++)
            sum += g[i + j];
        for (int64_t j = 0; j < c; j++)
            g[i + j] = sum / (float)c;
    }
}

/* In place: what priors let through of a gradient. */
static void confine(struct evk_pursuit *p, float *g)
{
    if (p->gray)
        make_gray(p, g);
    for (size_t i = 0; i < p->priors.count; i++) {
        const struct evk_prior *prior = &p->priors.prior[i];

        if (prior->acts && prior->type->filter)
            prior->type->filter(prior->self, &p->frame, g);
    }
    for (int64_t i = 0; p->open && i < p->n; i++)
        g[i] = p->open[i] ? g[i] : 0;
}

/* Which values windows show. */
static evk_status find_open(struct evk_pursuit *p, evk_error *err)
{
    struct evk_image_window window;
    evk_status s;

    if (!evk_priors_have_window(&p->priors))
        return EVK_OK;
    EVK_TRY(evk_alloc(&p->open, p->n, sizeof(*p->open), "a perturbation", err));
    s = evk_image_window_init(&window, p->n / p->frame.c, p->frame.c, err);
    if (!s) {
        evk_priors_window(&p->priors, &p->frame, &window);
        for (int64_t i = 0; i < p->n; i++)
            p->open[i] = window.weight[i] > 0;
    }
    evk_image_window_release(&window);
    return s;
}

static evk_status open_priors(struct evk_pursuit *p, evk_error *err)
{
    const struct evk_moment now = {.step = 0, .steps = 1};

    EVK_TRY(evk_priors_open(&p->priors, &p->attack->priors, &p->frame, err));
    EVK_TRY(check_priors(p, err));
    if (p->gray && (p->hold.count > 0 || p->method->on_bytes))
        return evk_fail(err, EVK_EINVAL, "a gray perturbation, expected none of %s",
                        p->hold.count > 0 ? "held responses" : p->method->name);
    evk_priors_at(&p->priors, &p->frame, &now);
    return find_open(p, err);
}

static evk_status fit_model(struct evk_pursuit *p, const evk_model *m, const double *tolerances,
                            evk_error *err)
{
    EVK_TRY(evk_objective_parse(&p->climb.objective, p->attack->objective, err));
    EVK_TRY(evk_objective_check(&p->climb.objective, p->climb.members, err));
    EVK_TRY(evk_attack_method_find(&p->method, p->attack->method, err));
    p->steps = p->attack->steps;
    if (!p->method->on_bytes)
        p->steps -= p->attack->refine < p->steps ? p->attack->refine : p->steps - 1;
    EVK_TRY(evk_norm_find(&p->ball.norm, p->attack->norm, err));
    EVK_TRY(evk_blur_init(&p->blur, p->attack->disc_sigma, err));
    EVK_TRY(evk_hold_open(&p->hold, m, p->attack->hold, p->attack->tolerance, tolerances,
                          evk_session_output(p->climb.session), err));
    return EVK_OK;
}

evk_status evk_pursuit_open(struct evk_pursuit *out, evk_session *session, const evk_attack *attack,
                            const double *tolerances, evk_error *err)
{
    const evk_model *m = evk_session_model(session);
    const struct evk_shape *in = evk_model_input(m);
    const struct evk_kernels *k = evk_model_kernels(m);

    *out = (struct evk_pursuit){
        .attack = attack,
        .budget = attack->budget,
        .climb = {.session = session,
                  .k = k,
                  .h = in->h,
                  .w = in->w,
                  .c = in->c,
                  .members = evk_model_describe(m).members,
                  .sign = 1},
        .frame = {in->h, in->w, in->c, k, 57, 110, 0.5, attack->pixels_per_degree},
        .n = in->h * in->w * in->c,
    };
    if (evk_session_output(session) < 0)
        return evk_fail(err, EVK_EINVAL, "%s: expected a session for one output", m->path);
    EVK_TRY(evk_attack_check(attack, err));
    EVK_TRY(fit_model(out, m, tolerances, err));
    EVK_TRY(allocate(out, err));
    out->ball.k = k;
    out->ball.n = out->n;
    out->ball.base = out->from;
    return open_priors(out, err);
}

void evk_pursuit_close(struct evk_pursuit *p)
{
    float *floats[] = {p->from, p->x,   p->g,        p->v,        p->best_x,   p->best_g,
                       p->d,    p->top, p->spare[0], p->spare[1], p->spare[2], p->climb.slopes};

    for (size_t i = 0; i < sizeof(floats) / sizeof(floats[0]); i++)
        free(floats[i]);
    free(p->base);
    free(p->y);
    free(p->open);
    evk_priors_close(&p->priors);
    evk_hold_close(&p->hold);
    evk_blur_release(&p->blur);
}

void evk_pursuit_base(struct evk_pursuit *p, const unsigned char *base)
{
    memcpy(p->base, base, (size_t)p->n);
    for (int64_t i = 0; i < p->n; i++)
        p->from[i] = (float)base[i];
    p->forward = p->backward = p->step = p->discs = 0;
    evk_hold_base(&p->hold, p->from);
}

void evk_pursuit_aim(struct evk_pursuit *p, double budget, float sign)
{
    p->ball.budget = budget;
    p->bound = p->ball.norm->bound(budget, p->n);
    p->climb.sign = sign;
}

evk_status evk_pursuit_key(const struct evk_pursuit *p, const char *purpose, int64_t start,
                           struct evk_rng_key *out, evk_error *err)
{
    enum { PURPOSE = 32 };
    const evk_model *m = evk_session_model(p->climb.session);
    const int64_t numbers[] = {p->attack->seed, evk_session_output(p->climb.session), start};
    unsigned char name[PURPOSE + 2 * EVK_SHA256_BYTES + sizeof(numbers)] = {0};
    unsigned char hash[EVK_SHA256_BYTES], *at = name + PURPOSE;

    snprintf((char *)name, PURPOSE, "%s", purpose);
    memcpy(at, m->digest, EVK_SHA256_BYTES);
    at += EVK_SHA256_BYTES;
    EVK_TRY(evk_sha256(p->base, (size_t)p->n, at, err));
    at += EVK_SHA256_BYTES;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        for (int b = 0; b < 8; b++)
            *at++ = (unsigned char)((uint64_t)numbers[i] >> (8 * b));
    EVK_TRY(evk_sha256(name, sizeof(name), hash, err));
    *out = evk_rng_key(hash);
    return EVK_OK;
}

/* ---- the network, and what becomes of it -------------------------------------------------- */

evk_status evk_pursuit_look(struct evk_pursuit *p, bool counts, double *value, evk_error *err)
{
    const double objective = evk_climb_value(&p->climb, p->x);
    double moved;

    p->held = evk_hold_look(&p->hold, p->x, &moved);
    p->forward++;
    *value = (double)p->climb.sign * objective;
    if (!isfinite(objective))
        return evk_fail(err, EVK_EFORMAT, "the response is not finite");
    if (counts && p->held && (!p->found || *value > p->best)) {
        p->best = *value;
        p->found = true;
        memcpy(p->best_x, p->x, (size_t)p->n * sizeof(*p->x));
    }
    return evk_climb_show(&p->climb,
                          &(evk_step){.step = p->step++,
                                      .response = (float)objective,
                                      .image = p->x,
                                      .gradient_norm = (double)NAN,
                                      .step_rms = (double)NAN},
                          err);
}

/*
 * In place: times the power of two with which its largest magnitude is from 1 to 2.  Whatever the
 * unit of the response, filters see gradients of one size, no square leaves the range of a float,
 * and no bit is lost.
 */
static void normalise(const struct evk_pursuit *p, float *g)
{
    enum { MOST = 126 }; /* a power that a float has */
    double sums[3];
    int power;

    p->climb.k->magnitudes(p->n, g, sums);
    if (!(sums[0] > 0) || !isfinite(sums[0]))
        return;
    (void)frexp(sums[0], &power);
    power = 1 - power < MOST ? 1 - power : MOST;
    p->climb.k->scale(p->n, ldexpf(1, power), g);
}

evk_status evk_pursuit_gradient(struct evk_pursuit *p, double *size, evk_error *err)
{
    evk_climb_gradient(&p->climb, p->g);
    normalise(p, p->g);
    p->backward++;
    confine(p, p->g);
    if (p->hold.count > 0) {
        evk_hold_gradients(&p->hold, p->open);
        evk_hold_restrict(&p->hold, p->g);
    }
    *size = p->climb.k->sum_squares(p->n, p->g);
    if (!isfinite(*size))
        return evk_fail(err, EVK_EFORMAT, "the gradient is not finite");
    return EVK_OK;
}

/*
 * What the ball leaves of the band's part of v: all of it made smaller, where other perturbations
 * are cut, which would add other frequencies.  What the box cuts off, and rounding, does.
 */
static void settle_band(struct evk_pursuit *p, const struct evk_ball *ball)
{
    double length;

    confine(p, p->v);
    length = ball->norm->length(ball, p->v);
    p->climb.k->apply_scaled(p->n, length > ball->budget ? (float)(ball->budget / length) : 1,
                             p->from, p->v, p->x);
}

void evk_pursuit_even(const struct evk_pursuit *p, float *d)
{
    const int64_t c = p->frame.c;

    for (int64_t i = 0; p->gray && i < p->n; i += c) {
        float least = d[i];

        for (int64_t j = 1; j < c; j++)
            least = fabsf(d[i + j]) < fabsf(least) ? d[i + j] : least;
        for (int64_t j = 0; j < c; j++)
            d[i + j] = least;
    }
}

/* The box cuts channels where their bases are: what is left in all of them. */
static void settle_gray(struct evk_pursuit *p)
{
    p->climb.k->nudge(p->n, 0, p->from, p->from, p->x, p->v);
    evk_pursuit_even(p, p->v);
    p->climb.k->apply_scaled(p->n, 1, p->from, p->v, p->x);
}

void evk_pursuit_settle(struct evk_pursuit *p, const struct evk_ball *ball)
{
    if (p->hold.count > 0)
        evk_hold_correct(&p->hold, p->v);
    if (p->banded)
        settle_band(p, ball);
    else
        ball->norm->project(ball, p->v, p->x);
    if (p->gray)
        settle_gray(p);
}

void evk_pursuit_advance(struct evk_pursuit *p, double step, double size,
                         const struct evk_ball *ball)
{
    const double unit = p->ball.norm->direct(&p->ball, size, p->g);

    p->climb.k->nudge(p->n, (float)(step * unit), p->g, p->from, p->x, p->v);
    evk_pursuit_settle(p, ball);
}

void evk_pursuit_blur(struct evk_pursuit *p, float *to, float *scratch)
{
    memcpy(to, p->from, (size_t)p->n * sizeof(*to));
    evk_blur_apply(&p->blur, p->climb.k, p->frame.h, p->frame.w, p->frame.c, to, scratch);
    for (int64_t i = 0; i < p->n; i++)
        to[i] = floorf(to[i] + 0.5F);
}

void evk_pursuit_white(struct evk_pursuit *p, const struct evk_rng_key *key)
{
    enum { BLOCKS = 64, VALUES = 4 * BLOCKS };
    uint32_t word[VALUES];

    for (int64_t i = 0; i < p->n; i += VALUES) {
        p->climb.k->philox(BLOCKS, (uint32_t)(i / 4), key->key, key->high, word);
        for (int64_t j = 0; j < VALUES && i + j < p->n; j++)
            p->v[i + j] = (float)(word[j] >> 8) * 0x1p-23F - 1;
    }
}

void evk_pursuit_noise(struct evk_pursuit *p, const struct evk_rng_key *key)
{
    double length;

    evk_pursuit_white(p, key);
    confine(p, p->v);
    length = p->ball.norm->length(&p->ball, p->v);
    if (length > 0)
        p->climb.k->scale(p->n, (float)(p->ball.budget / length), p->v);
}
