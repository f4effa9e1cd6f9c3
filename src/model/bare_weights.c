/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bare_weights.c - files that have the weights of a network, and not its architecture */
#include "model/bare_weights.h"

#include "model/way.h"
#include "tensor/tensor.h"

enum { SHOWN = 3 }; /* arrays that the message names */

/* Returns the first array that has this number of axes; NULL: none has. */
static const struct evk_bare_array *first_of(const struct evk_bare_weights *w, int axes)
{
    for (int64_t i = 0; i < w->listed; i++)
        if (w->arrays[i].axes == axes)
            return &w->arrays[i];
    return NULL;
}

/*
 * Returns the library of the weights.  Where it is unknown, the first kernel tells it: PyTorch has
 * rows and columns, which mostly are equally many, in the last two axes, and Keras in the first two.
 */
static enum evk_library library_of(const struct evk_bare_weights *w)
{
    const struct evk_bare_array *kernel = first_of(w, 4);

    if (w->library != EVK_LIBRARY_UNKNOWN || !kernel)
        return w->library;
    if (kernel->dim[0] == kernel->dim[1] && kernel->dim[2] != kernel->dim[3])
        return EVK_LIBRARY_KERAS;
    if (kernel->dim[2] == kernel->dim[3] && kernel->dim[0] != kernel->dim[1])
        return EVK_LIBRARY_PYTORCH;
    return EVK_LIBRARY_UNKNOWN;
}

/*
 * Writes the arguments of torch.zeros for one input of the network, and what the letters in them
 * mean.  A first kernel (o, i, h, w) tells the channels, unless the convolution has groups; without
 * one a first matrix (o, i) tells the length of a vector.
 */
static void put_input(struct evk_str *way, const struct evk_bare_weights *w)
{
    const struct evk_bare_array *kernel = first_of(w, 4), *matrix = first_of(w, 2);
    const bool known = library_of(w) == EVK_LIBRARY_PYTORCH;

    evk_str_puts(way, "torch.onnx.export(model.eval(), torch.zeros(1, ");
    if (known && kernel)
        evk_str_printf(way, "%lld, H, W", (long long)kernel->dim[1]);
    else if (known && matrix)
        evk_str_printf(way, "%lld", (long long)matrix->dim[1]);
    else
        evk_str_puts(way, "C, H, W");
    evk_way_add(way, "), \"{name}.onnx\", opset_version=17), for images of ", w->path, "");
    if (known && kernel)
        evk_str_printf(way, "%lld channel%s, H rows and W columns", (long long)kernel->dim[1],
                       kernel->dim[1] == 1 ? "" : "s");
    else if (known && matrix)
        evk_str_printf(way, "%lld values", (long long)matrix->dim[1]);
    else
        evk_str_puts(way, "C channels, H rows and W columns");
}

/* Says how to come from the weights to a file that evoke opens. */
static void put_way(struct evk_str *way, const struct evk_bare_weights *w)
{
    const enum evk_library library = library_of(w);

    evk_str_puts(way, "build the network in Python, load these weights, and save both in one file "
                      "that evoke opens: ");
    if (library != EVK_LIBRARY_PYTORCH)
        evk_way_add(way, "in Keras model.save(\"{name}.keras\")", w->path, "");
    if (library == EVK_LIBRARY_UNKNOWN)
        evk_str_puts(way, ", in PyTorch ");
    if (library != EVK_LIBRARY_KERAS)
        put_input(way, w);
}

evk_status evk_bare_weights_fail(const struct evk_bare_weights *w, evk_error *err)
{
    struct evk_str some = EVK_STR_INIT, way = EVK_STR_INIT;
    char shape[EVK_SHAPE_TEXT];
    evk_status s;

    if (w->count == 0)
        return evk_fail(err, EVK_EUNSUPPORTED, "is %s without any array of weights in it",
                        w->container);
    for (int64_t i = 0; i < w->listed && i < SHOWN; i++)
        evk_str_printf(&some, "%s%.60s %s", i ? ", " : "", w->arrays[i].name,
                       evk_shape_text(w->arrays[i].axes, w->arrays[i].dim, shape));
    put_way(&way, w);
    s = evk_str_check(&some, err);
    if (!s)
        s = evk_str_check(&way, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED,
                     "is %s, which has the weights of a network and not its architecture: %lld "
                     "array%s (%s%s); %.200s; %s",
                     w->container, (long long)w->count, w->count == 1 ? "" : "s",
                     w->listed ? some.data : "none of which evoke can read",
                     w->listed && w->count > SHOWN ? ", ..." : "", w->why, way.data);
    evk_str_release(&some);
    evk_str_release(&way);
    return s;
}
