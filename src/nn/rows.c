/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - what layers that go by rows share */
#include "nn/rows.h"

#include <string.h>

uint16_t *evk_rows_signs(const struct evk_pass *p, int64_t y)
{
    if (p->signs && (y < p->own.first || y >= p->own.end))
        return p->sink;
    return p->signs ? p->signs + y * p->out.w * p->y_pitch / EVK_PAD : NULL;
}

struct evk_span evk_rows_wanted(const struct evk_pass *p, int64_t first, int64_t end)
{
    return (struct evk_span){first > p->wanted.first ? first : p->wanted.first,
                             end < p->wanted.end ? end : p->wanted.end};
}

int64_t evk_rows_values(const struct evk_pass *p, int64_t *first)
{
    const struct evk_span rows = evk_rows_wanted(p, 0, p->out.h);
    const int64_t row = p->out.w * p->out.c;

    *first = rows.first * row;
    return (rows.end - rows.first) * row;
}

void evk_rows_rectify(const struct evk_pass *p, int64_t first, int64_t end)
{
    const int64_t row = p->out.w * p->y_pitch;

    for (int64_t y = first; y < end && !p->rectified; y++) {
        float *gy = p->gy + evk_rows_at(&p->gy_rows, y);

        if (p->signs)
            p->k->rectify_signed(row, evk_rows_signs(p, y), gy);
        else
            p->k->rectify_gradient(row, p->y + evk_rows_at(&p->y_rows, y), gy);
    }
}

void evk_rows_copy(int64_t n, int64_t c, const float *from, int64_t from_pitch, float *to,
                   int64_t to_pitch)
{
    if (from_pitch == c && to_pitch == c) {
        memcpy(to, from, (size_t)(n * c) * sizeof(*to));
        return;
    }
    for (int64_t i = 0; i < n; i++)
        memcpy(to + i * to_pitch, from + i * from_pitch, (size_t)c * sizeof(*to));
}

bool evk_rows_heavy(const struct evk_conv *c)
{
    return c->rows * c->pieces * c->taps * c->room * (int64_t)sizeof(float) > 32 * 1024;
}
