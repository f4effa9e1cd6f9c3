/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.h - what a loader makes of a model file: a graph, and what listings say of it */
#ifndef EVK_MODEL_NETWORK_H
#define EVK_MODEL_NETWORK_H

#include "base/limits.h"
#include "base/names.h"
#include "nn/layers.h"

/* One layer of the file, for listings.  A layer of the file may be several nodes of the graph, or
   none. */
struct evk_layer_record {
    char *name, *type;      /* owned */
    struct evk_shape shape; /* shape of the layer's output */
    int64_t parameters;     /* number of weights */
    /* the nodes that give the layer's output, and the value before its activation, which is the
       same node where the layer has none; -1: no output of the model depends on the node */
    int node, before;
    int64_t first; /* the channel of the node that is the layer's first */
};

/* Something that a loader recognised or inferred, for listings: what it concerns, such as
   "recognised", and a sentence about it. */
struct evk_network_note {
    char *what, *text; /* owned */
};

/* The neurons of one recording, which has a readout of its own: outputs first to
   first + count - 1. */
struct evk_population {
    char *key; /* data key: the file's name for the recording; owned */
    int64_t first, count;
};

struct evk_network {
    struct evk_graph graph;
    struct evk_layer_record *layers; /* (count); owned */
    int64_t count, parameters;       /* parameters: of all layers together */
    struct evk_network_note *notes;  /* (note_count); owned */
    int64_t note_count;
    struct evk_population *populations; /* (population_count) in the order of the outputs; owned */
    int64_t population_count;           /* 0: the file knows no data keys */
    /* the names that the file gives the outputs; empty: it gives none */
    struct evk_names names;
    /* Does the network itself subtract a mean and divide by a scale, (channels), before anything
       else? */
    bool preprocesses;
    double mean[EVK_CHANNELS_MAX], scale[EVK_CHANNELS_MAX];
};

/* Frees all that n owns, and zeroes *n. */
void evk_network_release(struct evk_network *n);

/*
 * Adds a layer to the list of layers, and its parameters to those of the network.  Its output is
 * that of a node of the graph; where that node is an activation, the value before the activation is
 * what the node reads.
 */
evk_status evk_network_record(struct evk_network *n, const char *name, const char *type, int node,
                              int64_t parameters, evk_error *err);

/* Removes the nodes that node output does not depend on (evk_graph_prune), and renumbers those of
   the list of layers. */
evk_status evk_network_prune(struct evk_network *n, int output, evk_error *err);

/* Adds a note; what and text are copied. */
evk_status evk_network_note(struct evk_network *n, const char *what, const char *text,
                            evk_error *err);

/* Notes the preprocessing that the network begins with, if it begins with one. */
evk_status evk_network_note_preprocessing(struct evk_network *n, evk_error *err);

/* Adds a data key, to which the next count outputs belong; key is copied. */
evk_status evk_network_population(struct evk_network *n, const char *key, int64_t count,
                                  evk_error *err);

#endif /* EVK_MODEL_NETWORK_H */
