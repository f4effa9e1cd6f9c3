/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit.c - a model of one unit whose gradient tests compute in double */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "keras_file.h"
#include "test.h"

enum { H = UNIT_H, W = UNIT_W, C = UNIT_C, N = UNIT_VALUES, SIDE = UNIT_SIDE, HALF = SIDE / 2 };

enum { FILTERS = UNIT_FILTERS };

void unit_init(struct unit *u, bool curved, uint64_t number, float gain)
{
    uint64_t seed = number;

    u->curved = curved;
    for (int i = 0; i < SIDE * SIDE * C * FILTERS; i++)
        (&u->kernel[0][0][0][0])[i] = 0.01F * random_float(&seed);
    for (int i = 0; i < FILTERS; i++)
        u->bias[i] = random_float(&seed);
    for (int i = 0; i < N; i++)
        u->weights[i] = gain * random_float(&seed);
}

void unit_save(const struct unit *u, const char *path)
{
    const int64_t filters = FILTERS, inputs = N, one = 1;
    struct keras_file k;

    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    if (u->curved) {
        keras_layer(&k, "Conv2D", "conv",
                    "'filters':3,'kernel_size':3,'padding':'same','activation':'softplus'", NULL);
        memcpy(keras_array(&k, 4, (const int64_t[]){SIDE, SIDE, C, FILTERS}), u->kernel,
               sizeof(u->kernel));
        memcpy(keras_array(&k, 1, &filters), u->bias, sizeof(u->bias));
    }
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':1,'use_bias':false", NULL);
    memcpy(keras_array(&k, 2, (const int64_t[]){inputs, one}), u->weights, sizeof(u->weights));
    keras_save(&k, path, "dense");
    keras_release(&k);
}

evk_model *unit_open(const struct unit *u, const char *path)
{
    evk_model *m;

    unit_save(u, path);
    assert_ok(evk_model_open(&m, path, NULL, err));
    return m;
}

/* Returns the value of filter f at a place, before softplus; values beyond the edges are zeros. */
static double filtered(const struct unit *u, const double *x, int row, int column, int f)
{
    double sum = (double)u->bias[f];

    for (int r = 0; r < SIDE; r++)
        for (int s = 0; s < SIDE; s++) {
            const int y = row + r - HALF, z = column + s - HALF;

            for (int c = 0; y >= 0 && y < H && z >= 0 && z < W && c < C; c++)
                sum += (double)u->kernel[r][s][c][f] * x[(y * W + z) * C + c];
        }
    return sum;
}

/*
 * The derivative at each place of each filter is added, times its weights, to the values it read.
 */
void unit_gradient(const struct unit *u, const double *x, double *g)
{
    for (int i = 0; i < N; i++)
        g[i] = u->curved ? 0 : (double)u->weights[i];
    for (int i = 0; u->curved && i < H * W * FILTERS; i++) {
        const int f = i % FILTERS, row = i / FILTERS / W, column = i / FILTERS % W;
        const double slope = (double)u->weights[i] / (1 + exp(-filtered(u, x, row, column, f)));

        for (int r = 0; r < SIDE; r++)
            for (int s = 0; s < SIDE; s++) {
                const int y = row + r - HALF, z = column + s - HALF;

                for (int c = 0; y >= 0 && y < H && z >= 0 && z < W && c < C; c++)
                    g[(y * W + z) * C + c] += slope * (double)u->kernel[r][s][c][f];
            }
    }
}

/*
 * Values of 0 and 255 and a high contrast make limits and the clipping to 0 to 255 change the
 * image.
 */
void unit_start(float *x)
{
    uint64_t seed = 9;

    for (int i = 0; i < N; i++) {
        const double row = i / C / W, column = i / C % W;
        const double v =
            120 + 100 * sin(row / 3 + i % C) * cos(column / 4) + 60 * (double)random_float(&seed);

        x[i] = (float)fmin(fmax(v, 0), 255);
    }
}
