/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.h - the ReLU that is folded into a layer, for layers that go by rows */
#ifndef EVK_NN_ROWS_H
#define EVK_NN_ROWS_H

#include "nn/layer.h"

/* Returns where evk_pass.signs has the bits of output row y; NULL where the values of y are kept
   and signs are not. */
uint16_t *evk_rows_signs(const struct evk_pass *p, int64_t y);

/*
 * Does the backward pass of the ReLU: sets gy to 0 in rows first to end - 1 wherever the output was
 * not positive.
 */
void evk_rows_rectify(const struct evk_pass *p, int64_t first, int64_t end);

#endif /* EVK_NN_ROWS_H */
