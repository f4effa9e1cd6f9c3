/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.c - which groups of a neuron's stimuli are compared, and with what */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "score/follow.h"

/* The stimuli of one kind that a neuron has: none of them is a control. */
struct kind {
    const struct evk_followed *neuron;
    const struct evk_shown *like; /* one of them */
    char name[64];                /* set_type, and the objective where set_type does not say it */
};

/* A call of evk_follow_compare. */
struct call {
    struct evk_follow *f;
    bool split;
    struct evk_groups g; /* with room for all stimuli */
    evk_error *err;
};

static bool is_none(const char *cell)
{
    return strcmp(cell, "n/a") == 0;
}

/* Do both have the same objective, whose first word is max, min or target? */
static bool same_objective(const struct evk_shown *a, const struct evk_shown *b)
{
    const size_t n = strcspn(a->objective, " ");

    return n == strcspn(b->objective, " ") && strncmp(a->objective, b->objective, n) == 0;
}

/* Are two budgets or contrasts, NaN where there are none, the same? */
static bool same_dose(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool is_series(const struct evk_shown *s)
{
    return strcmp(s->control, "contrast") == 0;
}

/* Of a series: is it that of a natural image, which is a control itself? */
static bool is_natural_series(const struct evk_shown *s)
{
    return strcmp(s->set_type, "control") == 0;
}

/* Is this a stimulus of the neuron, and not only a control?  A perturbed image that is the opposite
   of another one is both, and so is an image at another contrast. */
static bool is_stimulus(const struct evk_shown *s, const struct evk_followed *n)
{
    return evk_is_for(s, n) && (is_none(s->control) || strcmp(s->control, "opposite") == 0 ||
                                (is_series(s) && !is_natural_series(s)));
}

static bool same_kind(const struct evk_shown *a, const struct evk_shown *b)
{
    return strcmp(a->set_type, b->set_type) == 0 && same_objective(a, b) &&
           same_dose(a->budget, b->budget) && same_dose(a->contrast, b->contrast);
}

static bool is_in(const struct kind *k, const struct evk_shown *s)
{
    return is_stimulus(s, k->neuron) && same_kind(s, k->like);
}

/* Returns the index of the stimulus that was shown and has this id; -1: none has. */
static int64_t find_shown(const struct evk_follow *f, const char *id)
{
    for (int64_t i = 0; i < f->shown_count; i++)
        if (strcmp(f->shown[i].id, id) == 0)
            return i;
    return -1;
}

/* ---- one comparison ------------------------------------------------------------------------- */

static evk_status make_room(struct evk_follow *f, evk_error *err)
{
    const int64_t room = f->room ? 2 * f->room : 64;
    evk_contrast *more;

    if (f->count < f->room)
        return EVK_OK;
    more = realloc(f->contrasts, (size_t)room * sizeof(*more));
    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for %lld comparisons", (long long)room);
    f->contrasts = more;
    f->room = room;
    return EVK_OK;
}

/* Measures c->g, and adds the comparison. */
static evk_status add(struct call *c, const struct kind *k, const char *against, const char *choice,
                      enum evk_presented presented)
{
    struct evk_follow *f = c->f;
    const double none = (double)NAN;
    evk_contrast out = {.unit = f->r->names.names[k->neuron->unit],
                        .model = k->neuron->model,
                        .output = k->neuron->output,
                        .against = against,
                        .budget = k->like->budget,
                        .choice = choice,
                        .paired = c->g.paired,
                        .recorded = none,
                        .recorded_against = none,
                        .difference = none,
                        .low = none,
                        .high = none,
                        .predicted = none,
                        .predicted_against = none,
                        .contrast = k->like->contrast};

    EVK_TRY(make_room(f, c->err));
    EVK_TRY(evk_groups_measure(f, &c->g, presented, &out, c->err));
    EVK_TRY(evk_names_add(&f->texts, k->name, c->err));
    f->contrasts[f->count++] = out;
    return EVK_OK;
}

/* Is the kind made to raise or lower a response, so that the best of its images is of interest? */
static bool is_made(const struct kind *k)
{
    return strcmp(k->like->set_type, "max") == 0 || strcmp(k->like->set_type, "min") == 0;
}

/* Adds the comparison of c->g: of all its images and, where there is a choice, of the best. */
static evk_status compare(struct call *c, const struct kind *k, const char *against)
{
    const bool low = strcmp(k->like->set_type, "min") == 0;

    if (c->g.n == 0 || c->g.n_against == 0)
        return EVK_OK;
    EVK_TRY(add(c, k, against, "all", EVK_ALL));
    if (!is_made(k) || c->g.n < 2)
        return EVK_OK;
    evk_groups_best(c->f, &c->g, c->split ? EVK_ODD : EVK_ALL, low);
    return add(c, k, against, c->split ? "other" : "same", c->split ? EVK_EVEN : EVK_ALL);
}

static void begin(struct call *c, const struct kind *k, bool paired, bool sources)
{
    c->g.unit = k->neuron->unit;
    c->g.n = c->g.n_against = 0;
    c->g.paired = paired;
    c->g.sources = sources;
}

/* ---- what there is to compare --------------------------------------------------------------- */

/* Compares images with their controls of one kind, in pairs. */
static evk_status with_controls(struct call *c, const struct kind *k, const char *control)
{
    const struct evk_follow *f = c->f;

    begin(c, k, true, false);
    for (int64_t i = 0; i < f->shown_count; i++) {
        const struct evk_shown *s = &f->shown[i];
        const bool matches = strcmp(s->control, control) == 0 && evk_is_for(s, k->neuron);
        const int64_t of = matches ? find_shown(f, s->control_of) : -1;

        if (of >= 0 && is_in(k, &f->shown[of])) {
            c->g.a[c->g.n++] = of;
            c->g.b[c->g.n_against++] = i;
        }
    }
    return compare(c, k, control);
}

/* Is the stimulus a natural image of the neuron, at the contrast of a kind? */
static bool is_natural_at(const struct evk_shown *s, const struct kind *k)
{
    return is_series(s) && is_natural_series(s) && evk_is_for(s, k->neuron) &&
           same_objective(s, k->like) && same_dose(s->contrast, k->like->contrast);
}

/* Compares images of a series with the best natural image at the same contrast. */
static evk_status with_same_contrast(struct call *c, const struct kind *k)
{
    const struct evk_follow *f = c->f;

    if (!is_series(k->like))
        return EVK_OK;
    begin(c, k, false, false);
    for (int64_t i = 0; i < f->shown_count; i++) {
        if (is_in(k, &f->shown[i]))
            c->g.a[c->g.n++] = i;
        else if (is_natural_at(&f->shown[i], k))
            c->g.b[c->g.n_against++] = i;
    }
    return compare(c, k, "natural-contrast");
}

/* Compares all images of a kind with the natural images that the set has as their controls. */
static evk_status with_natural(struct call *c, const struct kind *k)
{
    const struct evk_follow *f = c->f;

    begin(c, k, false, false);
    for (int64_t i = 0; i < f->shown_count; i++) {
        const struct evk_shown *s = &f->shown[i];

        if (is_in(k, s))
            c->g.a[c->g.n++] = i;
        else if (strcmp(s->control, "natural") == 0 && evk_is_for(s, k->neuron) &&
                 same_objective(s, k->like))
            c->g.b[c->g.n_against++] = i;
    }
    return compare(c, k, "natural");
}

/* Compares images with those that they were made from, in pairs: a series with its full contrast. */
static evk_status with_base(struct call *c, const struct kind *k)
{
    const struct evk_follow *f = c->f;

    begin(c, k, true, true);
    for (int64_t i = 0; i < f->shown_count; i++)
        if (is_in(k, &f->shown[i])) {
            const int64_t base = find_shown(f, f->shown[i].source);

            if (base >= 0) {
                c->g.a[c->g.n++] = i;
                c->g.b[c->g.n_against++] = base;
            }
        }
    return compare(c, k, is_series(k->like) ? "full" : "base");
}

/* Compares natural images that drive a neuron most with those that drive it least. */
static evk_status with_least(struct call *c, const struct kind *k)
{
    const struct evk_follow *f = c->f;

    if (strcmp(k->like->set_type, "natural") != 0 || strncmp(k->like->objective, "max", 3) != 0)
        return EVK_OK;
    begin(c, k, false, false);
    for (int64_t i = 0; i < f->shown_count; i++) {
        const struct evk_shown *s = &f->shown[i];

        if (is_in(k, s))
            c->g.a[c->g.n++] = i;
        else if (is_stimulus(s, k->neuron) && strcmp(s->set_type, "natural") == 0 &&
                 strncmp(s->objective, "min", 3) == 0)
            c->g.b[c->g.n_against++] = i;
    }
    return compare(c, k, "min");
}

/* Has an earlier stimulus of the set the same control? */
static bool is_known_control(const struct evk_follow *f, int64_t i)
{
    for (int64_t k = 0; k < i; k++)
        if (strcmp(f->shown[k].control, f->shown[i].control) == 0)
            return true;
    return false;
}

static evk_status compare_kind(struct call *c, const struct kind *k)
{
    const struct evk_follow *f = c->f;

    EVK_TRY(with_natural(c, k));
    EVK_TRY(with_same_contrast(c, k));
    EVK_TRY(with_base(c, k));
    EVK_TRY(with_least(c, k));
    for (int64_t i = 0; i < f->shown_count; i++) {
        const char *control = f->shown[i].control;

        if (!is_none(control) && strcmp(control, "natural") != 0 && !is_series(&f->shown[i]) &&
            !is_known_control(f, i))
            EVK_TRY(with_controls(c, k, control));
    }
    return EVK_OK;
}

/* Begins a kind with one of its stimuli. */
static void name_kind(struct kind *k, const struct evk_followed *neuron,
                      const struct evk_shown *like)
{
    const size_t n = strcspn(like->objective, " ");
    const bool said =
        is_none(like->objective) ||
        (n == strlen(like->set_type) && strncmp(like->objective, like->set_type, n) == 0);

    *k = (struct kind){.neuron = neuron, .like = like};
    snprintf(k->name, sizeof(k->name), "%.40s%s%.*s", like->set_type, said ? "" : "-",
             said || n > 20 ? 0 : (int)n, like->objective);
}

/* Is stimulus i the first of its kind that the neuron has? */
static bool begins_kind(const struct evk_follow *f, const struct evk_followed *n, int64_t i)
{
    if (!is_stimulus(&f->shown[i], n))
        return false;
    for (int64_t k = 0; k < i; k++)
        if (is_stimulus(&f->shown[k], n) && same_kind(&f->shown[k], &f->shown[i]))
            return false;
    return true;
}

static evk_status compare_all(struct call *c)
{
    struct evk_follow *f = c->f;

    for (int64_t n = 0; n < f->neuron_count; n++)
        for (int64_t i = 0; f->neurons[n].unit >= 0 && i < f->shown_count; i++) {
            struct kind k;

            if (!begins_kind(f, &f->neurons[n], i))
                continue;
            name_kind(&k, &f->neurons[n], &f->shown[i]);
            EVK_TRY(compare_kind(c, &k));
        }
    for (int64_t i = 0; i < f->count; i++)
        f->contrasts[i].images = f->texts.names[i];
    if (f->count == 0)
        return evk_fail(c->err, EVK_EINVAL,
                        "nothing can be compared: of no neuron were two kinds of images shown, "
                        "such as those that drive it and their controls");
    return EVK_OK;
}

evk_status evk_follow_compare(struct evk_follow *f, bool split, evk_error *err)
{
    struct call c = {.f = f, .split = split, .err = err};
    evk_status s = evk_alloc(&c.g.a, f->shown_count, sizeof(*c.g.a), "stimuli", err);

    if (!s)
        s = evk_alloc(&c.g.b, f->shown_count, sizeof(*c.g.b), "stimuli", err);
    if (!s)
        s = compare_all(&c);
    free(c.g.a);
    free(c.g.b);
    return s;
}
