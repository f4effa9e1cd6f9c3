/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.h - memory for what a fit writes */
#ifndef EVK_FIT_RESULT_H
#define EVK_FIT_RESULT_H

#include "fit/readouts.h"

/*
 * Allocates the arrays, whose numbers are 0, but for predictions without a response,
 * which are NaN.  EVK_EINVAL: a number of d is out of range; EVK_ENOMEM.
 */
evk_status evk_fit_result_init(struct evk_fit_result *r, const struct evk_fit_data *d,
                               const char *output, evk_error *err);

#endif /* EVK_FIT_RESULT_H */
