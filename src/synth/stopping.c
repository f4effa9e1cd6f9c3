/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stopping.c - the rules that end an ascent before its last step */
#include "synth/stopping.h"

#include <math.h>

#include "synth/settings.h"

struct evk_patience evk_patience_begin(double gain, int64_t most)
{
    return (struct evk_patience){.gain = gain, .most = most, .best = HUGE_VAL};
}

bool evk_patience_ends(struct evk_patience *p, double loss)
{
    if (loss < p->best - fmax(p->gain, 0)) {
        p->best = loss;
        p->count = 0;
    } else if (p->gain >= 0 || loss > p->best - p->gain) {
        p->count++;
    }
    return p->most > 0 && p->count >= p->most;
}

struct evk_stopping evk_stopping_begin(const evk_recipe *recipe)
{
    return (struct evk_stopping){
        .plateau = evk_patience_begin(recipe->plateau_gain, recipe->plateau),
        .pixel_change = recipe->pixel_change,
        .target = recipe->target_response,
        .sign = recipe->minimize ? -1 : 1,
    };
}

const char *evk_stopping_ask(struct evk_stopping *s, double objective, double change)
{
    const bool ends = evk_patience_ends(&s->plateau, -s->sign * objective);

    s->still = change < s->pixel_change ? s->still + 1 : 0;
    return ends ? "plateau" : s->still >= EVK_STILL_STEPS ? "pixel-change" : NULL;
}

bool evk_stopping_reaches(const struct evk_stopping *s, double objective)
{
    return s->sign * objective >= s->sign * s->target;
}
