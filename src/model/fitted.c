/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitted.c - a network whose readout was fitted, or whose outputs are features */
#include "model/fitted.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/readout_file.h"

void evk_fitted_free(struct evk_fitted *f)
{
    if (f)
        free(f->file);
    free(f);
}

/* Adds the readout to the list of layers. */
static evk_status record(struct evk_network *n, int64_t parameters, evk_error *err)
{
    return evk_network_record(n, "fitted readout", "Readout", n->graph.count - 1, parameters, err);
}

/* Attaches a readout whose weights are in a file. */
static evk_status attach_file(struct evk_fitted *f, struct evk_network *n,
                              const struct evk_readout *r, evk_error *err)
{
    struct evk_readout_weights w;
    struct evk_readout with = *r;
    evk_status s;

    EVK_TRY(evk_strdup(&f->file, r->file->path, err));
    memcpy(f->sha256, r->file->sha256, sizeof(f->sha256));
    f->member = r->file->member;
    f->output = strcmp(r->output, "softplus") == 0 ? "softplus" : "linear";
    EVK_TRY(evk_readout_file_read(&w, r->file, &f->features, err));
    with.weights = w.weights;
    with.bias = w.bias;
    with.neurons = w.neurons;
    s = evk_readout_attach(n, &with, &f->features, err);
    if (!s)
        s = record(n, (evk_features_count(&f->features) + 1) * w.neurons, err);
    evk_readout_weights_release(&w);
    return s;
}

evk_status evk_fitted_attach(struct evk_fitted **out, struct evk_network *n,
                             const struct evk_readout *r, evk_error *err)
{
    struct evk_fitted *f;
    evk_status s;

    EVK_TRY(evk_alloc(&f, 1, sizeof(*f), "a readout", err));
    s = evk_readout_find(n, r, &f->features, err);
    if (!s)
        s = r->file ? attach_file(f, n, r, err) : evk_readout_attach(n, r, &f->features, err);
    if (s)
        evk_fitted_free(f);
    else
        *out = f;
    return s;
}
