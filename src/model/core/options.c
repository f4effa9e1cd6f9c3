/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c - the options of cores with readouts: defaults, names and ranges, and lists in texts */
#include "model/core/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

enum { EXTENT_MAX = 1024, VALUE_TEXT = 64 };

const struct evk_core_options evk_core_options_default = {
    .input_padding = 0,
    .hidden_padding = -1,
    .hidden_dilation = 1,
    .hidden_stride = 1,
    .stack = "all",
    .nonlinearity = "elu",
    .final_nonlinearity = "",
    .epsilon = 1e-5,
    .final_tanh = -1,
    .pool_kernel = 3,
    .normalize_spatial = 1,
    .output = "elu_plus_one",
    .pupil = "",
    .shift = "",
    .behavior = "",
};

#define FIELD(name) offsetof(struct evk_core_options, name)

const evk_param evk_core_params[] = {
    {"input-padding", "N", "zeros around the image, pixels; -1: half the kernel", EVK_PARAM_INT,
     FIELD(input_padding), -1, EXTENT_MAX},
    {"hidden-padding", "N", "zeros around later maps; -1: half of what the kernel spans",
     EVK_PARAM_INT, FIELD(hidden_padding), -1, EXTENT_MAX},
    {"hidden-dilation", "N", "dilation of the layers after the first", EVK_PARAM_INT,
     FIELD(hidden_dilation), 1, EXTENT_MAX},
    {"hidden-stride", "N", "stride of the layers after the first", EVK_PARAM_INT,
     FIELD(hidden_stride), 1, EXTENT_MAX},
    {"skip", "N", "how many layers before it each layer reads, joined; 0 or 1: one", EVK_PARAM_INT,
     FIELD(skip), 0, EVK_CORE_LAYERS_MAX},
    {"stack", "LAYERS", "layers that readouts see: all, last, N: (from N on) or a list",
     EVK_PARAM_TEXT, FIELD(stack), 0, 0},
    {"nonlinearity", "NAME", "function after the core's layers: elu, relu, linear, ...",
     EVK_PARAM_TEXT, FIELD(nonlinearity), 0, 0},
    {"final-nonlinearity", "NAME",
     "function after the core's last layer, where it differs from the others", EVK_PARAM_TEXT,
     FIELD(final_nonlinearity), 0, 0},
    {"elu-xshift", "X", "number subtracted before the core's nonlinearity", EVK_PARAM_REAL,
     FIELD(elu_xshift), -1e6, 1e6},
    {"elu-yshift", "Y", "number added after the core's nonlinearity", EVK_PARAM_REAL,
     FIELD(elu_yshift), -1e6, 1e6},
    {"batch-norm-epsilon", "E", "epsilon added to variances", EVK_PARAM_REAL, FIELD(epsilon), 0, 1},
    {"final-tanh", "N", "tanh after a predictor of positions: 0, 1; -1: if it has a hidden layer",
     EVK_PARAM_INT, FIELD(final_tanh), -1, 1},
    {"pool-kernel", "N", "size and stride of the pools of a point-pooled readout, pixels",
     EVK_PARAM_INT, FIELD(pool_kernel), 1, EXTENT_MAX},
    {"normalize-spatial", "N", "1: divide masks of factorized readouts by their norm; 0: do not",
     EVK_PARAM_INT, FIELD(normalize_spatial), 0, 1},
    {"positive", "N", "1: negative weights of factorized readouts count as 0", EVK_PARAM_INT,
     FIELD(positive), 0, 1},
    {"output", "NAME",
     "function from a readout to the response: elu_plus_one, softplus, linear, ...", EVK_PARAM_TEXT,
     FIELD(output), 0, 0},
    {"offset", "Y", "number added to a readout before its output function", EVK_PARAM_REAL,
     FIELD(offset), -1e6, 1e6},
    {"pupil", "X,Y", "position of the eye, for the shifter of the file", EVK_PARAM_TEXT,
     FIELD(pupil), 0, 0},
    {"shift", "X,Y", "shift of all positions, in halves of the map", EVK_PARAM_TEXT, FIELD(shift),
     0, 0},
    {"behavior", "V,...", "constant values of the input's last channels", EVK_PARAM_TEXT,
     FIELD(behavior), 0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

/* Every number is formatted and set again by name, which checks it as a given one is checked. */
evk_status evk_core_check_options(const struct evk_core_options *o, evk_error *err)
{
    struct evk_core_options copy = *o;

    for (const evk_param *p = evk_core_params; p->name; p++) {
        char text[VALUE_TEXT];

        if (p->kind == EVK_PARAM_TEXT) {
            const char *value;

            memcpy(&value, (const char *)o + p->offset, sizeof(value));
            if (!value)
                return evk_fail(err, EVK_EINVAL, "%s is not there, expected a text", p->name);
            continue;
        }
        evk_param_get(p, o, text, sizeof(text));
        EVK_TRY(evk_param_set(p, &copy, text, err));
    }
    if (*o->pupil && *o->shift)
        return evk_fail(err, EVK_EINVAL, "has both a pupil and a shift, expected one of them");
    return EVK_OK;
}

/* Reads a number from the n bytes of an item of a list; returns false where they are none. */
static bool number_in(const char *item, size_t n, double *out)
{
    char text[VALUE_TEXT];

    if (n >= sizeof(text))
        return false;
    memcpy(text, item, n);
    text[n] = '\0';
    return evk_parse_real(text, out);
}

evk_status evk_core_numbers(const char *what, const char *text, double *out, int most, int *count,
                            evk_error *err)
{
    *count = 0;
    for (const char *item = *text ? text : NULL; item;) {
        const char *comma = strchr(item, ',');

        if (*count == most)
            return evk_fail(err, EVK_EINVAL, "%s is '%.80s', expected at most %d numbers", what,
                            text, most);
        if (!number_in(item, comma ? (size_t)(comma - item) : strlen(item), &out[*count]))
            return evk_fail(err, EVK_EINVAL, "%s is '%.80s', expected numbers with commas", what,
                            text);
        ++*count;
        item = comma ? comma + 1 : NULL;
    }
    return EVK_OK;
}

/* Gives the layer of a number, which counts from the end if it is negative.  text is the whole
   option, for messages. */
static evk_status layer_of(const char *text, double number, int layers, int *out, evk_error *err)
{
    const double i = number < 0 ? number + layers : number;

    if (!(i >= 0 && i < layers) || i != (double)(int)i)
        return evk_fail(err, EVK_EINVAL,
                        "stack is '%.80s', expected all, last, N: or a list of layers from %d to "
                        "%d",
                        text, -layers, layers - 1);
    *out = (int)i;
    return EVK_OK;
}

evk_status evk_core_stacked(const char *text, int layers, int *out, int *count, evk_error *err)
{
    const size_t n = strlen(text);
    double numbers[EVK_CORE_LIST_MAX];
    int first = 0;

    if (strcmp(text, "last") == 0)
        return evk_core_stacked("-1", layers, out, count, err);
    if (strcmp(text, "all") == 0 || (n > 1 && text[n - 1] == ':')) {
        if (strcmp(text, "all") != 0) {
            if (!number_in(text, n - 1, &numbers[0]))
                numbers[0] = layers;
            EVK_TRY(layer_of(text, numbers[0], layers, &first, err));
        }
        for (*count = 0; first + *count < layers; ++*count)
            out[*count] = first + *count;
        return EVK_OK;
    }
    EVK_TRY(evk_core_numbers("stack", text, numbers, EVK_CORE_LIST_MAX, count, err));
    if (*count == 0)
        return layer_of(text, layers, layers, out, err);
    for (int i = 0; i < *count; i++)
        EVK_TRY(layer_of(text, numbers[i], layers, &out[i], err));
    return EVK_OK;
}
