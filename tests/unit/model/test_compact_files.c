/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_compact_files.c - compact models from NumPy's and PyTorch's files: one network, whatever the
 * file
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/pickle_file.h"
#include "base/fs.h"
#include "format/zip.h"

enum { STAGES = 5, ARRAYS = 36, SHARED = 38, VALUES = 112 * 112 * 3, OUTPUTS = 2 };

static const int64_t widths[STAGES + 1] = {3, 6, 5, 4, 2, 3};

/* The arrays, in the order and with the axes of Keras. */
static struct evk_tensor arrays[SHARED];
static char names[ARRAYS][40];
static int count;
static char *folder;
static float image[VALUES];

static void add(uint64_t *seed, const char *name, int axes, int64_t a, int64_t b, int64_t c,
                int64_t d)
{
    struct evk_tensor *t = &arrays[count];

    assert_ok(evk_tensor_new(t, axes, (const int64_t[]){a, b, c, d}, err));
    for (int64_t i = 0; i < evk_tensor_count(t); i++)
        t->data[i] = random_float(seed) / (axes == 2 ? 8 : 2);
    if (strstr(name, "running_var"))
        for (int64_t i = 0; i < evk_tensor_count(t); i++)
            t->data[i] = fabsf(t->data[i]) + 0.5f;
    if (count < ARRAYS)
        snprintf(names[count], sizeof(names[0]), "%s", name);
    count++;
}

static void add_stage(uint64_t *seed, int i)
{
    static const char *const norm[] = {"weight", "bias", "running_mean", "running_var"};
    const int64_t in = widths[i], out = widths[i + 1];
    char name[40];

    if (i == 0) {
        add(seed, "layer0_conv.weight", 4, 5, 5, in, out);
        add(seed, "layer0_conv.bias", 1, out, 0, 0, 0);
    } else {
        snprintf(name, sizeof(name), "layer%d_conv_depth.weight", i);
        add(seed, name, 4, 5, 5, in, 1);
        snprintf(name, sizeof(name), "layer%d_conv_point.weight", i);
        add(seed, name, 4, 1, 1, in, out);
        snprintf(name, sizeof(name), "layer%d_conv_point.bias", i);
        add(seed, name, 1, out, 0, 0, 0);
    }
    for (int k = 0; k < 4; k++) {
        snprintf(name, sizeof(name), "layer%d_bn.%s", i, norm[k]);
        add(seed, name, 1, out, 0, 0, 0);
    }
}

static int set_up(void **state)
{
    uint64_t seed = 4;

    (void)state;
    folder = scratch_folder("compact-files");
    for (int i = 0; i < STAGES; i++)
        add_stage(&seed, i);
    add(&seed, "Beta.weight", 2, 28 * 28 * widths[STAGES], 1, 0, 0);
    add(&seed, "Beta.bias", 1, 1, 0, 0, 0);
    for (int i = 0; i < VALUES; i++)
        image[i] = 110 + 60 * random_float(&seed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < count; i++)
        evk_tensor_release(&arrays[i]);
    free(folder);
    return 0;
}

static const char *write_file(const char *name, const void *data, size_t size)
{
    const char *path = path_in(folder, name);

    assert_ok(evk_fs_write(path, data, size, err));
    return path;
}

static void refused(evk_status status, const char *text, const char *path)
{
    evk_model *m = NULL;

    assert_fails(status, text, evk_model_open(&m, path, NULL, err));
    assert_null(m);
}

/* Open a model file, and compute the responses of all outputs; check the note on its format. */
static void respond(const char *path, const char *format, const char *noted, float *responses)
{
    evk_session *s = NULL;
    evk_model_note note;
    evk_model *m = NULL;

    assert_ok(evk_model_open(&m, path, NULL, err));
    assert_string_equal(evk_model_describe(m)->format, format);
    assert_int_equal(evk_model_describe(m)->preprocessing, EVK_PREPROCESSING_PUBLISHED);
    assert_true(evk_model_noted(m, 0, &note));
    assert_string_equal(note.what, "recognised");
    if (!strstr(note.text, noted))
        fail_msg("'%s' has no '%s'", note.text, noted);
    assert_true(evk_model_noted(m, 1, &note));
    assert_string_equal(note.what, "assumed");
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, image, responses);
    evk_session_free(s);
    evk_model_free(m);
}

/* ---- NumPy ------------------------------------------------------------------------- */

static const char *write_list(const char *name, const struct evk_tensor *list, int n)
{
    struct evk_str f = EVK_STR_INIT;
    const char *path;

    npy_list_begin(&f, n);
    for (int i = 0; i < n; i++)
        npy_pickled(&f, "<", "f4", list[i].axes, list[i].dim, list[i].data,
                    (size_t)evk_tensor_count(&list[i]) * sizeof(float));
    npy_list_end(&f);
    path = write_file(name, f.data, f.size);
    evk_str_release(&f);
    return path;
}

/* The names of an archive's arrays: numbers, in reverse order; or names without any order. */
enum calling { NUMBERED, NAMED };

static const char *write_archive(const char *name, enum calling calling, int n)
{
    struct evk_zip_entry entries[SHARED];
    char called[SHARED][32], header[128], shape[64];
    struct evk_str f[SHARED];
    struct evk_bytes file;
    const char *path;

    for (int k = 0; k < n; k++) {
        const int i = calling == NUMBERED ? n - 1 - k : k;
        const struct evk_tensor *t = &arrays[i];
        int at = 0;

        for (int a = 0; a < t->axes; a++)
            at += snprintf(shape + at, sizeof(shape) - (size_t)at, "%lld,", (long long)t->dim[a]);
        snprintf(header, sizeof(header), "{'descr': '<f4', 'fortran_order': False, 'shape': (%s)}",
                 shape);
        f[k] = (struct evk_str)EVK_STR_INIT;
        npy_begin(&f[k], 1, header);
        put_bytes(&f[k], t->data, (size_t)evk_tensor_count(t) * sizeof(float));
        if (calling == NUMBERED)
            snprintf(called[k], sizeof(called[k]), "arr_%d.npy", i);
        else
            snprintf(called[k], sizeof(called[k]), "%c%dx.npy", 'z' - k % 26, k);
        entries[k] = (struct evk_zip_entry){called[k], f[k].data, f[k].size};
    }
    assert_ok(evk_zip_write(&file, entries, (size_t)n, err));
    path = write_file(name, file.data, file.size);
    evk_bytes_release(&file);
    for (int k = 0; k < n; k++)
        evk_str_release(&f[k]);
    return path;
}

static void test_numpy(void **state)
{
    float list, numbered, named;

    (void)state;
    respond(write_list("a.npy", arrays, ARRAYS), "numpy", "array of objects of 36 arrays", &list);
    assert_true(isfinite(list) && list != 0);
    respond(write_archive("b.npz", NUMBERED, ARRAYS), "numpy",
            "in the order of the numbers in their names", &numbered);
    respond(write_archive("c.npz", NAMED, ARRAYS), "numpy", "in the order of the archive", &named);
    assert_memory_equal(&numbered, &list, sizeof(list));
    assert_memory_equal(&named, &list, sizeof(list));
}

/*
 * Set the arrays of a model whose readout is a 1x1 convolution and, for each output, a pooling with
 * its own weights; the second output sees nothing.
 */
static void shared_arrays(struct evk_tensor list[SHARED], uint64_t *seed)
{
    const int64_t last = widths[STAGES], outputs = OUTPUTS;

    memcpy(list, arrays, SHARED * sizeof(*list));
    assert_ok(evk_tensor_new(&list[34], 4, (const int64_t[]){1, 1, last, outputs}, err));
    assert_ok(evk_tensor_new(&list[35], 1, &outputs, err));
    assert_ok(evk_tensor_new(&list[36], 4, (const int64_t[]){28, 28, outputs, 1}, err));
    assert_ok(evk_tensor_new(&list[37], 1, &outputs, err));
    for (int64_t i = 0; i < last * outputs; i++)
        list[34].data[i] = random_float(seed);
    for (int64_t i = 0; i < 28 * 28; i++)
        list[36].data[outputs * i] = random_float(seed);
}

static void shared_release(struct evk_tensor list[SHARED])
{
    for (int i = 34; i < SHARED; i++)
        evk_tensor_release(&list[i]);
}

static void test_shared(void **state)
{
    struct evk_tensor list[SHARED];
    float responses[OUTPUTS];
    uint64_t seed = 9;

    (void)state;
    shared_arrays(list, &seed);
    respond(write_list("shared.npy", list, SHARED), "numpy", "of 38 arrays", responses);
    assert_true(isfinite(responses[0]) && responses[0] != 0);
    assert_true(responses[1] == 0);
    shared_release(list);
}

static void test_numpy_refused(void **state)
{
    struct evk_str f = EVK_STR_INIT;

    (void)state;
    refused(EVK_EUNSUPPORTED,
            "is a NumPy list of arrays, which has the weights of a network and not its "
            "architecture: 35 arrays (array 0 5x5x3x6, array 1 6, array 2 6, ...); the published "
            "compact models have 36 arrays, or 38 where they share layers; build the network in "
            "Python, load these weights, and save both in one file that evoke opens: in Keras "
            "model.save(\"a.keras\")",
            write_list("a.npy", arrays, 35));
    refused(EVK_EUNSUPPORTED, "is an archive of NumPy's arrays, which has the weights",
            write_archive("a.npz", NUMBERED, 35));
    npy_begin(&f, 1, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }");
    put(&f, "\x01");
    refused(EVK_EUNSUPPORTED, "is a NumPy file of one array, 1, which is no network",
            write_file("a.npy", f.data, f.size));
    evk_str_release(&f);
    arrays[8].dim[0]--; /* the bias of a pointwise convolution */
    refused(EVK_EFORMAT, "array 8 is 4, expected 5, a bias", write_list("a.npy", arrays, ARRAYS));
    refused(EVK_EFORMAT, "arr_8.npy is 4, expected 5", write_archive("a.npz", NUMBERED, ARRAYS));
    arrays[8].dim[0]++;
    refused(EVK_EFORMAT, "the archive is cut off or damaged",
            write_file("a.npz", "PK\3\4 and nothing more", 22));
}

/* ---- PyTorch ------------------------------------------------------------------------ */

/* The array with PyTorch's axes. */
static struct evk_tensor as_torch(const struct evk_tensor *k)
{
    const int64_t *d = k->dim;
    const bool depthwise = k->axes == 4 && d[0] > 1 && d[3] == 1;
    struct evk_tensor t;

    if (k->axes == 1) {
        assert_ok(evk_tensor_new(&t, 1, d, err));
        memcpy(t.data, k->data, (size_t)d[0] * sizeof(float));
    } else if (k->axes == 2) {
        assert_ok(evk_tensor_new(&t, 2, (const int64_t[]){d[1], d[0]}, err));
        for (int64_t i = 0; i < d[0]; i++)
            for (int64_t o = 0; o < d[1]; o++)
                t.data[o * d[0] + i] = k->data[i * d[1] + o];
    } else {
        const int64_t outer = depthwise ? d[2] : d[3], inner = depthwise ? d[3] : d[2];

        assert_ok(evk_tensor_new(&t, 4, (const int64_t[]){outer, inner, d[0], d[1]}, err));
        for (int64_t o = 0; o < outer; o++)
            for (int64_t c = 0; c < inner; c++)
                for (int64_t y = 0; y < d[0]; y++)
                    for (int64_t x = 0; x < d[1]; x++)
                        t.data[((o * inner + c) * d[0] + y) * d[1] + x] =
                            k->data[((y * d[1] + x) * d[2] + (depthwise ? o : c)) * d[3] +
                                    (depthwise ? c : o)];
    }
    return t;
}

/* Returns array i, with variances changed so that PyTorch's epsilon gives what Keras' gives. */
static struct evk_tensor exchanged(int i)
{
    struct evk_tensor t = as_torch(&arrays[i]);

    if (strstr(names[i], "running_var"))
        for (int64_t k = 0; k < evk_tensor_count(&t); k++)
            t.data[k] += 1e-3f - 1e-5f;
    return t;
}

/* All arrays but one (-1: all), backwards, with these modules before their names, and a counter. */
static void begin_torch(struct torch_file *t, const char *modules, int but)
{
    char name[80];

    torch_begin(t, "archive/", 2);
    for (int i = ARRAYS - 1; i >= 0; i--) {
        struct evk_tensor v = exchanged(i);

        snprintf(name, sizeof(name), "%s%s", modules, names[i]);
        if (i != but)
            torch_floats(t, name, &v);
        evk_tensor_release(&v);
    }
    snprintf(name, sizeof(name), "%slayer0_bn.num_batches_tracked", modules);
    torch_tensor(t, &(struct torch_view){name, "LongStorage", "n", 1, 0, 0, NULL, NULL});
    torch_entry(t, "data/n", "\0\0\0\0\0\0\0", 8);
}

static const char *end_torch(struct torch_file *t)
{
    struct evk_bytes file;
    const char *path;

    torch_end(t);
    file = torch_bytes(t);
    path = write_file("a.pt", file.data, file.size);
    evk_bytes_release(&file);
    torch_release(t);
    return path;
}

static void test_torch(void **state)
{
    static const char *const modules[] = {"", "layers.", "module.layers.", "model.core."};
    float numpy, torch, first = 0;

    (void)state;
    respond(write_list("a.npy", arrays, ARRAYS), "numpy", "", &numpy);
    for (int i = 0; i < 4; i++) {
        struct torch_file t;

        begin_torch(&t, modules[i], -1);
        respond(end_torch(&t), "torch", "a PyTorch state dictionary of a compact model", &torch);
        assert_true(fabsf(torch - numpy) <= 1e-4f * fabsf(numpy));
        first = i ? first : torch;
        assert_memory_equal(&torch, &first, sizeof(first));
    }
}

/* A shared model, whose last two layers are beside the others. */
static void test_torch_shared(void **state)
{
    static const char *const ends[] = {"mixing_stage.weight", "mixing_stage.bias",
                                       "spatial_pool_stage.weight", "spatial_pool_stage.bias"};
    struct evk_tensor list[SHARED], turned;
    float numpy[OUTPUTS], torch[OUTPUTS];
    struct torch_file t;
    uint64_t seed = 12;

    (void)state;
    shared_arrays(list, &seed);
    respond(write_list("shared.npy", list, SHARED), "numpy", "of 38 arrays", numpy);
    torch_begin(&t, "archive/", 2);
    for (int i = 0; i < SHARED - 4; i++) {
        turned = exchanged(i);
        torch_floats(&t, names[i], &turned);
        evk_tensor_release(&turned);
    }
    for (int i = 0; i < 4; i++) {
        turned = as_torch(&list[SHARED - 4 + i]);
        torch_floats(&t, ends[i], &turned);
        evk_tensor_release(&turned);
    }
    respond(end_torch(&t), "torch", "a PyTorch state dictionary of a compact model", torch);
    for (int i = 0; i < OUTPUTS; i++)
        assert_true(fabsf(torch[i] - numpy[i]) <= 1e-4f * fabsf(numpy[i]));
    shared_release(list);
}

static void test_torch_refused(void **state)
{
    struct evk_tensor extra = exchanged(1), bad = exchanged(0);
    struct torch_file t;

    (void)state;
    begin_torch(&t, "layers.", 7);
    refused(EVK_EUNSUPPORTED,
            "is a PyTorch state dictionary, which has the weights of a network and not its "
            "architecture: 36 arrays (layers.Beta.bias 1, layers.Beta.weight 1x2352, ",
            end_torch(&t));
    begin_torch(&t, "layers.", -1);
    torch_floats(&t, "layers.layer5_conv.bias", &extra);
    refused(EVK_EUNSUPPORTED,
            "it is like a compact model, but has layers.layer5_conv.bias too, which may change "
            "responses",
            end_torch(&t));
    begin_torch(&t, "layers.", 7);
    refused(EVK_EUNSUPPORTED, "it is like a compact model, but has no layer1_conv_point.weight",
            end_torch(&t));
    begin_torch(&t, "layers.", -1);
    torch_floats(&t, "other.layer0_conv.bias", &extra);
    refused(EVK_EFORMAT,
            "has two tensors layer0_conv.bias, layers.layer0_conv.bias and other.layer0_conv.bias",
            end_torch(&t));
    begin_torch(&t, "", 0);
    torch_floats(&t, "layer0_conv.weight", &extra);
    refused(EVK_EFORMAT, "layer0_conv.weight is 6, expected", end_torch(&t));
    bad.data[3] = NAN;
    begin_torch(&t, "", 0);
    torch_floats(&t, "layer0_conv.weight", &bad);
    refused(EVK_EFORMAT, "layer0_conv.weight has a value that is not finite", end_torch(&t));
    evk_tensor_release(&extra);
    evk_tensor_release(&bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numpy),         cmocka_unit_test(test_shared),
        cmocka_unit_test(test_numpy_refused), cmocka_unit_test(test_torch),
        cmocka_unit_test(test_torch_shared),  cmocka_unit_test(test_torch_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
