/* SPDX-License-Identifier: GPL-3.0-or-later */
/* array.c - responses in a NumPy array of (units, images) or (units, images, repeats) */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format/npy.h"
#include "image/list.h"
#include "recording/reading.h"

/* Fails because the array's number of images is not the list's. */
static evk_status other_images(const struct evk_reading *g, const struct evk_npy_doubles *a,
                               evk_error *err)
{
    const long long found = a->dim[1], listed = (long long)g->r->list->count;

    if (a->axes == 2 && a->dim[0] == listed)
        return evk_fail(
            err, EVK_EINVAL,
            "has the shape (%lld, %lld) where (units, images) is expected, and --images "
            "has %lld; write the transposed array",
            (long long)a->dim[0], found, listed);
    if (g->r->rows && found == g->taken)
        return evk_fail(err, EVK_EINVAL,
                        "has %lld images, as many as rows '%.200s' has, but --images has %lld; "
                        "expected responses to all of these, of which rows then takes the part",
                        found, g->r->rows, listed);
    return evk_fail(err, EVK_EINVAL,
                    "has %lld images, but --images has %lld; expected the same number", found,
                    listed);
}

static evk_status check_shape(const struct evk_reading *g, const struct evk_npy_doubles *a,
                              evk_error *err)
{
    char shape[EVK_SHAPE_TEXT];

    if ((a->axes != 2 && a->axes != 3) || a->dim[0] < 1 || a->dim[1] < 1 ||
        (a->axes == 3 && a->dim[2] < 1))
        return evk_fail(err, EVK_EFORMAT,
                        "has an array of %s, expected (units, images) or (units, images, repeats)",
                        evk_shape_text(a->axes, a->dim, shape));
    if (a->dim[1] != (int64_t)g->r->list->count)
        return other_images(g, a, err);
    if (a->dim[0] > EVK_RECORDING_UNITS_MAX)
        return evk_fail(err, EVK_EFORMAT, "has %lld units, expected at most %d",
                        (long long)a->dim[0], EVK_RECORDING_UNITS_MAX);
    return EVK_OK;
}

/* Fails where a response is infinite. */
static evk_status check_finite(const struct evk_npy_doubles *a, int64_t repeats, evk_error *err)
{
    const int64_t each = a->dim[1] * repeats;

    for (int64_t i = 0; i < a->dim[0] * each; i++)
        if (isinf(a->values[i]))
            return evk_fail(err, EVK_EFORMAT,
                            "has an infinite response, of unit %lld to image %lld (from 0), "
                            "expected NaN where there is none",
                            (long long)(i / each), (long long)(i % each / repeats));
    return EVK_OK;
}

/* Gives the units the names that were given, or else unit0, unit1 and so on. */
static evk_status name_units(struct evk_reading *g, int64_t units, evk_error *err)
{
    char name[32];

    if (g->names.count && (int64_t)g->names.count != units)
        return evk_fail(err, EVK_EINVAL,
                        "has %lld units, but --names has %zu; expected the same number",
                        (long long)units, g->names.count);
    if (g->names.count) {
        g->r->names = g->names;
        g->names = (struct evk_names){NULL, 0};
        return EVK_OK;
    }
    for (int64_t i = 0; i < units; i++) {
        snprintf(name, sizeof(name), "unit%lld", (long long)i);
        EVK_TRY(evk_names_add(&g->r->names, name, err));
    }
    return EVK_OK;
}

/* Copies the responses to the images that take part. */
static void copy_part(const struct evk_reading *g, const struct evk_npy_doubles *a)
{
    evk_recording *r = g->r;
    double *to = r->values;

    for (int64_t u = 0; u < r->units; u++)
        for (int64_t i = 0; i < r->images; i++, to += r->repeats)
            memcpy(to, a->values + (u * a->dim[1] + g->take[i]) * r->repeats,
                   (size_t)r->repeats * sizeof(*to));
    memcpy(r->image, g->take, (size_t)r->images * sizeof(*r->image));
}

static evk_status take_array(struct evk_reading *g, const struct evk_npy_doubles *a, evk_error *err)
{
    const int64_t repeats = a->axes == 3 ? a->dim[2] : 1;

    EVK_TRY(check_shape(g, a, err));
    EVK_TRY(check_finite(a, repeats, err));
    EVK_TRY(name_units(g, a->dim[0], err));
    g->r->units = a->dim[0];
    g->r->images = g->taken;
    g->r->repeats = repeats;
    EVK_TRY(evk_recording_allocate(g->r, false, err));
    copy_part(g, a);
    g->counted = true;
    return EVK_OK;
}

evk_status evk_recording_read_array(struct evk_reading *g, evk_error *err)
{
    struct evk_npy_doubles a;
    evk_status s;

    if (!g->r->list)
        return evk_fail(err, EVK_EINVAL,
                        "is an array, which does not say what was shown; expected a table with the "
                        "column stim_code");
    EVK_TRY(evk_npy_read_doubles(&a, g->file->data, g->file->size, EVK_RECORDING_VALUES_MAX, err));
    s = take_array(g, &a, err);
    evk_npy_doubles_release(&a);
    return s;
}
