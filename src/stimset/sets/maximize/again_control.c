/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * again_control.c - make a control of a synthesized image again, from its row and the images of the
 * set
 */
#include <math.h>
#include <string.h>

#include "stimset/controls/control.h"
#include "stimset/inputs/fit.h"
#include "stimset/inputs/source.h"
#include "stimset/sets/maximize/again.h"
#include "stimset/sets/maximize/controls.h"
#include "stimset/sets/maximize/series.h"

/*
 * Find the reference image that the control is, or was made from; *out is NULL where it is of none.
 * The caller frees *out.
 */
static evk_status find_source(const struct evk_remaking *r, const struct evk_control_type *type,
                              evk_image **out, evk_error *err)
{
    const struct evk_wanted_image wanted = {r->row->source_file, r->row->pixel_sha256};
    const struct evk_source source = {.images = r->images};
    /* seen through a window, it has other pixels than the reference image */
    const bool is_windowed = !isnan(r->row->frac_clipped_window);
    size_t i;

    *out = NULL;
    if (type->best_natural && !is_windowed)
        return evk_fit_find(r->images, &wanted, r->model, false, out, err);
    if (!type->best_natural && !type->any_natural)
        return EVK_OK;
    if (!r->images || !r->row->source_file)
        return evk_fail(err, EVK_ENOTFOUND,
                        "image %s is not given, expected --reference PATH with it",
                        r->row->source_file ? r->row->source_file : "n/a");
    EVK_TRY(evk_source_find(&source, r->row->source_file, &i, err));
    return evk_fit_listed(r->images, i, r->model, false, out, NULL, err);
}

/*
 * Find the start image of the image that is controlled, for a control that needs it; else *out is
 * NULL.  The caller frees *out.
 */
static evk_status find_start(const struct evk_remaking *r, const struct evk_control_type *type,
                             const struct evk_row *of, evk_image **out, evk_error *err)
{
    *out = NULL;
    if (strcmp(type->name, "start") != 0)
        return EVK_OK;
    return evk_start_image_find(r->recipe, r->images, r->model, of, out, err);
}

evk_status evk_control_again(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err)
{
    const struct evk_control_type *type = evk_control_find(r->row->control);
    const struct evk_row *row = evk_stimuli_find(&r->set->all, r->row->control_of);
    struct evk_maximized of = {.row = row, .model = r->model, .recipe = r->recipe};
    evk_image *start = NULL, *source = NULL;
    evk_status s;

    if (evk_row_is_series(r->row))
        return evk_series_again(&r->set->folder, &r->set->all, r->recipe, r->row, out, err);
    if (!type || !row || !row->present || (!type->maximized && !type->blank))
        return evk_fail(err, EVK_EFORMAT, "%s: the rows of the set do not say how %s was made",
                        r->set->folder.path, r->row->stimulus_id);
    EVK_TRY(evk_model_find_neuron(r->model, row->target_output, &of.output, err));
    EVK_TRY(find_start(r, type, row, &start, err));
    s = find_source(r, type, &source, err);
    of.start = start ? start->values : NULL;
    of.source = source;
    if (!s)
        s = evk_maximized_make(
            &r->set->folder, type, &of,
            type->other_neuron ? evk_stimuli_find(&r->set->all, r->row->source_id) : NULL, out,
            err);
    evk_image_free(start);
    evk_image_free(source);
    return s;
}
