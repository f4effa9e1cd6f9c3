/* SPDX-License-Identifier: GPL-3.0-or-later */
/* remaking.h - what the hook evk_set_kind.again gets to make one image of a finished set again */
#ifndef EVK_STIMSET_FINISHED_REMAKING_H
#define EVK_STIMSET_FINISHED_REMAKING_H

#include "evoke/synth.h"
#include "stimset/finished/set.h"
#include "stimset/score/worker.h"

/* Everything is borrowed. */
struct evk_remaking {
    const evk_set *set;
    const struct evk_row *row; /* the row of the image in the table */
    const evk_model *model;    /* of the row; NULL: the row has none, or the set is streamed */
    const evk_recipe *recipe;  /* with which models are asked for responses to images of the set */
    const char *const *models; /* (count) files among which models of other rows are looked for */
    size_t count;
    const evk_image_list *images; /* photographs that the user gave; may be NULL */
    struct evk_worker *worker;    /* runs ascents and predicts responses */
    struct evk_stimulus *made;    /* its row is a copy of row; an ascent fills in more */
};

/*
 * Check that r->model is there.  Kinds call it before they make an image that takes a model.
 * EVK_EFORMAT: the row has no model_sha256.
 */
evk_status evk_remaking_check_model(const struct evk_remaking *r, evk_error *err);

#endif /* EVK_STIMSET_FINISHED_REMAKING_H */
