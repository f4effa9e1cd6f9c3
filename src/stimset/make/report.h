/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - the report of a call: how many images each neuron has, and which is the best */
#ifndef EVK_STIMSET_MAKE_REPORT_H
#define EVK_STIMSET_MAKE_REPORT_H

#include "stimset/make/build.h"

/*
 * Make the report of a set that was built.
 *   neurons   the number of neurons; wanted rows came neuron by neuron
 *   count     the number of wanted rows of all neurons, at least one each
 *   minimize  the best response is the lowest one
 * The caller frees *out with evk_set_report_free.  EVK_ENOMEM: no memory.
 */
evk_status evk_set_report_new(evk_set_report **out, const struct evk_built *built, int64_t neurons,
                              int64_t count, bool minimize, evk_error *err);

/* Let the report own the list of start images, which may be NULL, for evk_set_report_start. */
void evk_set_report_take_start(evk_set_report *report, evk_image_list *start);

#endif /* EVK_STIMSET_MAKE_REPORT_H */
