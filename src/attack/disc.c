/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disc.c - hard-edged discs: painting one image into another, and sums over a disc */
#include "attack/disc.h"

#include <math.h>

/* The places from first up to, but without, end. */
struct span {
    int64_t first, end;
};

/* Returns the places of a line of n pixels that are at most reach from the centre. */
static struct span within(int64_t centre, double reach, int64_t n)
{
    const int64_t r = (int64_t)floor(reach);

    return (struct span){centre - r > 0 ? centre - r : 0, centre + r < n ? centre + r + 1 : n};
}

/* Returns the rows of the image that the disc meets. */
static struct span rows(const struct evk_frame *f, const struct evk_disc *d)
{
    return within(d->row, d->radius, f->h);
}

/* Returns the columns of a row that are inside the disc. */
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
