/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - verifying a set of ascents */
#ifndef EVK_STIMSET_SETS_MAXIMIZE_VERIFY_H
#define EVK_STIMSET_SETS_MAXIMIZE_VERIFY_H

#include "stimset/check/verify.h"

/* The hook evk_set_kind.verify_options: report options that are missing, unknown or wrong. */
void evk_maximize_verify_options(struct evk_verification *v, const evk_json *set);

/* The hook evk_set_kind.verify_rows: compare all rows with the options and with each other. */
evk_status evk_maximize_verify_rows(struct evk_verification *v, evk_error *err);

/*
 * Report starts of neurons that have no row, rows that are of no start, and images that lack the
 * controls that the options ask for.
 */
evk_status evk_maximize_verify_starts(struct evk_verification *v, const evk_recipe *recipe,
                                      evk_error *err);

/*
 * Compare what an image of an ascent was chosen by with the other cells of its row; report columns
 * of judges of a dropped image that no judge has chosen.
 */
evk_status evk_maximize_verify_choice(struct evk_verification *v, const struct evk_row *row,
                                      const evk_recipe *recipe, evk_error *err);

/*
 * Report an image that was dropped since enough better ones are kept, or since it is like a better
 * one, where these are not better by the rule of the options.  rows: (count) places of the images of
 * a neuron, at least all.count where there is none; keep: how many of them are kept.
 */
void evk_maximize_verify_order(struct evk_verification *v, const evk_recipe *recipe,
                               const int64_t *rows, int64_t count, int64_t keep);

/*
 * Compare the row of an image of a series with the row of its source, and its pixels with those that
 * the source has at that contrast.
 */
evk_status evk_maximize_verify_series(struct evk_verification *v, const struct evk_row *row,
                                      const evk_recipe *recipe, evk_error *err);

/* Report images that lack one of the contrasts that the options ask for, or have it twice. */
evk_status evk_maximize_verify_has_series(struct evk_verification *v, const evk_recipe *recipe,
                                          evk_error *err);

#endif /* EVK_STIMSET_SETS_MAXIMIZE_VERIFY_H */
