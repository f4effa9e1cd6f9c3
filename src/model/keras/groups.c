/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * groups.c - finding a layer's arrays in model.weights.h5
 *
 * Keras names the group of a layer's arrays after the layer's class, with a counter for each class:
 * conv2d, conv2d_1 and so on.  Newer versions name the group after the layer.  A file may fit both
 * rules (if its layers are conv2d_1 and conv2d, in that order), and then the first rule is used.
 * The rule is chosen once for all layers of a model: chosen layer by layer, two layers could swap
 * their arrays.  The layers of a model inside another one are in the group of the inner model.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "model/keras/classes.h"

/* Writes the name of the group of layer i by one of the rules. */
typedef void naming(const struct evk_keras_model *m, int i, struct evk_str *path);

static void group_by_name(const struct evk_keras_model *m, int i, struct evk_str *path)
{
    evk_str_puts(path, m->layers[i].name);
}

/* Counts the layers of the class before layer i, each of which counts `step` times. */
static void count_class(const struct evk_keras_model *m, int i, int step, struct evk_str *path)
{
    int count = 0;

    for (int j = 0; j < i; j++)
        count += m->layers[j].class == m->layers[i].class ? step : 0;
    evk_str_puts(path, m->layers[i].class->group);
    if (count)
        evk_str_printf(path, "_%d", count);
}

static void group_by_count(const struct evk_keras_model *m, int i, struct evk_str *path)
{
    count_class(m, i, 1, path);
}

/* Keras 2.13 finds every layer with weights twice, and stores the layer once. */
static void group_by_double_count(const struct evk_keras_model *m, int i, struct evk_str *path)
{
    count_class(m, i, 2, path);
}

/*
 * How a version of Keras names groups: root is the group of all layers, that of Keras 3 or that of
 * Keras 2.12 to 2.14.  On Windows, Keras 2 joins the parts of a path by a backslash, so that they are
 * one name.
 */
static const struct scheme {
    const char *root, *joint;
    naming *name;
} schemes[] = {
    {"layers", "/", group_by_count},
    {"layers", "/", group_by_name},
    {"_layer_checkpoint_dependencies", "/", group_by_count},
    {"_layer_checkpoint_dependencies", "/", group_by_double_count},
    {"_layer_checkpoint_dependencies", "/", group_by_name},
    {"layers", "\\", group_by_count},
    {"_layer_checkpoint_dependencies", "\\", group_by_count},
    {"_layer_checkpoint_dependencies", "\\", group_by_double_count},
};

enum { SCHEMES = sizeof(schemes) / sizeof(schemes[0]) };

/* Sets the group of a layer to path, if the file has a group there, and else to NULL. */
static evk_status try_group(struct evk_keras *k, struct evk_keras_layer *l, const char *path,
                            evk_error *err)
{
    free(l->group);
    l->group = NULL;
    return evk_hdf5_has(k->file, path) ? evk_strdup(&l->group, path, err) : EVK_OK;
}

/* Writes the path of the group of layer i, or of the group of all layers where i is -1. */
static evk_status group_path(const struct evk_keras_model *m, const struct scheme *how, int i,
                             struct evk_str *path, evk_error *err)
{
    const char *outer = m->outer && m->outer->group ? m->outer->group : NULL;

    path->size = 0;
    evk_str_printf(path, "%s%s%s", outer ? outer : "", outer ? how->joint : "/", how->root);
    if (i >= 0) {
        evk_str_puts(path, how->joint);
        how->name(m, i, path);
        if (!evk_keras_is_model(&m->layers[i]))
            evk_str_puts(path, "/vars");
    }
    return evk_str_check(path, err);
}

/*
 * Sets the groups of all layers by one scheme of schemes[].  *found becomes the number of groups that the file
 * has, and *missing the first layer that must have arrays and whose group is not in the file, or -1.
 */
static evk_status try_scheme(struct evk_keras *k, struct evk_keras_model *m,
                             const struct scheme *how, int *found, int *missing, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_status s = EVK_OK;

    *found = 0;
    *missing = -1;
    for (int i = 0; i < m->count && !s; i++) {
        struct evk_keras_layer *l = &m->layers[i];

        if (!l->class->group)
            continue;
        s = group_path(m, how, i, &path, err);
        if (!s)
            s = try_group(k, l, path.data, err);
        *found += !s && l->group;
        if (!s && !l->group && l->class->least > 0 && *missing < 0)
            *missing = i;
    }
    evk_str_release(&path);
    return s;
}

/* Fails since the file does not have the group of layer i. */
static evk_status fail_missing(struct evk_keras *k, const struct evk_keras_model *m,
                               const struct scheme *how, int i, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_status s;

    s = group_path(m, how, -1, &path, err);
    if (!s && !evk_hdf5_has(k->file, path.data))
        s = evk_fail(err, EVK_EFORMAT, "%s has no group %s", k->source->weights, path.data);
    if (!s)
        s = group_path(m, how, i, &path, err);
    if (!s)
        s = evk_keras_fail(&m->layers[i], EVK_EFORMAT, err,
                           "%s has no weights for it, neither under its name nor at %s",
                           k->source->weights, path.data);
    evk_str_release(&path);
    return s;
}

/* Lists the arrays of every group, which are named 0, 1 and so on. */
static evk_status list_arrays(struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_status s = EVK_OK;

    for (int i = 0; i < m->count && !s; i++) {
        struct evk_keras_layer *l = &m->layers[i];

        if (!l->group || evk_keras_is_model(l))
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

/* Takes the scheme of schemes[] that finds all groups that must be there, and else that which finds most groups;
   of equally good ones, the first. */
evk_status evk_keras_locate_groups(struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    int best = 0, most = -1, found, missing;
    bool fits = false;

    for (int i = 0; i < SCHEMES; i++) {
        EVK_TRY(try_scheme(k, m, &schemes[i], &found, &missing, err));
        if (fits == (missing < 0) ? found > most : !fits) {
            best = i;
            most = found;
            fits = missing < 0;
        }
    }
    EVK_TRY(try_scheme(k, m, &schemes[best], &found, &missing, err));
    return missing < 0 ? list_arrays(k, m, err) : fail_missing(k, m, &schemes[best], missing, err);
}
