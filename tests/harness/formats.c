/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formats.c - a small model in each file format that the library opens */
#include "formats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "format/hdf5.h"
#include "format/zip.h"
#include "keras_file.h"
#include "legacy_file.h"
#include "pickle_file.h"
#include "test.h"
#include "tiny.h"

static const char *const names[FORMATS] = {
    "model.npy", "model.npz",        "model.pt",  "model.keras",
    "model.h5",  "model.weights.h5", "card.json", "both=model.keras,model.h5",
};

const char *format_name(int i)
{
    return names[i];
}

static evk_status open_format(evk_model **out, const char *folder, int i, evk_error *err)
{
    char text[1024];

    snprintf(text, sizeof(text), "%s/%s", folder, names[i]);
    if (!strchr(names[i], '='))
        return evk_model_open(out, text, NULL, err);
    snprintf(text, sizeof(text), "both=%s/model.keras,%s/model.h5", folder, folder);
    return evk_model_open_ensemble(out, text, NULL, err);
}

evk_status format_ask(struct format_answer *out, const char *folder, int i, const float *image,
                      evk_error *err)
{
    const float weights[2 * FORMAT_OUTPUTS] = {1, -2, 0.5f, 3}; /* of two members at most */
    evk_session *session = NULL;
    evk_model *model;
    evk_status s;

    memset(out, 0, sizeof(*out));
    s = open_format(&model, folder, i, err);
    if (s)
        return s;
    s = evk_session_new(&session, model, err);
    if (!s) {
        evk_session_predict(session, image, out->responses);
        evk_session_gradient(session, weights, out->gradient);
    }
    evk_session_free(session);
    evk_model_free(model);
    return s;
}

static void write_file(const char *folder, const char *name, const void *data, size_t size)
{
    assert_ok(evk_fs_write(path_in(folder, name), data, size, err));
}

/* ---- compact models (models/README.md), whose 36 arrays each format names in its own way ---- */

enum { ARRAYS = 36, WIDTH = 3 };

struct array {
    char torch[48], keras[48];
    struct evk_tensor values;
};

struct compact {
    bool is_torch; /* whether the axes are in the order of PyTorch, and not of Keras */
    uint64_t seed;
    int count;
    struct array arrays[ARRAYS];
};

/* Adds an array of stage i, or of the readout where i is -1; dim has the axes as Keras has them. */
static void add(struct compact *m, int i, const char *torch, const char *keras, int axes,
                const int64_t dim[4])
{
    const int64_t of_torch[] = {dim[axes == 4 ? 2 : 1], axes == 4 ? dim[3] : dim[0], dim[0],
                                dim[1]};
    struct array *to = &m->arrays[m->count++];
    char layer[24] = "Beta";

    if (i >= 0)
        snprintf(layer, sizeof(layer), "layer%d_", i);
    snprintf(to->torch, sizeof(to->torch), "%s%s", layer, torch);
    snprintf(to->keras, sizeof(to->keras), "/layers/%s%s", layer, keras);
    assert_ok(evk_tensor_new(&to->values, axes, m->is_torch && axes > 1 ? of_torch : dim, err));
    for (int64_t k = 0; k < evk_tensor_count(&to->values); k++)
        to->values.data[k] = random_float(&m->seed) / (axes == 2 ? 8 : 2);
    for (int64_t k = 0; strstr(torch, "running_var") && k < WIDTH; k++)
        to->values.data[k] = fabsf(to->values.data[k]) + 0.5f;
}

static void add_stage(struct compact *m, int i)
{
    static const int64_t kernel[] = {5, 5, WIDTH, WIDTH}, depth[] = {5, 5, WIDTH, 1};
    static const int64_t point[] = {1, 1, WIDTH, WIDTH}, one[] = {WIDTH, 0, 0, 0};

    if (i == 0) {
        add(m, i, "conv.weight", "conv/vars/0", 4, kernel);
        add(m, i, "conv.bias", "conv/vars/1", 1, one);
    } else {
        add(m, i, "conv_depth.weight", "conv/vars/0", 4, depth);
        add(m, i, "conv_point.weight", "conv/vars/1", 4, point);
        add(m, i, "conv_point.bias", "conv/vars/2", 1, one);
    }
    add(m, i, "bn.weight", "bn/vars/0", 1, one);
    add(m, i, "bn.bias", "bn/vars/1", 1, one);
    add(m, i, "bn.running_mean", "bn/vars/2", 1, one);
    add(m, i, "bn.running_var", "bn/vars/3", 1, one);
}

static void compact_init(struct compact *m, bool is_torch, uint64_t seed)
{
    *m = (struct compact){.is_torch = is_torch, .seed = seed};
    for (int i = 0; i < 5; i++)
        add_stage(m, i);
    add(m, -1, ".weight", "/vars/0", 2, (const int64_t[]){28 * 28 * WIDTH, 1, 0, 0});
    add(m, -1, ".bias", "/vars/1", 1, (const int64_t[]){1, 0, 0, 0});
}

static void compact_release(struct compact *m)
{
    for (int i = 0; i < m->count; i++)
        evk_tensor_release(&m->arrays[i].values);
}

static size_t bytes_of(const struct evk_tensor *t)
{
    return (size_t)evk_tensor_count(t) * sizeof(float);
}

static void write_weights_h5(const char *folder)
{
    struct evk_hdf5_dataset list[ARRAYS];
    struct evk_bytes file;
    struct compact m;

    compact_init(&m, false, 3);
    for (int i = 0; i < ARRAYS; i++)
        list[i] = (struct evk_hdf5_dataset){m.arrays[i].keras, &m.arrays[i].values};
    assert_ok(evk_hdf5_write(&file, list, ARRAYS, err));
    write_file(folder, "model.weights.h5", file.data, file.size);
    evk_bytes_release(&file);
    compact_release(&m);
}

static void write_npy(const char *folder)
{
    struct evk_str file = EVK_STR_INIT;
    struct compact m;

    compact_init(&m, false, 4);
    npy_list_begin(&file, ARRAYS);
    for (int i = 0; i < ARRAYS; i++) {
        const struct evk_tensor *t = &m.arrays[i].values;

        npy_pickled(&file, "<", "f4", t->axes, t->dim, t->data, bytes_of(t));
    }
    npy_list_end(&file);
    write_file(folder, "model.npy", file.data, file.size);
    evk_str_release(&file);
    compact_release(&m);
}

/* Writes an array as an .npy file of its own, which is what an .npz archive holds. */
static void put_npy(struct evk_str *file, const struct evk_tensor *t)
{
    char header[128], shape[64] = "";
    int at = 0;

    for (int a = 0; a < t->axes; a++)
        at += snprintf(shape + at, sizeof(shape) - (size_t)at, "%lld,", (long long)t->dim[a]);
    snprintf(header, sizeof(header), "{'descr': '<f4', 'fortran_order': False, 'shape': (%s)}",
             shape);
    npy_begin(file, 1, header);
    put_bytes(file, t->data, bytes_of(t));
}

static void write_npz(const char *folder)
{
    struct evk_zip_entry entries[ARRAYS];
    struct evk_str arrays[ARRAYS];
    struct evk_bytes file;
    char called[ARRAYS][24];
    struct compact m;

    compact_init(&m, false, 5);
    for (int i = 0; i < ARRAYS; i++) {
        arrays[i] = (struct evk_str)EVK_STR_INIT;
        put_npy(&arrays[i], &m.arrays[i].values);
        snprintf(called[i], sizeof(called[i]), "arr_%d.npy", i);
        entries[i] = (struct evk_zip_entry){called[i], arrays[i].data, arrays[i].size};
    }
    assert_ok(evk_zip_write(&file, entries, ARRAYS, err));
    write_file(folder, "model.npz", file.data, file.size);
    evk_bytes_release(&file);
    for (int i = 0; i < ARRAYS; i++)
        evk_str_release(&arrays[i]);
    compact_release(&m);
}

static void write_torch(const char *folder)
{
    struct torch_file t;
    struct evk_bytes file;
    struct compact m;

    compact_init(&m, true, 6);
    torch_begin(&t, "archive/", 2);
    for (int i = 0; i < ARRAYS; i++)
        torch_floats(&t, m.arrays[i].torch, &m.arrays[i].values);
    torch_end(&t);
    file = torch_bytes(&t);
    write_file(folder, "model.pt", file.data, file.size);
    evk_bytes_release(&file);
    torch_release(&t);
    compact_release(&m);
}

/* ---- models of the size of tiny.h ---- */

static struct evk_tensor random_tensor(uint64_t *seed, int axes, const int64_t *dim)
{
    struct evk_tensor t;

    assert_ok(evk_tensor_new(&t, axes, dim, err));
    for (int64_t i = 0; i < evk_tensor_count(&t); i++)
        t.data[i] = random_float(seed);
    return t;
}

/* A file of Keras 2: a convolution to two channels, and a dense readout with two outputs. */
static void write_h5(const char *folder)
{
    static const char config[] =
        "{'class_name':'Sequential','config':[{'class_name':'Conv2D','config':{'name':'conv',"
        "'batch_input_shape':[null,9,8,3],'filters':2,'kernel_size':[3,3],'use_bias':false}},"
        "{'class_name':'Flatten','config':{'name':'flat'}},"
        "{'class_name':'Dense','config':{'name':'dense','units':2,'use_bias':false}}]}";
    uint64_t seed = 7;
    struct evk_tensor conv = random_tensor(&seed, 4, (const int64_t[]){3, 3, TINY_C, 2});
    struct evk_tensor dense =
        random_tensor(&seed, 2, (const int64_t[]){(TINY_H - 2) * (TINY_W - 2) * 2, FORMAT_OUTPUTS});
    struct legacy_file f;
    struct evk_bytes file;

    legacy_init(&f, NULL);
    legacy_layer(&f, "conv");
    legacy_array(&f, "conv/kernel:0", &conv);
    legacy_layer(&f, "flat");
    legacy_layer(&f, "dense");
    legacy_array(&f, "dense/kernel:0", &dense);
    file = legacy_end(&f, config);
    write_file(folder, "model.h5", file.data, file.size);
    evk_bytes_release(&file);
    evk_tensor_release(&conv);
    evk_tensor_release(&dense);
}

void formats_write(const char *folder)
{
    static const char card[] = "{\"card\": 1, \"members\": [\"model.h5\", \"model.keras\"]}";

    evk_model_free(tiny_model(path_in(folder, "model.keras"), "ll"));
    write_h5(folder);
    write_weights_h5(folder);
    write_npy(folder);
    write_npz(folder);
    write_torch(folder);
    write_file(folder, "card.json", card, strlen(card));
}
