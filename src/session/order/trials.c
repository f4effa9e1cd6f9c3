/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials.c - the list of presentations, trial by trial */
#include "session/order/trials.h"

static void append(struct evk_trials *t, int64_t block, int64_t image, bool is_catch)
{
    struct evk_order *o = t->order;

    o->trials = t->done + t->written + 1;
    o->list[o->count++] = (struct evk_presentation){
        .block = block,
        .trial = t->first_trial + o->trials - 1,
        .position = ++t->position,
        .image = image,
        .is_catch = is_catch,
    };
}

static void catch_trial(struct evk_trials *t)
{
    const struct evk_order *o = t->order;
    const int64_t block = o->count ? o->list[o->count - 1].block : 1;

    for (int64_t i = 0; i < t->per_trial; i++)
        append(t, block, t->catch_image, true);
    t->position = 0;
    t->written++;
}

/* Appends the catch trials that stand behind the last trial that is whole. */
static void catch_trials(struct evk_trials *t)
{
    while (t->written < t->catch_trials && t->after[t->written] < t->done)
        catch_trial(t);
}

static void end_trial(struct evk_trials *t)
{
    t->position = 0;
    t->done++;
    catch_trials(t);
}

void evk_trials_begin(struct evk_trials *t)
{
    catch_trials(t);
}

void evk_trials_show(struct evk_trials *t, int64_t block, int64_t image)
{
    append(t, block, image, false);
    if (t->position == t->per_trial)
        end_trial(t);
}

void evk_trials_end(struct evk_trials *t)
{
    if (t->position)
        end_trial(t);
}
