/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tiny.c - models so small that a set of theirs takes milliseconds, and sets compared whole */
#include "tiny.h"
#include "synth/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keras_file.h"
#include "recipe.h"
#include "test.h"

enum { FILTERS = 4, FEATURES = (TINY_H - 2) * (TINY_W - 2) * FILTERS };

/*
 * A 3x3 convolution, ReLU, and a dense readout with ReLU, whose bias keeps a neuron active or
 * silent.
 */
evk_model *tiny_model(const char *path, const char *outputs)
{
    const int64_t filters = FILTERS, n = (int64_t)strlen(outputs);
    uint64_t seed = (uint64_t)n;
    float *weights, *bias;
    struct keras_file k;
    char config[64];
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", TINY_H, TINY_W, TINY_C);
    keras_layer(&k, "Conv2D", "conv", "'filters':4,'kernel_size':3,'activation':'relu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, TINY_C, FILTERS});
    keras_random(&k, &seed, 1, &filters);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    snprintf(config, sizeof(config), "'units':%d,'activation':'relu'", (int)n);
    keras_layer(&k, "Dense", "dense", config, NULL);
    weights = keras_random(&k, &seed, 2, (const int64_t[]){FEATURES, n});
    bias = keras_array(&k, 1, &n);
    for (int64_t o = 0; o < n; o++) {
        bias[o] = outputs[o] == TINY_DEAD ? -1e9f : 1e5f;
        for (int64_t f = 0; outputs[o] == TINY_BROKEN && f < FEATURES; f++)
            weights[f * n + o] = 3e38f;
    }
    keras_save(&k, path, "dense");
    keras_release(&k);
    assert_ok(evk_model_open(
        &m, path, &(const evk_model_options){.mean_count = 1, .mean = (const double[]){110}}, err));
    return m;
}

evk_recipe tiny_recipe(void)
{
    evk_recipe r = published_recipe();

    r.starts = 2;
    r.steps = 4;
    r.image_blur_every = 2;
    return r;
}

struct evk_str tiny_read(const char *path)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_bytes file;

    assert_ok(evk_fs_read(&file, path, 1 << 24, err));
    evk_str_add(&text, file.data, file.size);
    evk_bytes_release(&file);
    assert_ok(evk_str_check(&text, err));
    return text;
}

static void gather(const char *root, const char *inside, struct evk_str *all)
{
    char path[512], at[512];
    struct evk_names names;

    snprintf(path, sizeof(path), "%s%s", root, inside);
    assert_ok(evk_fs_list(&names, path, err));
    for (size_t i = 0; i < names.count; i++) {
        snprintf(at, sizeof(at), "%.200s/%s", inside, names.names[i]);
        snprintf(path, sizeof(path), "%.200s%.300s", root, at);
        evk_str_printf(all, "[%s]", at);
        if (evk_fs_is_folder(path)) {
            gather(root, at, all);
        } else {
            struct evk_str file = tiny_read(path);

            evk_str_add(all, file.data, file.size);
            evk_str_release(&file);
        }
    }
    evk_names_release(&names);
}

struct evk_str tiny_content(const char *folder)
{
    struct evk_str all = EVK_STR_INIT;

    gather(folder, "", &all);
    assert_ok(evk_str_check(&all, err));
    return all;
}

void assert_same_content(const struct evk_str *a, const struct evk_str *b)
{
    if (a->size != b->size || memcmp(a->data, b->data, a->size) != 0) {
        size_t i = 0;

        while (i < a->size && i < b->size && a->data[i] == b->data[i])
            i++;
        fail_msg("%zu and %zu bytes, different from byte %zu on: '%.40s' and '%.40s'", a->size,
                 b->size, i, a->data + i, b->data + i);
    }
}

void assert_content(const char *folder, const struct evk_str *expected)
{
    struct evk_str now = tiny_content(folder);

    assert_same_content(expected, &now);
    evk_str_release(&now);
}

static void copy_inner(const char *from, const char *to)
{
    struct evk_names names;
    char a[512], b[512];

    assert_ok(evk_fs_make_folder(to, err));
    assert_ok(evk_fs_list(&names, from, err));
    for (size_t i = 0; i < names.count; i++) {
        snprintf(a, sizeof(a), "%.240s/%s", from, names.names[i]);
        snprintf(b, sizeof(b), "%.240s/%s", to, names.names[i]);
        if (evk_fs_is_folder(a)) {
            copy_inner(a, b);
        } else {
            struct evk_str file = tiny_read(a);
            FILE *out = fopen(b, "wb");

            /* No fsync: hundreds of copies are made. */
            if (!out || fwrite(file.data, 1, file.size, out) != file.size || fclose(out) != 0)
                fail_msg("%s: cannot be written", b);
            evk_str_release(&file);
        }
    }
    evk_names_release(&names);
}

void tiny_copy(const char *from, const char *to)
{
    remove_folder(to);
    copy_inner(from, to);
}
