/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.h - what a loader makes of a file: the graph, and the file's own list of layers */
#ifndef EVK_MODEL_NETWORK_H
#define EVK_MODEL_NETWORK_H

#include "nn/layers.h"

/* One layer as the file has it, for listings; a file's layer may be several nodes, or none. */
struct evk_layer_record {
    char *name, *type; /* owned */
    struct evk_shape shape;
    int64_t parameters;
};

/* What a loader recognised or inferred, for listings: "epsilon", "0.001, as Keras has it". */
struct evk_network_note {
    char *what, *text; /* owned */
};

/* The readout of one data key: so many neurons, outputs from first on. */
struct evk_population {
    char *key; /* owned */
    int64_t first, count;
};

struct evk_network {
    struct evk_graph graph;
    struct evk_layer_record *layers;
    int64_t count, parameters;
    struct evk_network_note *notes;
    int64_t note_count;
    struct evk_population *populations;
    int64_t population_count;
};

void evk_network_release(struct evk_network *n);
evk_status evk_network_record(struct evk_network *n, const char *name, const char *type,
                              const struct evk_shape *shape, int64_t parameters, evk_error *err);

evk_status evk_network_note(struct evk_network *n, const char *what, const char *text,
                            evk_error *err);

#endif /* EVK_MODEL_NETWORK_H */
