/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seeds_cores.c - seeds for cores with readouts: one file of each format for each readout */
#include <stdio.h>
#include <string.h>

#include "../harness/dict.h"
#include "../harness/pickle_file.h"
#include "../harness/state_file.h"
#include "../harness/test.h"
#include "fuzz.h"
#include "seeds.h"

enum { CHANNELS = 2, NEURONS = 2, NAME = 40 };

static const struct oracle_window same3 = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
static const struct oracle_window valid3 = {3, 3, 1, 1, 1, 1, 0, 0, 0, 0};
static const struct oracle_window point = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};

/* A core of two layers, the second separable with squeeze and excitation; readouts read both. */
static struct map begin(struct dict *d)
{
    struct map x = map_new(FUZZ_CORE_SIDE, FUZZ_CORE_SIDE, 1), first, both;

    *d = (struct dict){.seed = 1};
    dict_conv(d, "core.features.layer0.conv", &x, &valid3, CHANNELS, true);
    dict_norm(d, "core.features.layer0.norm", &x);
    first = oracle_pad(&x, 0, 0, 0, 0);
    dict_conv(d, "core.features.layer1.ds_conv.in_depth_conv", &x, &point, CHANNELS, false);
    dict_depthwise(d, "core.features.layer1.ds_conv.spatial_conv", &x, &same3);
    dict_conv(d, "core.features.layer1.ds_conv.out_depth_conv", &x, &point, CHANNELS, false);
    dict_norm(d, "core.features.layer1.norm", &x);
    dict_squeeze(d, "core.features.layer1.seg_ex_block", &x, 1);
    both = oracle_concat(&first, &x, 2);
    map_release(&first);
    map_release(&x);
    return both;
}

/* Write a file named after an archive, with another ending than its ".pt". */
static void write_other(const char *target, const char *archive, const char *ending,
                        struct evk_str *file)
{
    char name[NAME];

    snprintf(name, sizeof(name), "%.*s%s", (int)(strlen(archive) - strlen("pt")), archive, ending);
    seed_write(target, name, file->data, file->size);
    evk_str_release(file);
}

static void end(struct dict *d, struct map x, struct map y, const char *name)
{
    struct torch_file t;
    struct evk_bytes file;
    struct evk_str other;

    torch_begin(&t, "archive/", 2);
    for (int i = 0; i < d->count; i++)
        torch_floats(&t, d->tensors[i].name, &d->tensors[i].values);
    torch_end(&t);
    file = torch_bytes(&t);
    seed_write("torch", name, file.data, file.size);
    evk_bytes_release(&file);
    torch_release(&t);
    other = safetensors_bytes(d->tensors, d->count, "model.", 0);
    write_other("safetensors", name, "safetensors", &other);
    other = legacy_torch_bytes(d->tensors, d->count, "module.");
    write_other("torch", name, "th", &other);
    dict_release(d);
    map_release(&x);
    map_release(&y);
}

static struct map gaussian(struct dict *d, const struct map *x)
{
    static const double xy[2 * NEURONS] = {0};

    dict_put(d, "readout.a.source_grid", 2, (int64_t[]){NEURONS, 2});
    dict_put(d, "readout.a.mu_transform.0.weight", 2, (int64_t[]){2, 2});
    dict_put(d, "readout.a.mu_transform.0.bias", 1, (int64_t[]){2});
    return dict_gaussian(d, "a", x, NEURONS, xy);
}

static struct map own_positions(struct dict *d, const struct map *x)
{
    return dict_gaussian(d, "a", x, NEURONS, NULL);
}

static struct map pooled(struct dict *d, const struct map *x)
{
    return dict_pooled(d, "a", x, 1, NEURONS);
}

static struct map factorized(struct dict *d, const struct map *x)
{
    return dict_factorized(d, "a", x, NEURONS, false);
}

static struct map full(struct dict *d, const struct map *x)
{
    return dict_full(d, "a", x, NEURONS);
}

void seeds_cores(void)
{
    static const struct {
        const char *name;
        struct map (*put)(struct dict *d, const struct map *x);
    } readouts[] = {{"predicted.pt", gaussian},
                    {"gaussian.pt", own_positions},
                    {"pooled.pt", pooled},
                    {"factorized.pt", factorized},
                    {"full.pt", full}};

    for (size_t i = 0; i < sizeof(readouts) / sizeof(readouts[0]); i++) {
        struct dict d;
        struct map x = begin(&d);

        end(&d, x, readouts[i].put(&d, &x), readouts[i].name);
    }
}
