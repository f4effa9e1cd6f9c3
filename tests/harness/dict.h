/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dict.h - state dictionaries of cores with readouts, in memory, and what they should compute
 *
 *     struct dict d = {.seed = 1};
 *     struct map x = map_of(h, w, c, image);
 *     dict_conv(&d, "core.features.layer0.conv", &x, ...);   x becomes the layer's output
 *     dict_gaussian(&d, "a", &x, 3, NULL);
 *     dict_sort(&d);                                         d.t is sorted, as a reader returns it
 *
 * Weights are drawn in the order (h, w, c, o) and stored in PyTorch's order.
 */
#ifndef EVK_TESTS_DICT_H
#define EVK_TESTS_DICT_H

#include <stdbool.h>

#include "../oracle/oracle.h"
#include "format/tensors.h"

enum { DICT_TENSORS = 64 };

struct dict {
    struct evk_named_tensor tensors[DICT_TENSORS];
    struct evk_tensors t; /* the tensors after dict_sort */
    int count;
    uint64_t seed;
};

/* Add a tensor of random values; the caller may change the values that are returned. */
float *dict_put(struct dict *d, const char *name, int axes, const int64_t *dim);
void dict_drop(struct dict *d, const char *name); /* name: with its prefix */
struct evk_tensor *dict_get(struct dict *d, const char *name);
void dict_sort(struct dict *d);
void dict_release(struct dict *d);

/*
 * Add a layer's tensors, "prefix.weight" and, if biased, "prefix.bias", to the dictionary, and
 * replace x by the layer's output.
 */
void dict_conv(struct dict *d, const char *prefix, struct map *x, const struct oracle_window *v,
               int64_t outputs, bool biased);
void dict_depthwise(struct dict *d, const char *prefix, struct map *x,
                    const struct oracle_window *v);
void dict_norm(struct dict *d, const char *prefix, struct map *x);
void dict_function(struct map *x, const char *name);
void dict_squeeze(struct dict *d, const char *prefix, struct map *x, int64_t hidden);

/*
 * Add a readout's tensors to the dictionary, and return what n neurons compute before their output
 * function, with error bounds: a map of (1, 1, n).  xy (n, 2) are the neurons' positions as the
 * network should see them; where xy is NULL, positions are drawn and added to the dictionary.  A
 * pooled readout reads count maps: a map and its pooled versions.  positive: negative numbers of masks
 * and features count as 0, after the masks' norms are taken.
 */
struct map dict_gaussian(struct dict *d, const char *key, const struct map *x, int n,
                         const double *xy);
struct map dict_pooled(struct dict *d, const char *key, const struct map *maps, int count, int n);
struct map dict_factorized(struct dict *d, const char *key, const struct map *x, int n,
                           bool positive);
struct map dict_full(struct dict *d, const char *key, const struct map *x, int n);

#endif /* EVK_TESTS_DICT_H */
