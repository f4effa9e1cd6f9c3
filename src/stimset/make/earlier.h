/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * earlier.h - the images of a neuron's earlier starts, which a diverse one keeps away from
 *
 * Those that there are, in the order of their starts: from their files, and where a file was
 * dropped made once more, each with those before it.
 */
#ifndef EVK_STIMSET_MAKE_EARLIER_H
#define EVK_STIMSET_MAKE_EARLIER_H

#include "base/dir.h"
#include "stimset/score/worker.h"

struct evk_earlier {
    float **image; /* (count) each (h, w, c) display values of its file; owned */
    size_t count;
};

/* Where they come from. */
struct evk_earlier_source {
    const struct evk_dir *folder;
    const struct evk_stimuli *all;
    const evk_model *model;
    const evk_recipe *recipe;
    /* The start image of a row, NULL for noise; the callee's caller frees it. */
    evk_status (*origin)(void *arg, const evk_model *model, struct evk_row *row, evk_image **out,
                         evk_error *err);
    void *arg;
};

/* For a recipe that wants no diverse images there are none. Release *out, also after a failure. */
evk_status evk_earlier_find(struct evk_earlier *out, const struct evk_earlier_source *source,
                            const struct evk_row *row, struct evk_worker *maker, evk_error *err);
void evk_earlier_release(struct evk_earlier *e);

#endif /* EVK_STIMSET_MAKE_EARLIER_H */
