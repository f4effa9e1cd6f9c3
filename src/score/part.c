/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part.c - predictions for the images of a recording */
#include "score/part.h"

#include <stdlib.h>

#include "base/mem.h"
#include "image/list.h"

/* Opens a list of the images that take part, framed as the recording's list is. */
static evk_status open_part(evk_image_list **out, const evk_recording *r, evk_error *err)
{
    const char **paths;
    evk_status s;

    EVK_TRY(evk_alloc(&paths, r->images, sizeof(*paths), "images", err));
    for (int64_t i = 0; i < r->images; i++)
        paths[i] = r->list->items[r->image[i]].path;
    s = evk_image_list_open(out, paths, (size_t)r->images, NULL, err);
    free((void *)paths);
    if (s)
        return s;
    (*out)->frame = r->list->frame; /* no image has been read in another one */
    if ((*out)->count == (size_t)r->images)
        return EVK_OK;
    evk_image_list_free(*out);
    return evk_fail(err, EVK_EIO, "images changed while they were read");
}

static evk_status add_notes(const evk_image_list *list, struct evk_names *notes, evk_error *err)
{
    const char *left_out;
    char text[512];

    for (size_t i = 0; (left_out = evk_image_list_left_out(list, i)); i++)
        EVK_TRY(evk_names_printf(notes, err, "%s; left out", left_out));
    for (size_t i = 0; evk_image_list_note(list, i, text, sizeof(text)); i++)
        if (text[0])
            EVK_TRY(evk_names_add(notes, text, err));
    return EVK_OK;
}

evk_status evk_predict_part(const evk_recording *r, const evk_model *const *models, size_t count,
                            bool resize, const evk_run *run, float *responses,
                            struct evk_names *notes, evk_error *err)
{
    evk_image_list *list;
    bool *left_out;
    evk_status s;

    EVK_TRY(open_part(&list, r, err));
    s = evk_alloc(&left_out, r->images, sizeof(*left_out), "images", err);
    if (!s) {
        s = evk_predict_list(models, count, list, resize, run, responses, left_out, err);
        free(left_out);
    }
    if (!s)
        s = add_notes(list, notes, err);
    evk_image_list_free(list);
    return s;
}
