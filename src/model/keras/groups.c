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

/* The group that holds all layers' groups: that of Keras 3, and that of Keras 2.12 to 2.15. */
static const char *const roots[] = {"/layers", "/_layer_checkpoint_dependencies"};

/* Writes the name of the group of layer i by one of the rules. */
typedef void naming(const struct evk_keras_model *m, int i, struct evk_str *path);

static void group_by_name(const struct evk_keras_model *m, int i, struct evk_str *path)
{
    evk_str_puts(path, m->layers[i].name);
}

static void group_by_count(const struct evk_keras_model *m, int i, struct evk_str *path)
{
    int count = 0;

    for (int j = 0; j < i; j++)
        count += m->layers[j].class == m->layers[i].class;
    evk_str_puts(path, m->layers[i].class->group);
    if (count)
        evk_str_printf(path, "_%d", count);
}

static naming *const namings[] = {group_by_count, group_by_name};

static bool is_model(const struct evk_keras_layer *l)
{
    return l->class->build == evk_keras_model;
}

/* Sets the group of a layer, if the file has it.  *path becomes the group's path in any case. */
static evk_status try_group(struct evk_keras *k, struct evk_keras_layer *l, const char *path,
                            evk_error *err)
{
    free(l->group);
    l->group = NULL;
    return evk_hdf5_has(k->file, path) ? evk_strdup(&l->group, path, err) : EVK_OK;
}

/*
 * Sets the groups of all layers by one rule.  root is the group of the model's layers.  *missing
 * becomes the path of the first group that is not in the file, though its layer must have arrays;
 * the path is empty where there is none.  Returns through *found how many groups the file has.
 */
static evk_status try_naming(struct evk_keras *k, struct evk_keras_model *m, naming *rule,
                             const char *root, struct evk_str *missing, int *found, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_status s = EVK_OK;

    *found = 0;
    missing->size = 0;
    for (int i = 0; i < m->count && !s; i++) {
        struct evk_keras_layer *l = &m->layers[i];

        if (!l->class->group)
            continue;
        path.size = 0;
        evk_str_printf(&path, "%s/", root);
        rule(m, i, &path);
        if (!is_model(l))
            evk_str_puts(&path, "/vars");
        s = evk_str_check(&path, err);
        if (!s)
            s = try_group(k, l, path.data, err);
        *found += !s && l->group;
        if (!s && !l->group && l->class->least > 0 && missing->size == 0)
            evk_str_printf(missing,
                           "layer %s: %s has no weights for it, neither under its name "
                           "nor at %s",
                           l->label, k->source->weights, path.data);
    }
    evk_str_release(&path);
    return s ? s : evk_str_check(missing, err);
}

/* Lists the arrays of every group, which are named 0, 1 and so on. */
static evk_status list_arrays(struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_status s = EVK_OK;

    for (int i = 0; i < m->count && !s; i++) {
        struct evk_keras_layer *l = &m->layers[i];

        if (!l->group || is_model(l))
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

/* Can layers of the model have weights? */
static bool has_weights(const struct evk_keras_model *m)
{
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].class->group)
            return true;
    return false;
}

static bool needs_weights(const struct evk_keras_model *m)
{
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].class->least > 0)
            return true;
    return false;
}

/*
 * Sets the groups of all layers below a root by the rule that finds all groups that must be there,
 * and of two such rules by that which finds more groups.  *done: there is such a rule.  Where there
 * is none, *missing says what Keras' own rule does not find.
 */
static evk_status try_root(struct evk_keras *k, struct evk_keras_model *m, const char *root,
                           struct evk_str *missing, bool *done, evk_error *err)
{
    int found[2];
    bool fits[2];

    for (int n = 1; n >= 0; n--) {
        EVK_TRY(try_naming(k, m, namings[n], root, missing, &found[n], err));
        fits[n] = missing->size == 0;
    }
    *done = fits[0] || fits[1];
    if (!*done || (fits[0] && (!fits[1] || found[0] >= found[1])))
        return EVK_OK;
    return try_naming(k, m, namings[1], root, missing, &found[1], err);
}

evk_status evk_keras_locate_groups(struct evk_keras *k, struct evk_keras_model *m, evk_error *err)
{
    const char *outer = m->outer && m->outer->group ? m->outer->group : "";
    struct evk_str root = EVK_STR_INIT, missing = EVK_STR_INIT;
    bool done = !has_weights(m);
    evk_status s = EVK_OK;

    for (size_t r = 0; r < sizeof(roots) / sizeof(roots[0]) && !done && !s; r++) {
        root.size = 0;
        evk_str_printf(&root, "%s%s", outer, roots[r]);
        s = evk_str_check(&root, err);
        if (!s && evk_hdf5_has(k->file, root.data))
            s = try_root(k, m, root.data, &missing, &done, err);
    }
    if (!s && !done && (missing.size > 0 || needs_weights(m)))
        s = missing.size > 0 ? evk_fail(err, EVK_EFORMAT, "%s", missing.data)
                             : evk_fail(err, EVK_EFORMAT, "%s has no group %s%s",
                                        k->source->weights, outer, roots[0]);
    evk_str_release(&root);
    evk_str_release(&missing);
    return s ? s : list_arrays(k, m, err);
}
