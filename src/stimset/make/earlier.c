/* SPDX-License-Identifier: GPL-3.0-or-later */
/* earlier.c - the images of a neuron's earlier starts, from which a diverse ascent keeps away */
#include "stimset/make/earlier.h"
#include "stimset/score/diverse.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/model.h"
#include "stimset/record/neuron.h"
#include "stimset/record/set_file.h"

void evk_earlier_release(struct evk_earlier *e)
{
    for (size_t i = 0; i < e->count; i++)
        free(e->image[i]);
    free(e->image);
    *e = (struct evk_earlier){NULL, 0};
}

/* Make the image of a row whose file was dropped again; e has the images of the starts before. */
static evk_status make_again(const struct evk_earlier *e, const struct evk_earlier_source *source,
                             const struct evk_row *row, struct evk_worker *worker,
                             struct evk_pixels *out, evk_error *err)
{
    struct evk_stimulus s = {.row = *row};
    evk_image *from;
    evk_given given;
    evk_status status;

    EVK_TRY(source->start_image(source->arg, source->model, &s.row, &from, err));
    given = (evk_given){from ? from->values : NULL, (const float *const *)e->image, e->count};
    status =
        evk_worker_synthesize(worker, source->model, source->recipe, &given, NULL, &s, out, err);
    evk_image_free(from);
    return status;
}

/* Add the image of a row, at the size that the model sees. */
static evk_status add_image(struct evk_earlier *e, const struct evk_earlier_source *source,
                            const struct evk_row *row, struct evk_worker *worker, evk_error *err)
{
    struct evk_pixels p;
    evk_status s;

    if (row->present)
        EVK_TRY(evk_set_file_get_image(source->folder, row, NULL, &p, err));
    else
        EVK_TRY(make_again(e, source, row, worker, &p, err));
    s = evk_alloc_floats(&e->image[e->count], evk_shape_count(evk_model_input(source->model)),
                         "an image", err);
    if (!s)
        s = evk_worker_fit(source->model, &p, e->image[e->count++], err);
    evk_pixels_release(&p);
    return s;
}

evk_status evk_earlier_find(struct evk_earlier *out, const struct evk_earlier_source *source,
                            const struct evk_row *row, struct evk_worker *worker, evk_error *err)
{
    const struct evk_row **at; /* (row->start) NULL: that start gave no image */
    evk_status s = EVK_OK;

    *out = (struct evk_earlier){NULL, 0};
    if (evk_recipe_diversity(source->recipe) == EVK_DIVERSE_NONE)
        return EVK_OK;
    EVK_TRY(evk_alloc(&out->image, row->start, sizeof(*out->image), "images", err));
    EVK_TRY(evk_alloc(&at, row->start, sizeof(*at), "images", err));
    for (int64_t i = 0; i < source->all->count; i++) {
        const struct evk_row *r = &source->all->list[i].row;

        if (r->start >= 0 && r->start < row->start && r->sha256[0] && !r->control &&
            evk_is_same_neuron(r, row))
            at[r->start] = r;
    }
    for (int64_t t = 0; t < row->start && !s; t++)
        if (at[t])
            s = add_image(out, source, at[t], worker, err);
    free(at);
    return s;
}
