/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_fits.c - models that are fitted to the first half of a recording, against the second half
 *
 * The least medians of r are those of an independent ridge regression in NumPy on the same features,
 * less 0.005, and for all four cores the figure that a fit has to reach.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "evoke/fit.h"
#include "recording/measures.h"

enum { IMAGES = 1200, HALF = IMAGES / 2, UNITS = 33 };

static const char session[] = "190923";

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Fits NAME to the first half of the images; returns the median of the cross-validated r. */
static double fit(const char *name, const char *const *cores, size_t count, const char *readout)
{
    evk_image_list *images = open_images(session);
    const evk_run run = {.threads = 0};
    evk_recording *recording;
    evk_fit_report *report;
    evk_fitting *fitting;
    double r[UNITS];

    assert_ok(evk_recording_open(&recording, published_path("responses/responses_%s.npy", session),
                                 images, "1-600", NULL, err));
    assert_ok(evk_fitting_new(&fitting, err));
    assert_ok(evk_fitting_set(fitting, "readout", readout, err));
    assert_ok(evk_fit(name, cores, count,
                      &(evk_fit_source){.images = images, .recording = recording}, fitting, NULL,
                      &run, &report, err));
    assert_int_equal(evk_fit_report_count(report), UNITS);
    for (size_t i = 0; i < UNITS; i++)
        r[i] = evk_fit_report_unit(report, i)->r;
    qsort(r, UNITS, sizeof(*r), compare);
    evk_fit_report_free(report);
    evk_fitting_free(fitting);
    evk_recording_free(recording);
    evk_image_list_free(images);
    return r[UNITS / 2];
}

/* Returns the median r of a model's predictions of the second half of the images. */
static double test_half(const char *path)
{
    static float predicted[IMAGES][UNITS];
    static double mean[UNITS * HALF], one[HALF];
    evk_image_list *images = open_images(session);
    const evk_run run = {.threads = 0};
    evk_recording *recording;
    evk_model *model;
    double r[UNITS];

    assert_ok(evk_model_open(&model, path, NULL, err));
    assert_int_equal(evk_model_describe(model)->outputs, UNITS);
    assert_ok(evk_predict_list((const evk_model *const *)&model, 1, images, false, &run,
                               &predicted[0][0], NULL, err));
    assert_ok(evk_recording_open(&recording, published_path("responses/responses_%s.npy", session),
                                 images, "601-1200", NULL, err));
    evk_recording_means(recording, mean, NULL);
    for (int64_t u = 0; u < UNITS; u++) {
        for (int64_t i = 0; i < HALF; i++)
            one[i] = (double)predicted[HALF + i][u];
        r[u] = evk_correlation(one, mean + u * HALF, HALF);
    }
    qsort(r, UNITS, sizeof(*r), compare);
    evk_recording_free(recording);
    evk_model_free(model);
    evk_image_list_free(images);
    return r[UNITS / 2];
}

static void check(const char *const *cores, size_t count, const char *readout, double least)
{
    char *folder = scratch_folder("fits"), name[512], card[520];
    double inside, r;

    snprintf(name, sizeof(name), "%s/fit", folder);
    snprintf(card, sizeof(card), "%s.json", name);
    inside = fit(name, cores, count, readout);
    r = test_half(card);
    printf("%s, %zu core%s: r = %.4f, cross-validated %.4f\n", readout, count,
           count == 1 ? "" : "s", r, inside);
    assert_true(r >= least);
    assert_true(inside > r - 0.05 && inside < r + 0.05);
    free(folder);
}

static void readouts(void **state)
{
    char paths[4][256];
    const char *const cores[] = {paths[0], paths[1], paths[2], paths[3]};

    (void)state;
    snprintf(paths[0], sizeof(paths[0]), "%s",
             published_path("cores/vgg19_taught_50filters.keras"));
    snprintf(paths[1], sizeof(paths[1]), "%s", published_path("cores/direct_fit_50filters.keras"));
    snprintf(paths[2], sizeof(paths[2]), "%s",
             published_path("cores/cornets_taught_50filters.keras"));
    snprintf(paths[3], sizeof(paths[3]), "%s",
             published_path("shared_compact/shared_compact_model_50filters.keras"));
    check(cores, 1, "ridge", 0.562 - 0.005);
    check(cores + 1, 1, "ridge", 0.493 - 0.005);
    check(cores, 4, "local", 0.60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(readouts)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
