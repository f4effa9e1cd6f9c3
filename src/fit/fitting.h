/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitting.h - the fields of an evk_fitting, each of which is a parameter of evk_fitting_params */
#ifndef EVK_FIT_FITTING_H
#define EVK_FIT_FITTING_H

#include "base/names.h"
#include "evoke/fit.h"

struct evk_fitting {
    const char *readout;    /* name of evk_readout_info, such as "ridge" */
    int64_t grid;           /* rows and columns that each map is averaged to */
    int64_t folds;          /* of cross-validation */
    struct evk_names owned; /* copies of texts */
};

#endif /* EVK_FIT_FITTING_H */
