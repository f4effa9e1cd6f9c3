/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * groups.c - where a layer's arrays are in model.weights.h5
 *
 * Keras names a layer's group after its class, with a counter per class:
 * conv2d, conv2d_1, ...; other writers name it after the layer.  A file may fit
 * both (layers conv2d_1 and conv2d, in that order), and then Keras' rule holds;
 * one layer at a time the two would be mistaken for each other, so the choice
 * is made once for a whole file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/keras/keras.h"

/* Keras 3, and Keras 2.12 to 2.15. */
static const char *const roots[] = {"/layers", "/_layer_checkpoint_dependencies"};

static void group_by_name(struct evk_keras *k, int i, const char *root, struct evk_str *path)
{
    evk_str_printf(path, "%s/%s/vars", root, k->layers[i].name);
}

static void group_by_count(struct evk_keras *k, int i, const char *root, struct evk_str *path)
{
    int count = 0;

    for (int j = 0; j < i; j++)
        count += k->layers[j].class == k->layers[i].class;
    evk_str_printf(path, "%s/%s", root, k->layers[i].class->group);
    if (count)
        evk_str_printf(path, "_%d", count);
    evk_str_puts(path, "/vars");
}

typedef void naming(struct evk_keras *k, int i, const char *root, struct evk_str *path);
static naming *const namings[] = {group_by_count, group_by_name};

/* Set every group by one rule; *missing is the first layer whose group is not there, or -1. */
static evk_status try_naming(struct evk_keras *k, naming *rule, const char *root, int *missing,
                             evk_error *err)
{
    evk_status s = EVK_OK;

    *missing = -1;
    for (int i = 0; i < k->count && !s && *missing < 0; i++) {
        struct evk_str path = EVK_STR_INIT;

        if (!k->layers[i].class->group)
            continue;
        rule(k, i, root, &path);
        s = evk_str_check(&path, err);
        if (!s && !evk_hdf5_has(k->file, path.data))
            *missing = i;
        free(k->layers[i].group);
        k->layers[i].group = NULL;
        if (!s)
            s = evk_strdup(&k->layers[i].group, path.data, err);
        evk_str_release(&path);
    }
    return s;
}

/* The arrays 0, 1, ... of every group. */
static evk_status list_arrays(struct evk_keras *k, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_status s = EVK_OK;

    for (int i = 0; i < k->count && !s; i++) {
        struct evk_keras_layer *l = &k->layers[i];

        if (!l->group)
            continue;
        l->present = evk_hdf5_members(k->file, l->group);
        for (int64_t j = 0; j < l->present && !s; j++) {
            path.size = 0;
            evk_str_printf(&path, "%s/%lld", l->group, (long long)j);
            s = evk_str_check(&path, err);
            if (!s && !evk_hdf5_has(k->file, path.data))
                break;
            if (!s)
                s = evk_names_add(&l->arrays, path.data, err);
        }
    }
    evk_str_release(&path);
    return s;
}

static bool has_weights(const struct evk_keras *k)
{
    for (int i = 0; i < k->count; i++)
        if (k->layers[i].class->group)
            return true;
    return false;
}

evk_status evk_keras_locate_groups(struct evk_keras *k, evk_error *err)
{
    const struct evk_keras_layer *l = NULL;
    int missing = -1;

    if (!has_weights(k))
        return EVK_OK;
    for (size_t r = 0; r < sizeof(roots) / sizeof(roots[0]); r++) {
        if (!evk_hdf5_has(k->file, roots[r]))
            continue;
        for (size_t n = 0; n < sizeof(namings) / sizeof(namings[0]); n++) {
            EVK_TRY(try_naming(k, namings[n], roots[r], &missing, err));
            if (missing < 0)
                return list_arrays(k, err);
        }
        EVK_TRY(try_naming(k, namings[0], roots[r], &missing, err)); /* for the message */
        l = &k->layers[missing];
    }
    if (!l)
        return evk_fail(err, EVK_EFORMAT, "model.weights.h5 has no group /layers");
    return evk_keras_fail(l, EVK_EFORMAT, err,
                          "model.weights.h5 has no weights for it, neither "
                          "under its name nor at %s",
                          l->group);
}
