/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.h - the models and neurons that a set is asked for */
#ifndef EVK_STIMSET_RECORD_TARGET_H
#define EVK_STIMSET_RECORD_TARGET_H

#include "evoke/stimset.h"
#include "stimset/record/row.h"

/*
 * Check targets (count).  EVK_EINVAL: two models have one name, or an output is out of its model's
 * range or asked for twice; EVK_EUNSUPPORTED: a model sees images of other than 1 or 3 channels.
 */
evk_status evk_targets_check(const evk_target *targets, size_t count, evk_error *err);

/* Returns the number of neurons of all targets (count). */
int64_t evk_targets_neurons(const evk_target *targets, size_t count);

/* Returns the model that row->target_model names, which must be that of one of the targets. */
const evk_model *evk_targets_model(const evk_target *targets, const struct evk_row *row);

#endif /* EVK_STIMSET_RECORD_TARGET_H */
