/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_seen.c - ascents through windows: what is shown, soft edges, limits by what the window shows */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "../../harness/test.h"
#include "base/fs.h"
#include "format/codec.h"
#include "synth/settings.h"

enum { SIDE = 56, N = SIDE * SIDE, EDGE = 12 };

static char *folder;
static evk_model *model;
static float weights[N];

/*
 * A linear unit of one channel whose weights are 1 and -1: along its gradient every pixel that is
 * free has the same contrast.
 */
static int set_up(void **state)
{
    const int64_t inputs = N, one = 1;
    struct keras_file k;
    uint64_t seed = 4;

    (void)state;
    folder = scratch_folder("seen");
    for (int i = 0; i < N; i++)
        weights[i] = random_float(&seed) > 0 ? 1 : -1;
    keras_init(&k, NULL);
    keras_input(&k, "in", SIDE, SIDE, 1);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':1,'use_bias':false", NULL);
    memcpy(keras_array(&k, 2, (const int64_t[]){inputs, one}), weights, sizeof(weights));
    keras_save(&k, path_in(folder, "unit.keras"), "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&model, path_in(folder, "unit.keras"), NULL, err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    free(folder);
    return 0;
}

/* Sixty steps of four levels, without any prior. */
static evk_recipe plain(void)
{
    evk_recipe r;

    assert_ok(evk_recipe_of_method(&r, "v4-mei", err));
    r.priors.count = 0;
    r.optimizer = "gradient";
    r.steps = 60;
    r.step_size = 4;
    return r;
}

static void add(evk_recipe *r, const char *prior)
{
    r->priors.text[r->priors.count++] = prior;
}

static bool keep(void *arg, const evk_step *now)
{
    float *last = arg;

    memcpy(last, now->image, N * sizeof(*last));
    return true;
}

/* The result, which is what was shown last. */
static void climb(const evk_recipe *r, const float *from, float *image)
{
    static float last[N];
    const evk_watch watch = {keep, last, false};
    evk_session *s;
    evk_ascent out;

    assert_ok(evk_session_new_for(&s, model, 0, err));
    assert_ok(evk_synthesize(s, r, 0, &(evk_given){.from = from}, &watch, image, &out, err));
    evk_session_free(s);
    assert_memory_equal(image, last, sizeof(last));
}

static double distance(int pixel)
{
    return hypot(pixel / SIDE + 0.5 - SIDE / 2.0, pixel % SIDE + 0.5 - SIDE / 2.0);
}

/* Of an aperture of the default radius and this edge. */
static double window_at(int pixel, double edge)
{
    const double into = (SIDE / 2.0 - distance(pixel)) / edge;

    return into <= 0 ? 0 : into >= 1 ? 1 : pow(sin(acos(-1) / 2 * into), 2);
}

static void noise(float *x)
{
    uint64_t seed = 6;

    for (int i = 0; i < N; i++)
        x[i] = 128 + 127 * random_float(&seed);
}

/* ---- what is shown -------------------------------------------------------------------------------- */

/* Once, whatever the number of steps: 128 + window (latent - 128) of a latent that a linear unit moves. */
static void test_applied_once(void **state)
{
    static float from[N], x[N];

    (void)state;
    for (int i = 0; i < N; i++)
        from[i] = (float)(100 + i % 50);
    for (int steps = 0; steps < 4; steps++) {
        evk_recipe r = plain();
        double open = 0;

        r.steps = steps;
        add(&r, "aperture:edge=12");
        climb(&r, from, x);
        for (int i = 0; i < N; i++)
            open += window_at(i, EDGE) > 0;
        for (int i = 0; i < N; i++) { /* the RMS is over the whole image */
            const double move = 4 * steps * (double)weights[i] * sqrt(N / open);
            const double want = 128 + window_at(i, EDGE) * ((double)from[i] + move - 128);

            assert_true(fabs((double)x[i] - want) <= 1e-4);
        }
    }
}

/* A mask, and an aperture before it: each pixel through both, each with its background. */
static void test_mask_and_aperture(void **state)
{
    static float from[N], x[N];
    struct evk_pixels p;
    struct evk_bytes file;
    char text[300];
    evk_recipe r = plain();

    (void)state;
    noise(from);
    assert_ok(evk_pixels_new(&p, SIDE, SIDE, 3, err));
    for (int i = 0; i < 3 * N; i++)
        p.data[i] = (unsigned char)(i / 3 % SIDE * 255 / (SIDE - 1));
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(path_in(folder, "mask.png"), file.data, file.size, err));
    snprintf(text, sizeof(text), "mask:%s,background=200", path_in(folder, "mask.png"));
    add(&r, text);
    add(&r, "aperture:edge=12,background=50");
    r.steps = 0;
    climb(&r, from, x);
    for (int i = 0; i < N; i++) {
        const double masked = 200 + p.data[3 * i] / 255.0 * ((double)from[i] - 200);
        const double want = 50 + window_at(i, EDGE) * (masked - 50);

        assert_true(fabs((double)x[i] - want) <= 1e-4);
    }
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* ---- a soft edge ---------------------------------------------------------------------------------- */

/* SD about 128 of what is between two distances from the centre, over window times contrast there. */
static double ring(const float *x, double contrast, double from, double to)
{
    double squares = 0, want = 0;

    for (int i = 0; i < N; i++)
        if (distance(i) >= from && distance(i) < to) {
            squares += pow((double)x[i] - 128, 2);
            want += pow(contrast * window_at(i, EDGE), 2);
        }
    return sqrt(squares / want);
}

/* At any contrast what is shown falls as the window does; outside is the background. */
static void test_soft_edge(void **state)
{
    static const char *const contrasts[] = {"channel-sd:equal=16", "channel-sd:equal=2",
                                            "channel-sd:equal=57"};
    static const double sd[] = {16, 2, 57};
    static float from[N], x[N];

    (void)state;
    noise(from);
    for (int k = 0; k < 3; k++) {
        evk_recipe r = plain();

        add(&r, "aperture:edge=12");
        add(&r, "mean:equal=128");
        add(&r, contrasts[k]);
        climb(&r, from, x);
        for (int d = 0; d < SIDE / 2; d += 2)
            assert_true(fabs(ring(x, sd[k], d, d + 2) - 1) <= 0.1);
        for (int i = 0; i < N; i++)
            assert_true(distance(i) < SIDE / 2.0 || x[i] == 128);
    }
}

/* ---- limits ---------------------------------------------------------------------------------------- */

/*
 * Of the latent image, each value counted as its weight says, from what is shown, as 128 + window
 * (latent - 128): mean, SD (n - 1), norm about 128, and the fraction at an end.
 */
struct seen {
    double mean, sd, norm, clipped;
};

static struct seen see(const float *x, double edge)
{
    double total = 0, sum = 0, squares = 0, ends = 0;
    struct seen s;

    for (int i = 0; i < N; i++) {
        const double window = window_at(i, edge), d = (double)x[i] - 128;
        const double latent = window > 1e-3 ? 128 + d / window : 128; /* else floats say nothing */

        total += window;
        sum += d;
        squares += window * pow(latent - 128, 2);
        ends += latent < 0.5 || latent >= 254.5 ? window : 0;
    }
    s.mean = 128 + sum / total;
    s.sd = sqrt((squares - sum * sum / total) / (total - 1));
    s.norm = sqrt(squares);
    s.clipped = ends / total;
    return s;
}

static struct seen climbed(const char *prior, const char *edge)
{
    static float from[N], x[N];
    evk_recipe r = plain();
    char text[64];

    noise(from);
    snprintf(text, sizeof(text), "aperture:edge=%s", edge);
    add(&r, text);
    add(&r, prior);
    climb(&r, from, x);
    return see(x, strtod(edge, NULL));
}

static void near(double got, double want, double part)
{
    if (!(fabs(got - want) <= part * want))
        fail_msg("found %.9g, expected %.9g", got, want);
}

/* What a window of less than 1e-3 shows is less than a part in a thousand of what is left out. */
static void test_limits(void **state)
{
    static const char *const edges[] = {"0", "12", "25"};

    (void)state;
    for (int i = 0; i < 3; i++) {
        near(climbed("channel-sd:equal=16", edges[i]).sd, 16, 1e-3);
        near(climbed("channel-sd:max=57", edges[i]).sd, 57, 1e-3);
        near(climbed("mean:equal=90", edges[i]).mean, 90, 1e-3);
        near(climbed("norm:equal=1000", edges[i]).norm, 1000, 1e-3);
        assert_true(climbed("clipped:0.05", edges[i]).clipped <= 0.05 + 1e-3);
        assert_true(climbed("clipped:1", edges[i]).clipped > 0.5); /* which allows all */
    }
}

/* SD over mean, of a gray image. */
static void test_rms_contrast(void **state)
{
    static const char *const edges[] = {"0", "12"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct seen s = climbed("rms-contrast:equal=0.3", edges[i]);

        near(s.sd / s.mean, 0.3, 1e-3);
    }
}

/* In units of the model, which here are display values; within 1e-4 of the SD or the norm. */
static void test_fixed(void **state)
{
    static float from[N], x[N];
    evk_recipe r = plain();
    double squares = 0;
    struct seen s;

    (void)state;
    noise(from);
    add(&r, "aperture:edge=12");
    r.fix_mean = 110;
    r.fix_sd = 20;
    climb(&r, from, x);
    s = see(x, EDGE);
    near(s.mean, 110, 1e-3);
    near(s.sd, 20, 1e-3);
    r = plain();
    add(&r, "aperture:edge=0");
    r.fix_norm = 5000;
    climb(&r, from, x);
    for (int i = 0; i < N; i++)
        squares += distance(i) < SIDE / 2.0 ? pow((double)x[i], 2) : 0;
    near(sqrt(squares), 5000, 1e-4);
}

/* Robust's two limits, of which the second follows the first: both hold of what is seen. */
static void test_limits_together(void **state)
{
    static float from[N], x[N];
    evk_recipe r = plain();
    struct seen s;

    (void)state;
    noise(from);
    r.step_size = 30;
    add(&r, "aperture:edge=12");
    add(&r, "channel-sd");
    add(&r, "clipped:0.05");
    climb(&r, from, x);
    s = see(x, EDGE);
    assert_true(s.sd <= 57 && s.clipped <= 0.05 + 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_applied_once),    cmocka_unit_test(test_mask_and_aperture),
        cmocka_unit_test(test_soft_edge),       cmocka_unit_test(test_limits),
        cmocka_unit_test(test_rms_contrast),    cmocka_unit_test(test_fixed),
        cmocka_unit_test(test_limits_together),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
