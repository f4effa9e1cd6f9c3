/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - the ReLU that is folded into a layer, for layers that go by rows */
#include "nn/rows.h"

uint16_t *evk_rows_signs(const struct evk_pass *p, int64_t y)
{
    return p->signs ? p->signs + y * p->out.w * p->y_pitch / EVK_PAD : NULL;
}

void evk_rows_rectify(const struct evk_pass *p, int64_t first, int64_t end)
{
    const int64_t row = p->out.w * p->y_pitch;

    for (int64_t y = first; y < end; y++) {
        float *gy = p->gy + evk_rows_at(&p->gy_rows, y);

        if (p->signs)
            p->k->rectify_signed(row, evk_rows_signs(p, y), gy);
        else
            p->k->rectify_gradient(row, p->y + evk_rows_at(&p->y_rows, y), gy);
    }
}
