/* SPDX-License-Identifier: GPL-3.0-or-later */
/* naturals.h - sets of natural images: their description */
#ifndef EVK_STIMSET_SETS_NATURALS_NATURALS_H
#define EVK_STIMSET_SETS_NATURALS_NATURALS_H

#include "base/json.h"
#include "evoke/stimset.h"

/*
 * Write the description of a set into w, which this call begins.  The set has, for each neuron of
 * the targets (count), the keep images that drive it most and the least images that drive it least.
 * The caller releases w.
 */
void evk_describe_natural(struct evk_json_writer *w, const evk_target *targets, size_t count,
                          int64_t keep, int64_t least);

#endif /* EVK_STIMSET_SETS_NATURALS_NATURALS_H */
