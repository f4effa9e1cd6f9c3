/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smoothing.c - discs of blur, one after the other, wherever one helps most
 *
 * The second family of altered images of the compact-model study: hard-edged discs inside which the
 * image is the original, blurred.  At each step the discs on a grid are ranked by what the gradient
 * says of them; those ahead, if the budget allows them, are looked at, and the best is kept.  It
 * ends where none helps, where none fits, or at the target.
 */
#include <math.h>
#include <string.h>

#include "attack/disc.h"
#include "attack/lattice.h"
#include "attack/pursuit.h"
#include "base/error.h"

enum { SHORTLIST = 16 };

struct course {
    struct evk_pursuit *p;
    const float *blurred; /* (n) whole values */
    float *now, *map;     /* (n) the image so far; (h, w) what the gradient says of a pixel */
    int64_t apart;        /* pixels from a centre to the next */
};

/* To first order, what each pixel adds where it becomes blurred. */
static void fill_map(struct course *c)
{
    const struct evk_pursuit *p = c->p;
    const int64_t channels = p->frame.c;

    for (int64_t i = 0; i < p->n; i += channels) {
        float sum = 0;

        for (int64_t j = i; j < i + channels; j++)
            if (!p->open || p->open[j])
                sum += p->g[j] * (c->blurred[j] - c->now[j]);
        c->map[i / channels] = sum;
    }
}

struct candidate {
    struct evk_disc disc;
    double gain;
};

/* Into a list of the most promising, the best first; of equal ones the first. */
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

static int rank(const struct course *c, struct candidate list[SHORTLIST])
{
    const struct evk_frame *f = &c->p->frame;
    int count = 0;

    for (int64_t y = 0; y < f->h; y += c->apart)
        for (int64_t x = 0; x < f->w; x += c->apart) {
            struct candidate new = {{y, x, c->p->attack->disc_radius}, 0};

            new.gain = evk_disc_sum(f, &new.disc, c->map);
            if (new.gain > 0)
                enter(list, &count, &new);
        }
    return count;
}

/* The image so far with one more disc, in p->x: within the budget? */
static bool try_disc(struct course *c, const struct evk_disc *disc)
{
    struct evk_pursuit *p = c->p;

    memcpy(p->x, c->now, (size_t)p->n * sizeof(*p->x));
    (void)evk_disc_paint(&p->frame, disc, p->open, c->blurred, p->x);
    return evk_lattice_fits(p, p->x);
}

/* One more disc: does any help? */
static evk_status add_disc(struct course *c, bool *helped, evk_error *err)
{
    struct evk_pursuit *p = c->p;
    const double before = p->best;
    struct candidate list[SHORTLIST];
    double value, size;
    int count;

    memcpy(p->x, c->now, (size_t)p->n * sizeof(*p->x));
    EVK_TRY(evk_pursuit_look(p, true, &value, err));
    EVK_TRY(evk_pursuit_gradient(p, &size, err));
    fill_map(c);
    count = rank(c, list);
    for (int i = 0; i < count; i++)
        if (try_disc(c, &list[i].disc))
            EVK_TRY(evk_pursuit_look(p, true, &value, err));
    *helped = p->best > before;
    memcpy(c->now, p->best_x, (size_t)p->n * sizeof(*c->now));
    return EVK_OK;
}

static evk_status run(struct evk_pursuit *p, evk_error *err)
{
    struct course c = {p, p->spare[0], p->spare[1], p->spare[2], 0};
    const double apart = floor(p->attack->disc_radius / 2);
    double value, size;
    bool helped = true;

    c.apart = apart > 1 ? (int64_t)apart : 1;
    evk_pursuit_blur(p, p->spare[0], c.now);
    memcpy(c.now, p->from, (size_t)p->n * sizeof(*c.now));
    memcpy(p->x, p->from, (size_t)p->n * sizeof(*p->x));
    EVK_TRY(evk_pursuit_look(p, true, &value, err));
    EVK_TRY(evk_pursuit_gradient(p, &size, err));
    if (size == 0)
        return evk_fail(err, EVK_EDEAD, "the gradient is zero at the start");
    for (p->discs = 0; p->discs < p->steps && p->best < p->goal; p->discs += helped) {
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
    .run = run,
};
