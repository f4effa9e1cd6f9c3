/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_intervals.c - recorded responses to synthetic images and to photographs, against the intervals
 * of models that were fitted to other images of the session
 *
 * Intervals have the constants of model/calibration.c, which were learned on the synthetic images of
 * these three sessions; the page on fitting says what the coverage is where a session had no part.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "evoke/fit.h"
#include "evoke/score.h"

static const char core[] = "shared_compact/shared_compact_model_50filters.keras";

static evk_recording *open_rows(const char *folder, const char *session,
                                const evk_image_list *images, const char *rows)
{
    evk_recording *recording;

    assert_ok(evk_recording_open(&recording, published_path("%s/responses_%s.npy", folder, session),
                                 images, rows, NULL, err));
    return recording;
}

/* Fits NAME to rows 1-600. */
static void fit(const char *name, const char *folder, const char *session, evk_image_list *images)
{
    const char *const cores[] = {published_path("%s", core)};
    evk_recording *recording = open_rows(folder, session, images, "1-600");
    const evk_run run = {.threads = 0};
    evk_fit_report *report;
    evk_fitting *fitting;

    assert_ok(evk_fitting_new(&fitting, err));
    assert_ok(evk_fit(name, cores, 1, &(evk_fit_source){.images = images, .recording = recording},
                      fitting, NULL, &run, &report, err));
    evk_fit_report_free(report);
    evk_fitting_free(fitting);
    evk_recording_free(recording);
}

/* Returns the share of recorded responses to these rows that are within their intervals. */
static double cover(const char *card, const char *folder, const char *session,
                    evk_image_list *images, const char *rows)
{
    evk_recording *recording = open_rows(folder, session, images, rows);
    const evk_run run = {.threads = 0};
    double sum = 0;
    evk_model *model;
    evk_score *score;
    size_t n = 0;

    assert_ok(evk_model_open(&model, card, NULL, err));
    assert_ok(
        evk_score_models(&score, recording, (const evk_model *const *)&model, 1, false, &run, err));
    for (; evk_score_unit(score, n); n++)
        sum += evk_score_covered(score, n);
    evk_score_free(score);
    evk_model_free(model);
    evk_recording_free(recording);
    return sum / (double)n;
}

/* again: the photographs behind the synthetic images are some of those that were fitted. */
static void check(const char *folder, const char *session, bool again)
{
    const char *path = published_path("%s/images_%s.zip", folder, session);
    char *scratch = scratch_folder(session), name[512], card[520];
    evk_image_list *images;
    double share;

    snprintf(name, sizeof(name), "%s/fit", scratch);
    snprintf(card, sizeof(card), "%s.json", name);
    assert_ok(evk_image_list_open(&images, &path, 1, NULL, err));
    fit(name, folder, session, images);
    share = cover(card, folder, session, images, "601-900");
    printf("%s: %.3f of synthetic images\n", session, share);
    assert_true(share >= 0.87 && share <= 0.93);
    if (!again) {
        share = cover(card, folder, session, images, "901-1200");
        printf("%s: %.3f of photographs\n", session, share);
        assert_true(share >= 0.90 && share <= 0.95);
    }
    evk_image_list_free(images);
    free(scratch);
}

static void coverage(void **state)
{
    (void)state;
    check("pool", "190925", true);
    check("sessions", "190927", false);
    check("sessions", "190928", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(coverage)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
