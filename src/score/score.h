/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score.h - the struct behind evk_score of evoke/score.h */
#ifndef EVK_SCORE_SCORE_H
#define EVK_SCORE_SCORE_H

#include "base/names.h"
#include "evoke/score.h"

struct evk_score {
    evk_unit_score *units; /* (count) their texts are in names, or the models' or recording's */
    int64_t count;
    int64_t images;
    double *predicted, *recorded; /* (count, images) of the same units; owned */
    double *covered;              /* (count) as evk_score_covered returns it; owned */
    struct evk_names outputs;     /* (count) names of outputs; owned */
    struct evk_names notes;       /* owned */
};

/* Bootstrap samples of an interval. */
enum { EVK_SCORE_SAMPLES = 1000 };

#endif /* EVK_SCORE_SCORE_H */
