/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.c - model files: opened, described and run as the program does it */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"
#include "folder.h"
#include "format/hdf5.h"
#include "format/zip.h"
#include "fuzz.h"
#include "model/core/core.h"
#include "model/load.h"
#include "model/model.h"
#include "sample.h"

/* Larger models are not run: they would find no more, and take long. */
enum { FLOATS_MAX = 1 << 20, FLOPS_MAX = 1 << 20 };

/* ---- a model ---------------------------------------------------------------- */

/* Returns the path of a file in memory that holds these bytes. */
static const char *in_memory(const unsigned char *data, size_t size)
{
    static char path[64];
    static int fd = -1;

    if (fd < 0) {
        fd = memfd_create("fuzz", MFD_CLOEXEC);
        fuzz_check(fd >= 0);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }
    fuzz_check(ftruncate(fd, 0) == 0);
    fuzz_check(pwrite(fd, data, size, 0) == (ssize_t)size);
    return path;
}

/*
 * Run a forward, a backward and a forward pass, which must give the same responses: a pass must not
 * read what an earlier one left in memory.
 */
static void run(const evk_model *m)
{
    const struct evk_shape *in = evk_model_input(m);
    const size_t pixels = (size_t)evk_shape_count(in), outputs = (size_t)m->outputs;
    const size_t members = m->member_count > 0 ? (size_t)m->member_count : 1;
    float *weights = calloc(members * outputs, sizeof(*weights));
    float *image = calloc(pixels, sizeof(*image)), *gradient = calloc(pixels, sizeof(*gradient));
    float *first = calloc(outputs, sizeof(*first)), *second = calloc(outputs, sizeof(*second));
    evk_session *session;
    evk_error err;

    fuzz_check(image && gradient && weights && first && second);
    fuzz_check(evk_session_new(&session, m, &err) == EVK_OK);
    for (size_t i = 0; i < pixels; i++)
        image[i] = (float)(i * 37 % 256);
    evk_session_predict(session, image, first);
    for (size_t i = 0; i < members * outputs; i++)
        weights[i] = first[i % outputs];
    evk_session_gradient(session, weights, gradient);
    evk_session_predict(session, image, second);
    fuzz_check(memcmp(first, second, outputs * sizeof(*first)) == 0);
    evk_session_free(session);
    free(image);
    free(gradient);
    free(weights);
    free(first);
    free(second);
}

/* json: describe the model as JSON too, for which the model responds to images. */
static void describe(const evk_model *m, bool json)
{
    const int64_t last = m->outputs - 1;
    evk_error err = {EVK_OK, ""};
    evk_layer_summary layer;
    evk_model_note note;
    evk_extent extent;
    char *text;
    evk_status s;

    for (size_t i = 0; evk_model_layer(m, i, &layer); i++)
        fuzz_check(layer.name && layer.type && layer.channels > 0 && layer.parameters >= 0);
    for (size_t i = 0; evk_model_noted(m, i, &note); i++)
        fuzz_check(note.what && note.text);
    fuzz_check(evk_model_extent(m, last, &extent, &err) == EVK_OK);
    fuzz_check(extent.row_first >= 0 && extent.row_first <= extent.row_last);
    fuzz_check(extent.column_first >= 0 && extent.column_first <= extent.column_last);
    if (!json)
        return;
    s = evk_model_json(m, &last, 1, &text, &err);
    if (s)
        fuzz_check_failure(s, &err);
    else
        free(text);
}

static void use(evk_model *m)
{
    const evk_model_info *info = evk_model_describe(m);
    const bool small = m->plan.arena <= FLOATS_MAX && info->flops <= FLOPS_MAX;

    fuzz_check(info->height >= 1 && info->width >= 1 && info->channels >= 1 && info->outputs >= 1);
    describe(m, small);
    if (small)
        run(m);
    evk_model_free(m);
}

void fuzz_model(const unsigned char *data, size_t size)
{
    const struct evk_load_options core = {
        .height = FUZZ_CORE_SIDE, .width = FUZZ_CORE_SIDE, .core = &evk_core_options_default};
    evk_error err = {EVK_OK, ""};
    evk_model *m;
    evk_status s = evk_model_open(&m, in_memory(data, size), NULL, &err);

    /* A core with readouts, whose file does not state the image size, may open with a size. */
    if (s == EVK_EUNSUPPORTED)
        s = evk_model_open_with(&m, in_memory(data, size), &core, &err);
    if (s)
        fuzz_check_failure(s, &err);
    else
        use(m);
}

/* The input is a model card, beside weights that it may name. */
void fuzz_card(const unsigned char *data, size_t size)
{
    evk_error err = {EVK_OK, ""};
    evk_model *m;
    evk_status s;

    (void)fuzz_folder();
    fuzz_put("card.json", data, size);
    s = evk_model_open(&m, fuzz_in("card.json"), NULL, &err);
    if (s)
        fuzz_check_failure(s, &err);
    else
        use(m);
}

/* The input is an archive with the weights of a fitted readout, which a card names by its hash. */
void fuzz_readout(const unsigned char *data, size_t size)
{
    unsigned char digest[EVK_SHA256_BYTES];
    char sha256[EVK_SHA256_TEXT], card[512];
    evk_error err = {EVK_OK, ""};
    evk_model *m;
    evk_status s;

    (void)fuzz_folder();
    fuzz_put("input.npz", data, size);
    fuzz_check(evk_sha256(data, size, digest, &err) == EVK_OK);
    evk_hex(digest, sizeof(digest), sha256);
    snprintf(card, sizeof(card),
             "{\"card\": 1, \"members\": [{\"weights\": \"tiny.keras\", \"readout\": {\"file\": "
             "\"input.npz\", \"sha256\": \"%s\", \"member\": 0, \"layers\": [\"conv\"], "
             "\"grid\": 2, \"output\": \"softplus\"}}]}",
             sha256);
    fuzz_put("card.json", card, strlen(card));
    s = evk_model_open(&m, fuzz_in("card.json"), NULL, &err);
    if (s)
        fuzz_check_failure(s, &err);
    else
        use(m);
}

static void run_archive(const struct evk_zip_entry *entries, size_t count)
{
    struct evk_bytes archive;
    evk_error err;

    fuzz_check(evk_zip_write(&archive, entries, count, &err) == EVK_OK);
    fuzz_model(archive.data, archive.size);
    evk_bytes_release(&archive);
}

/* ---- Keras ------------------------------------------------------------------ */

static const struct sample *keras_sample(void)
{
    static struct sample s;

    if (!s.weights.data)
        sample_make(&s);
    return &s;
}

/* The input is a config.json, in a valid archive that has weights for every class of layers. */
void fuzz_keras_config(const unsigned char *data, size_t size)
{
    const struct sample *s = keras_sample();
    const struct evk_zip_entry entries[] = {
        {"config.json", data, size},
        {"model.weights.h5", s->weights.data, s->weights.size},
    };

    run_archive(entries, sizeof(entries) / sizeof(entries[0]));
}

static void read_weights(const struct sample *s, const unsigned char *data, size_t size)
{
    evk_error err = {EVK_OK, ""};
    struct evk_hdf5 *file;
    struct evk_tensor t;
    evk_status status = evk_hdf5_open(&file, data, size, &err);

    if (status) {
        fuzz_check_failure(status, &err);
        return;
    }
    fuzz_check(evk_hdf5_members(file, "/layers") >= 0);
    for (size_t i = 0; i < s->paths.count; i++) {
        status = evk_hdf5_read(file, s->paths.names[i], &t, &err);
        if (status) {
            fuzz_check_failure(status, &err);
            continue;
        }
        fuzz_check(evk_hdf5_has(file, s->paths.names[i]));
        fuzz_check(evk_tensor_count(&t) <= (int64_t)size);
        evk_tensor_release(&t);
    }
    evk_hdf5_close(file);
}

/*
 * The input is an HDF5 file: listed as such, opened as a model, and as the weights of an archive.
 */
void fuzz_keras_h5(const unsigned char *data, size_t size)
{
    const struct sample *s = keras_sample();
    const struct evk_zip_entry entries[] = {
        {"config.json", s->config.data, s->config.size},
        {"model.weights.h5", data, size},
    };

    read_weights(s, data, size);
    fuzz_model(data, size);
    run_archive(entries, sizeof(entries) / sizeof(entries[0]));
}

/* ---- pickles ------------------------------------------------------------------ */

/* The input is a pickle: by itself, as an array of objects, and in a valid PyTorch archive. */
void fuzz_pickle(const unsigned char *data, size_t size)
{
    static const unsigned char npy[] = "\x93NUMPY\1\0\x76\0{'descr': '|O', 'fortran_order': False, "
                                       "'shape': (), }";
    enum { HEADER = 128, NAME = 32 };
    unsigned char *array = malloc(HEADER + size);
    struct evk_zip_entry entries[SAMPLE_ARRAYS + 2] = {
        {"archive/data.pkl", data, size},
        {"archive/version", "3\n", 2},
    };
    char names[SAMPLE_ARRAYS][NAME];

    fuzz_model(data, size);

    fuzz_check(array);
    memset(array, ' ', HEADER);
    memcpy(array, npy, sizeof(npy) - 1);
    array[HEADER - 1] = '\n';
    memcpy(array + HEADER, data, size);
    fuzz_model(array, HEADER + size);
    free(array);

    for (int i = 0; i < SAMPLE_ARRAYS; i++) {
        snprintf(names[i], NAME, "archive/data/%d", i);
        entries[2 + i] = (struct evk_zip_entry){names[i], sample_values,
                                                (size_t)sample_count(i) * sizeof(*sample_values)};
    }
    run_archive(entries, sizeof(entries) / sizeof(entries[0]));
}
