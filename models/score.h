/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score.h - how near a stimulus set comes to what is known of the embedded cells */
#ifndef EVK_MODELS_SCORE_H
#define EVK_MODELS_SCORE_H

#include "cell.h"

struct score {
    const char *model;
    double correlation; /* Pearson's, of all 112 x 112 x 3 values of the set's best image with
                           those of the optimum */
    double seen;        /* the same with an optimum that is grey where the cell sees little */
    double response;    /* to the set's best image, as the set's table has it */
    double paper;       /* to the optimum */
};

/*
 * Score a cell's best image in the set, a folder with stimuli/stimuli.tsv.  Of
 * several optima the one that is nearest counts.
 */
evk_status score_cell(const struct cell *cell, const char *set, struct score *out, evk_error *err);

/* What a phase-invariant cell responds to gratings of four phases. */
struct phases {
    double wavelength;  /* pixels: that of the largest mean */
    double response[4]; /* phases 0, 90, 180, 270 degrees */
};

/* By evoke's own prediction from the cell's model file. */
evk_status score_phases(const struct complex *c, const char *model, struct phases *out,
                        evk_error *err);

#endif /* EVK_MODELS_SCORE_H */
