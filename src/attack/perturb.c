/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * perturb.c - one base image perturbed, within one budget or within several
 *
 * The method searches from each start; the best image of all starts is rounded to bytes and
 * refined.  Everything that is reported of the result is measured on these bytes.
 */
#include "attack/perturb.h"

#include <math.h>
#include <string.h>

#include "attack/lattice.h"
#include "base/error.h"
#include "base/host.h"
#include "model/model.h"

/* Further starts from noise that are tried where the gradient is zero at all starts. */
enum { ATTEMPTS = 10 };

/* ---- starts --------------------------------------------------------------------------- */

/*
 * s->x = the image of a start: of start 0 the base, of start -1 the caller's image (warm), of
 * others noise around the base.
 */
static evk_status make_start(struct evk_search *s, int64_t start, const unsigned char *warm,
                             evk_error *err)
{
    struct evk_rng_key key;

    if (start == 0) {
        memcpy(s->x, s->from, (size_t)s->n * sizeof(*s->x));
        return EVK_OK;
    }
    if (start > 0) {
        EVK_TRY(evk_search_key(s, "evoke perturbation", start, &key, err));
        evk_search_noise(s, &key);
    } else {
        for (int64_t i = 0; i < s->n; i++)
            s->v[i] = (float)(warm[i] - s->base[i]);
    }
    evk_hold_forget(&s->hold);
    evk_search_project(s, &s->ball);
    return EVK_OK;
}

/*
 * The best image of the starts so far, which is kept in s->top.  Of equal values the first counts.
 */
struct best_start {
    bool found;
    double best;
    int64_t start;
    int64_t living; /* number of starts at which the gradient was not zero */
};

static evk_status run_start(struct evk_search *s, struct best_start *c, int64_t start,
                            const unsigned char *warm, evk_error *err)
{
    evk_error why = {EVK_OK, ""};
    evk_status status;

    EVK_TRY(make_start(s, start, warm, err));
    s->found = false;
    status = s->method->run(s, &why);
    if (status && status != EVK_EDEAD)
        return evk_fail(err, status, "%s", why.msg);
    if (!status)
        c->living++;
    if (s->found && (!c->found || s->best > c->best)) {
        *c = (struct best_start){true, s->best, start, c->living};
        memcpy(s->top, s->best_x, (size_t)s->n * sizeof(*s->top));
    }
    return EVK_OK;
}

static evk_status run_starts(struct evk_search *s, const unsigned char *warm, struct best_start *c,
                             evk_error *err)
{
    *c = (struct best_start){.start = 0};
    if (warm && !s->method->on_bytes)
        EVK_TRY(run_start(s, c, -1, warm, err));
    for (int64_t i = 0; i < (s->method->on_bytes ? 1 : s->attack->starts); i++)
        EVK_TRY(run_start(s, c, i, warm, err));
    for (int64_t i = 0; i < ATTEMPTS && c->living == 0; i++)
        EVK_TRY(run_start(s, c, s->attack->starts + i, warm, err));
    if (c->living == 0)
        return evk_fail(err, EVK_EDEAD,
                        "the gradient is zero at the base, and at %d images of noise around it",
                        ATTEMPTS);
    return EVK_OK;
}

/* ---- one budget ----------------------------------------------------------------------- */

/*
 * What the search within one budget found: the image is s->y, `value` its value, `plain` the value
 * of the image that was only rounded, and start the number of the start that led to it.
 */
struct outcome {
    double value, plain;
    int64_t start;
};

/* s->y = x, whose values are whole. */
static void put_bytes(struct evk_search *s, const float *x)
{
    for (int64_t i = 0; i < s->n; i++)
        s->y[i] = (unsigned char)x[i];
}

/*
 * s->y = the best of all starts as bytes, refined; the base image, whose value is base, where these
 * bytes are no better.
 */
static evk_status take_bytes(struct evk_search *s, const struct best_start *c, double base,
                             struct outcome *out, evk_error *err)
{
    *out = (struct outcome){base, base, 0};
    memcpy(s->y, s->base, (size_t)s->n);
    if (!c->found)
        return EVK_OK;
    memcpy(s->best_x, s->top, (size_t)s->n * sizeof(*s->top));
    if (s->method->on_bytes) {
        s->best = out->plain = c->best;
        s->found = true;
    } else {
        EVK_TRY(evk_lattice_refine(s, s->attack->steps - s->steps, &out->plain, err));
    }
    if (s->found && s->best > base) {
        out->value = s->best;
        out->start = c->start;
        put_bytes(s, s->best_x);
    }
    return EVK_OK;
}

/* Searches within the budget of the ball; the result is s->y and *out. */
static evk_status search_budget(struct evk_search *s, const unsigned char *warm, double base,
                                struct outcome *out, evk_error *err)
{
    struct best_start c;

    EVK_TRY(run_starts(s, warm, &c, err));
    return take_bytes(s, &c, base, out, err);
}

/* ---- a target --------------------------------------------------------------------------- */

/* The bisection of a budget ends after HALVINGS rounds, or at the relative width near_enough. */
enum { HALVINGS = 12 };
static const double near_enough = 1.0 / 128;

/* Returns the norm of the difference of x (n bytes) from the base, in the unit of the attack. */
static double norm_of(const struct evk_search *s, const unsigned char *x)
{
    const struct evk_delta d = evk_delta_measure(s->n, s->base, x);

    return s->ball.norm->size(&d);
}

/*
 * Replaces an image that reaches the goal (both s->y and image have it) by one within as small a
 * budget as bisection finds.  The bisection keeps a budget in which the goal was missed, and the
 * norm of the smallest perturbation that reached it.
 */
static evk_status halve_budget(struct evk_search *s, double base, unsigned char *image,
                               struct outcome *best, evk_error *err)
{
    double low = 0, high = norm_of(s, image);

    for (int i = 0; i < HALVINGS && high - low > near_enough * high; i++) {
        const double middle = (low + high) / 2;
        struct outcome c;

        evk_search_aim(s, middle, s->climb.sign);
        EVK_TRY(search_budget(s, image, base, &c, err));
        if (c.value >= s->goal) {
            memcpy(image, s->y, (size_t)s->n);
            high = norm_of(s, image);
            *best = c;
        } else {
            low = middle;
        }
    }
    return EVK_OK;
}

/* ---- the whole ------------------------------------------------------------------------ */

/* Fills in *out what is measured on image (n bytes): responses, norms, and numbers of passes. */
static void describe_image(struct evk_search *s, const unsigned char *image, evk_perturbation *out)
{
    const struct evk_delta d = evk_delta_measure(s->n, s->base, image);
    float mean;

    for (int64_t i = 0; i < s->n; i++)
        s->x[i] = (float)image[i];
    out->objective = evk_climb_value(&s->climb, s->x);
    evk_session_predict(s->climb.session, s->x, &mean);
    out->response = (double)mean;
    (void)evk_hold_check(&s->hold, s->x, &out->held);
    out->linf = d.largest;
    out->rms = evk_delta_rms(&d);
    out->mean_abs = evk_delta_mean_abs(&d);
    out->l2 = evk_delta_l2(&d);
    out->discs = s->discs;
    out->forward = s->forward;
    out->backward = s->backward;
}

/*
 * Sets the base image, the sign of the direction and the goal; *value is the value of the base
 * image, and out has its responses.
 */
static evk_status set_direction(struct evk_search *s, const unsigned char *base, double *value,
                                evk_perturbation *out, evk_error *err)
{
    const evk_attack *a = s->attack;
    int direction;
    float mean;

    EVK_TRY(evk_attack_direction(&direction, a, err));
    evk_search_base(s, base);
    out->source_objective = evk_climb_value(&s->climb, s->from);
    evk_session_predict(s->climb.session, s->from, &mean);
    out->source = (double)mean;
    if (!isfinite(out->source_objective) || !isfinite(mean))
        return evk_fail(err, EVK_EFORMAT, "the response is not finite");
    if (!isnan(a->target))
        direction = a->target < out->source_objective ? -1 : 1;
    evk_search_aim(s, s->budget, (float)direction);
    *value = (double)s->climb.sign * out->source_objective;
    s->goal = !isnan(a->target) ? (double)s->climb.sign * a->target : HUGE_VAL;
    return EVK_OK;
}

static evk_status perturb_run(struct evk_search *s, const unsigned char *base,
                              const unsigned char *warm, unsigned char *image,
                              evk_perturbation *out, evk_error *err)
{
    struct outcome c;
    double value;

    EVK_TRY(set_direction(s, base, &value, out, err));
    c = (struct outcome){value, value, 0};
    memcpy(image, base, (size_t)s->n);
    if (value < s->goal) {
        EVK_TRY(search_budget(s, warm, value, &c, err));
        memcpy(image, s->y, (size_t)s->n);
        if (c.value >= s->goal && !s->method->on_bytes)
            EVK_TRY(halve_budget(s, value, image, &c, err));
    }
    out->reached = s->goal == HUGE_VAL || c.value >= s->goal;
    out->plain = (double)s->climb.sign * c.plain;
    out->start = c.start;
    out->budget = s->goal < HUGE_VAL && out->reached ? norm_of(s, image) : s->budget;
    describe_image(s, image, out);
    return EVK_OK;
}

evk_status evk_perturb_one(struct evk_search *s, const unsigned char *base,
                           const unsigned char *warm, const evk_watch *watch, unsigned char *image,
                           evk_perturbation *out, evk_error *err)
{
    evk_status status;

    s->climb.watch = watch;
    status = perturb_run(s, base, warm, image, out, err);
    s->climb.watch = NULL;
    return status;
}

/* Sets image and *out to the result of the next smaller budget. */
static void repeat_previous(const struct evk_search *s, unsigned char *image, evk_perturbation *out)
{
    memcpy(image, image - s->n, (size_t)s->n);
    *out = out[-1];
}

evk_status evk_perturb_sweep(struct evk_search *s, const unsigned char *base, const double *budgets,
                             size_t count, const evk_watch *watch, unsigned char *images,
                             evk_perturbation *out, evk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char *image = images + (int64_t)i * s->n;

        if (i > 0 && !(budgets[i] >= budgets[i - 1]))
            return evk_fail(err, EVK_EINVAL, "found budget %g behind %g, expected rising ones",
                            budgets[i], budgets[i - 1]);
        EVK_TRY(evk_norm_check(s->ball.norm, budgets[i], err));
        if (i > 0 && s->goal < HUGE_VAL && out[i - 1].reached) {
            repeat_previous(s, image, &out[i]);
            out[i].forward = out[i].backward = 0;
            continue;
        }
        s->budget = budgets[i];
        EVK_TRY(evk_perturb_one(s, base, i ? image - s->n : NULL, watch, image, &out[i], err));
        if (i > 0 && (double)s->climb.sign * (out[i].objective - out[i - 1].objective) < 0) {
            const int64_t forward = out[i].forward, backward = out[i].backward;

            repeat_previous(s, image, &out[i]);
            out[i].budget = budgets[i];
            out[i].forward = forward;
            out[i].backward = backward;
        }
    }
    s->budget = s->attack->budget;
    return EVK_OK;
}

evk_status evk_perturb(evk_session *session, const evk_attack *attack, const unsigned char *base,
                       const evk_watch *watch, unsigned char *image, evk_perturbation *out,
                       evk_error *err)
{
    EVK_ENTER();
    struct evk_search s;
    evk_status status = evk_search_open(&s, session, attack, NULL, err);

    if (!status)
        status = evk_perturb_one(&s, base, NULL, watch, image, out, err);
    evk_search_close(&s);
    return status;
}
