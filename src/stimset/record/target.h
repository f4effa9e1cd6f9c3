/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.h - the neurons that a set is asked for */
#ifndef EVK_STIMSET_RECORD_TARGET_H
#define EVK_STIMSET_RECORD_TARGET_H

#include "evoke/stimset.h"
#include "stimset/record/row.h"

/*
 * EVK_EINVAL: two models of one name, an output that is none of its model's or asked for twice;
 * EVK_EUNSUPPORTED: images that are neither gray nor in colour.
 */
evk_status evk_targets_check(const evk_target *targets, size_t count, evk_error *err);

/* How many neurons. */
int64_t evk_targets_neurons(const evk_target *targets, size_t count);

/* The model of a row that one of the targets is for, by its name. */
const evk_model *evk_targets_model(const evk_target *targets, const struct evk_row *row);

#endif /* EVK_STIMSET_RECORD_TARGET_H */
