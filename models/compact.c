/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compact.c - write a compact model as a Keras 3 archive, as the published compact models are
 *
 * Each convolution scales by a gain u and adds an offset v, and its batch norm undoes both:
 * with moving mean m and d = sqrt(variance + 0.001), gamma = d / u and beta = (m - v) / u give
 * gamma (u x + v - m) / d + beta = x.
 */
#include "compact.h"

#include <math.h>
#include <stdio.h>

#include "base/fs.h"
#include "base/str.h"
#include "format/hdf5.h"
#include "format/zip.h"

enum { ARRAYS_MAX = 40, PATH_ROOM = 64 };

static const double EPSILON = 0.001;

struct arrays {
    struct evk_tensor tensor[ARRAYS_MAX];
    char path[ARRAYS_MAX][PATH_ROOM];
    size_t count;
};

/*
 * The gain and the offset that a convolution gives to a channel, and the statistics with which its
 * batch normalisation takes them away again.
 */
struct scaling {
    double gain, offset, mean, variance;
};

/*
 * Returns the scaling of a channel, which may be any: these differ between channels and layers, and
 * some variances are below the epsilon of batch normalisation.
 */
static struct scaling scaling_of(int layer, int channel)
{
    static const double gain[] = {0.5, 1.5, 2}, variance[] = {0.249, 3.999, 1e-5};

    return (struct scaling){
        .gain = gain[(layer + channel) % 3],
        .offset = 0.5 * layer - 0.75 * channel,
        .mean = 1.5 * channel - layer,
        .variance = variance[(layer + 2 * channel) % 3],
    };
}

/*
 * Adds an array to the weights, and gives its values to be filled in.  Its path in the file is
 * "/layers/CLASS/vars/VAR", or "/layers/CLASS_NUMBER/vars/VAR" where number, which counts the
 * layers of a class, is not 0.
 */
static evk_status arrays_add(struct arrays *a, const char *class, int number, int var, int axes,
                             const int64_t *dim, float **values, evk_error *err)
{
    struct evk_tensor *t = &a->tensor[a->count];
    char suffix[12] = "";

    EVK_TRY(evk_tensor_new(t, axes, dim, err));
    if (number)
        snprintf(suffix, sizeof(suffix), "_%d", number);
    snprintf(a->path[a->count], PATH_ROOM, "/layers/%s%s/vars/%d", class, suffix, var);
    a->count++;
    *values = t->data;
    return EVK_OK;
}

static evk_status add_layer0(struct arrays *a, const struct compact *c, evk_error *err)
{
    const int n = c->channels[0];
    float *v;

    EVK_TRY(arrays_add(a, "conv2d", 0, 0, 4, (const int64_t[]){KERNEL, KERNEL, 3, n}, &v, err));
    for (int r = 0; r < KERNEL; r++)
        for (int s = 0; s < KERNEL; s++)
            for (int k = 0; k < 3; k++)
                for (int o = 0; o < n; o++)
                    *v++ = (float)(scaling_of(0, o).gain * c->kernel[r][s][k][o]);
    EVK_TRY(arrays_add(a, "conv2d", 0, 1, 1, (const int64_t[]){n}, &v, err));
    for (int o = 0; o < n; o++)
        v[o] = (float)(scaling_of(0, o).gain * c->bias[o] + scaling_of(0, o).offset);
    return EVK_OK;
}

static evk_status add_separable(struct arrays *a, const struct compact *c, int layer,
                                evk_error *err)
{
    static const char class[] = "separable_conv2d";
    const struct separable *w = &c->separable[layer];
    const int in = c->channels[layer - 1], out = c->channels[layer], number = layer - 1;
    float *v;

    EVK_TRY(arrays_add(a, class, number, 0, 4, (const int64_t[]){KERNEL, KERNEL, in, 1}, &v, err));
    for (int r = 0; r < KERNEL; r++)
        for (int s = 0; s < KERNEL; s++)
            for (int k = 0; k < in; k++)
                *v++ = (float)w->depthwise[r][s][k];
    EVK_TRY(arrays_add(a, class, number, 1, 4, (const int64_t[]){1, 1, in, out}, &v, err));
    for (int k = 0; k < in; k++)
        for (int o = 0; o < out; o++)
            *v++ = (float)(scaling_of(layer, o).gain * w->pointwise[k][o]);
    EVK_TRY(arrays_add(a, class, number, 2, 1, (const int64_t[]){out}, &v, err));
    for (int o = 0; o < out; o++)
        v[o] = (float)(scaling_of(layer, o).gain * w->bias[o] + scaling_of(layer, o).offset);
    return EVK_OK;
}

static evk_status add_batch_norm(struct arrays *a, const struct compact *c, int layer,
                                 evk_error *err)
{
    const int n = c->channels[layer];
    float *var[4]; /* gamma, beta, moving mean, moving variance */

    for (int i = 0; i < 4; i++)
        EVK_TRY(
            arrays_add(a, "batch_normalization", layer, i, 1, (const int64_t[]){n}, &var[i], err));
    for (int o = 0; o < n; o++) {
        const struct scaling s = scaling_of(layer, o);
        /* the epsilon and the variance that the file will have, in float */
        const double d = sqrt((double)(float)s.variance + EPSILON);

        var[0][o] = (float)(d / s.gain);
        var[1][o] = (float)((s.mean - s.offset) / s.gain);
        var[2][o] = (float)s.mean;
        var[3][o] = (float)s.variance;
    }
    return EVK_OK;
}

static evk_status add_readout(struct arrays *a, const struct compact *c, evk_error *err)
{
    const int n = c->channels[LAYERS - 1];
    float *v;

    EVK_TRY(arrays_add(a, "dense", 0, 0, 2, (const int64_t[]){POINTS * POINTS * n, 1}, &v, err));
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            for (int k = 0; k < n; k++)
                *v++ = (float)c->weight[i][j][k];
    EVK_TRY(arrays_add(a, "dense", 0, 1, 1, (const int64_t[]){1}, &v, err));
    *v = (float)c->baseline;
    return EVK_OK;
}

static evk_status add_all(struct arrays *a, const struct compact *c, evk_error *err)
{
    EVK_TRY(add_layer0(a, c, err));
    for (int layer = 0; layer < LAYERS; layer++) {
        if (layer > 0)
            EVK_TRY(add_separable(a, c, layer, err));
        EVK_TRY(add_batch_norm(a, c, layer, err));
    }
    return add_readout(a, c, err);
}

static evk_status make_weights(struct evk_bytes *out, const struct compact *c, evk_error *err)
{
    struct evk_hdf5_dataset list[ARRAYS_MAX];
    struct arrays a = {.count = 0};
    evk_status s = add_all(&a, c, err);

    for (size_t i = 0; i < a.count; i++)
        list[i] = (struct evk_hdf5_dataset){a.path[i], &a.tensor[i]};
    if (!s)
        s = evk_hdf5_write(out, list, a.count, err);
    for (size_t i = 0; i < a.count; i++)
        evk_tensor_release(&a.tensor[i]);
    return s;
}

/* Writes the archive.  The date in it is a constant, so that the bytes are the same each time. */
static evk_status write_archive(const char *path, const struct evk_str *config,
                                const struct evk_bytes *weights, evk_error *err)
{
    static const char metadata[] =
        "{\"keras_version\": \"3.1.1\", \"date_saved\": \"1980-01-01@00:00:00\"}";
    const struct evk_zip_entry entries[] = {
        {"metadata.json", metadata, sizeof(metadata) - 1},
        {"config.json", config->data, config->size},
        {"model.weights.h5", weights->data, weights->size},
    };
    struct evk_bytes archive = {NULL, 0};
    evk_status s = evk_zip_write(&archive, entries, 3, err);

    if (!s)
        s = evk_fs_write(path, archive.data, archive.size, err);
    evk_bytes_release(&archive);
    return s;
}

evk_status compact_write(const char *path, const struct compact *c, evk_error *err)
{
    struct evk_str config = EVK_STR_INIT;
    struct evk_bytes weights = {NULL, 0};
    evk_status s = compact_config(&config, c->channels, err);

    if (!s)
        s = make_weights(&weights, c, err);
    if (!s)
        s = write_archive(path, &config, &weights, err);
    evk_bytes_release(&weights);
    evk_str_release(&config);
    return s;
}
