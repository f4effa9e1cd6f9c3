/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compact_state.c - compact models from PyTorch's state dictionaries */
#include "model/compact_state.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/compact.h"

/* epsilon of batch norms: PyTorch's default, since the file has none */
static const double EPSILON = 1e-5;

enum { STAGES = 5, LAYER = 32, PART = 64 };

/* How the axes of a tensor are reordered: KERNEL takes (o, c, h, w) to (h, w, c, o), DEPTHWISE
   takes (c, 1, h, w) to (h, w, c, 1), and DENSE takes (o, i) to (i, o). */
enum turn { KEEP, KERNEL, DEPTHWISE, DENSE };

/* An array that a compact model consists of. */
struct part {
    char name[PART]; /* name of the array's tensor in PyTorch */
    enum turn turn;
};

/* The arrays of a compact model, or of a shared one. */
struct parts {
    struct part part[EVK_COMPACT_SHARED_ARRAYS];
    int count;
};

/* Adds an array whose name is the two texts together. */
static void add_part(struct parts *p, enum turn turn, const char *layer, const char *name)
{
    struct part *part = &p->part[p->count++];

    snprintf(part->name, sizeof(part->name), "%.*s%s", LAYER, layer, name);
    part->turn = turn;
}

/* Adds the arrays of a stage. */
static void add_stage(struct parts *p, int i)
{
    static const char *const norm[] = {"weight", "bias", "running_mean", "running_var"};
    char layer[LAYER];

    snprintf(layer, sizeof(layer), "layer%d_", i);
    if (i > 0)
        add_part(p, DEPTHWISE, layer, "conv_depth.weight");
    add_part(p, KERNEL, layer, i ? "conv_point.weight" : "conv.weight");
    add_part(p, KEEP, layer, i ? "conv_point.bias" : "conv.bias");
    snprintf(layer, sizeof(layer), "layer%d_bn.", i);
    for (int k = 0; k < 4; k++)
        add_part(p, KEEP, layer, norm[k]);
}

/* Is name equal to part, or to part behind the names of modules and a dot? */
static bool is_named(const char *name, const char *part)
{
    const size_t n = strlen(name), m = strlen(part);

    return n >= m && strcmp(name + n - m, part) == 0 && (n == m || name[n - m - 1] == '.');
}

static bool is_counter(const char *name)
{
    return is_named(name, "num_batches_tracked");
}

/* Returns the first tensor of a part; NULL: there is none. */
static const struct evk_named_tensor *first_of(const struct evk_tensors *t, const char *part)
{
    for (int64_t i = 0; i < t->count; i++)
        if (is_named(t->tensors[i].name, part))
            return &t->tensors[i];
    return NULL;
}

/* Has the state dictionary a tensor of this name? */
static bool has(const struct evk_tensors *t, const char *part)
{
    return first_of(t, part) != NULL;
}

/* Returns how many bytes of the name of the first tensor of a part are before the part. */
static size_t prefix_of(const struct evk_tensors *t, const char *part)
{
    return strlen(first_of(t, part)->name) - strlen(part);
}

/* Lists the arrays in the order that evk_compact_build expects. */
static void list_parts(struct parts *p, const struct evk_tensors *t)
{
    p->count = 0;
    for (int i = 0; i < STAGES; i++)
        add_stage(p, i);
    if (has(t, "spatial_pool_stage.weight")) {
        add_part(p, KERNEL, "mixing_stage.", "weight");
        add_part(p, KEEP, "mixing_stage.", "bias");
        add_part(p, DEPTHWISE, "spatial_pool_stage.", "weight");
        add_part(p, KEEP, "spatial_pool_stage.", "bias");
    } else {
        add_part(p, DENSE, "Beta.", "weight");
        add_part(p, KEEP, "Beta.", "bias");
    }
}

/* Is it the name of a part, or of a counter of batches, which responses do not depend on? */
static bool is_known(const struct parts *p, const char *name)
{
    bool known = is_counter(name);

    for (int k = 0; k < p->count && !known; k++)
        known = is_named(name, p->part[k].name);
    return known;
}

bool evk_compact_state_fits(const struct evk_tensors *t, char *why, size_t size)
{
    struct parts p;

    list_parts(&p, t);
    if (!has(t, p.part[0].name)) {
        snprintf(why, size,
                 "there is neither %s (a compact model) nor core.features.layer0 (a core with "
                 "readouts) in it",
                 p.part[0].name);
        return false;
    }
    for (int k = 0; k < p.count; k++)
        if (!has(t, p.part[k].name)) {
            snprintf(why, size, "it is like a compact model, but has no %s", p.part[k].name);
            return false;
        }
    for (int k = 1; k < p.count; k++) {
        const char *first = first_of(t, p.part[0].name)->name;
        const char *name = first_of(t, p.part[k].name)->name;
        const size_t n = prefix_of(t, p.part[0].name);

        if (strncmp(p.part[k].name, "layer", 5) == 0 &&
            (n != prefix_of(t, p.part[k].name) || strncmp(name, first, n) != 0)) {
            snprintf(why, size,
                     "it is like a compact model, but %.80s and %.80s are of different "
                     "modules",
                     first, name);
            return false;
        }
    }
    for (int64_t i = 0; i < t->count; i++)
        if (!is_known(&p, t->tensors[i].name)) {
            snprintf(why, size,
                     "it is like a compact model, but has %.120s too, which may change responses",
                     t->tensors[i].name);
            return false;
        }
    return true;
}

/* Finds the tensor of a part, which must be there only once. */
static evk_status find_part(const struct evk_tensors *t, const char *part,
                            const struct evk_named_tensor **out, evk_error *err)
{
    *out = NULL;
    for (int64_t i = 0; i < t->count; i++)
        if (is_named(t->tensors[i].name, part)) {
            if (*out)
                return evk_fail(err, EVK_EFORMAT, "has two tensors %s, %.80s and %.80s", part,
                                (*out)->name, t->tensors[i].name);
            *out = &t->tensors[i];
        }
    return *out ? EVK_OK : evk_fail(err, EVK_EFORMAT, "has no tensor %s", part);
}

/* ---- axes ----------------------------------------------------------------------------------- */

/* Copies a tensor with its axes in Keras' order.  A tensor with an unexpected number of axes is
   copied as it is: evk_compact_build refuses it, with a message about its shape. */
static evk_status turn_axes(struct evk_tensor *out, const struct evk_tensor *t, enum turn how,
                            evk_error *err)
{
    static const int kernel[] = {2, 3, 1, 0}, depthwise[] = {2, 3, 0, 1}, dense[] = {1, 0};
    static const int keep[] = {0, 1, 2, 3, 4, 5, 6, 7};
    const bool known = t->axes == (how == DENSE ? 2 : 4);

    return evk_tensor_permuted(out, t,
                               !known || how == KEEP ? keep
                               : how == KERNEL       ? kernel
                               : how == DEPTHWISE    ? depthwise
                                                     : dense,
                               err);
}

/* ---- loading -------------------------------------------------------------------------------- */

static evk_status gather_arrays(const struct evk_tensors *t, const struct parts *parts,
                                struct evk_compact_array *arrays, evk_error *err)
{
    const struct evk_named_tensor *found;

    for (int i = 0; i < parts->count; i++) {
        EVK_TRY(find_part(t, parts->part[i].name, &found, err));
        arrays[i].name = found->name;
        EVK_TRY(turn_axes(&arrays[i].values, &found->values, parts->part[i].turn, err));
    }
    return EVK_OK;
}

evk_status evk_compact_state_build(struct evk_network *out, const struct evk_tensors *t,
                                   evk_error *err)
{
    struct evk_compact_array arrays[EVK_COMPACT_SHARED_ARRAYS] = {0};
    struct parts parts;
    evk_status s;

    list_parts(&parts, t);
    s = gather_arrays(t, &parts, arrays, err);
    if (!s)
        s = evk_compact_build(out, arrays, parts.count, EPSILON, err);
    for (int i = 0; i < parts.count; i++)
        evk_tensor_release(&arrays[i].values);
    return s;
}
