/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * earlier.h - the images of a neuron's earlier starts, from which a diverse ascent keeps away
 *
 * Images are in the order of their starts; starts without an image are left out.  An image is read
 * from its file or, where the file was dropped, made again, which takes the images before it.
 */
#ifndef EVK_STIMSET_MAKE_EARLIER_H
#define EVK_STIMSET_MAKE_EARLIER_H

#include "base/dir.h"
#include "stimset/score/worker.h"

struct evk_earlier {
    float **image; /* (count) each (h, w, c) display values at the size of the model; owned */
    size_t count;
};

/* Where the images come from.  Everything is borrowed. */
struct evk_earlier_source {
    const struct evk_dir *folder;
    const struct evk_stimuli *all; /* of the set */
    const evk_model *model;        /* of the neuron */
    const evk_recipe *recipe;
    /*
     * Give the start image of a row, NULL where it starts from noise; evk_earlier_find frees *out.
     */
    evk_status (*start_image)(void *arg, const evk_model *model, struct evk_row *row,
                              evk_image **out, evk_error *err);
    void *arg;
};

/*
 * Find the images of the starts before that of row, of the same neuron; none where the recipe asks
 * for no diverse images.  worker makes images again.  The caller releases *out, also after a
 * failure.  EVK_EIO or EVK_EFORMAT: a file cannot be read; other failures are those of an ascent.
 */
evk_status evk_earlier_find(struct evk_earlier *out, const struct evk_earlier_source *source,
                            const struct evk_row *row, struct evk_worker *worker, evk_error *err);
void evk_earlier_release(struct evk_earlier *e);

#endif /* EVK_STIMSET_MAKE_EARLIER_H */
