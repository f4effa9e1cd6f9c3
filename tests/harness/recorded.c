/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recorded.c - lists of images that only have names, and recordings of numbers */
#include "recorded.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "list_files.h"
#include "pickle_file.h"
#include "test.h"

evk_image_list *recorded_list(const char *folder, int images)
{
    struct evk_str text = EVK_STR_INIT;
    char path[512];

    for (int i = 1; i <= images; i++)
        evk_str_printf(&text, "photo%d.png\n", i);
    list_put(folder, "list.txt", text.data, text.size);
    evk_str_release(&text);
    snprintf(path, sizeof(path), "@%s", path_in(folder, "list.txt"));
    return list_open(path);
}

void recorded_array(const char *folder, const char *name, int axes, const int64_t *dim,
                    const double *values)
{
    struct evk_str f = EVK_STR_INIT;
    char header[128], shape[64] = "";
    int64_t count = 1;

    for (int i = 0; i < axes; i++) {
        snprintf(shape + strlen(shape), sizeof(shape) - strlen(shape), "%lld, ", (long long)dim[i]);
        count *= dim[i];
    }
    snprintf(header, sizeof(header), "{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }",
             shape);
    npy_begin(&f, 1, header);
    for (int64_t i = 0; i < count; i++) {
        uint64_t bits;

        memcpy(&bits, &values[i], sizeof(bits));
        put_little(&f, bits, 8);
    }
    list_put(folder, name, f.data, f.size);
    evk_str_release(&f);
}

evk_recording *recorded_new(int64_t units, int64_t images, int64_t repeats)
{
    evk_recording *r = calloc(1, sizeof(*r));
    const int64_t count = units * images * repeats;

    assert_non_null(r);
    r->units = units;
    r->images = images;
    r->repeats = repeats;
    r->values = malloc((size_t)count * sizeof(*r->values));
    assert_non_null(r->values);
    for (int64_t i = 0; i < count; i++)
        r->values[i] = (double)NAN;
    return r;
}

double *recorded_at(evk_recording *r, int64_t unit, int64_t image, int64_t repeat)
{
    return &r->values[(unit * r->images + image) * r->repeats + repeat];
}
