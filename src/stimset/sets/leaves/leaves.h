/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaves.h - sets of dead leaves: their images, and their description */
#ifndef EVK_STIMSET_SETS_LEAVES_LEAVES_H
#define EVK_STIMSET_SETS_LEAVES_LEAVES_H

#include "base/json.h"
#include "format/codec.h"

/* Paint image i of a seed: RGB, (height, width).  The caller releases *out. */
evk_status evk_leaves_pixels(struct evk_pixels *out, int64_t height, int64_t width, int64_t seed,
                             int64_t i, evk_error *err);

/*
 * Write the description of a set of count images into w, which this call begins.  The caller
 * releases w.
 */
void evk_describe_leaves(struct evk_json_writer *w, int64_t count, int64_t height, int64_t width,
                         int64_t seed);

#endif /* EVK_STIMSET_SETS_LEAVES_LEAVES_H */
