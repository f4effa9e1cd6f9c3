/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fitted.h - two small networks, and an archive with weights of readouts for them
 *
 * The networks core.keras and other.keras have a layer "conv", a map of FITTED_FILTERS filters, and
 * a layer "dense", a vector of FITTED_OUTPUTS values.  The archive fit.npz has the weights of two
 * readouts, members 0 and 1, that read conv on a grid of FITTED_GRID, and then dense.
 */
#ifndef EVK_TESTS_FITTED_H
#define EVK_TESTS_FITTED_H

#include "base/hash.h"
#include "base/str.h"

enum {
    FITTED_H = 9,
    FITTED_W = 8,
    FITTED_C = 3,
    FITTED_VALUES = FITTED_H * FITTED_W * FITTED_C,
    FITTED_FILTERS = 4,
    FITTED_OUTPUTS = 2,
    FITTED_GRID = 2,
    FITTED_NEURONS = 3,
    FITTED_CONV = FITTED_GRID * FITTED_GRID * FITTED_FILTERS, /* features of conv */
    FITTED_FEATURES = FITTED_CONV + FITTED_OUTPUTS
};

struct fitted {
    char *folder; /* owned */
    char core_sha256[EVK_SHA256_TEXT], npz_sha256[EVK_SHA256_TEXT];
    float weights[2][FITTED_FEATURES * FITTED_NEURONS], bias[2][FITTED_NEURONS];
};

/* Writes the files into a new folder. */
void fitted_init(struct fitted *f, const char *folder);
void fitted_release(struct fitted *f);

/* Returns the path of a file in the folder, as path_in does. */
const char *fitted_in(const struct fitted *f, const char *name);

/* Writes a text into the folder. */
void fitted_put(const struct fitted *f, const char *name, const char *text);

/* Appends to a card a member, which is this network with a readout of fit.npz. */
void fitted_add_member(const struct fitted *f, struct evk_str *card, const char *core, int member,
                       const char *output);

#endif /* EVK_TESTS_FITTED_H */
