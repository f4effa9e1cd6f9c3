/* SPDX-License-Identifier: GPL-3.0-or-later */
/* naturals.h - sets of natural images: what a set says of itself */
#ifndef EVK_STIMSET_SETS_NATURALS_NATURALS_H
#define EVK_STIMSET_SETS_NATURALS_NATURALS_H

#include "base/json.h"
#include "evoke/stimset.h"

/*
 * Begin the description of a set with keep images that drive each neuron of the targets (count) most, and
 * least images that drive it least.  The caller releases the writer.
 */
void evk_describe_natural(struct evk_json_writer *w, const evk_target *targets, size_t count,
                          int64_t keep, int64_t least);

#endif /* EVK_STIMSET_SETS_NATURALS_NATURALS_H */
