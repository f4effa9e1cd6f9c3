/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interval.c - the interval of a response, from the card that a description has of a model */
#include "stimset/score/interval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "model/calibration.h"

void evk_card_intervals_release(struct evk_card_intervals *c)
{
    free(c->units);
    *c = (struct evk_card_intervals){NULL, NULL, 0};
}

evk_status evk_card_intervals_turn(struct evk_card_intervals *c, const evk_json *card,
                                   evk_error *err)
{
    const evk_json *calibration = evk_json_get(card, "calibration");

    if (c->card == card)
        return EVK_OK;
    evk_card_intervals_release(c);
    c->card = card;
    c->count = (int64_t)evk_json_count(evk_json_get(calibration, "images"));
    return evk_calibration_read(&c->units, calibration, c->count, err);
}

/* Returns the index of a neuron, which has a name where the card names neurons; -1: none. */
static int64_t find(const struct evk_card_intervals *c, const char *neuron)
{
    const evk_json *names = evk_json_get(c->card, "neurons");
    int64_t number;

    if (!names)
        return evk_parse_int(neuron, &number) ? number : -1;
    for (size_t i = 0; i < evk_json_count(names); i++) {
        const char *name = evk_json_text(evk_json_at(names, i));

        if (name && strcmp(name, neuron) == 0)
            return (int64_t)i;
    }
    return -1;
}

void evk_card_interval(const struct evk_card_intervals *c, const char *neuron, double response,
                       double *low, double *high)
{
    const int64_t i = c->units ? find(c, neuron) : -1;
    struct evk_expected e = {.low = (double)NAN, .high = (double)NAN};

    if (i >= 0 && i < c->count)
        e = evk_calibration_expect(&c->units[i], response);
    *low = e.low;
    *high = e.high;
}
