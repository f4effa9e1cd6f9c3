/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interval.h - the interval of a response, from the card that a description has of a model */
#ifndef EVK_STIMSET_SCORE_INTERVAL_H
#define EVK_STIMSET_SCORE_INTERVAL_H

#include "base/error.h"
#include "base/json.h"

/* The calibration of the card that was read last: rows of one model follow each other. */
struct evk_card_intervals {
    const evk_json *card;
    struct evk_calibration *units; /* (count); owned, NULL: the card has none */
    int64_t count;
};

/*
 * Reads the calibration of a resolved card, unless the card is the one that was read last.
 * EVK_EFORMAT: it is none (evk_calibration_read); what was read before is then gone.
 */
evk_status evk_card_intervals_turn(struct evk_card_intervals *c, const evk_json *card,
                                   evk_error *err);

void evk_card_intervals_release(struct evk_card_intervals *c);

/*
 * Gives the interval for a neuron, which is called as in the column target_output; NAN where the
 * card does not know it.
 */
void evk_card_interval(const struct evk_card_intervals *c, const char *neuron, double response,
                       double *low, double *high);

#endif /* EVK_STIMSET_SCORE_INTERVAL_H */
