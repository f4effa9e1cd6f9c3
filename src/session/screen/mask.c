/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mask.c - the background of the screen around and behind an image, in whole display values */
#include "session/screen/mask.h"

#include <math.h>

#include "base/fmath.h"

static const double PI = 3.1415926535897932385;

static unsigned char clamp(int v)
{
    return (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
}

void evk_mask_ground(struct evk_pixels *image, const struct evk_pixels *weight,
                     const unsigned char ground[3], const unsigned char background[3])
{
    for (int64_t i = 0; i < image->height * image->width; i++) {
        unsigned char *p = image->data + 3 * i;
        const int hidden = 255 - weight->data[i];

        for (int c = 0; c < 3; c++) {
            const int change = hidden * (background[c] - ground[c]);

            if (hidden == 255)
                p[c] = background[c];
            else /* the division rounds down, as its dividend is not negative */
                p[c] = clamp(p[c] + (2 * change + 255 + 510 * 255) / 510 - 255);
        }
    }
}

/* Returns m of a pixel whose distance from the centre has this square. */
static double seen(double square, double radius, double edge)
{
    double r;

    if (square >= radius * radius)
        return 0;
    if (edge >= radius ? square == 0 : square <= (radius - edge) * (radius - edge))
        return 1;
    r = sqrt(square);
    return (1 + evk_cos(PI * ((r - radius + edge) / edge))) / 2;
}

void evk_mask_edge(struct evk_pixels *image, double edge_px, const unsigned char background[3])
{
    const double w = (double)image->width, h = (double)image->height;
    const double radius = (w < h ? w : h) / 2;

    for (int64_t y = 0; y < image->height; y++)
        for (int64_t x = 0; x < image->width; x++) {
            const double dx = (double)x + 0.5 - w / 2, dy = (double)y + 0.5 - h / 2;
            const double m = seen(dx * dx + dy * dy, radius, edge_px);
            unsigned char *p = image->data + 3 * (y * image->width + x);

            for (int c = 0; c < 3 && m < 1; c++)
                p[c] = (unsigned char)floor(background[c] + m * (p[c] - background[c]) + 0.5);
        }
}
