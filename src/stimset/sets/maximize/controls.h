/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controls.h - the controls of a set of synthesized images */
#ifndef EVK_STIMSET_SETS_MAXIMIZE_CONTROLS_H
#define EVK_STIMSET_SETS_MAXIMIZE_CONTROLS_H

#include "base/dir.h"
#include "base/json.h"
#include "stimset/make/build.h"
#include "stimset/score/natural.h"
#include "stimset/score/start_image.h"

struct evk_maximized;
struct evk_control_type;

/* The call of evk_maximize that controls belong to; all of it is borrowed. */
struct evk_maximizing {
    const struct evk_dir *folder;
    const evk_target *targets; /* (count) */
    size_t count;
    const evk_recipe *recipe;
    const evk_judges *judges; /* may be NULL */
    const evk_run *run;
    /* naturals->images is NULL where there are no reference images */
    const struct evk_naturals *naturals;
    const struct evk_start_image *start_image;
};

/*
 * EVK_EINVAL: the contrasts are no list of contrasts (evk_contrasts_parse); or a control that the
 * recipe asks for is of another kind of set, or needs reference images or a second neuron, which
 * there are not.
 */
evk_status evk_maximize_check_controls(const struct evk_maximizing *m, evk_error *err);

/* Is the row that of a control? */
bool evk_is_control(const struct evk_row *row);

/*
 * Extend a set whose images are made and chosen by the controls of the images that are kept, and by
 * these images at other contrasts.
 * asked: description of the whole call.  EVK_EFORMAT: a control could not be made.
 */
evk_status evk_maximize_add_controls(const struct evk_maximizing *m, struct evk_json_writer *asked,
                                     const struct evk_built *images, evk_error *err);

/*
 * Make a control.  from->row is the row of the image that it controls, whose file in folder is
 * read; from->image, other and window are found by this call.  other_row: the image of another
 * neuron; may be NULL.  EVK_ENOTFOUND: the kind needs other_row.  The caller releases *out.
 */
evk_status evk_maximized_make(const struct evk_dir *folder, const struct evk_control_type *type,
                              const struct evk_maximized *from, const struct evk_row *other_row,
                              struct evk_pixels *out, evk_error *err);

#endif /* EVK_STIMSET_SETS_MAXIMIZE_CONTROLS_H */
