/* SPDX-License-Identifier: GPL-3.0-or-later */
/* features.c - a model whose outputs are the features that a readout would read */
#include "model/features.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "model/card_resolve.h"
#include "model/load.h"

/* The parts of "MODEL@LAYER,LAYER"; they point into the text, which is cut between them. */
struct core {
    const char *path;
    const char *layers[EVK_READOUT_LAYERS_MAX]; /* (layer_count) */
    size_t layer_count;
};

static evk_status split_layers(char *list, struct core *out, evk_error *err)
{
    for (char *name = list, *next; name; name = next) {
        next = strchr(name, ',');
        if (next)
            *next++ = '\0';
        if (!*name)
            return evk_fail(err, EVK_EINVAL,
                            "has an empty name of a layer behind '@', expected "
                            "MODEL@LAYER or MODEL@LAYER,LAYER");
        if (out->layer_count == EVK_READOUT_LAYERS_MAX)
            return evk_fail(err, EVK_EINVAL, "names more than %d layers", EVK_READOUT_LAYERS_MAX);
        out->layers[out->layer_count++] = name;
    }
    return EVK_OK;
}

static evk_status split_core(char *text, struct core *out, evk_error *err)
{
    char *at = strrchr(text, '@');

    *out = (struct core){.path = text};
    if (!at || at == text || evk_fs_exists(text))
        return EVK_OK;
    *at = '\0';
    return split_layers(at + 1, out, err);
}

/* Replaces an ensemble of one network, as a card gives, by that network. */
static evk_status take_network(evk_model **m, evk_error *err)
{
    evk_model *card = *m;

    if (card->member_count > 1)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "%s: is an ensemble of %lld networks, expected one network; each of its "
                        "networks can be a core",
                        card->path, (long long)card->member_count);
    if (card->member_count == 1) {
        *m = card->members[0].own;
        (*m)->lineage = card->lineage;
        card->members[0].own = NULL;
        card->lineage = NULL;
        evk_model_free(card);
    }
    return EVK_OK;
}

static evk_status open_core(evk_model **out, const struct core *core, int64_t grid,
                            const evk_model_options *options, evk_error *err)
{
    const struct evk_readout features = {
        .layers = core->layers, .layer_count = core->layer_count, .grid = grid};
    struct evk_load_options all;
    evk_model *m;
    evk_status s;

    EVK_TRY(evk_load_options_read(&all, options, err));
    if (all.channel_count)
        return evk_fail(err, EVK_EINVAL,
                        "%s: has channels beside the layers of a core, expected "
                        "one of the two",
                        core->path);
    all.readout = &features;
    EVK_TRY(evk_model_open_with(&m, core->path, &all, err));
    s = take_network(&m, err);
    if (s)
        evk_model_free(m);
    else
        *out = m;
    return s;
}

evk_status evk_features_open(evk_model **out, const char *text, int64_t grid,
                             const evk_model_options *options, struct evk_feature_block *blocks,
                             size_t *count, evk_error *err)
{
    struct core core;
    evk_status s;
    char *copy;

    EVK_TRY(evk_strdup(&copy, text, err));
    s = split_core(copy, &core, err);
    if (s)
        s = evk_wrap(err, s, "core %s", text);
    else
        s = open_core(out, &core, grid, options, err);
    free(copy);
    EVK_TRY(s);
    *count = (*out)->fitted->features.count;
    memcpy(blocks, (*out)->fitted->features.blocks, *count * sizeof(*blocks));
    return EVK_OK;
}

void evk_features_put(struct evk_json_writer *w, evk_json *member, const evk_model *m)
{
    evk_card_put_network(w, member, evk_model_first(m));
}
