/* SPDX-License-Identifier: GPL-3.0-or-later */
/* case.c - a conformance case of ONNX, read from its folder */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"

enum { BYTES_MAX = 1 << 30 };

/* Gives the path of a file of a data set; a file of the case itself has no set, NULL. */
static char *path_of(const struct conformance_case *c, const char *set, const char *file)
{
    struct evk_str path = EVK_STR_INIT;

    evk_str_printf(&path, "%s/%s%s%s", c->path, set ? set : "", set ? "/" : "", file);
    return path.data;
}

evk_status case_open(struct conformance_case *out, const char *data, const char *name,
                     evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    struct evk_bytes bytes = {NULL, 0};
    char *model, set[32];
    evk_status s;

    evk_str_printf(&path, "%s/%s", data, name);
    *out = (struct conformance_case){.name = name, .path = path.data};
    model = path_of(out, NULL, "model.onnx");
    s = evk_fs_read(&bytes, model, BYTES_MAX, err);
    free(model);
    if (!s)
        s = evk_onnx_unpack(&out->model, bytes.data, bytes.size, err);
    evk_bytes_release(&bytes);
    for (bool more = !s; more; out->sets += more) {
        char *folder;

        snprintf(set, sizeof(set), "test_data_set_%d", out->sets);
        folder = path_of(out, NULL, set);
        more = evk_fs_is_folder(folder);
        free(folder);
    }
    return s;
}

void case_close(struct conformance_case *c)
{
    if (c->model)
        onnx__model_proto__free_unpacked(c->model, NULL);
    free(c->path);
}

/* Reads tensors kind_0.pb, kind_1.pb and so on.  What cannot be unpacked is no tensor. */
static evk_status read_tensors(const struct conformance_case *c, int set, const char *kind,
                               Onnx__TensorProto **out, int *count, evk_error *err)
{
    char folder[32], file[32];

    snprintf(folder, sizeof(folder), "test_data_set_%d", set);
    for (*count = 0; *count < TENSORS_MAX; ++*count) {
        struct evk_bytes bytes;
        evk_status s;
        char *path;

        snprintf(file, sizeof(file), "%s_%d.pb", kind, *count);
        path = path_of(c, folder, file);
        if (!evk_fs_exists(path)) {
            free(path);
            return EVK_OK;
        }
        s = evk_fs_read(&bytes, path, BYTES_MAX, err);
        free(path);
        if (s)
            return s;
        out[*count] = onnx__tensor_proto__unpack(NULL, bytes.size, bytes.data);
        evk_bytes_release(&bytes);
    }
    return evk_fail(err, EVK_EUNSUPPORTED, "it has over %d files %s", TENSORS_MAX, kind);
}

evk_status case_read(const struct conformance_case *c, int i, struct data_set *out, evk_error *err)
{
    *out = (struct data_set){.inputs = 0};
    EVK_TRY(read_tensors(c, i, "input", out->input, &out->inputs, err));
    return read_tensors(c, i, "output", out->output, &out->outputs, err);
}

void data_set_release(struct data_set *d)
{
    for (int i = 0; i < d->inputs; i++)
        if (d->input[i])
            onnx__tensor_proto__free_unpacked(d->input[i], NULL);
    for (int i = 0; i < d->outputs; i++)
        if (d->output[i])
            onnx__tensor_proto__free_unpacked(d->output[i], NULL);
}

int case_inputs(const struct conformance_case *c, Onnx__ValueInfoProto *out[TENSORS_MAX])
{
    const Onnx__GraphProto *g = c->model->graph;
    int count = 0;

    for (size_t i = 0; i < g->n_input && count < TENSORS_MAX; i++) {
        bool initial = false;

        for (size_t j = 0; j < g->n_initializer; j++)
            initial = initial || strcmp(g->initializer[j]->name, g->input[i]->name) == 0;
        if (!initial)
            out[count++] = g->input[i];
    }
    return count;
}
