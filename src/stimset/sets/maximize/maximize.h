/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maximize.h - sets of ascents: their description */
#ifndef EVK_STIMSET_SETS_MAXIMIZE_MAXIMIZE_H
#define EVK_STIMSET_SETS_MAXIMIZE_MAXIMIZE_H

#include "base/json.h"
#include "evoke/stimset.h"

/*
 * Write the description of a set of ascents by this recipe for the targets (count) into w, which
 * this call begins.  The caller releases w.
 */
void evk_describe_maximize(struct evk_json_writer *w, const evk_target *targets, size_t count,
                           const evk_recipe *recipe);

#endif /* EVK_STIMSET_SETS_MAXIMIZE_MAXIMIZE_H */
