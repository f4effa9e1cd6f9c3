/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compact.h - the published compact models of V4, recognised by their architecture */
#ifndef EVK_MODEL_COMPACT_H
#define EVK_MODEL_COMPACT_H

#include "nn/graph.h"

/*
 * Is this the architecture of the compact models or of the shared compact
 * models (Cowley et al., Nature 2026), whatever its widths?  On an unfolded graph.
 */
bool evk_is_compact(const struct evk_graph *g);

/* What they subtract from display values, R, G, B; their scale is 1. */
extern const double evk_compact_mean[3];

#endif /* EVK_MODEL_COMPACT_H */
