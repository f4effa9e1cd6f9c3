/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h - decides which wanted stimuli are in the set already, and gives codes to the others */
#ifndef EVK_STIMSET_MAKE_PLAN_H
#define EVK_STIMSET_MAKE_PLAN_H

#include "stimset/record/stimulus.h"

/*
 * Find each wanted row (count) among all stimuli by its key (evk_row_key); add those that are not
 * there at the end, with the next stim_code and the names that follow from it.  place (count) gets
 * the place of each wanted row in all->list.  Stimuli that are there do not change.  EVK_EINVAL:
 * there would be more than EVK_CODE_MAX stimuli.
 */
evk_status evk_plan(struct evk_stimuli *all, const struct evk_row *wanted, int64_t count,
                    int64_t *place, evk_error *err);

#endif /* EVK_STIMSET_MAKE_PLAN_H */
