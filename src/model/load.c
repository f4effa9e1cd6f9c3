/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.c - from a model file to a network that is ready for passes */
#include "model/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/mem.h"
#include "base/named.h"
#include "base/str.h"
#include "evoke/types.h"
#include "model/compact.h"
#include "model/explain.h"
#include "model/foreign/foreign.h"
#include "model/loader.h"
#include "model/units.h"

#define EVK_LOADER(name) extern const struct evk_loader evk_loader_##name;
#include "model/loaders.def"
#undef EVK_LOADER

static const struct evk_loader *const loaders[] = {
#define EVK_LOADER(name) &evk_loader_##name,
#include "model/loaders.def"
#undef EVK_LOADER
};

#define LOADERS (sizeof(loaders) / sizeof(loaders[0]))

bool evk_model_format_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= (int)LOADERS)
        return false;
    *out = (evk_type_info){loaders[i]->name, loaders[i]->summary, ""};
    return true;
}

/*
 * Finds the loader that recognises the file at path.  If no loader does, *out is the first one that
 * knows the file's container (a zip), since its error message says what is wrong with the file.  A
 * file of a foreign format has no loader.
 */
static evk_status find_loader(const struct evk_loader **out, const char *path,
                              const struct evk_bytes *file, evk_error *err)
{
    const struct evk_loader *sure = NULL, *maybe = NULL;
    struct evk_str known = EVK_STR_INIT;
    evk_status s = evk_foreign_refuse(EVK_FOREIGN_FIRST, path, file, err);

    for (size_t i = 0; i < LOADERS && !s; i++) {
        const enum evk_probe answer = loaders[i]->probe(file->data, file->size);

        evk_str_printf(&known, "%s%s", i ? ", " : "", loaders[i]->summary);
        if (answer == EVK_PROBE_MAYBE && !maybe)
            maybe = loaders[i];
        if (answer == EVK_PROBE_YES && sure)
            s = evk_fail(err, EVK_EFORMAT, "could be %s or %s", sure->name, loaders[i]->name);
        else if (answer == EVK_PROBE_YES)
            sure = loaders[i];
    }
    if (!s && !sure)
        s = evk_foreign_refuse(EVK_FOREIGN_LAST, path, file, err);
    *out = sure ? sure : maybe;
    if (!s && !*out)
        s = evk_fail(err, EVK_EFORMAT, "is not a model file (%zu bytes), expected a %s", file->size,
                     known.data);
    evk_str_release(&known);
    return s;
}

/* ---- the SHA-256 of a model file ------------------------------------------------------------ */

/* Appends the SHA-256 of a file in the folder of a model file as a line. */
static evk_status add_hash(struct evk_str *lines, const char *path, const char *name,
                           evk_error *err)
{
    const size_t n = (size_t)(evk_base_name(path) - path);
    struct evk_dir dir = {-1, NULL};
    char hash[EVK_SHA256_TEXT];
    char *folder;
    evk_status s;

    EVK_TRY(evk_strdup(&folder, n ? path : ".", err));
    folder[n ? n : 1] = '\0';
    s = evk_dir_open(&dir, folder, err);
    if (!s)
        s = evk_dir_hash(&dir, name, EVK_MODEL_FILE_MAX, hash, err);
    if (!s)
        evk_str_printf(lines, "%s\n", hash);
    evk_dir_close(&dir);
    free(folder);
    return s;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Computes the SHA-256 of a model file whose loader is known, see evk_model_digest. */
static evk_status digest_with(const struct evk_loader *loader, const char *path,
                              const struct evk_bytes *file, unsigned char digest[EVK_SHA256_BYTES],
                              evk_error *err)
{
    struct evk_names beside = {NULL, 0};
    struct evk_str lines = EVK_STR_INIT;
    char hash[EVK_SHA256_TEXT];
    evk_status s = evk_sha256(file->data, file->size, digest, err);

    if (!s && loader->beside)
        s = loader->beside(&beside, file->data, file->size, err);
    if (!s && beside.count) {
        qsort(beside.names, beside.count, sizeof(*beside.names), compare_names);
        evk_hex(digest, EVK_SHA256_BYTES, hash);
        evk_str_printf(&lines, "%s\n", hash);
        for (size_t i = 0; i < beside.count && !s; i++)
            s = add_hash(&lines, path, beside.names[i], err);
        if (!s)
            s = evk_str_check(&lines, err);
        if (!s)
            s = evk_sha256(lines.data, lines.size, digest, err);
    }
    evk_str_release(&lines);
    evk_names_release(&beside);
    return s;
}

evk_status evk_model_digest(const char *path, const struct evk_bytes *file,
                            unsigned char digest[EVK_SHA256_BYTES], evk_error *err)
{
    const struct evk_loader *loader;

    if (find_loader(&loader, path, file, NULL))
        return evk_sha256(file->data, file->size, digest, err);
    return digest_with(loader, path, file, digest, err);
}

/* Gives each channel its value: the only one of the given values, the channel's own, or, where no
   values are given, the fallback. */
static evk_status per_channel(double *out, const char *what, const double *given, int count,
                              int64_t channels, double fallback, evk_error *err)
{
    if (count != 0 && count != 1 && count != channels)
        return evk_fail(err, EVK_EINVAL, "%s has %d values, expected 1 or %lld", what, count,
                        (long long)channels);
    for (int64_t c = 0; c < channels; c++)
        out[c] = count == 0 ? fallback : given[count == 1 ? 0 : c];
    return EVK_OK;
}

/* Sets mean and scale of the input layer: those that the options give, those of the published
   compact models where the network is one, or else 0 and 1, beside which the network may have a
   preprocessing of its own. */
static evk_status set_preprocessing(evk_model *m, const struct evk_load_options *o, evk_error *err)
{
    const int64_t channels = evk_model_input(m)->c;
    const bool published = evk_is_compact(&m->network.graph);

    if (channels > EVK_CHANNELS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "its image has %lld channels, supported: up to %d",
                        (long long)channels, EVK_CHANNELS_MAX);
    if (o->mean_count || o->scale_count)
        m->preprocessing = EVK_PREPROCESSING_GIVEN;
    else if (published)
        m->preprocessing = EVK_PREPROCESSING_PUBLISHED;
    else if (m->network.preprocesses)
        m->preprocessing = EVK_PREPROCESSING_FILE;
    EVK_TRY(per_channel(m->mean, "mean", o->mean, o->mean_count, channels, 0, err));
    EVK_TRY(per_channel(m->scale, "scale", o->scale, o->scale_count, channels, 1, err));
    if (published && !o->mean_count)
        memcpy(m->mean, evk_compact_mean, sizeof(evk_compact_mean));
    for (int64_t c = 0; c < channels; c++)
        if (m->scale[c] == 0)
            return evk_fail(err, EVK_EINVAL, "scale is 0, expected another number");
    evk_input_set(&m->network.graph, m->mean, m->scale);
    return EVK_OK;
}

/* Makes the units that the options name the outputs of the model, if they name any. */
static evk_status choose_units(evk_model *m, const struct evk_load_options *o, evk_error *err)
{
    struct evk_names names = {NULL, 0};
    evk_status s;

    if (o->channel_count == 0)
        return EVK_OK;
    for (int i = 0; i < o->channel_count; i++)
        EVK_TRY(evk_names_add(&m->channels, o->channels[i], err));
    m->after_activation = o->after_activation;
    m->chosen = true;
    s = evk_units_choose(&m->network, o, &names, err);
    if (s) {
        evk_names_release(&names);
        return s;
    }
    m->neurons = names.names;
    m->outputs = (int64_t)names.count;
    return EVK_OK;
}

/* Gives the outputs the names that the file has for them, unless they are units. */
static void take_names(evk_model *m)
{
    struct evk_names *names = &m->network.names;

    if (m->neurons || (int64_t)names->count != m->outputs || names->count == 0)
        return;
    m->neurons = names->names;
    *names = (struct evk_names){NULL, 0};
}

/* Plans passes through the graph without the softmax that is its last node, if that is one. */
static evk_status plan_before_softmax(evk_model *m, const struct evk_kernels *kernels,
                                      evk_error *err)
{
    static const char *const softmaxes[] = {"softmax", "log_softmax", NULL};
    const struct evk_graph *g = &m->network.graph;
    const struct evk_node *last = &g->nodes[g->count - 1];
    int node;

    if (!evk_is_word(last->type->name, softmaxes))
        return EVK_OK;
    for (int i = 0; i < g->count - 1; i++)
        EVK_TRY(evk_graph_add_borrow(&m->unnormalised, &g->nodes[i], g->nodes[i].inputs,
                                     g->nodes[i].input, &node, err));
    EVK_TRY(evk_graph_prune(&m->unnormalised, last->input[0], NULL, err));
    return evk_plan_init(&m->unnormalised_plan, &m->unnormalised, kernels, err);
}

static evk_status load_network(evk_model *m, const struct evk_bytes *file,
                               const struct evk_load_options *o, evk_error *err)
{
    const struct evk_loader *loader;
    const struct evk_kernels *kernels;
    const char *wanted;

    EVK_TRY(find_loader(&loader, m->path, file, err));
    m->format = loader->name;
    EVK_TRY(digest_with(loader, m->path, file, m->digest, err));
    evk_hex(m->digest, sizeof(m->digest), m->sha256);
    EVK_TRY(loader->load(&m->network, file->data, file->size, o, err));
    EVK_TRY(set_preprocessing(m, o, err));
    EVK_TRY(evk_explain(m, o, err));
    if (o->readout)
        EVK_TRY(evk_fitted_attach(&m->fitted, &m->network, o->readout, err));
    else
        EVK_TRY(choose_units(m, o, err));
    m->chosen = m->chosen || o->readout;
    evk_graph_fold(&m->network.graph);
    m->flops = evk_graph_flops(&m->network.graph);
    m->outputs = evk_shape_count(&m->network.graph.nodes[m->network.graph.count - 1].out);
    take_names(m);
    kernels = evk_kernels_best(&wanted);
    if (!kernels)
        return evk_fail(err, EVK_EINVAL,
                        "EVOKE_ISA is '%s', which this build or processor does not have; known: "
                        "scalar, avx2, avx512",
                        wanted);
    EVK_TRY(evk_plan_init(&m->plan, &m->network.graph, kernels, err));
    return plan_before_softmax(m, kernels, err);
}

evk_status evk_model_name_of(char **out, const char *path, evk_error *err)
{
    static const char weights[] = ".weights.h5";
    size_t n;
    char *dot;

    EVK_TRY(evk_strdup(out, evk_base_name(path), err));
    n = strlen(*out);
    dot = n > sizeof(weights) - 1 && strcmp(*out + n + 1 - sizeof(weights), weights) == 0
              ? *out + n + 1 - sizeof(weights)
              : strrchr(*out, '.');
    if (dot && dot != *out)
        *dot = '\0';
    return EVK_OK;
}

evk_status evk_model_load(evk_model **out, const char *path, const struct evk_bytes *file,
                          const struct evk_load_options *options, evk_error *err)
{
    struct evk_load_options here = *options;
    evk_model *m;
    evk_status s;

    here.path = path;
    EVK_TRY(evk_alloc(&m, 1, sizeof(*m), "a model", err));
    s = evk_strdup(&m->path, path, err);
    if (!s)
        s = evk_model_name_of(&m->name, path, err);
    if (!s)
        s = load_network(m, file, &here, err);
    if (s) {
        evk_model_free(m);
        return evk_wrap(err, s, "%s", path);
    }
    evk_model_update_info(m);
    *out = m;
    return EVK_OK;
}

evk_status evk_model_read_file(struct evk_bytes *out, const char *path, evk_error *err)
{
    EVK_TRY(evk_foreign_refuse_folder(path, err));
    return evk_fs_read(out, path, EVK_MODEL_FILE_MAX, err);
}

evk_status evk_model_open_network(evk_model **out, const char *path,
                                  const struct evk_load_options *options, evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_model_read_file(&file, path, err));
    s = evk_model_load(out, path, &file, options, err);
    evk_bytes_release(&file);
    return s;
}
