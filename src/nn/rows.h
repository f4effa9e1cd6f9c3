/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.h - what layers that go by rows share: the ReLU that is folded into a layer, copies of rows
   and the order of a convolution */
#ifndef EVK_NN_ROWS_H
#define EVK_NN_ROWS_H

#include "nn/layer.h"

/* Returns where evk_pass.signs has the bits of output row y, or the sink where another thread keeps
   them; NULL where the values of y are kept and signs are not. */
uint16_t *evk_rows_signs(const struct evk_pass *p, int64_t y);

/*
 * Does the backward pass of the ReLU: sets gy to 0 in rows first to end - 1 wherever the output was
 * not positive, unless that was done already.
 */
void evk_rows_rectify(const struct evk_pass *p, int64_t first, int64_t end);

/* Returns the part of rows first to end - 1 that is wanted. */
struct evk_span evk_rows_wanted(const struct evk_pass *p, int64_t first, int64_t end);

/* For layers whose passes treat each value alike, and whose values lie one after the other: returns
   how many values of the output are wanted, and in *first the index of the first. */
int64_t evk_rows_values(const struct evk_pass *p, int64_t *first);

/* Copies n pixels of c floats between arrays whose pixels are the pitches apart. */
void evk_rows_copy(int64_t n, int64_t c, const float *from, int64_t from_pitch, float *to,
                   int64_t to_pitch);

/*
 * Are the weights of a convolution so many that reading them anew for each row of outputs would
 * take longer than reading the image anew for each panel of weights?  They then do not fit into the
 * first cache.
 */
bool evk_rows_heavy(const struct evk_conv *c);

#endif /* EVK_NN_ROWS_H */
