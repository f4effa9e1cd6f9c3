/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notes.c - what the user should know of a session: sizes, times, windows, models, luminance */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/build.h"

/* Says what resizing does to the images of the first set. */
static evk_status note_size(struct evk_rig_build *b, evk_error *err)
{
    const struct evk_place *p = &b->images.place;
    const long long from = (long long)b->images.source_width, to = (long long)p->width;
    const double has = (double)from / 2 / p->size_deg, left = (double)to / 2 / p->size_deg;

    if (to < from)
        return evk_names_printf(&b->report->notes, err,
                                "images of %lld pixels are shown with %lld, %.4g degrees wide: the "
                                "resize cuts off what is above %.3g cycles a degree, of %.3g that "
                                "the images have",
                                from, to, p->size_deg, left, has);
    if (to > from)
        return evk_names_printf(&b->report->notes, err,
                                "images of %lld pixels are shown with %lld, %.4g degrees wide: "
                                "they have nothing above %.3g cycles a degree, and the screen "
                                "could show %.3g",
                                from, to, p->size_deg, has, left);
    return evk_names_printf(&b->report->notes, err,
                            "images are shown with their own %lld pixels, %.4g degrees wide", to,
                            p->size_deg);
}

/* Says which times became whole frames of another length. */
static evk_status note_times(struct evk_rig_build *b, evk_error *err)
{
    static const char *const names[] = {"on", "off", "overhead"};
    const struct evk_trial_clock *c = &b->plan.clock;
    const int64_t ticks[] = {c->on, c->off, c->overhead};

    for (int i = 0; i < 3; i++) {
        const double shown = (double)ticks[i] / c->rate;

        if (fabs(shown - b->plan.times[i]) > 1e-6)
            EVK_TRY(evk_names_printf(&b->report->notes, err,
                                     "--%s of %.6g ms is %lld frames at %g Hz, which are %.6g ms",
                                     names[i], 1e3 * b->plan.times[i], (long long)ticks[i], c->rate,
                                     1e3 * shown));
    }
    return EVK_OK;
}

static evk_status note_transfer(struct evk_rig_build *b, evk_error *err)
{
    const struct evk_transfer *t = &b->plan.display.transfer;

    if (b->plan.show.linearise)
        return evk_names_printf(&b->report->notes, err,
                                "the inverse of the screen's transfer function (%s) is in the "
                                "files: %lld of 256 levels are left",
                                t->name, (long long)evk_transfer_levels(t));
    if (t->is_linear)
        return EVK_OK;
    return evk_names_printf(&b->report->notes, err,
                            "the screen is described as %s, and values are unchanged: let the "
                            "display program linearise the screen, or give --linearise, unless the "
                            "models were fitted to responses on such a screen",
                            t->name);
}

/* Says which names there are: "A", "A, B" or "A, B, C and 4 more". */
static evk_status note_names(struct evk_rig_build *b, const char *what, const struct evk_names *n,
                             evk_error *err)
{
    enum { NAMED = 3 };
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    if (n->count == 0)
        return EVK_OK;
    for (size_t i = 0; i < n->count && i < NAMED; i++)
        evk_str_printf(&text, "%s%s", i ? ", " : "", n->names[i]);
    if (n->count > NAMED)
        evk_str_printf(&text, " and %zu more", n->count - NAMED);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_names_printf(&b->report->notes, err, "%s: %.400s", what, text.data);
    evk_str_release(&text);
    return s;
}

/* Is a unit of this name among the stimuli? */
static bool has_stimuli(const struct evk_rig_build *b, const char *unit)
{
    for (int64_t i = 0; i < b->g.count; i++)
        if (b->g.list[i].unit && strcmp(b->g.list[i].unit, unit) == 0)
            return true;
    return false;
}

/* Names the units of the table that no set has, which may be slips, and those that it leaves out. */
static evk_status note_units(struct evk_rig_build *b, evk_error *err)
{
    struct evk_names missing = {NULL, 0};
    evk_status s = EVK_OK;

    for (size_t i = 0; i < b->units.count && !s; i++) {
        const char *name = strchr(b->units.names[i], '\t') + 1;

        if (!has_stimuli(b, name))
            s = evk_names_add(&missing, name, err);
    }
    if (!s)
        s = note_names(b, "units of the table of which the sets have no image", &missing, err);
    if (!s)
        s = note_names(b, "units of the sets that the table leaves out", &b->g.left_units, err);
    evk_names_release(&missing);
    return s;
}

static evk_status note_stimuli(struct evk_rig_build *b, evk_error *err)
{
    const long long stimuli = (long long)b->g.count, images = (long long)b->images.count;
    const long long own = b->images.own_blank + b->images.own_catch;

    EVK_TRY(note_units(b, err));
    if (b->g.vetoed)
        EVK_TRY(evk_names_printf(&b->report->notes, err, "stimuli that are vetoed: %lld%s",
                                 (long long)b->g.vetoed,
                                 b->g.vetoed > (int64_t)b->vetoes.count
                                     ? ", those of the same pixels as a vetoed one among them"
                                     : ""));
    if (b->g.left_out)
        EVK_TRY(evk_names_printf(&b->report->notes, err,
                                 "stimuli that are left out with their unit, or with the image "
                                 "that they were made from or control: %lld",
                                 (long long)b->g.left_out));
    if (images - own < stimuli)
        EVK_TRY(evk_names_printf(&b->report->notes, err,
                                 "%lld stimuli of sets are %lld distinct images; roles.tsv says "
                                 "which is which",
                                 stimuli, images - own));
    return EVK_OK;
}

static evk_status note_windows(struct evk_rig_build *b, evk_error *err)
{
    if (!b->images.with_window || !b->images.without_window || b->plan.show.edge_deg > 0)
        return EVK_OK;
    return evk_names_printf(&b->report->notes, err,
                            "%lld stimuli have a window of their own, and %lld have none and are "
                            "shown as squares; --edge gives a round window to these",
                            (long long)b->images.with_window, (long long)b->images.without_window);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/*
 * Says what became of predicted responses, by the median of their ratios, of images that were made
 * to raise a response: a ratio to a response near 0 says nothing.
 */
static evk_status note_responses(struct evk_rig_build *b, evk_error *err)
{
    double *ratios;
    int64_t n = 0;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&ratios, b->g.count, sizeof(*ratios), "responses", err));
    for (int64_t i = 0; i < b->g.count; i++) {
        const struct evk_rig_stimulus *one = &b->g.list[i];

        if (!isnan(one->response_shown) && strcmp(one->role, "max") == 0 && one->response_pred > 0)
            ratios[n++] = one->response_shown / one->response_pred;
    }
    if (n)
        qsort(ratios, (size_t)n, sizeof(*ratios), by_value);
    if (n && (fabs(ratios[0] - 1) > 1e-6 || fabs(ratios[n - 1] - 1) > 1e-6))
        s = evk_names_printf(&b->report->notes, err,
                             "to maximizing images as they are shown, models predict %.3g times "
                             "the response of the sets (median of %lld; from %.3g to %.3g)",
                             n % 2 ? ratios[n / 2] : (ratios[n / 2 - 1] + ratios[n / 2]) / 2,
                             (long long)n, ratios[0], ratios[n - 1]);
    free(ratios);
    return s;
}

/* Says of which stimuli no model could be asked. */
static evk_status note_lost(struct evk_rig_build *b, evk_error *err)
{
    const struct evk_names *lost = &b->images.lost;

    if (!b->images.not_asked)
        return EVK_OK;
    if (!lost->count)
        return evk_names_printf(&b->report->notes, err,
                                "response_shown is n/a where no model could be asked: of %lld "
                                "stimuli",
                                (long long)b->images.not_asked);
    return evk_names_printf(&b->report->notes, err,
                            "response_shown of %lld stimuli is n/a, since the file of their model "
                            "(%s%s) was not found; --model gives it",
                            (long long)b->images.not_asked, lost->names[0],
                            lost->count > 1 ? " and others" : "");
}

evk_status evk_rig_build_notes(struct evk_rig_build *b, evk_error *err)
{
    EVK_TRY(note_stimuli(b, err));
    if (b->plan.has_display) {
        EVK_TRY(note_size(b, err));
        EVK_TRY(note_times(b, err));
        EVK_TRY(note_transfer(b, err));
    }
    EVK_TRY(note_windows(b, err));
    EVK_TRY(note_responses(b, err));
    return note_lost(b, err);
}
