/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core.h - a core as models of mouse V1 have it, with random weights, and neurons at positions */
#ifndef EVK_TESTS_CORE_H
#define EVK_TESTS_CORE_H

#include "nn/layers.h"

/*
 * Build the core for images of 36 x 64 x 1: a 9 x 9 convolution without padding to 64 channels,
 * then three times a 7 x 7 depthwise and a pointwise convolution, with an ELU after each.  Each of
 * count neurons reads the last map at a position between four of its pixels.
 */
void core_build(struct evk_graph *g, int64_t count, uint64_t *seed);

#endif /* EVK_TESTS_CORE_H */
