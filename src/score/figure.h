/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.h - panels that plot recorded against predicted responses, on one image or on pages */
#ifndef EVK_SCORE_FIGURE_H
#define EVK_SCORE_FIGURE_H

#include "base/error.h"

/* A plot.  A pair with a number that is not finite has no point. */
struct evk_panel {
    const char *title;   /* any bytes */
    char subtitle[64];   /* shown below the title */
    const double *x, *y; /* (n) predicted and recorded */
    int64_t n;
    double slope, offset; /* a line, y = offset + slope * x; NaN: none */
};

/*
 * Draws panels (count) in rows.
 *   heading  a line of text above them
 *   path     the file to write: .png or .svg, one image; .pdf, several pages
 * EVK_EINVAL: the path has another ending, or the panels do not fit one image.  EVK_EIO: the file
 * cannot be written.  EVK_EUNSUPPORTED: the drawing library cannot be loaded.
 */
evk_status evk_figure_draw(const struct evk_panel *panels, int64_t count, const char *heading,
                           const char *path, evk_error *err);

#endif /* EVK_SCORE_FIGURE_H */
