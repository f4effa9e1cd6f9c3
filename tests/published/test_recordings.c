/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_recordings.c - predictions against recorded responses
 *
 * The second half of a session's 1,200 images, which the published readouts
 * did not see.  An axis swap, BGR order or a missing mean shows up here.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "base/fs.h"

enum { IMAGES = 1200, HALF = IMAGES / 2, NPY_HEADER = 128 };

/* Row n of a little-endian float64 .npy of (neurons, IMAGES), header of 128 bytes. */
static void recorded(const char *session, int neuron, double out[IMAGES])
{
    struct evk_bytes file = {NULL, 0};

    assert_ok(
        evk_fs_read(&file, published_path("responses/responses_%s.npy", session), 1 << 26, err));
    assert_memory_equal(file.data, "\x93NUMPY\x01\x00\x76\x00", 10);
    assert_true(file.size >= NPY_HEADER + (size_t)(neuron + 1) * IMAGES * sizeof(*out));
    memcpy(out, file.data + NPY_HEADER + (size_t)neuron * IMAGES * sizeof(*out),
           IMAGES * sizeof(*out));
    evk_bytes_release(&file);
}

static double pearson(const double *a, const float *b, int n)
{
    double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;

    for (int i = 0; i < n; i++) {
        ma += a[i] / n;
        mb += (double)b[i] / n;
    }
    for (int i = 0; i < n; i++) {
        const double da = a[i] - ma, db = (double)b[i] - mb;

        ab += da * db;
        aa += da * da;
        bb += db * db;
    }
    return ab / sqrt(aa * bb);
}

static void check(const char *session, int neuron, double want)
{
    static double real[IMAGES];
    static float predicted[IMAGES];
    const evk_run run = {.threads = 0};
    evk_image_list *images = open_images(session);
    evk_model *m = open_compact(session, neuron);
    const evk_model *models[] = {m};
    double r;

    assert_int_equal(evk_image_list_count(images), IMAGES);
    assert_ok(evk_predict_list(models, 1, images, false, &run, predicted, NULL, err));
    recorded(session, neuron, real);
    r = pearson(real + HALF, predicted + HALF, HALF);
    printf("%s neuron %d: r = %.4f, published %.3f\n", session, neuron, r, want);
    assert_true(fabs(r - want) < 0.0005);
    evk_model_free(m);
    evk_image_list_free(images);
}

static void recordings(void **state)
{
    (void)state;
    check("201025", 2, 0.598);
    check("190923", 0, 0.725);
    check("201025", 60, 0.736);
    check("190923", 12, 0.831);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(recordings)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
