/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_select.c - the best images that differ: against a blur and a correlation in double */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "base/mem.h"
#include "stimset/record/set_file.h"
#include "stimset/score/select.h"
#include "synth/settings.h"

enum { H = 56, W = 48, PIXELS = H * W, MOST = 32 };

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("select");
    assert_ok(evk_fs_make_folder(path_in(folder, "stimuli"), err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* ---- sets ---------------------------------------------------------------------------------------- */

struct made {
    struct evk_stimuli all;
    unsigned char gray[MOST][PIXELS];
};

static struct made made;

static void begin(void)
{
    evk_stimuli_release(&made.all);
}

/* One more stimulus of a neuron: gray values v(x, y) of an image. */
static struct evk_row *put(const char *neuron, double response, double (*v)(double, double, double),
                           double t)
{
    struct evk_pixels p, back;
    struct evk_row *row;
    const int64_t i = made.all.count;
    char name[EVK_IMAGE_NAME];

    assert_ok(evk_stimuli_grow(&made.all, 1, err));
    row = &made.all.list[i].row;
    *row = evk_row_new();
    row->set_type = "max";
    row->type = "image";
    row->target_model = "m";
    snprintf(row->target_output, sizeof(row->target_output), "%s", neuron);
    snprintf(row->objective, sizeof(row->objective), "max");
    row->response_pred = row->objective_pred = response;
    evk_row_give_code(row, i + 1);
    evk_set_file_image_name(row, name);
    assert_ok(evk_dir_remove(dir_at(folder), name, err));
    assert_ok(evk_pixels_new(&p, H, W, 3, err));
    for (int k = 0; k < PIXELS; k++) {
        made.gray[i][k] = (unsigned char)lround(v(k % W, k / W, t));
        memset(p.data + 3 * k, made.gray[i][k], 3);
    }
    assert_ok(evk_set_file_put_image(dir_at(folder), row, &p, &back, err));
    evk_pixels_release(&p);
    evk_pixels_release(&back);
    row->present = true;
    return row;
}

static evk_recipe keep(int64_t k)
{
    evk_recipe r = evk_recipe_default();

    r.keep = k;
    return r;
}

static void choose(const evk_recipe *r)
{
    assert_ok(evk_select(dir_at(folder), NULL, r, NULL, &made.all, 2, err));
}

static const char *dropped(int code)
{
    const struct evk_row *row = &made.all.list[code - 1].row;

    assert_true(row->present == !row->dropped[0]);
    return row->dropped;
}

/* ---- images -------------------------------------------------------------------------------------- */

static double flat(double x, double y, double t)
{
    (void)x;
    (void)y;
    return t;
}

/* One cycle of a grating of some direction. */
static double wave(double x, double y, double t)
{
    return 128 + 90 * sin(6.283185307179586 * (cos(t) * x / W + sin(t) * y / H));
}

/* A checkerboard of single pixels, which the blur takes away, over a wave. */
static double rough(double x, double y, double t)
{
    return wave(x, y, t) + ((int)(x + y) % 2 ? 30 : -30);
}

/* A finer grating, which the blur weakens, over a faint wave. */
static double ribbed(double x, double y, double t)
{
    return 128 + (wave(x, y, 0) - 128) / 3 + 90 * t * sin(6.283185307179586 * y / 12);
}

/* From one wave to another. */
static double between(double x, double y, double t)
{
    return (1 - t) * wave(x, y, 0) + t * wave(x, y, 1.5);
}

/* ---- by rank ------------------------------------------------------------------------------------- */

static void test_rank(void **state)
{
    evk_recipe r = keep(2);

    (void)state;
    begin();
    put("0", 1, wave, 0.0);
    put("0", 3, wave, 0.8);
    put("1", 9, wave, 0.0);
    put("0", 2, wave, 1.6);
    put("0", 3, wave, 2.4);
    choose(&r);
    assert_string_equal(dropped(1), "rank");
    assert_string_equal(dropped(2), "");
    assert_string_equal(dropped(3), ""); /* another neuron */
    assert_string_equal(dropped(4), "rank");
    assert_string_equal(dropped(5), "");
    for (int i = 0; i < 5; i++) /* the lowest */
        made.all.list[i].row.present = true, made.all.list[i].row.dropped[0] = '\0';
    r.minimize = true;
    choose(&r);
    assert_string_equal(dropped(1), "");
    assert_string_equal(dropped(2), "rank");
    assert_string_equal(dropped(4), "");
    assert_string_equal(dropped(5), "rank");
    r = keep(0); /* all */
    begin();
    put("0", 1, wave, 0);
    put("0", 2, wave, 0);
    choose(&r);
    assert_true(!dropped(1)[0] && !dropped(2)[0]);
    r = keep(1); /* of equals the earlier */
    begin();
    put("0", 1, wave, 0);
    put("0", 1, wave, 1.5);
    choose(&r);
    assert_true(!dropped(1)[0]);
    assert_string_equal(dropped(2), "rank");
}

/* The best, then the farthest from those that are kept, of those that drive the neuron enough. */
static void test_far_apart(void **state)
{
    evk_recipe r = keep(3);

    (void)state;
    r.diverse = "pixels";
    r.diverse_floor = 0.8;
    begin();
    put("0", 9.5, flat, 10);
    put("0", 10, flat, 0);
    put("0", 8.5, flat, 100);
    put("0", 7.9, flat, 255);
    put("0", 9, flat, 200);
    choose(&r);
    assert_true(!dropped(2)[0] && !dropped(5)[0] && !dropped(3)[0]);
    assert_string_equal(dropped(1), "rank");
    assert_string_equal(dropped(4), "weak"); /* below 8 */
    for (int i = 0; i < 5; i++)
        made.all.list[i].row.present = true, made.all.list[i].row.dropped[0] = '\0';
    r.diverse_floor = 0.75;
    choose(&r);
    assert_true(!dropped(2)[0] && !dropped(4)[0] && !dropped(3)[0]);
    choose(&r); /* once more */
    assert_true(!dropped(2)[0] && !dropped(4)[0] && !dropped(3)[0]);
    for (int i = 0; i < 5; i++) {
        struct evk_row *row = &made.all.list[i].row;

        row->present = true, row->dropped[0] = '\0';
        row->response_pred = row->objective_pred = -row->objective_pred;
    }
    r.minimize = true;
    choose(&r);
    assert_true(!dropped(2)[0] && !dropped(4)[0] && !dropped(3)[0]);
}

/* Of an ensemble the worst member decides, unless something else was climbed. */
static void test_ensemble(void **state)
{
    static const char *const objectives[] = {"mean", "mean", "sd"};
    static const int kept[] = {2, 1, 3};

    (void)state;
    for (int k = 0; k < 3; k++) {
        evk_recipe r = keep(1);
        struct evk_row *rows[3];

        begin();
        for (int i = 0; i < 3; i++)
            put("0", 5, wave, 0.8 * i);
        for (int i = 0; i < 3; i++)
            rows[i] = &made.all.list[i].row;
        snprintf(rows[0]->response_members, 32, "0;10;5");
        snprintf(rows[1]->response_members, 32, "3;7;-1e1");
        snprintf(rows[2]->response_members, 32, "2;12;1");
        rows[0]->response_min = 0;
        rows[1]->response_min = 3;
        rows[2]->response_min = 1;
        rows[2]->objective_pred = 6;
        if (k == 1) {
            snprintf(rows[0]->response_members, 32, "4;6;5");
            rows[0]->response_min = 4;
            r.minimize = true; /* 6 is below 7 and 12 */
        }
        r.objective = objectives[k];
        choose(&r);
        for (int i = 0; i < 3; i++)
            assert_string_equal(dropped(i + 1), i + 1 == kept[k] ? "" : "rank");
    }
}

/* ---- by likeness --------------------------------------------------------------------------------- */

static int mirrored(int i, int n)
{
    while (i < 0 || i >= n)
        i = i < 0 ? -i - 1 : 2 * n - 1 - i;
    return i;
}

static void blur(const double *in, double *out, int n, int lines, int step, int line)
{
    const double sd = 4.0 * H / 112;
    const int radius = (int)(4 * sd + 0.5);

    for (int l = 0; l < lines; l++)
        for (int i = 0; i < n; i++) {
            double sum = 0, weights = 0;

            for (int d = -radius; d <= radius; d++) {
                const double w = exp(-d * d / (2 * sd * sd));

                sum += w * in[l * line + mirrored(i + d, n) * step];
                weights += w;
            }
            out[l * line + i * step] = sum / weights;
        }
}

static double oracle(const unsigned char *a, const unsigned char *b)
{
    static double x[2][PIXELS], y[PIXELS];
    const unsigned char *const image[2] = {a, b};
    double ab = 0, aa = 0, bb = 0;

    for (int k = 0; k < 2; k++) {
        double mean = 0;

        for (int i = 0; i < PIXELS; i++)
            x[k][i] = image[k][i];
        blur(x[k], y, W, H, 1, W);
        blur(y, x[k], H, W, W, 1);
        for (int i = 0; i < PIXELS; i++)
            mean += x[k][i] / PIXELS;
        for (int i = 0; i < PIXELS; i++)
            x[k][i] -= mean;
    }
    for (int i = 0; i < PIXELS; i++) {
        ab += x[0][i] * x[1][i];
        aa += x[0][i] * x[0][i];
        bb += x[1][i] * x[1][i];
    }
    return ab / sqrt(aa * bb);
}

/* Of each pair the second is dropped where the correlation on paper is above 0.9. */
static void check_pairs(double (*v)(double, double, double))
{
    const evk_recipe r = keep(2);
    double nearest = 1;
    int alike = 0;

    for (int k = 0; k <= 40; k++) {
        double c;

        begin();
        put("0", 2, v, 0);
        put("0", 1, v, 0.01 * k + 0.1);
        c = oracle(made.gray[0], made.gray[1]);
        choose(&r);
        assert_string_equal(dropped(1), "");
        assert_string_equal(dropped(2), c > 0.9 ? "like stim-max000001" : "");
        nearest = fmin(nearest, fabs(c - 0.9));
        alike += c > 0.9;
    }
    assert_true(alike > 5 && alike < 36 && nearest > 1e-6 && nearest < 0.01);
}

static void test_threshold(void **state)
{
    (void)state;
    check_pairs(between);
    check_pairs(ribbed);
}

static void test_alike(void **state)
{
    const evk_recipe r = keep(4);

    (void)state;
    begin();
    put("0", 1, wave, 0);
    put("0", 5, wave, 0);
    put("0", 4, rough, 0);                /* fine detail does not count */
    put("0", 3, wave, 3.141592653589793); /* its negative does not */
    put("0", 2.5, flat, 128);             /* has no pattern: like nothing */
    put("0", 2, flat, 40);
    put("1", 1, wave, 0);
    choose(&r);
    assert_string_equal(dropped(1), "rank");
    assert_string_equal(dropped(2), "");
    assert_string_equal(dropped(3), "like stim-max000002");
    for (int code = 4; code <= 7; code++)
        assert_string_equal(dropped(code), "");
}

/* Greedy: what is like a dropped one only is kept; and once more nothing changes. */
static void test_again(void **state)
{
    const evk_recipe r = keep(3);
    char before[MOST][48];
    int kept = 0;

    (void)state;
    begin();
    for (int k = 0; k < 12; k++)
        put("0", 20 - k, between, k / 11.0);
    choose(&r);
    for (int k = 0; k < 12; k++) {
        snprintf(before[k], sizeof(before[k]), "%s", dropped(k + 1));
        kept += !before[k][0];
    }
    assert_int_equal(kept, 3);
    assert_string_equal(before[0], "");
    assert_string_equal(before[1], "like stim-max000001");
    for (int k = 1; k < 12; k++) /* the first that differs from the first is kept */
        if (oracle(made.gray[0], made.gray[k]) <= 0.9) {
            assert_string_equal(before[k], "");
            break;
        }
    choose(&r);
    for (int k = 0; k < 12; k++)
        assert_string_equal(dropped(k + 1), before[k]);
    /* Interrupted between marks: the rest comes out the same. */
    for (int k = 1; k < 12; k += 2)
        if (before[k][0])
            made.all.list[k].row.present = true, made.all.list[k].row.dropped[0] = '\0';
    choose(&r);
    for (int k = 0; k < 12; k++)
        assert_string_equal(dropped(k + 1), before[k]);
}

static void test_files(void **state)
{
    const evk_recipe r = keep(1);
    char name[EVK_IMAGE_NAME];

    (void)state;
    begin();
    put("0", 2, wave, 0);
    put("0", 1, wave, 0);
    choose(&r);
    for (int round = 0; round < 2; round++) {
        assert_ok(evk_select_remove(dir_at(folder), &made.all, err));
        evk_set_file_image_name(&made.all.list[0].row, name);
        assert_true(evk_set_file_has(dir_at(folder), name));
        evk_set_file_image_name(&made.all.list[1].row, name);
        assert_false(evk_set_file_has(dir_at(folder), name));
    }
    begin();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank),      cmocka_unit_test(test_ensemble),
        cmocka_unit_test(test_threshold), cmocka_unit_test(test_alike),
        cmocka_unit_test(test_again),     cmocka_unit_test(test_files),
        cmocka_unit_test(test_far_apart),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
