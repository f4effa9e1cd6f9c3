/* SPDX-License-Identifier: GPL-3.0-or-later */
/* series.c - an image of a series made from the rows and files of a set, as the set made it */
#include "stimset/sets/maximize/series.h"

#include <string.h>

#include "stimset/controls/series.h"
#include "stimset/record/neuron.h"
#include "stimset/record/set_file.h"
#include "synth/recipe.h"

const struct evk_row *evk_series_source(const struct evk_stimuli *all, const struct evk_row *row)
{
    const struct evk_row *of = evk_stimuli_find(all, row->control_of);
    const struct evk_row *source = evk_stimuli_find(all, row->source_id);
    const bool is_natural = source && source->control && strcmp(source->control, "natural") == 0;

    if (!of || of->control || !evk_is_same_neuron(of, row))
        return NULL;
    return source == of || (is_natural && evk_is_same_neuron(source, row)) ? source : NULL;
}

evk_status evk_series_again(const struct evk_dir *folder, const struct evk_stimuli *all,
                            const struct evk_recipe *recipe, const struct evk_row *row,
                            struct evk_pixels *out, evk_error *err)
{
    const struct evk_row *source = evk_series_source(all, row);
    struct evk_image_window w;
    struct evk_pixels image;
    evk_status s;

    if (!source || !source->present || !(row->contrast > 0 && row->contrast <= 1))
        return evk_fail(err, EVK_EFORMAT, "%s: the rows of the set do not say how %s was made",
                        folder->path, row->stimulus_id);
    EVK_TRY(evk_set_file_get_image(folder, source, NULL, &image, err));
    s = evk_recipe_window(&w, recipe, image.height, image.width,
                          evk_stimuli_find(all, row->control_of)->n_steps, err);
    if (!s)
        s = evk_series_apply(row->contrast, w.weight ? &w : NULL, &image, out, err);
    evk_image_window_release(&w);
    evk_pixels_release(&image);
    return s;
}
