/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitted.c - two small networks, and an archive with weights of readouts for them */
#include "fitted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "format/npz_write.h"
#include "keras_file.h"
#include "test.h"

const char *fitted_in(const struct fitted *f, const char *name)
{
    return path_in(f->folder, name);
}

void fitted_put(const struct fitted *f, const char *name, const char *text)
{
    assert_ok(evk_fs_write(fitted_in(f, name), text, strlen(text), err));
}

static void make_core(const struct fitted *f, const char *name, uint64_t seed)
{
    static const int64_t filters = FITTED_FILTERS, outputs = FITTED_OUTPUTS;
    struct keras_file k;

    keras_init(&k, NULL);
    keras_input(&k, "in", FITTED_H, FITTED_W, FITTED_C);
    keras_layer(&k, "Conv2D", "conv", "'filters':4,'kernel_size':3,'activation':'relu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, FITTED_C, FITTED_FILTERS});
    keras_random(&k, &seed, 1, &filters);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':2", NULL);
    keras_random(&k, &seed, 2, (const int64_t[]){7 * 6 * FITTED_FILTERS, FITTED_OUTPUTS});
    keras_random(&k, &seed, 1, &outputs);
    keras_save(&k, fitted_in(f, name), "dense");
    keras_release(&k);
}

/* Write the arrays of two members; the readout of the second has other weights. */
static void write_weights(const struct fitted *f)
{
    struct evk_npz_array arrays[6];
    int n = 0;

    for (int m = 0; m < 2; m++) {
        arrays[n] = (struct evk_npz_array){
            .dims = 4,
            .dim = {FITTED_GRID, FITTED_GRID, FITTED_FILTERS, FITTED_NEURONS},
            .values = f->weights[m]};
        snprintf(arrays[n++].name, EVK_NPZ_NAME, "weights_%d_0", m);
        arrays[n] = (struct evk_npz_array){.dims = 4,
                                           .dim = {1, 1, FITTED_OUTPUTS, FITTED_NEURONS},
                                           .values = f->weights[m] + FITTED_CONV * FITTED_NEURONS};
        snprintf(arrays[n++].name, EVK_NPZ_NAME, "weights_%d_1", m);
        arrays[n] =
            (struct evk_npz_array){.dims = 1, .dim = {FITTED_NEURONS}, .values = f->bias[m]};
        snprintf(arrays[n++].name, EVK_NPZ_NAME, "bias_%d", m);
    }
    assert_ok(evk_npz_write(fitted_in(f, "fit.npz"), arrays, 6, err));
}

void fitted_init(struct fitted *f, const char *folder)
{
    uint64_t seed = 11;

    f->folder = scratch_folder(folder);
    make_core(f, "core.keras", 7);
    make_core(f, "other.keras", 8);
    for (int m = 0; m < 2; m++) {
        for (int i = 0; i < FITTED_FEATURES * FITTED_NEURONS; i++)
            f->weights[m][i] = random_float(&seed);
        for (int i = 0; i < FITTED_NEURONS; i++)
            f->bias[m][i] = random_float(&seed);
    }
    write_weights(f);
    assert_ok(evk_fs_hash(fitted_in(f, "core.keras"), 1 << 24, f->core_sha256, err));
    assert_ok(evk_fs_hash(fitted_in(f, "fit.npz"), 1 << 24, f->npz_sha256, err));
}

void fitted_release(struct fitted *f)
{
    free(f->folder);
}

void fitted_add_member(const struct fitted *f, struct evk_str *card, const char *core, int member,
                       const char *output)
{
    evk_str_printf(card,
                   "{\"weights\": \"%s\", \"readout\": {\"file\": \"fit.npz\", \"sha256\": \"%s\", "
                   "\"member\": %d, \"layers\": [\"conv\", \"dense\"], \"grid\": %d, \"output\": "
                   "\"%s\"}}",
                   core, f->npz_sha256, member, FITTED_GRID, output);
}
