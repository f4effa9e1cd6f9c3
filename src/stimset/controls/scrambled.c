/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scrambled.c - a control: the perturbation, or the image, with random phases */
#include "attack/controls.h"
#include "match/controls.h"
#include "model/model.h"
#include "stimset/controls/control.h"
#include "stimset/controls/windowed.h"
#include "synth/start.h"

static evk_status scrambled_make_perturbed(const struct evk_perturbed *of, unsigned char *out,
                                           evk_error *err)
{
    return evk_control_scrambled(of->search, of->image, of->number, out, err);
}

static evk_status key_of(const struct evk_maximized *of, struct evk_rng_key *key, evk_error *err)
{
    const struct evk_start which = {of->model->digest, of->output, of->row->start, 0};

    return evk_start_key(of->recipe, &which, "evoke control phases", key, err);
}

static evk_status scrambled_make_maximized(const struct evk_maximized *of, struct evk_pixels *out,
                                           evk_error *err)
{
    const struct evk_pixels *p = of->image;
    struct evk_scrambler s = {0};
    struct evk_rng_key key;
    double contrast;
    evk_status status;

    EVK_TRY(key_of(of, &key, err));
    if (of->window)
        return evk_windowed_scramble(of->window, evk_model_kernels(of->model), &key, p, out, err);
    status =
        evk_scrambler_init(&s, evk_model_kernels(of->model), p->height, p->width, p->channels, err);
    if (!status)
        status = evk_scramble_pixels(&s, &key, p, out, &contrast, err);
    evk_scrambler_release(&s);
    return status;
}

const struct evk_control_type evk_control_type_scrambled = {
    .name = "scrambled",
    .summary = "the perturbation, or the image, with random phases: its amplitude spectrum",
    .perturbed = scrambled_make_perturbed,
    .maximized = scrambled_make_maximized,
};
