/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lineage.h - what a fitted model has seen: recordings, images and teachers, for its card */
#ifndef EVK_FIT_LINEAGE_H
#define EVK_FIT_LINEAGE_H

#include "base/json.h"
#include "fit/fit.h"

/*
 * Puts the member lineage into the root of a card (models/README.md).  Of a teacher that has a
 * lineage of its own, the recordings and teachers are put, too.
 */
evk_status evk_fit_put_lineage(const struct evk_fit_work *w, struct evk_json_writer *j,
                               evk_error *err);

#endif /* EVK_FIT_LINEAGE_H */
