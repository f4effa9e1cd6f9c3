/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shared.h - networks that several ensembles have, each shown the reference images once
 *
 * In a table of units, the models that one fit taught are members of every unit's ensemble.  Without
 * this, each of them would be shown all reference images once for each unit.
 */
#ifndef EVK_STIMSET_SCORE_SHARED_H
#define EVK_STIMSET_SCORE_SHARED_H

#include "stimset/score/reference.h"

/* A network, and its responses to the images once it was shown them. */
struct evk_shared_network {
    const evk_model *model;
    float *responses; /* (images, outputs of the network); owned, NULL: not yet */
};

struct evk_shared {
    struct evk_shared_network *list; /* (count) owned */
    size_t count;
};

/* Lists the networks that ensembles of two or more of the targets have.  The caller releases *out,
   also after a failure. */
evk_status evk_shared_find(struct evk_shared *out, const evk_target *targets, size_t count,
                           evk_error *err);
void evk_shared_release(struct evk_shared *s);

/* Does what evk_reference_read does, to the bit; the images are the same in all calls. */
evk_status evk_shared_read(struct evk_shared *s, struct evk_reference *out, const evk_model *model,
                           const evk_image_list *images, const evk_run *run, evk_error *err);

#endif /* EVK_STIMSET_SCORE_SHARED_H */
