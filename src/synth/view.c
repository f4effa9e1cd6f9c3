/* SPDX-License-Identifier: GPL-3.0-or-later */
/* view.c - from the latent image of an ascent to what the network sees, and back */
#include "synth/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

/* Notes which stages the priors have hooks for. */
static evk_status read_hooks(struct evk_view *l, evk_error *err)
{
    for (size_t i = 0; i < l->priors->count; i++) {
        const struct evk_prior *p = &l->priors->prior[i];

        l->is_transformed |= p->type->transform != NULL;
        l->window_changes |= p->type->narrow && (p->scheduled || p->from > 0 || p->until < 1);
        if (p->type->show && l->map)
            return evk_fail(err, EVK_EINVAL, "found priors %s and %s, expected one of them",
                            l->map->type->name, p->type->name);
        if (p->type->show)
            l->map = p;
    }
    return EVK_OK;
}

evk_status evk_view_open(struct evk_view *out, struct evk_priors *priors, struct evk_frame *frame,
                         evk_error *err)
{
    const int64_t pixels = frame->h * frame->w, n = pixels * frame->c;

    *out = (struct evk_view){
        .priors = priors, .frame = frame, .n = n, .is_windowed = evk_priors_have_window(priors)};
    EVK_TRY(read_hooks(out, err));
    EVK_TRY(evk_alloc_floats(&out->shown, n, "an ascent", err));
    EVK_TRY(evk_alloc_floats(&out->seen, n, "an ascent", err));
    EVK_TRY(evk_alloc_floats(&out->other, n, "an ascent", err));
    if (!out->is_windowed)
        return EVK_OK;
    EVK_TRY(evk_image_window_init(&out->window, pixels, frame->c, err));
    frame->window = &out->window;
    return EVK_OK;
}

void evk_view_close(struct evk_view *l)
{
    free(l->shown);
    free(l->seen);
    free(l->other);
    evk_image_window_release(&l->window);
}

void evk_view_at(struct evk_view *l, const struct evk_clock *now)
{
    evk_priors_at(l->priors, l->frame, now);
    if (l->is_windowed && (now->step <= 0 || l->window_changes))
        evk_priors_window(l->priors, l->frame, &l->window);
}

/* ---- what is shown ------------------------------------------------------------------------- */

/* Does a prior with the hook show act now? */
static bool maps(const struct evk_view *l)
{
    return l->map && l->map->acts;
}

void evk_view_latent(const struct evk_view *l, float *x)
{
    if (maps(l))
        l->map->type->latent(l->map->self, l->frame, x);
}

const float *evk_view_show(struct evk_view *l, const float *x)
{
    const float *image = x;

    if (maps(l)) {
        l->map->type->show(l->map->self, l->frame, image, l->shown);
        image = l->shown;
    }
    if (l->is_windowed) {
        evk_image_window_show(&l->window, image, l->shown);
        image = l->shown;
    }
    return image;
}

/* ---- what is seen -------------------------------------------------------------------------- */

/*
 * Returns a hash of a prior's name (FNV-1a), so that a prior's random numbers do not depend on
 * which other priors are in the table.
 */
static uint32_t name_bits(const char *name)
{
    uint32_t bits = 2166136261U;

    for (; *name; name++)
        bits = (bits ^ (unsigned char)*name) * 16777619U;
    return bits;
}

void evk_view_draw(struct evk_view *l, const struct evk_rng_key *noise, int64_t step,
                   int64_t number)
{
    for (size_t i = 0; i < l->priors->count; i++) {
        const struct evk_prior *p = &l->priors->prior[i];

        if (p->acts && p->type->draw) {
            struct evk_rng_key key = *noise;

            key.high[0] ^= (uint32_t)step;
            key.high[1] ^= name_bits(p->type->name) + (uint32_t)number;
            p->type->draw(p->self, l->frame, &key);
        }
    }
}

const float *evk_view_transform(struct evk_view *l, const float *image)
{
    const float *x = image;

    for (size_t i = 0; i < l->priors->count; i++) {
        const struct evk_prior *p = &l->priors->prior[i];

        if (p->acts && p->type->transform) {
            float *y = x == l->seen ? l->other : l->seen;

            p->type->transform(p->self, l->frame, x, y);
            x = y;
        }
    }
    return x;
}

void evk_view_adjoint(struct evk_view *l, const float *x, float **g, float **scratch)
{
    for (size_t i = l->priors->count; i-- > 0;) {
        const struct evk_prior *p = &l->priors->prior[i];

        if (p->acts && p->type->adjoint) {
            float *swap = *g;

            p->type->adjoint(p->self, l->frame, *g, *scratch);
            *g = *scratch;
            *scratch = swap;
        }
    }
    if (l->is_windowed)
        evk_image_window_restrict(&l->window, *g);
    if (maps(l))
        l->map->type->show_adjoint(l->map->self, l->frame, x, *g);
}
