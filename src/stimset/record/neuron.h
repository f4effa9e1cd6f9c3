/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * neuron.h - the stimuli of a set, grouped by neuron
 *
 * In a set that was extended the stimuli of one neuron need not stand next to each other.
 */
#ifndef EVK_STIMSET_RECORD_NEURON_H
#define EVK_STIMSET_RECORD_NEURON_H

#include "stimset/record/stimulus.h"

/* Are two rows of the same neuron of the same model, with the same objective? */
bool evk_is_same_neuron(const struct evk_row *a, const struct evk_row *b);

/* Append a text that is equal for two rows if, and only if, evk_is_same_neuron holds for them. */
void evk_neuron_key(const struct evk_row *row, struct evk_str *key);

/*
 * Write the places of all stimuli in all->list, neuron by neuron, into order (all->count).  Neurons
 * are in the order of their first stimuli, and the stimuli of a neuron in the order of the list.
 * EVK_ENOMEM: no memory.
 */
evk_status evk_order_by_neuron(const struct evk_stimuli *all, int64_t *order, evk_error *err);

#endif /* EVK_STIMSET_RECORD_NEURON_H */
