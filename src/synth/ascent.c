/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ascent.c - the ascent that all methods are settings of
 *
 * In each step the network evaluates the image after the priors' random transformations, and the
 * gradient of the objective comes back through their adjoints (view.h).  The gradient is divided by
 * its RMS over the whole image, so that neither the unit of a response nor the gain of a model
 * matters.  The gradients of penalties are subtracted; filters, parameterisations and the optimizer
 * turn the rest into a direction; the image moves along the direction by the step size.  Then
 * follow the priors' constraints, the statistics that the recipe fixes, and the box 0..255.  What
 * moves is the latent image x; the image is what is shown of x, through a window perhaps.
 *
 * The response that belongs to the end of a step is computed by the forward pass that opens the
 * next step, unless a late waypoint changes the image in between.  So a step costs one forward and
 * one backward pass, and a late waypoint or the end of the ascent costs one forward pass more.
 * Where transformations are random, the trace has the responses to transformed images, except for
 * its last row, which always has the response to the image itself.  In the same way a target counts
 * as reached only if the image itself reaches it.
 *
 * The result is either the best image so far, beginning with the start itself, or the last image;
 * responses to differently transformed images cannot be compared.
 */
#include "synth/ascent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/model.h"
#include "model/session.h"
#include "synth/constraint.h"
#include "synth/measures.h"
#include "synth/optimizer.h"
#include "synth/prior.h"
#include "synth/stopping.h"
#include "synth/values.h"
#include "synth/view.h"

/* The script of Cowley et al. 2026 adds this number to the RMS of the gradient. */
static const double published_floor = 1e-5;

/* State of one ascent. */
struct ascent {
    struct evk_climb *c;
    struct evk_frame frame;
    struct evk_priors priors;
    struct evk_view view;
    const float *image; /* (n) what was shown of c->x when the network evaluated it last */
    const struct evk_optimizer *optimizer;
    float *memory[EVK_OPTIMIZER_MEMORY]; /* (n) */
    float *sum;                          /* (n) sum of the gradients of one step's samples */
    struct evk_constraint fixed;
    struct evk_units units;
    struct evk_stopping stopping;
    struct evk_measures measures; /* measures of the step made last */
    int64_t n;                    /* number of values of an image */
    int64_t samples;              /* number of gradients that a step averages */
    bool keeps_best;
    bool as_published; /* the gradient is scaled before its channels become gray, plus a constant */
    double best;       /* sign times the objective of the result so far */
    const char *stopped; /* the rule that ended the ascent; NULL: it goes on */
};

static struct evk_values values_of(const struct ascent *a)
{
    return (struct evk_values){a->c->k, a->frame.team, a->n};
}

/* ---- what the network sees ------------------------------------------------------------ */

/* c->g = the gradient at what the network evaluated last, with respect to c->x. */
static void take_gradient(struct ascent *a)
{
    struct evk_climb *c = a->c;

    evk_climb_gradient(c, c->g);
    evk_view_adjoint(&a->view, c->x, &c->g, &c->scratch);
}

/*
 * Evaluates the image with all samples of the step, and returns the mean of the objective.  The
 * gradients of all samples but the last are added into a->sum; take_gradients adds that of the
 * last.
 */
static double evaluate(struct ascent *a, int64_t step)
{
    struct evk_climb *c = a->c;
    double value = 0;

    a->image = evk_view_show(&a->view, c->x);
    if (step == c->recipe->steps)
        return evk_climb_value(c, a->image);
    if (a->samples > 1)
        memset(a->sum, 0, (size_t)a->n * sizeof(*a->sum));
    for (int64_t i = 0; i < a->samples; i++) {
        if (i > 0) {
            take_gradient(a);
            c->k->axpy(a->n, 1, c->g, a->sum);
        }
        evk_view_draw(&a->view, &c->noise, step, i);
        value += evk_climb_value(c, evk_view_transform(&a->view, a->image));
    }
    return value / (double)a->samples;
}

/* c->g = the sum of the gradients of all samples of the step. */
static void take_gradients(struct ascent *a)
{
    take_gradient(a);
    if (a->samples > 1)
        a->c->k->axpy(a->n, 1, a->sum, a->c->g);
}

/* ---- one step ------------------------------------------------------------------------- */

static double gradient_rms(const struct ascent *a, const float *g)
{
    return sqrt(a->c->k->sum_squares(a->n, g) / (double)a->n);
}

static void add_penalties(struct ascent *a)
{
    struct evk_climb *c = a->c;
    double *value = a->measures.penalty;
    float *slope = a->view.other; /* free now: the network's gradient was taken */

    for (size_t i = 0; i < a->priors.count; i++) {
        const struct evk_prior *p = &a->priors.prior[i];
        double size;

        if (!p->type->penalty)
            continue;
        *value++ = p->acts ? p->type->penalty(p->self, &a->frame, c->x, slope) : (double)NAN;
        if (p->acts && a->view.is_windowed)
            evk_image_window_restrict(&a->view.window, slope);
        size = p->acts ? gradient_rms(a, slope) : 0;
        if (size > 0)
            c->k->axpy(a->n, (float)(-p->weight / size), slope, c->g);
    }
}

/*
 * Removes from c->g what constraints forbid, by the priors' hook tangent.  An ascent as published
 * scales the gradient of all channels, and so skips this.
 */
static void keep_tangent(struct ascent *a)
{
    for (size_t i = 0; i < a->priors.count; i++) {
        const struct evk_prior *p = &a->priors.prior[i];

        if (p->acts && p->type->tangent && !a->as_published)
            p->type->tangent(p->self, &a->frame, a->c->g);
    }
}

/* In place: the gradient c->g, whose RMS is 1, becomes the direction of the step. */
static void find_direction(struct ascent *a, int64_t step)
{
    struct evk_climb *c = a->c;
    const struct evk_priors *all = &a->priors;

    add_penalties(a);
    for (size_t i = 0; i < all->count; i++)
        if (all->prior[i].acts && all->prior[i].type->filter)
            all->prior[i].type->filter(all->prior[i].self, &a->frame, c->g);
    for (size_t i = all->count; i-- > 0;)
        if (all->prior[i].acts && all->prior[i].type->pull)
            all->prior[i].type->pull(all->prior[i].self, &a->frame, c->g);
    a->optimizer->direct(c->k, step, a->n, c->g, a->memory);
    for (size_t i = 0; i < all->count; i++)
        if (all->prior[i].acts && all->prior[i].type->push)
            all->prior[i].type->push(all->prior[i].self, &a->frame, c->g);
    if (a->view.is_windowed)
        evk_image_window_restrict(&a->view.window, c->g);
}

/*
 * Forces c->x to what priors and recipe ask of an image, after the start and after every change: so
 * no gradient is taken at another image, and no other image is the result.
 */
static void constrain(struct ascent *a)
{
    struct evk_climb *c = a->c;
    const struct evk_values v = values_of(a);

    for (size_t i = 0; i < a->priors.count; i++) {
        const struct evk_prior *p = &a->priors.prior[i];

        if (p->acts && p->type->project)
            p->type->project(p->self, &a->frame, c->x);
    }
    if (!a->view.map)
        evk_values_cut(&v, c->g, c->x);
    if (evk_is_constrained(&a->fixed))
        evk_constrain(&a->fixed, c->k, &a->units, a->n,
                      a->view.is_windowed ? a->view.window.weight : NULL, c->x);
}

/* Returns the size of a step, linear from the first step to the last. */
static float step_size(const evk_recipe *r, int64_t step)
{
    const double t = r->steps > 1 ? (double)step / (double)(r->steps - 1) : 0;

    return (float)(isnan(r->step_end) ? r->step_size
                                      : r->step_size + t * (r->step_end - r->step_size));
}

/* Calls the priors' waypoints.  Returns whether one of them has changed c->x. */
static bool pass_waypoints(struct ascent *a, const struct evk_clock *now)
{
    bool moved = false;

    for (size_t i = 0; i < a->priors.count; i++) {
        const struct evk_prior *p = &a->priors.prior[i];

        if (p->acts && p->type->waypoint)
            moved |= p->type->waypoint(p->self, &a->frame, now, a->c->x);
    }
    if (moved)
        constrain(a);
    return moved;
}

/* Returns the number by which the gradient is divided; norm is its RMS. */
static double scale_of(const struct ascent *a, double norm)
{
    return a->as_published ? norm + published_floor : norm;
}

/* Moves c->x by one step along the gradient at the last evaluation. */
static evk_status move_image(struct ascent *a, int64_t step, evk_error *err)
{
    struct evk_climb *c = a->c;
    const struct evk_values v = values_of(a);
    double norm;

    take_gradients(a);
    keep_tangent(a);
    norm = gradient_rms(a, c->g);
    if (!isfinite(norm))
        return evk_fail(err, EVK_EFORMAT, "the gradient is not finite");
    if (step == 0 && norm == 0)
        return evk_fail(err, EVK_EDEAD, "the gradient is zero at the start");
    a->measures.gradient_norm = norm / (double)a->samples;
    evk_measures_begin(&a->measures, a->n, c->x);
    if (norm > 0)
        evk_values_scale(&v, (float)(1 / scale_of(a, norm)), c->g);
    find_direction(a, step);
    evk_values_advance(&v, step_size(c->recipe, step), c->g, c->x);
    constrain(a);
    pass_waypoints(a, &(struct evk_clock){step, c->recipe->steps, false});
    evk_measures_end(&a->measures, c->k, a->n, c->x);
    return EVK_OK;
}

/*
 * Decides whether the ascent ends with this image, and sets a->stopped to the reason.  *value is
 * the objective of the transformed image; at the end it becomes that of the image itself.
 */
static void decide_stop(struct ascent *a, int64_t step, double *value)
{
    const bool is_last = step == a->c->recipe->steps;
    const char *why =
        is_last ? "steps" : evk_stopping_ask(&a->stopping, *value, a->measures.step_most);
    const bool seems = evk_stopping_reaches(&a->stopping, *value);
    double own = *value;

    if (!isfinite(*value) || (!why && !seems))
        return;
    if (a->view.is_transformed && !is_last)
        own = evk_climb_value(a->c, a->image);
    a->stopped = seems && evk_stopping_reaches(&a->stopping, own) ? "target" : why;
    if (a->stopped)
        *value = own;
    else
        (void)evaluate(a, step); /* the gradient is taken at the transformed image */
}

/* Keeps the image if it is the result so far, and reports the step; value is the objective. */
static evk_status note_image(struct ascent *a, int64_t step, double value, evk_error *err)
{
    struct evk_climb *c = a->c;
    const struct evk_measures *m = &a->measures;
    const double r = (double)c->sign * value;

    if (!isfinite(r))
        return evk_fail(err, EVK_EFORMAT, "the response is not finite");
    if (a->keeps_best ? r > a->best : a->stopped != NULL) {
        a->best = r;
        memcpy(c->image, a->image, (size_t)a->n * sizeof(*c->x));
    }
    return evk_climb_report(c,
                            &(evk_step){step, (float)value, a->image, m->gradient_norm, m->step_rms,
                                        m->penalties, m->name, m->penalty},
                            err);
}

/*
 * Turns the start in c->x into the latent image from which the ascent goes on.  Returns the
 * objective of the image that is shown of it.
 */
static double ascent_begin(struct ascent *a)
{
    evk_view_at(&a->view, &(struct evk_clock){-1, a->c->recipe->steps, false});
    evk_view_latent(&a->view, a->c->x);
    constrain(a);
    return evk_climb_value(a->c, evk_view_show(&a->view, a->c->x));
}

/* Makes steps until a rule ends the ascent.  *made: the number of steps made. */
static evk_status ascend(struct ascent *a, int64_t *made, evk_error *err)
{
    const int64_t steps = a->c->recipe->steps;

    for (int64_t i = 0;; i++) {
        double value;

        if (i < steps)
            evk_view_at(&a->view, &(struct evk_clock){i, steps, false});
        value = evaluate(a, i);
        decide_stop(a, i, &value);
        EVK_TRY(note_image(a, i, value, err));
        *made = i;
        if (a->stopped)
            return EVK_OK;
        if (i > 0 && pass_waypoints(a, &(struct evk_clock){i - 1, steps, true}))
            (void)evaluate(a, i);
        EVK_TRY(move_image(a, i, err));
    }
}

/* ---- from recipe to ascent ------------------------------------------------------------ */

static void close_ascent(struct ascent *a)
{
    evk_view_close(&a->view);
    evk_priors_close(&a->priors);
    evk_measures_release(&a->measures);
    for (int i = 0; i < EVK_OPTIMIZER_MEMORY; i++)
        free(a->memory[i]);
    free(a->sum);
}

static evk_status open_ascent(struct ascent *a, evk_error *err)
{
    const evk_recipe *r = a->c->recipe;
    const evk_watch *watch = a->c->watch;

    EVK_TRY(evk_recipe_priors(&a->priors, r, &a->frame, err));
    EVK_TRY(evk_view_open(&a->view, &a->priors, &a->frame, err));
    EVK_TRY(evk_measures_open(&a->measures, &a->priors, a->n,
                              r->pixel_change > 0 || (watch && watch->measures), err));
    a->samples = a->view.is_transformed ? r->samples : 1;
    a->keeps_best &=
        !a->view.window_changes; /* responses through different windows cannot be compared */
    for (int i = 0; i < a->optimizer->memory; i++)
        EVK_TRY(evk_alloc_floats(&a->memory[i], a->n, "an optimizer", err));
    return evk_alloc_floats(&a->sum, a->n, "an ascent", err);
}

evk_status evk_ascend(struct evk_climb *c, evk_ascent *out, evk_error *err)
{
    const evk_model_info *model = evk_model_describe(evk_session_model(c->session));
    const evk_recipe *r = c->recipe;
    struct ascent a = {
        .c = c,
        .frame = evk_recipe_frame(r, evk_session_model(c->session)),
        .fixed = evk_recipe_constraint(r),
        .units = {model->channels, model->mean, model->scale},
        .stopping = evk_stopping_begin(r),
        .n = c->h * c->w * c->c,
        .optimizer = c->choices.optimizer,
        .keeps_best = c->choices.keeps_best,
        .as_published = c->choices.as_published,
        .best = -HUGE_VAL,
    };
    evk_status s;

    a.frame.team = evk_session_team(c->session);
    a.frame.others = c->given.others;
    a.frame.others_count = c->given.others_count;
    s = open_ascent(&a, err);

    memcpy(c->x, c->image, (size_t)a.n * sizeof(*c->x));
    if (!s) {
        out->objective_start = ascent_begin(&a);
        s = ascend(&a, &out->steps, err);
    }
    close_ascent(&a);
    out->objective = (double)c->sign * a.best;
    out->stopped = a.stopped;
    return s;
}
