/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bare_weights.c - files that have the weights of a network, and not its architecture */
#include "model/bare_weights.h"

#include "model/way.h"
#include "tensor/tensor.h"

enum {
    SHOWN = 3,   /* arrays that the message names */
    RGB = 3,     /* channels of a color image */
    CHANNELS = 4 /* a kernel with more input channels is not taken for one that reads images */
};

/* Returns the first array that has this number of axes; NULL: none has. */
static const struct evk_bare_array *first_of(const struct evk_bare_weights *w, int axes)
{
    for (int64_t i = 0; i < w->listed; i++)
        if (w->arrays[i].axes == axes)
            return &w->arrays[i];
    return NULL;
}

/*
 * Returns the framework of the weights.  Where it is unknown, the first kernel tells it: PyTorch has
 * rows and columns, which mostly are equally many, in the last two axes, and Keras in the first two.
 */
static enum evk_framework framework_of(const struct evk_bare_weights *w)
{
    const struct evk_bare_array *kernel = first_of(w, 4);

    if (w->framework != EVK_FRAMEWORK_UNKNOWN || !kernel)
        return w->framework;
    if (kernel->dim[0] == kernel->dim[1] && kernel->dim[2] != kernel->dim[3])
        return EVK_FRAMEWORK_KERAS;
    if (kernel->dim[2] == kernel->dim[3] && kernel->dim[0] != kernel->dim[1])
        return EVK_FRAMEWORK_PYTORCH;
    return EVK_FRAMEWORK_UNKNOWN;
}

/* Is it a kernel (o, i, h, w) of PyTorch with more than one row and column? */
static bool is_kernel(const struct evk_bare_array *a)
{
    return a->axes == 4 && a->dim[2] > 1 && a->dim[3] > 1;
}

/*
 * Returns how many channels the images of a network of PyTorch have, by its kernels; 0: unknown.
 * The order of the arrays need not be that of the layers, and kernels of a channel each (depthwise)
 * have i = 1, as the first layer of a network for gray images has.
 */
static int64_t channels_of(const struct evk_bare_weights *w)
{
    const struct evk_bare_array *first = NULL;
    int64_t single = 0;

    for (int64_t i = 0; i < w->listed; i++) {
        const struct evk_bare_array *a = &w->arrays[i];

        if (!is_kernel(a))
            continue;
        if (a->dim[1] == RGB)
            return RGB;
        single += a->dim[1] == 1;
        if (!first)
            first = a;
    }
    if (single == 1)
        return 1;
    return first && first->dim[1] > 1 && first->dim[1] <= CHANNELS ? first->dim[1] : 0;
}

/*
 * Returns the length of the vector that a network of PyTorch without convolutions reads, by its
 * first matrix (o, i); 0: unknown.
 */
static int64_t length_of(const struct evk_bare_weights *w)
{
    const struct evk_bare_array *matrix = first_of(w, 2);

    return !matrix || first_of(w, 3) || first_of(w, 4) || first_of(w, 5) ? 0 : matrix->dim[1];
}

/*
 * Writes the arguments of torch.zeros for one input of the network, and what the letters in them
 * mean.
 */
static void put_input(struct evk_str *way, const struct evk_bare_weights *w)
{
    const bool known = framework_of(w) == EVK_FRAMEWORK_PYTORCH;
    const long long channels = known ? channels_of(w) : 0, length = known ? length_of(w) : 0;

    evk_str_puts(way, "torch.onnx.export(model.eval(), torch.zeros(1, ");
    if (channels)
        evk_str_printf(way, "%lld, H, W", channels);
    else if (length)
        evk_str_printf(way, "%lld", length);
    else
        evk_str_puts(way, "C, H, W");
    evk_way_add(way, "), \"{name}.onnx\", opset_version=17), for images of ", w->path, "");
    if (channels)
        evk_str_printf(way, "%lld channel%s, H rows and W columns", channels,
                       channels == 1 ? "" : "s");
    else if (length)
        evk_str_printf(way, "%lld values", length);
    else
        evk_str_puts(way, "C channels, H rows and W columns");
}

/* Says how to come from the weights to a file that evoke opens. */
static void put_way(struct evk_str *way, const struct evk_bare_weights *w)
{
    const enum evk_framework framework = framework_of(w);

    evk_str_puts(way, "build the network in Python, load these weights, and save both in one file "
                      "that evoke opens: ");
    if (framework != EVK_FRAMEWORK_PYTORCH)
        evk_way_add(way, "in Keras model.save(\"{name}.keras\")", w->path, "");
    if (framework == EVK_FRAMEWORK_UNKNOWN)
        evk_str_puts(way, ", in PyTorch ");
    if (framework != EVK_FRAMEWORK_KERAS)
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
