/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaves.h - what an image of a set of dead leaves is a function of */
#ifndef EVK_STIMSET_SETS_LEAVES_LEAVES_H
#define EVK_STIMSET_SETS_LEAVES_LEAVES_H

#include "format/codec.h"

/* Image i of a seed: RGB, (height, width). */
evk_status evk_leaves_pixels(struct evk_pixels *out, int64_t height, int64_t width, int64_t seed,
                             int64_t i, evk_error *err);

#endif /* EVK_STIMSET_SETS_LEAVES_LEAVES_H */
