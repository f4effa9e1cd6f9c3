/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.c - the table of embedded cells */
#include "cell.h"

#include <string.h>

#define DEGREES(a) ((a) / 57.295779513082321)

static const struct gabor gabor = {
    .row = 55,
    .column = 57,
    .orientation = DEGREES(45),
    .wavelength = 20,
    .phase = 0,
    .sd = 14,
};

static const struct dot dot = {.row = 59, .column = 51, .radius = 14, .polarity = 1};

static const struct opponent red_green = {
    .row = 52,
    .column = 60,
    .radius = 18,
    .centre = {1, -0.5, -0.5},
    .surround = {-0.5, 1, -0.5},
};

static const struct opponent blue_yellow = {
    .row = 63,
    .column = 47,
    .radius = 11,
    .centre = {-0.5, -0.5, 1},
    .surround = {0.5, 0.5, -1},
};

static const struct complex complex = {
    .row = 57,
    .column = 53,
    .orientation = DEGREES(120),
    .wavelength = 20,
    .sd = 8,
};

static const struct curvature curvature = {
    .row = 75,
    .column = 50,
    .radius = 26,
    .direction = DEGREES(75),
    .extent = DEGREES(80),
    .wavelength = 18,
};

static const struct corner corner = {
    .row = 63,
    .column = 43,
    .direction = DEGREES(35),
    .opening = DEGREES(90),
    .sd = 4,
};

#define MEMBER(i)                                                                      \
    {                                                                                  \
        "gabor_member" #i, member_describe, &(const struct member){&gabor, i}, NULL, 1 \
    }

const struct cell cells[] = {
    {"gabor", gabor_describe, &gabor, NULL, 1},
    {"complex", complex_describe, &complex, complex_sketch, COMPLEX_SKETCHES},
    {"dot", dot_describe, &dot, NULL, 1},
    {"red_green", opponent_describe, &red_green, NULL, 1},
    {"blue_yellow", opponent_describe, &blue_yellow, NULL, 1},
    {"curvature", curvature_describe, &curvature, curvature_sketch, 1},
    {"corner", corner_describe, &corner, corner_sketch, 1},
    MEMBER(0),
    MEMBER(1),
    MEMBER(2),
    MEMBER(3),
    MEMBER(4),
};
const size_t cells_count = sizeof(cells) / sizeof(cells[0]);

evk_status cell_optimum(const struct cell *cell, const struct compact *c, int i,
                        struct picture *out, double *response, evk_error *err)
{
    memset(out, 0, sizeof(*out));
    if (cell->sketch)
        cell->sketch(cell->parameters, i, out);
    return paper_optimum(c, out, response, err);
}
