/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.c - folders that are models of other programs, recognised by the names in them */
#include <string.h>

#include "base/fs.h"
#include "model/foreign/foreign.h"
#include "model/way.h"

/* A kind of folder: names that all must be in it, and the sentence that refuses it. */
struct kind {
    const char *names[3];
    const char *sentence;
};

/* clang-format off */
static const struct kind kinds[] = {
    {{"saved_model.pb"},
     "is a SavedModel folder of TensorFlow; write it as ONNX: python -m tf2onnx.convert "
     "--saved-model {path} --output {name}.onnx --opset 17"},
    {{"config.json", "model.weights.h5"},
     "is an archive of Keras that was unpacked; pack it again: cd {path} && zip -0 ../{name}.keras *"},
    {{"Manifest.json", "Data"},
     "is an ML package of Core ML, which coremltools does not turn back into another format; "
     "write the network from which it was made as ONNX, such as with torch.onnx.export in PyTorch"},
    {{"_METADATA", "manifest.ocdbt"},
     "is a checkpoint of JAX (Orbax), which has weights and not the architecture; restore it in "
     "Python, and write the network as ONNX: jax2onnx.to_onnx(model, [(1, H, W, C)], "
     "return_mode=\"file\", output_path=\"{name}.onnx\"), for images of H rows, W columns and C channels"},
    {{"data.pkl", "data", "version"},
     "is an archive of PyTorch that was unpacked; pack it again: zip -0 -r {name}.pt {path}"},
    {{"model.json"},
     "is a folder with model.json, as TensorFlow.js writes it; evoke info {path}/model.json says "
     "how to go on"},
    {{"config.json", "model.safetensors"},
     "is a folder of a Hugging Face model; load it in Python, and write it as ONNX: "
     "torch.onnx.export(model.eval(), torch.zeros(1, C, H, W), \"{name}.onnx\", opset_version=17), "
     "for images of C channels, H rows and W columns"},
    {{"dataset_description.json", "stimuli.tsv"},
     "is a stimulus set, and no model; evoke verify {path} checks it"},
};
/* clang-format on */

static bool has_name(const struct evk_names *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0)
            return true;
    return false;
}

static bool has_all(const struct evk_names *list, const struct kind *k)
{
    for (size_t i = 0; i < sizeof(k->names) / sizeof(k->names[0]) && k->names[i]; i++)
        if (!has_name(list, k->names[i]))
            return false;
    return true;
}

/* Copies the path without the slashes at its end, so that its last part is the folder's name. */
static void trim(struct evk_str *out, const char *path)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    evk_str_add(out, path, n);
}

static evk_status refuse(const char *path, const struct kind *k, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT, shown = EVK_STR_INIT;
    evk_status s;

    trim(&shown, path);
    evk_way_add(&text, k->sentence, shown.data, "");
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_str_check(&shown, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED, "%s: %s", path, text.data);
    evk_str_release(&text);
    evk_str_release(&shown);
    return s;
}

evk_status evk_foreign_refuse_folder(const char *path, evk_error *err)
{
    struct evk_names list;
    evk_status s = EVK_OK;

    if (!evk_fs_is_folder(path) || evk_fs_list(&list, path, NULL))
        return EVK_OK;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !s; i++)
        if (has_all(&list, &kinds[i]))
            s = refuse(path, &kinds[i], err);
    evk_names_release(&list);
    return s;
}
