/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disc.c - hard-edged discs of an image in which another one shows */
#include "attack/disc.h"

#include <math.h>

struct span {
    int64_t first, end;
};

static struct span within(int64_t centre, double reach, int64_t n)
{
    const int64_t r = (int64_t)floor(reach);

    return (struct span){centre - r > 0 ? centre - r : 0, centre + r < n ? centre + r + 1 : n};
}

static struct span rows(const struct evk_frame *f, const struct evk_disc *d)
{
    return within(d->row, d->radius, f->h);
}

static struct span columns(const struct evk_frame *f, const struct evk_disc *d, int64_t row)
{
    const double away = (double)(row - d->row);

    return within(d->column, sqrt(d->radius * d->radius - away * away), f->w);
}

bool evk_disc_paint(const struct evk_frame *f, const struct evk_disc *disc, const bool *open,
                    const float *from, float *to)
{
    const struct span down = rows(f, disc);
    bool any = false;

    for (int64_t y = down.first; y < down.end; y++) {
        const struct span across = columns(f, disc, y);

        for (int64_t i = (y * f->w + across.first) * f->c; i < (y * f->w + across.end) * f->c; i++)
            if (!open || open[i]) {
                to[i] = from[i];
                any = true;
            }
    }
    return any;
}

double evk_disc_sum(const struct evk_frame *f, const struct evk_disc *disc, const float *map)
{
    const struct span down = rows(f, disc);
    double sum = 0;

    for (int64_t y = down.first; y < down.end; y++) {
        const struct span across = columns(f, disc, y);

        for (int64_t x = across.first; x < across.end; x++)
            sum += (double)map[y * f->w + x];
    }
    return sum;
}
