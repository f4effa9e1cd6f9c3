/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * perturb.c - one base image perturbed
 *
 * Of all starts the best image is rounded and refined; what is measured is measured on the bytes.
 */
#include "attack/perturb.h"

#include <math.h>
#include <string.h>

#include "attack/lattice.h"
#include "base/error.h"
#include "model/model.h"

/* Noise around a base at which all gradients are zero: that many times the neuron is asked. */
enum { ATTEMPTS = 10 };

/* ---- starts --------------------------------------------------------------------------- */

/* The image of a start: 0 the base, -1 the caller's, others noise. */
static evk_status begin(struct evk_pursuit *p, int64_t start, const unsigned char *warm,
                        evk_error *err)
{
    struct evk_rng_key key;

    if (start == 0) {
        memcpy(p->x, p->from, (size_t)p->n * sizeof(*p->x));
        return EVK_OK;
    }
    if (start > 0) {
        EVK_TRY(evk_pursuit_key(p, "evoke perturbation", start, &key, err));
        evk_pursuit_noise(p, &key);
    } else {
        for (int64_t i = 0; i < p->n; i++)
            p->v[i] = (float)(warm[i] - p->base[i]);
    }
    evk_hold_forget(&p->hold);
    evk_pursuit_settle(p, &p->ball);
    return EVK_OK;
}

/* The best of starts, in the order of their numbers; its image is p->top. */
struct contest {
    bool found;
    double best;
    int64_t start;
    int64_t living; /* starts at which the gradient was not zero */
};

static evk_status run_start(struct evk_pursuit *p, struct contest *c, int64_t start,
                            const unsigned char *warm, evk_error *err)
{
    evk_error why = {EVK_OK, ""};
    evk_status s;

    EVK_TRY(begin(p, start, warm, err));
    p->found = false;
    s = p->method->run(p, &why);
    if (s && s != EVK_EDEAD)
        return evk_fail(err, s, "%s", why.msg);
    if (!s)
        c->living++;
    if (p->found && (!c->found || p->best > c->best)) {
        *c = (struct contest){true, p->best, start, c->living};
        memcpy(p->top, p->best_x, (size_t)p->n * sizeof(*p->top));
    }
    return EVK_OK;
}

static evk_status run_starts(struct evk_pursuit *p, const unsigned char *warm, struct contest *c,
                             evk_error *err)
{
    *c = (struct contest){.start = 0};
    if (warm && !p->method->on_bytes)
        EVK_TRY(run_start(p, c, -1, warm, err));
    for (int64_t i = 0; i < (p->method->on_bytes ? 1 : p->attack->starts); i++)
        EVK_TRY(run_start(p, c, i, warm, err));
    for (int64_t i = 0; i < ATTEMPTS && c->living == 0; i++)
        EVK_TRY(run_start(p, c, p->attack->starts + i, warm, err));
    if (c->living == 0)
        return evk_fail(err, EVK_EDEAD,
                        "the gradient is zero at the base, and at %d images of noise around it",
                        ATTEMPTS);
    return EVK_OK;
}

/* ---- one budget ----------------------------------------------------------------------- */

/* What a search within one budget found: bytes in p->y, whose objective times sign is value. */
struct catch
{
    double value, plain;
    int64_t start;
};

/* Bytes of an image of whole values. */
static void put_bytes(struct evk_pursuit *p, const float *x)
{
    for (int64_t i = 0; i < p->n; i++)
        p->y[i] = (unsigned char)x[i];
}

/* From the best of all starts to bytes; the base where these are no better. */
static evk_status land(struct evk_pursuit *p, const struct contest *c, double base,
                       struct catch *out, evk_error *err)
{
    *out = (struct catch){base, base, 0};
    memcpy(p->y, p->base, (size_t)p->n);
    if (!c->found)
        return EVK_OK;
    memcpy(p->best_x, p->top, (size_t)p->n * sizeof(*p->top));
    if (p->method->on_bytes) {
        p->best = out->plain = c->best;
        p->found = true;
    } else {
        EVK_TRY(evk_lattice_refine(p, p->attack->steps - p->steps, &out->plain, err));
    }
    if (p->found && p->best > base) {
        out->value = p->best;
        out->start = c->start;
        put_bytes(p, p->best_x);
    }
    return EVK_OK;
}

static evk_status search(struct evk_pursuit *p, const unsigned char *warm, double base,
                         struct catch *out, evk_error *err)
{
    struct contest c;

    EVK_TRY(run_starts(p, warm, &c, err));
    return land(p, &c, base, out, err);
}

/* ---- a target --------------------------------------------------------------------------- */

enum { HALVINGS = 12 };
static const double near_enough = 1.0 / 128; /* of the budget that is sought */

static double size_of(const struct evk_pursuit *p, const unsigned char *x)
{
    const struct evk_delta d = evk_delta_measure(p->n, p->base, x);

    return p->ball.norm->size(&d);
}

/*
 * From an image that reaches the goal, in p->y and image, to one within as small a budget as
 * halving finds: between a budget in which the goal was missed and the size of what met it.
 */
static evk_status halve(struct evk_pursuit *p, double base, unsigned char *image,
                        struct catch *best, evk_error *err)
{
    double low = 0, high = size_of(p, image);

    for (int i = 0; i < HALVINGS && high - low > near_enough * high; i++) {
        const double middle = (low + high) / 2;
        struct catch c;

        evk_pursuit_aim(p, middle, p->climb.sign);
        EVK_TRY(search(p, image, base, &c, err));
        if (c.value >= p->goal) {
            memcpy(image, p->y, (size_t)p->n);
            high = size_of(p, image);
            *best = c;
        } else {
            low = middle;
        }
    }
    return EVK_OK;
}

/* ---- the whole ------------------------------------------------------------------------ */

static void describe(struct evk_pursuit *p, const unsigned char *image, evk_perturbation *out)
{
    const struct evk_delta d = evk_delta_measure(p->n, p->base, image);
    float mean;

    for (int64_t i = 0; i < p->n; i++)
        p->x[i] = (float)image[i];
    out->objective = evk_climb_value(&p->climb, p->x);
    evk_session_predict(p->climb.session, p->x, &mean);
    out->response = (double)mean;
    (void)evk_hold_look(&p->hold, p->x, &out->held);
    out->linf = d.largest;
    out->rms = evk_delta_rms(&d);
    out->mean_abs = evk_delta_mean_abs(&d);
    out->l2 = evk_delta_l2(&d);
    out->discs = p->discs;
    out->forward = p->forward;
    out->backward = p->backward;
}

/* Which way, and from where: the base, its responses, and the sign and goal of the attack. */
static evk_status set_out(struct evk_pursuit *p, const unsigned char *base, double *value,
                          evk_perturbation *out, evk_error *err)
{
    const evk_attack *a = p->attack;
    const bool target = !isnan(a->target);
    float mean;

    evk_pursuit_base(p, base);
    out->source_objective = evk_climb_value(&p->climb, p->from);
    evk_session_predict(p->climb.session, p->from, &mean);
    out->source = (double)mean;
    if (!isfinite(out->source_objective) || !isfinite(mean))
        return evk_fail(err, EVK_EFORMAT, "the response is not finite");
    evk_pursuit_aim(p, p->budget,
                    target ? a->target < out->source_objective ? -1.0F : 1.0F
                    : strcmp(a->direction, "decrease") == 0 ? -1.0F
                                                            : 1.0F);
    *value = (double)p->climb.sign * out->source_objective;
    p->goal = target ? (double)p->climb.sign * a->target : HUGE_VAL;
    return EVK_OK;
}

static evk_status run(struct evk_pursuit *p, const unsigned char *base, const unsigned char *warm,
                      unsigned char *image, evk_perturbation *out, evk_error *err)
{
    struct catch c;
    double value;

    EVK_TRY(set_out(p, base, &value, out, err));
    c = (struct catch){value, value, 0};
    memcpy(image, base, (size_t)p->n);
    if (value < p->goal) {
        EVK_TRY(search(p, warm, value, &c, err));
        memcpy(image, p->y, (size_t)p->n);
        if (c.value >= p->goal && !p->method->on_bytes)
            EVK_TRY(halve(p, value, image, &c, err));
    }
    out->reached = p->goal == HUGE_VAL || c.value >= p->goal;
    out->plain = (double)p->climb.sign * c.plain;
    out->start = c.start;
    out->budget = p->goal < HUGE_VAL && out->reached ? size_of(p, image) : p->budget;
    describe(p, image, out);
    return EVK_OK;
}

evk_status evk_pursuit_run(struct evk_pursuit *p, const unsigned char *base,
                           const unsigned char *warm, const evk_watch *watch, unsigned char *image,
                           evk_perturbation *out, evk_error *err)
{
    evk_status s;

    p->climb.watch = watch;
    s = run(p, base, warm, image, out, err);
    p->climb.watch = NULL;
    return s;
}

/* The image and what is said of it as they are at the budget before. */
static void repeat(const struct evk_pursuit *p, unsigned char *image, evk_perturbation *out)
{
    memcpy(image, image - p->n, (size_t)p->n);
    *out = out[-1];
}

evk_status evk_pursuit_sweep(struct evk_pursuit *p, const unsigned char *base,
                             const double *budgets, size_t count, const evk_watch *watch,
                             unsigned char *images, evk_perturbation *out, evk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char *image = images + (int64_t)i * p->n;

        if (i > 0 && !(budgets[i] >= budgets[i - 1]))
            return evk_fail(err, EVK_EINVAL, "found budget %g behind %g, expected rising ones",
                            budgets[i], budgets[i - 1]);
        EVK_TRY(evk_norm_check(p->ball.norm, budgets[i], err));
        if (i > 0 && p->goal < HUGE_VAL && out[i - 1].reached) {
            repeat(p, image, &out[i]);
            out[i].forward = out[i].backward = 0;
            continue;
        }
        p->budget = budgets[i];
        EVK_TRY(evk_pursuit_run(p, base, i ? image - p->n : NULL, watch, image, &out[i], err));
        if (i > 0 && (double)p->climb.sign * (out[i].objective - out[i - 1].objective) < 0) {
            const int64_t forward = out[i].forward, backward = out[i].backward;

            repeat(p, image, &out[i]);
            out[i].budget = budgets[i];
            out[i].forward = forward;
            out[i].backward = backward;
        }
    }
    p->budget = p->attack->budget;
    return EVK_OK;
}

evk_status evk_perturb(evk_session *session, const evk_attack *attack, const unsigned char *base,
                       const evk_watch *watch, unsigned char *image, evk_perturbation *out,
                       evk_error *err)
{
    struct evk_pursuit p;
    evk_status s = evk_pursuit_open(&p, session, attack, NULL, err);

    if (!s)
        s = evk_pursuit_run(&p, base, NULL, watch, image, out, err);
    evk_pursuit_close(&p);
    return s;
}
