/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_samples.c - a small file of each format that evoke names and does not open */
#include "foreign_samples.h"

#include <string.h>

#include "format/zip.h"
#include "test.h"

enum { ENTRIES = 4 };

/* Bytes that stand behind `at` zeros, or, where fill is set, behind `at` times this byte. */
struct plain {
    const char *format;
    size_t at;
    char fill;
    const char *bytes;
    size_t size;
};

struct archive {
    const char *format;
    const char *names[ENTRIES];
};

#define ROW(format, at, fill, bytes)               \
    {                                              \
        format, at, fill, bytes, sizeof(bytes) - 1 \
    }
#define HEAD(format, bytes) ROW(format, 0, 0, bytes)

/* clang-format off */
static const struct plain plain[] = {
    HEAD("png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    HEAD("jpeg", "\xff\xd8\xff\xe0\0\x10JFIF"),
    HEAD("gif", "GIF89a\1\0\1\0"),
    HEAD("tiff_little", "II*\0\x08\0\0\0"),
    HEAD("tiff_big", "MM\0*\0\0\0\x08"),
    HEAD("webp", "RIFF\0\0\0\0WEBPVP8 "),
    HEAD("pdf", "%PDF-1.5\n"),
    HEAD("gzip", "\x1f\x8b\x08\0\0\0\0\0"),
    HEAD("bzip2", "BZh91AY&SY\0"),
    HEAD("xz", "\xfd" "7zXZ\0\0\4"),
    HEAD("zstd", "\x28\xb5\x2f\xfd\0\0"),
    HEAD("seven_zip", "7z\xbc\xaf\x27\x1c\0\4"),
    HEAD("rar", "Rar!\x1a\7\1\0"),
    ROW("tar", 257, 'a', "ustar\0" "00"),
    ROW("nifti", 344, 1, "n+1\0"),
    HEAD("zlib", "\x78\x9c\x4b\x4c\x04\0\1\2\3"),
    HEAD("onnx_runtime", "\x1c\0\0\0ORTM\0\0\0\0"),
    HEAD("executorch", "\x1c\0\0\0ET12\0\0\0\0"),
    HEAD("tensorrt", "ftrt\0\0\0\0"),
    HEAD("ncnn", "7767517\n2 2\n"),
    HEAD("gguf", "GGUF\3\0\0\0"),
    HEAD("mxnet", "\x12\1\0\0\0\0\0\0\0\0\0\0"),
    HEAD("program", "\177ELF\2\1\1\0"),
    HEAD("rds_2", "X\n\0\0\0\2\0\3\6\0"),
    HEAD("rds_3", "X\n\0\0\0\3\0\4\2\2"),
    HEAD("rdata", "RDX3\nX\n\0"),
    HEAD("tflite", "\x1c\0\0\0TFL3\x14\0\x20\0"),
    HEAD("saved_model", "\x08\1\x12\x10\x0a\x09\x22\5serve\x2a\0\x12\3\x0a\1x"),
    HEAD("graph_def", "\x0a\x0a\x0a\1x\x12\5Const\x22\2\x08\x1b"),
    HEAD("core_ml", "\x08\4\x12\7\x0a\5\x0a\3img\xa2\x1f\4\x0a\2\x0a\0"),
    HEAD("caffe_model", "\x0a\3net\xa2\6\x0f\x0a\2c1\x12\x09" "Convoluti"),
    HEAD("caffe_model", "\x0a\3net\x12\6\x22\2c1\x28\4"),
    HEAD("tf_index", "\0\0\0\0\x57\xfb\x80\x8b\x24\x75\x47\xdb"),
    HEAD("tf_state", "model_checkpoint_path: \"ckpt-3\"\n"),
    HEAD("flax", "\x81\xa6params\x81\xa1w\xc7\x06\1\x93\x91\1\xa1" "f\xc4\0"),
    HEAD("flax", "\x82\xa4step\5\xa1w\xd8\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    HEAD("mat_hdf5", "MATLAB 7.3 MAT-file, Platform: GLNXA64"),
    ROW("hdf5_block", 512, ' ', "\x89HDF\r\n\x1a\n\0"),
    HEAD("julia", "HDF5-based Julia Data Format, version 0.1.1\0"),
    HEAD("flax", "\x82\xa4step\xcd\1\2\xa1w\xc7\6\3\x93\x90\xa1" "f\xc4\0"),
    HEAD("mat_5", "MATLAB 5.0 MAT-file, Platform: GLNXA64, Created on: Monday       "),
    HEAD("mat_4", "\0\0\0\0\2\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0x\0\0\0\0\0\0\0\xf0\x3f"),
    HEAD("pickle_keras", "\x80\3ckeras.engine.sequential\nSequential\nq\0)\x81."),
    HEAD("pickle_sklearn", "\x80\4\x95\x20\0\0\0\0\0\0\0\x8c\x0esklearn.linear\x94\x8c\5Ridge\x94\x93\x94)\x81."),
    HEAD("pickle_torch", "\x80\2ctorch._utils\n_rebuild_tensor_v2\nq\0."),
    HEAD("pickle_numpy", "\x80\3cnumpy.core.multiarray\n_reconstruct\nq\0."),
    HEAD("pickle_other", "ccopy_reg\n_reconstructor\np0\n(clab.models\nCore\np1\nR."),
    HEAD("pickle_plain", "\x80\4}\x94(\x8c\1w\x94K\1u."),
    HEAD("tfjs_graph", "{\"format\": \"graph-model\", \"modelTopology\": {}}"),
    HEAD("tfjs_layers", " {\"modelTopology\": {}, \"weightsManifest\": []}"),
    HEAD("weight_index", "{\"weight_map\": {\"w\": \"a.safetensors\"}}"),
    HEAD("hub_config", "{\"architectures\": [\"ViT\"]}"),
    HEAD("keras_json", "{\"class_name\": \"Functional\", \"config\": {}}"),
    HEAD("notebook", "{\"cells\": [], \"nbformat\": 4}"),
    HEAD("set_description", "{\"GeneratedBy\": []}"),
    HEAD("openvino", "<?xml version=\"1.0\"?><net name=\"n\" version=\"11\"><layers></layers></net>"),
    HEAD("lfs_pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
    HEAD("web_page", "\n<!DOCTYPE html><html></html>"),
    HEAD("prototxt", "name: \"net\"\nlayer {\n}\n"),
    HEAD("table", "image,neuron1\na.png,0.5\n"),
    HEAD("other_text", "fitted on Monday\n"),
    HEAD("empty", ""),
    ROW("zeros", 64, 0, ""),
};

static const struct archive archives[] = {
    {"torchscript", {"net/data.pkl", "net/code/net.py", "net/constants.pkl", "net/version"}},
    {"torchscript", {"net/model.json", "net/code/net.py"}},
    {"torch_package", {"net/.data/extern_modules", "net/model.pkl"}},
    {"exported_program", {"net/archive_format", "net/models/model.json"}},
    {"exported_program", {"serialized_exported_program.json"}},
    {"exported_program", {"net/models/model.json", "net/data/weights/weight_0"}},
    {"office", {"[Content_Types].xml", "xl/workbook.xml"}},
    {"zip_of_images", {"__MACOSX/._a", "a.png", "b.JPG"}},
    {"other_zip", {"models/a.keras", "models/b\n.onnx"}},
};
/* clang-format on */

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

struct evk_str foreign_zip(const char *const *names, size_t count)
{
    struct evk_zip_entry entries[ENTRIES];
    struct evk_str out = EVK_STR_INIT;
    struct evk_bytes zip;

    for (size_t i = 0; i < count; i++)
        entries[i] = (struct evk_zip_entry){names[i], "{}", 2};
    assert_ok(evk_zip_write(&zip, entries, count, err));
    evk_str_add(&out, zip.data, zip.size);
    evk_bytes_release(&zip);
    return out;
}

static struct evk_str plain_bytes(const struct plain *p)
{
    struct evk_str out = EVK_STR_INIT;

    for (size_t i = 0; i < p->at; i++)
        evk_str_add(&out, &p->fill, 1);
    evk_str_add(&out, p->bytes, p->size);
    return out;
}

bool foreign_sample(int i, struct foreign_sample *out)
{
    size_t count = 0;

    if (i < COUNT(plain)) {
        *out = (struct foreign_sample){plain[i].format, plain_bytes(&plain[i])};
        return true;
    }
    i -= COUNT(plain);
    if (i >= COUNT(archives))
        return false;
    while (count < ENTRIES && archives[i].names[count])
        count++;
    *out = (struct foreign_sample){archives[i].format, foreign_zip(archives[i].names, count)};
    return true;
}
