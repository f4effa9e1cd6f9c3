/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitted.h - a network whose readout was fitted, or whose outputs are features */
#ifndef EVK_MODEL_FITTED_H
#define EVK_MODEL_FITTED_H

#include "base/hash.h"
#include "model/readout.h"

/* What a network says of the readout that took the place of its own. */
struct evk_fitted {
    struct evk_features features; /* what the readout reads, or the outputs */
    const char *output; /* the function behind the sums, a constant; NULL: outputs are features */
    char *file;         /* the path of the file of weights; owned, NULL: outputs are features */
    char sha256[EVK_SHA256_TEXT]; /* of that file */
    int64_t member;               /* whose arrays of that file the weights are */
};

/*
 * Replaces the outputs of a network by the readout r, whose weights are read from r->file, or by
 * its features where r has no file.  The caller frees *out with evk_fitted_free.  Errors are those
 * of evk_readout_find, evk_readout_file_read and evk_readout_attach.
 */
evk_status evk_fitted_attach(struct evk_fitted **out, struct evk_network *n,
                             const struct evk_readout *r, evk_error *err);

/* NULL is fine. */
void evk_fitted_free(struct evk_fitted *f);

#endif /* EVK_MODEL_FITTED_H */
