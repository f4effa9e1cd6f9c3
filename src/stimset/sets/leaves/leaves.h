/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaves.h - sets of dead leaves: what an image is a function of, and what a set says of itself */
#ifndef EVK_STIMSET_SETS_LEAVES_LEAVES_H
#define EVK_STIMSET_SETS_LEAVES_LEAVES_H

#include "base/json.h"
#include "format/codec.h"

/* Image i of a seed: RGB, (height, width). */
evk_status evk_leaves_pixels(struct evk_pixels *out, int64_t height, int64_t width, int64_t seed,
                             int64_t i, evk_error *err);

/* Begin the description of a set of count images; the caller releases the writer. */
void evk_describe_leaves(struct evk_json_writer *w, int64_t count, int64_t height, int64_t width,
                         int64_t seed);

#endif /* EVK_STIMSET_SETS_LEAVES_LEAVES_H */
