/* SPDX-License-Identifier: GPL-3.0-or-later */
/* remaking.h - one image of a finished set that is made again, as the kind of the set sees it */
#ifndef EVK_STIMSET_FINISHED_REMAKING_H
#define EVK_STIMSET_FINISHED_REMAKING_H

#include "evoke/synth.h"
#include "stimset/finished/set.h"
#include "stimset/score/worker.h"

struct evk_remaking {
    const evk_set *set;
    const struct evk_row *row; /* as the table has it */
    const evk_model *model;    /* the row's; NULL: the row has none, or the set is streamed */
    const evk_recipe *recipe;  /* by which models respond to images of the set */
    const char *const *models; /* (count) files in which models of other rows are looked for */
    size_t count;
    const evk_image_list *images; /* photographs that the user gave; may be NULL */
    struct evk_worker *worker;    /* memory for sessions */
    struct evk_stimulus *made;    /* its row begins as a copy of row; an ascent fills in more */
};

/* EVK_EFORMAT: the row has no model, but an image of this kind is made with one. */
evk_status evk_remaking_check_model(const struct evk_remaking *r, evk_error *err);

#endif /* EVK_STIMSET_FINISHED_REMAKING_H */
