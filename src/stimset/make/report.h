/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - what became of each neuron that was asked for */
#ifndef EVK_STIMSET_MAKE_REPORT_H
#define EVK_STIMSET_MAKE_REPORT_H

#include "stimset/make/build.h"

/*
 * What was wanted came neuron by neuron, as many rows of each.  minimize: the best response is the
 * lowest.  The caller frees *out.
 */
evk_status evk_set_report_new(evk_set_report **out, const struct evk_built *built, int64_t neurons,
                              int64_t rows, bool minimize, evk_error *err);

/* The report owns the list from now on; it may be NULL. */
void evk_set_report_take_start(evk_set_report *report, evk_image_list *start);

#endif /* EVK_STIMSET_MAKE_REPORT_H */
