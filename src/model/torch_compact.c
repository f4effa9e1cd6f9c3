/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_compact.c - compact models from PyTorch's state dictionaries */
#include "model/torch_compact.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/compact.h"

/* epsilon of batch norms: PyTorch's default, since the file has none */
static const double EPSILON = 1e-5;

enum { STAGES = 5, PART = 48, SHOWN = 3 };

/* How the axes of a tensor are reordered: KERNEL takes (o, c, h, w) to (h, w, c, o), DEPTHWISE
   takes (c, 1, h, w) to (h, w, c, 1), and DENSE takes (o, i) to (i, o). */
enum turn { KEEP, KERNEL, DEPTHWISE, DENSE };

/* An array that a compact model consists of. */
struct part {
    char name[PART]; /* name of the array's tensor in PyTorch */
    enum turn turn;
};

/* Lists the arrays in the order that evk_compact_build expects. */
static void list_parts(struct part parts[EVK_COMPACT_ARRAYS])
{
    static const char *const norm[] = {"weight", "bias", "running_mean", "running_var"};
    int n = 0;

    for (int i = 0; i < STAGES; i++) {
        if (i > 0) {
            snprintf(parts[n].name, PART, "layer%d_conv_depth.weight", i);
            parts[n++].turn = DEPTHWISE;
        }
        snprintf(parts[n].name, PART, i ? "layer%d_conv_point.weight" : "layer%d_conv.weight", i);
        parts[n++].turn = KERNEL;
        snprintf(parts[n].name, PART, i ? "layer%d_conv_point.bias" : "layer%d_conv.bias", i);
        parts[n++].turn = KEEP;
        for (int k = 0; k < 4; k++) {
            snprintf(parts[n].name, PART, "layer%d_bn.%s", i, norm[k]);
            parts[n++].turn = KEEP;
        }
    }
    snprintf(parts[n].name, PART, "Beta.weight");
    parts[n++].turn = DENSE;
    snprintf(parts[n].name, PART, "Beta.bias");
    parts[n].turn = KEEP;
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

/* ---- messages ------------------------------------------------------------------------------- */

/* Fails, with a message that says why the file is not a compact model and what it has. */
static evk_status fail_not_compact(const struct evk_torch *t, const char *why, evk_error *err)
{
    struct evk_str found = EVK_STR_INIT;
    char shape[EVK_SHAPE_TEXT];
    evk_status s;

    for (int64_t i = 0; i < t->count && i < SHOWN; i++)
        evk_str_printf(&found, "%s%.80s %s", i ? ", " : "", t->tensors[i].name,
                       evk_shape_text(t->tensors[i].values.axes, t->tensors[i].values.dim, shape));
    s = evk_str_check(&found, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED,
                     "is not a compact model: %s; has %lld tensors (%s%s), expected "
                     "layer0_conv.weight to Beta.bias, %d and counters of batches",
                     why, (long long)t->count, found.data, t->count > SHOWN ? ", ..." : "",
                     EVK_COMPACT_ARRAYS);
    evk_str_release(&found);
    return s;
}

/* Finds the tensor of a part; it must be there, and only once. */
static evk_status find_part(const struct evk_torch *t, const char *part,
                            const struct evk_torch_tensor **out, evk_error *err)
{
    char why[3 * PART];

    *out = NULL;
    for (int64_t i = 0; i < t->count; i++)
        if (is_named(t->tensors[i].name, part)) {
            if (*out)
                return evk_fail(err, EVK_EFORMAT, "has two tensors %s, %.80s and %.80s", part,
                                (*out)->name, t->tensors[i].name);
            *out = &t->tensors[i];
        }
    if (*out)
        return EVK_OK;
    snprintf(why, sizeof(why), "there is no %.48s", part);
    return fail_not_compact(t, why, err);
}

/* Fails where the file has a tensor that is no part of a compact model, and so is another model. */
static evk_status check_rest(const struct evk_torch *t, const struct part *parts, evk_error *err)
{
    char why[3 * PART];

    for (int64_t i = 0; i < t->count; i++) {
        bool known = is_counter(t->tensors[i].name);

        for (int k = 0; k < EVK_COMPACT_ARRAYS && !known; k++)
            known = is_named(t->tensors[i].name, parts[k].name);
        if (!known) {
            snprintf(why, sizeof(why), "it has %.80s too", t->tensors[i].name);
            return fail_not_compact(t, why, err);
        }
    }
    return EVK_OK;
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

static evk_status gather_arrays(const struct evk_torch *t, const struct part *parts,
                                struct evk_compact_array *arrays, evk_error *err)
{
    const struct evk_torch_tensor *found;

    for (int i = 0; i < EVK_COMPACT_ARRAYS; i++) {
        EVK_TRY(find_part(t, parts[i].name, &found, err));
        arrays[i].name = found->name;
        EVK_TRY(turn_axes(&arrays[i].values, &found->values, parts[i].turn, err));
    }
    return check_rest(t, parts, err);
}

evk_status evk_torch_compact(struct evk_network *out, const struct evk_torch *t, evk_error *err)
{
    struct evk_compact_array arrays[EVK_COMPACT_ARRAYS] = {0};
    struct part parts[EVK_COMPACT_ARRAYS];
    evk_status s;

    list_parts(parts);
    s = gather_arrays(t, parts, arrays, err);
    if (!s)
        s = evk_network_note(out, "recognised",
                             "a PyTorch archive with the state dictionary of a compact model", err);
    if (!s)
        s = evk_compact_build(out, arrays, EVK_COMPACT_ARRAYS, EPSILON, err);
    for (int i = 0; i < EVK_COMPACT_ARRAYS; i++)
        evk_tensor_release(&arrays[i].values);
    return s;
}
