/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.h - what layers that go by rows have in common: a ReLU folded into them */
#ifndef EVK_NN_ROWS_H
#define EVK_NN_ROWS_H

#include "nn/layer.h"

/* Signs of output row y, for a ReLU to remember; NULL where y itself is kept. */
uint16_t *evk_rows_signs(const struct evk_pass *p, int64_t y);

/* Back through the ReLU: rows first to end - 1 of gy become 0 where y was not positive. */
void evk_rows_rectify(const struct evk_pass *p, int64_t first, int64_t end);

#endif /* EVK_NN_ROWS_H */
