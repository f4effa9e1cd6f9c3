/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * numpy.c - a compact model whose weights NumPy has saved, such as the list of Keras' get_weights()
 *
 * The file is a list of arrays and says nothing about layers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "format/npy.h"
#include "model/bare_weights.h"
#include "model/compact.h"
#include "model/loader.h"

/* epsilon of batch norms: Keras' default, since the file has none */
static const double EPSILON = 1e-3;

enum { DIGITS_MAX = 9 };

/* An array and the number in its name: 12 of "arr_12.npy". */
struct numbered {
    const struct evk_npy_array *array;
    int64_t number;
};

/* Reads the number at the end of a name, before ".npy"; *stem is how many bytes of the name come
   before the number.  Returns false where the name has no such number. */
static bool number_of(const char *name, size_t *stem, int64_t *out)
{
    static const char ending[] = ".npy";
    const size_t n = strlen(name), m = strlen(ending);
    char digits[DIGITS_MAX + 1] = "";
    size_t end = n > m ? n - m : 0, start = end;

    while (start > 0 && name[start - 1] >= '0' && name[start - 1] <= '9')
        start--;
    if (start == end || end - start > DIGITS_MAX)
        return false;
    memcpy(digits, name + start, end - start);
    *stem = start;
    return evk_parse_int(digits, out);
}

static int by_number(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* Sorts the arrays by the numbers in their names, such as "arr_0.npy".  Where not all names are of
   this kind and alike, returns false and leaves the arrays in the order of the file. */
static bool sort_by_number(struct numbered *list, int64_t count)
{
    size_t stem, first = 0;

    for (int64_t i = 0; i < count; i++) {
        const char *name = list[i].array->name;

        if (!number_of(name, &stem, &list[i].number))
            return false;
        first = i == 0 ? stem : first;
        if (stem != first || strncmp(name, list[0].array->name, stem) != 0)
            return false;
    }
    qsort(list, (size_t)count, sizeof(*list), by_number);
    return true;
}

static evk_status numpy_note(struct evk_network *out, const struct evk_npy *npy, bool archive,
                             bool sorted, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "%s of %lld arrays%s",
                   archive ? "an archive of NumPy files" : "a NumPy array of objects",
                   (long long)npy->count,
                   !archive || npy->objects ? ""
                   : sorted                 ? ", in the order of the numbers in their names"
                                            : ", in the order of the archive");
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_network_note(out, "recognised", text.data, err);
    evk_str_release(&text);
    return s;
}

/* Fails for the arrays of another network than a compact model. */
static evk_status numpy_bare(const struct evk_compact_array *arrays, int64_t count, bool archive,
                             const char *path, evk_error *err)
{
    struct evk_bare_array *list = NULL;
    struct evk_bare_weights w = {.container = archive ? "an archive of NumPy's arrays"
                                                      : "a NumPy list of arrays",
                                 .framework = EVK_FRAMEWORK_UNKNOWN,
                                 .path = path,
                                 .listed = count,
                                 .count = count,
                                 .why = evk_compact_unlike(arrays, count)};
    evk_status s;

    EVK_TRY(evk_alloc(&list, count, sizeof(*list), "a list of arrays", err));
    for (int64_t i = 0; i < count; i++)
        list[i] =
            (struct evk_bare_array){arrays[i].name, arrays[i].values.axes, arrays[i].values.dim};
    w.arrays = list;
    s = evk_bare_weights_fail(&w, err);
    free(list);
    return s;
}

static evk_status numpy_build(struct evk_network *out, const struct evk_npy *npy, bool archive,
                              const char *path, evk_error *err)
{
    struct evk_compact_array *arrays = NULL;
    struct numbered *list = NULL;
    bool sorted = false;
    evk_status s;

    s = evk_alloc(&arrays, npy->count, sizeof(*arrays), "a list of arrays", err);
    if (!s)
        s = evk_alloc(&list, npy->count, sizeof(*list), "a list of arrays", err);
    for (int64_t i = 0; !s && i < npy->count; i++)
        list[i].array = &npy->arrays[i];
    if (!s && archive && !npy->objects)
        sorted = sort_by_number(list, npy->count);
    for (int64_t i = 0; !s && i < npy->count; i++)
        arrays[i] = (struct evk_compact_array){list[i].array->name, list[i].array->values};
    if (!s && evk_compact_unlike(arrays, npy->count))
        s = numpy_bare(arrays, npy->count, archive, path, err);
    if (!s)
        s = numpy_note(out, npy, archive, sorted, err);
    if (!s)
        s = evk_compact_build(out, arrays, npy->count, EPSILON, err);
    free(list);
    free(arrays);
    return s;
}

static evk_status numpy_load(struct evk_network *out, const unsigned char *data, size_t size,
                             const struct evk_load_options *options, evk_error *err)
{
    const bool archive = evk_npz_probe(data, size);
    char found[EVK_SHAPE_TEXT];
    struct evk_npy npy = {0};
    evk_status s;

    EVK_TRY(archive ? evk_npz_read(&npy, data, size, err) : evk_npy_read(&npy, data, size, err));
    if (!archive && !npy.objects)
        s = evk_fail(err, EVK_EUNSUPPORTED,
                     "is a NumPy file of one array, %s, which is no network: it may be responses, "
                     "images or one layer's weights; save the network whole, as ONNX or by Keras' "
                     "model.save, and give images as PNG or JPEG files",
                     evk_shape_text(npy.arrays[0].values.axes, npy.arrays[0].values.dim, found));
    else
        s = numpy_build(out, &npy, archive, options->path, err);
    evk_npy_release(&npy);
    return s;
}

static enum evk_probe numpy_probe(const unsigned char *data, size_t size)
{
    return evk_npy_probe(data, size) || evk_npz_probe(data, size) ? EVK_PROBE_YES : EVK_PROBE_NO;
}

extern const struct evk_loader evk_loader_numpy;
const struct evk_loader evk_loader_numpy = {
    .name = "numpy",
    .summary = "NumPy list of a model's arrays (.npy, .npz)",
    .probe = numpy_probe,
    .load = numpy_load,
};
