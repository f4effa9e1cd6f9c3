/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smoothing.c - discs of blur, added one after the other where they raise the value most
 *
 * The compact-model study (Cowley et al. 2026) altered images in a second way: inside hard-edged
 * discs the image is the original, blurred.  At each step the discs on a grid are ranked by the
 * change that the gradient predicts.  The first SHORTLIST of them that fit into the budget are
 * evaluated, and the best disc is kept.  The search ends where no disc raises the value, where none
 * fits, or at the target.
 */
#include <math.h>
#include <string.h>

#include "attack/disc.h"
#include "attack/lattice.h"
#include "attack/search.h"
#include "base/error.h"

enum { SHORTLIST = 16 };

struct greedy {
    struct evk_search *s;
    const float *blurred; /* (n) whole values */
    /* (n) the image so far; (h, w) the gain that fill_map predicts for each pixel */
    float *now, *map;
    int64_t spacing; /* pixels from a centre to the next */
};

/* map = to first order, what each pixel adds to the value when it becomes blurred. */
static void fill_map(struct greedy *c)
{
    const struct evk_search *s = c->s;
    const int64_t channels = s->frame.c;

    for (int64_t i = 0; i < s->n; i += channels) {
        float sum = 0;

        for (int64_t j = i; j < i + channels; j++)
            if (!s->open || s->open[j])
                sum += s->g[j] * (c->blurred[j] - c->now[j]);
        c->map[i / channels] = sum;
    }
}

struct candidate {
    struct evk_disc disc;
    double gain;
};

/*
 * Inserts a candidate into the list of the *count best ones, sorted by gain, the largest first.  Of
 * equal gains the earlier candidate stays ahead.  The last one drops out of a full list.
 */
static void enter(struct candidate list[SHORTLIST], int *count, const struct candidate *new)
{
    int i = *count;

    if (i == SHORTLIST && !(new->gain > list[i - 1].gain))
        return;
    if (i < SHORTLIST)
        (*count)++;
    else
        i--;
    for (; i > 0 && new->gain > list[i - 1].gain; i--)
        list[i] = list[i - 1];
    list[i] = *new;
}

/* Fills the list from the discs of the grid that promise a gain, and returns their number. */
static int shortlist(const struct greedy *c, struct candidate list[SHORTLIST])
{
    const struct evk_frame *f = &c->s->frame;
    int count = 0;

    for (int64_t y = 0; y < f->h; y += c->spacing)
        for (int64_t x = 0; x < f->w; x += c->spacing) {
            struct candidate new = {{y, x, c->s->attack->disc_radius}, 0};

            new.gain = evk_disc_sum(f, &new.disc, c->map);
            if (new.gain > 0)
                enter(list, &count, &new);
        }
    return count;
}

/* s->x = the image so far with one more disc.  Returns whether it is within the budget. */
static bool try_disc(struct greedy *c, const struct evk_disc *disc)
{
    struct evk_search *s = c->s;

    memcpy(s->x, c->now, (size_t)s->n * sizeof(*s->x));
    (void)evk_disc_paint(&s->frame, disc, s->open, c->blurred, s->x);
    return evk_lattice_fits(s, s->x);
}

/* Adds the best disc to the image so far.  *helped: false where no disc raises the value. */
static evk_status add_disc(struct greedy *c, bool *helped, evk_error *err)
{
    struct evk_search *s = c->s;
    const double before = s->best;
    struct candidate list[SHORTLIST];
    double value, size;
    int count;

    memcpy(s->x, c->now, (size_t)s->n * sizeof(*s->x));
    EVK_TRY(evk_search_evaluate(s, true, &value, err));
    EVK_TRY(evk_search_gradient(s, &size, err));
    fill_map(c);
    count = shortlist(c, list);
    for (int i = 0; i < count; i++)
        if (try_disc(c, &list[i].disc))
            EVK_TRY(evk_search_evaluate(s, true, &value, err));
    *helped = s->best > before;
    memcpy(c->now, s->best_x, (size_t)s->n * sizeof(*c->now));
    return EVK_OK;
}

static evk_status smoothing_run(struct evk_search *s, evk_error *err)
{
    struct greedy c = {s, s->spare[0], s->spare[1], s->spare[2], 0};
    const double spacing = floor(s->attack->disc_radius / 2);
    double value, size;
    bool helped = true;

    c.spacing = spacing > 1 ? (int64_t)spacing : 1;
    evk_search_blur(s, s->spare[0], c.now);
    memcpy(c.now, s->from, (size_t)s->n * sizeof(*c.now));
    memcpy(s->x, s->from, (size_t)s->n * sizeof(*s->x));
    EVK_TRY(evk_search_evaluate(s, true, &value, err));
    EVK_TRY(evk_search_gradient(s, &size, err));
    if (size == 0)
        return evk_fail(err, EVK_EDEAD, "the gradient is zero at the start");
    for (s->discs = 0; s->discs < s->steps && s->best < s->goal; s->discs += helped) {
        EVK_TRY(add_disc(&c, &helped, err));
        if (!helped)
            break;
    }
    return EVK_OK;
}

extern const struct evk_attack_method evk_attack_method_smoothing;
const struct evk_attack_method evk_attack_method_smoothing = {
    .name = "smoothing",
    .summary = "greedy discs of blur of the original (Cowley et al. 2026)",
    .on_bytes = true,
    .run = smoothing_run,
};
