/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * groups.c - finding a layer's arrays in model.weights.h5
 *
 * Keras names the group of a layer's arrays after the layer's class, with a
 * counter for each class: conv2d, conv2d_1 and so on.  Other writers name it
 * after the layer.  A file may fit both rules (if its layers are conv2d_1 and
 * conv2d, in that order), and then Keras' rule is used.  The rule is chosen once
 * for a whole file: chosen layer by layer, two layers could swap their arrays.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/keras/keras.h"

/* The group that holds all layers' groups: that of Keras 3, and that of Keras 2.12 to 2.15. */
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

/* Writes the path of the group of layer i by one of the rules. */
typedef void naming(struct evk_keras *k, int i, const char *root, struct evk_str *path);
static naming *const namings[] = {group_by_count, group_by_name};

/* Sets the group of every layer by one rule.  *missing becomes the first layer whose group is
   not in the file, or -1 where all groups are. */
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

/* Lists the arrays of every group, which are named 0, 1 and so on. */
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
        EVK_TRY(try_naming(k, namings[0], roots[r], &missing, err)); /* messages show Keras' rule */
        l = &k->layers[missing];
    }
    if (!l)
        return evk_fail(err, EVK_EFORMAT, "model.weights.h5 has no group /layers");
    return evk_keras_fail(l, EVK_EFORMAT, err,
                          "model.weights.h5 has no weights for it, neither "
                          "under its name nor at %s",
                          l->group);
}
