/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_other.c - sentences for HDF5 files that hold arrays, and no network that evoke knows */
#include "model/hdf5_other.h"

#include <string.h>

#include "base/str.h"
#include "model/bare_weights.h"

enum { LISTED = 64, SHOWN = 3 }; /* arrays whose shapes are read; arrays that a message names */

/* The arrays of a file. */
struct arrays {
    struct evk_bare_array list[LISTED]; /* (listed) the first ones */
    struct evk_tensor values[LISTED];
    int64_t listed, count; /* count: of all, of which some may not be listed */
};

/* Is the path in the group root, or root empty? */
static bool is_in(const char *path, const char *root)
{
    const size_t n = strlen(root);

    return n == 0 || (strncmp(path, root, n) == 0 && path[n] == '/');
}

static void find_arrays(struct arrays *out, const struct evk_hdf5 *file, const char *root)
{
    bool is_dataset;
    const char *path;

    *out = (struct arrays){.listed = 0};
    for (size_t i = 0; (path = evk_hdf5_path(file, i, &is_dataset)); i++) {
        struct evk_tensor *t = &out->values[out->listed];

        if (!is_dataset || !is_in(path, root))
            continue;
        out->count++;
        if (out->listed == LISTED || evk_hdf5_read(file, path, t, NULL))
            continue;
        out->list[out->listed++] = (struct evk_bare_array){path, t->axes, t->dim};
    }
}

static void release(struct arrays *a)
{
    for (int64_t i = 0; i < a->listed; i++)
        evk_tensor_release(&a->values[i]);
}

evk_status evk_hdf5_bare_fail(const struct evk_hdf5 *file, const char *root, const char *why,
                              const char *path, evk_error *err)
{
    struct arrays a;
    evk_status s;

    find_arrays(&a, file, root);
    s = evk_bare_weights_fail(
        &(struct evk_bare_weights){.container = "an HDF5 file of weights that Keras saved",
                                   .framework = EVK_FRAMEWORK_KERAS,
                                   .path = path,
                                   .arrays = a.list,
                                   .listed = a.listed,
                                   .count = a.count,
                                   .why = why},
        err);
    release(&a);
    return s;
}

evk_status evk_hdf5_other_fail(const struct evk_hdf5 *file, evk_error *err)
{
    const bool nwb = evk_hdf5_text(file, "/", "nwb_version") != NULL;
    struct evk_str some = EVK_STR_INIT;
    char shape[EVK_SHAPE_TEXT];
    struct arrays a;
    evk_status s;

    find_arrays(&a, file, "");
    for (int64_t i = 0; i < a.listed && i < SHOWN; i++)
        evk_str_printf(&some, "%s%.60s %s", i ? ", " : " (", a.list[i].name,
                       evk_shape_text(a.list[i].axes, a.list[i].dim, shape));
    if (some.size)
        evk_str_puts(&some, a.count > SHOWN ? ", ...)" : ")");
    release(&a);
    s = evk_str_check(&some, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED,
                     "is %s with %lld array%s%s, which Keras did not write: it has neither a "
                     "group /layers nor an attribute layer_names; the arrays may be responses, "
                     "images or weights; save the network whole, by Keras' model.save or as ONNX",
                     nwb ? "an NWB file (HDF5)" : "an HDF5 file", (long long)a.count,
                     a.count == 1 ? "" : "s", some.data);
    evk_str_release(&some);
    return s;
}
