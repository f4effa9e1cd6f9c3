/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stopping.h - when an ascent ends before its last step
 *
 * What is compared is what the network saw: where transformations are random or penalties hold back,
 * the objective goes up and down without end, and a negative gain says how much of that is noise.
 */
#ifndef EVK_SYNTH_STOPPING_H
#define EVK_SYNTH_STOPPING_H

#include "evoke/synth.h"

/*
 * A count of losses that are no better than the best before them.  With a gain of 0 or more, better
 * is lower by more than that; with one below 0 any lower loss is better, and one that is higher by
 * no more than -gain is not counted.
 */
struct evk_patience {
    double gain;
    int64_t most; /* 0: without end */
    double best;
    int64_t count;
};

struct evk_patience evk_patience_begin(double gain, int64_t most);

/* Note the next loss, smaller is better. True: the last so many were no better. */
bool evk_patience_ends(struct evk_patience *p, double loss);

struct evk_stopping {
    struct evk_patience plateau;
    double pixel_change;
    int64_t still; /* steps in a row that changed less than that */
    double target; /* NAN: none */
    double sign;   /* -1 where the recipe minimizes */
};

struct evk_stopping evk_stopping_begin(const evk_recipe *recipe);

/*
 * Note the objective of an image, and by how many levels at most a value of it was changed in the
 * step that led there (NAN: none did).  "plateau", "pixel-change", or NULL to go on.
 */
const char *evk_stopping_ask(struct evk_stopping *s, double objective, double change);

/* Is there a target, and is it reached? */
bool evk_stopping_reaches(const struct evk_stopping *s, double objective);

#endif /* EVK_SYNTH_STOPPING_H */
