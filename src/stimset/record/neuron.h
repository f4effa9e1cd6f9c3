/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron.h - the stimuli of a set by neuron: a set that was extended has those of one apart */
#ifndef EVK_STIMSET_RECORD_NEURON_H
#define EVK_STIMSET_RECORD_NEURON_H

#include "stimset/record/stimulus.h"

/* Of the same neuron, and made for the same end: the highest responses, or the lowest. */
bool evk_is_same_neuron(const struct evk_row *a, const struct evk_row *b);

/* Append a text that rows have in common if, and only if, evk_is_same_neuron. */
void evk_neuron_key(const struct evk_row *row, struct evk_str *key);

/*
 * Places in all, neuron by neuron in the order of their first rows, those of one by stim_code:
 * order (all->count) is written.
 */
evk_status evk_order_by_neuron(const struct evk_stimuli *all, int64_t *order, evk_error *err);

#endif /* EVK_STIMSET_RECORD_NEURON_H */
