/* SPDX-License-Identifier: GPL-3.0-or-later */
/* archive.c - the loader of Keras 3 archives: a zip with config.json and model.weights.h5 */
#include <stdint.h>

#include "format/zip.h"
#include "model/keras/keras.h"

static const char WEIGHTS[] = "model.weights.h5", METADATA[] = "metadata.json";

static const struct evk_keras_source source = {"config.json", WEIGHTS, evk_keras_locate_groups};

/* Reads an entry of the archive; evk_zip_verify has bounded its size.  The caller releases *out. */
static evk_status read_entry(struct evk_zip *zip, const char *name, struct evk_bytes *out,
                             evk_error *err)
{
    evk_status s;
    size_t i;

    if (!evk_zip_find(zip, name, &i))
        return evk_fail(err, EVK_EFORMAT,
                        "is a ZIP archive without %s, expected metadata.json, config.json and "
                        "model.weights.h5, as Keras 3 writes them; save the network whole: "
                        "model.save(\"net.keras\"), or write it as ONNX",
                        name);
    s = evk_zip_read(zip, i, SIZE_MAX, out, err);
    return s ? evk_wrap(err, s, "%s", name) : EVK_OK;
}

/* Reads the version of Keras from metadata.json, which a file may lack. */
static evk_status read_version(struct evk_keras *k, struct evk_zip *zip, evk_error *err)
{
    struct evk_bytes text = {NULL, 0};
    evk_json *metadata = NULL;
    evk_status s;
    size_t i;

    if (!evk_zip_find(zip, METADATA, &i))
        return EVK_OK;
    EVK_TRY(read_entry(zip, METADATA, &text, err));
    s = evk_json_parse(&metadata, text.data, text.size, err);
    if (!s)
        evk_keras_set_version(k, evk_json_text(evk_json_get(metadata, "keras_version")));
    evk_json_free(metadata);
    evk_bytes_release(&text);
    return s ? evk_wrap(err, s, "%s", METADATA) : EVK_OK;
}

static evk_status archive_build(struct evk_keras *k, struct evk_zip *zip, const evk_json *config,
                                evk_error *err)
{
    struct evk_bytes file = {NULL, 0};
    size_t file_size;
    evk_status s;

    EVK_TRY(read_entry(zip, WEIGHTS, &file, err));
    file_size = file.size;
    s = evk_hdf5_open(&k->file, file.data, file.size, err);
    evk_bytes_release(&file);
    if (s)
        return evk_wrap(err, s, "%s", WEIGHTS);
    EVK_TRY(read_version(k, zip, err));
    return evk_keras_build(k, config, file_size, err);
}

static evk_status archive_load(struct evk_network *out, const unsigned char *data, size_t size,
                               const struct evk_load_options *options, evk_error *err)
{
    struct evk_keras k = {.source = &source, .options = options, .network = out, .keras = 3};
    struct evk_bytes text = {NULL, 0};
    evk_json *config = NULL;
    struct evk_zip *zip;
    evk_status s;

    s = evk_zip_open(&zip, data, size, err);
    if (s)
        return evk_wrap(err, s, "the archive is cut off or damaged");
    s = evk_zip_verify(zip, evk_zip_weights_max(size), err);
    if (!s)
        s = read_entry(zip, "config.json", &text, err);
    if (!s) {
        s = evk_json_parse(&config, text.data, text.size, err);
        s = s ? evk_wrap(err, s, "config.json") : EVK_OK;
    }
    if (!s)
        s = archive_build(&k, zip, config, err);
    if (!s)
        s = evk_keras_note(&k, "a zip archive with config.json and model.weights.h5", err);
    evk_keras_release(&k);
    evk_hdf5_close(k.file);
    evk_json_free(config);
    evk_bytes_release(&text);
    evk_zip_close(zip);
    return s;
}

static enum evk_probe archive_probe(const unsigned char *data, size_t size)
{
    struct evk_zip *zip;
    evk_error err;
    bool found;
    size_t i;

    if (!evk_zip_probe(data, size))
        return EVK_PROBE_NO;
    if (evk_zip_open(&zip, data, size, &err))
        return EVK_PROBE_MAYBE;
    found = evk_zip_find(zip, "config.json", &i) || evk_zip_find(zip, WEIGHTS, &i);
    evk_zip_close(zip);
    return found ? EVK_PROBE_YES : EVK_PROBE_MAYBE;
}

extern const struct evk_loader evk_loader_keras;
const struct evk_loader evk_loader_keras = {
    .name = "keras",
    .summary = "Keras 3 archive (.keras)",
    .probe = archive_probe,
    .load = archive_load,
};
