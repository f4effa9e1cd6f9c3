/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stopping.h - the rules that end an ascent before its last step
 *
 * The rules compare the objective that the network saw.  Where transformations are random or
 * penalties pull back, the objective goes up and down without end; a negative gain says how much of
 * that is noise.
 */
#ifndef EVK_SYNTH_STOPPING_H
#define EVK_SYNTH_STOPPING_H

#include "evoke/synth.h"

/*
 * Counts losses in a row that are no improvement on the best loss so far.  With a gain of 0 or
 * more, a loss improves if it is lower by more than gain.  With a negative gain every lower loss
 * improves, and a loss that is higher by at most -gain is neither counted nor ends the row.
 */
struct evk_patience {
    double gain;
    int64_t most; /* the row ends the ascent at this length; 0: never */
    double best;
    int64_t count;
};

struct evk_patience evk_patience_begin(double gain, int64_t most);

/* Notes the next loss; smaller is better.  Returns whether the row has reached its length. */
bool evk_patience_ends(struct evk_patience *p, double loss);

struct evk_stopping {
    struct evk_patience plateau;
    double pixel_change; /* largest change of a value that counts as none, display levels */
    int64_t still;       /* steps in a row in which every value changed by less than that */
    double target;       /* objective to reach; NAN: none */
    double sign;         /* -1 where the recipe minimizes, else 1 */
};

struct evk_stopping evk_stopping_begin(const evk_recipe *recipe);

/*
 * Notes the objective of an image, and the largest change of a value, display levels, in the step
 * that led to the image (NAN: no step did).  Returns the name of the rule that ends the ascent,
 * "plateau" or "pixel-change", or NULL to go on.
 */
const char *evk_stopping_ask(struct evk_stopping *s, double objective, double change);

/* Is there a target, and does the objective reach it? */
bool evk_stopping_reaches(const struct evk_stopping *s, double objective);

#endif /* EVK_SYNTH_STOPPING_H */
