/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score.h - compare a stimulus set with the optima of the embedded cells */
#ifndef EVK_MODELS_SCORE_H
#define EVK_MODELS_SCORE_H

#include "cell.h"

struct score {
    const char *model; /* name of the cell */
    /*
     * Pearson's correlation of all 112 x 112 x 3 values of the set's best image with those of the
     * optimum
     */
    double correlation;
    double seen;     /* the same with an optimum that is grey where the cell sees little */
    double response; /* response to the set's best image, as the set's table has it */
    double paper;    /* response to the optimum */
};

/*
 * Scores a cell's best image in a set, a folder with stimuli/stimuli.tsv.  Where the cell has
 * several optima, the image is compared with the nearest of them.
 */
evk_status score_cell(const struct cell *cell, const char *set, struct score *out, evk_error *err);

/* The responses of a phase-invariant cell to gratings of four phases. */
struct phases {
    double wavelength;  /* wavelength of the gratings with the largest mean response, pixels */
    double response[4]; /* phases 0, 90, 180, 270 degrees */
};

/*
 * Measures the responses of a phase-invariant cell with the library's prediction from the cell's
 * model file.
 */
evk_status score_phases(const struct complex *c, const char *model, struct phases *out,
                        evk_error *err);

#endif /* EVK_MODELS_SCORE_H */
