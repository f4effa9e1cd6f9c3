/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_text.h - units of a network, named by texts such as "layer0_conv:5" (evoke/model.h) */
#ifndef EVK_MODEL_UNIT_TEXT_H
#define EVK_MODEL_UNIT_TEXT_H

#include "model/network.h"

enum evk_unit_place {
    EVK_UNIT_CENTRE, /* where the output looks */
    EVK_UNIT_MEAN,   /* the mean over the map */
    EVK_UNIT_AT,     /* a position of the map */
};

/* One unit: a channel of a layer, at a place of its map. */
struct evk_unit {
    const struct evk_layer_record *layer; /* borrowed from the network */
    int64_t channel;                      /* of the layer */
    enum evk_unit_place place;
    int64_t row, column; /* of the layer's map, where place is EVK_UNIT_AT */
};

struct evk_unit_list {
    struct evk_unit *units; /* (count); owned */
    int64_t count;
};

void evk_unit_list_release(struct evk_unit_list *l);

/*
 * Appends the units that a text names; the network must outlive the list.  EVK_EINVAL: the text is
 * malformed, or the network has no such layer, channel or position; the message has what was found
 * and what was expected.
 */
evk_status evk_unit_list_add(struct evk_unit_list *l, const struct evk_network *n, const char *text,
                             evk_error *err);

/* Makes the name of a unit, which the caller frees: "layer0_conv:5", "layer0_conv:5@3x4" or
   "layer0_conv:5@mean". */
evk_status evk_unit_name(const struct evk_unit *u, char **out, evk_error *err);

#endif /* EVK_MODEL_UNIT_TEXT_H */
