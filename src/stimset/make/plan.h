/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h - which stimuli are there already, and which get the next codes */
#ifndef EVK_STIMSET_MAKE_PLAN_H
#define EVK_STIMSET_MAKE_PLAN_H

#include "stimset/record/stimulus.h"

/*
 * Find each wanted row among all, by its key, or add it with the next
 * stim_code, its stimulus_id and filename; place[i] (count) is where it is.
 * What is there does not change.  EVK_EINVAL when codes run out (EVK_CODE_MAX).
 */
evk_status evk_plan(struct evk_stimuli *all, const struct evk_row *wanted, int64_t count,
                    int64_t *place, evk_error *err);

#endif /* EVK_STIMSET_MAKE_PLAN_H */
