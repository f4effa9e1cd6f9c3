/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controls.h - the controls of a set of synthesized images */
#ifndef EVK_STIMSET_SETS_MAXIMIZE_CONTROLS_H
#define EVK_STIMSET_SETS_MAXIMIZE_CONTROLS_H

#include "base/dir.h"
#include "base/json.h"
#include "stimset/make/build.h"
#include "stimset/score/natural.h"
#include "stimset/score/start_image.h"

struct evk_maximizing {
    const struct evk_dir *folder;
    const evk_target *targets; /* (count) */
    size_t count;
    const evk_recipe *recipe;
    const evk_judges *judges; /* may be NULL */
    const evk_run *run;
    const struct evk_naturals *naturals; /* its images are NULL: there are none */
    const struct evk_start_image *start_image;
};

/* EVK_EINVAL: a kind of other sets, or one for which an image or a neuron is lacking. */
evk_status evk_maximize_check_controls(const struct evk_maximizing *m, evk_error *err);

/* Is the row one of theirs? */
bool evk_is_control(const struct evk_row *row);

/*
 * Extend the set, of which these images are made and chosen, by the controls of those that are
 * kept.  asked is the description of the whole call.  EVK_EFORMAT: some control could not be made.
 */
evk_status evk_maximize_add_controls(const struct evk_maximizing *m, struct evk_json_writer *asked,
                                     const struct evk_built *images, evk_error *err);

/*
 * What a control is made from, and the control.  from->row is its stimulus, whose file in folder is
 * read; other_row may be NULL.
 */
struct evk_maximized;
struct evk_control_type;
evk_status evk_maximized_make(const struct evk_dir *folder, const struct evk_control_type *type,
                              const struct evk_maximized *from, const struct evk_row *other_row,
                              struct evk_pixels *out, evk_error *err);

#endif /* EVK_STIMSET_SETS_MAXIMIZE_CONTROLS_H */
