/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_judges.c - published shared compact models as judges, over the 1,200
 * photographs of a session
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "stimset/score/judge.h"
#include "synth/settings.h"

enum { IMAGES = 1200, SHARED = 219, OUTPUT = 35, COLUMNS = SHARED + 1 };

static const evk_run every_core = {.threads = 0};

static evk_model *open_model(const char *path)
{
    evk_model *m = NULL;

    assert_ok(evk_model_open(&m, path, NULL, err));
    assert_int_equal(evk_model_describe(m)->outputs, SHARED);
    return m;
}

/* Of two columns of (IMAGES, COLUMNS). */
static double pearson(const float *a, const float *b)
{
    double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;

    for (int i = 0; i < IMAGES * COLUMNS; i += COLUMNS) {
        ma += (double)a[i] / IMAGES;
        mb += (double)b[i] / IMAGES;
    }
    for (int i = 0; i < IMAGES * COLUMNS; i += COLUMNS) {
        const double da = (double)a[i] - ma, db = (double)b[i] - mb;

        ab += da * db;
        aa += da * da;
        bb += db * db;
    }
    return ab / sqrt(aa * bb);
}

/* Over the reference images themselves, z has mean 0 and SD 1, percentiles average 50. */
static void own_reference(void **state)
{
    static float r[IMAGES * SHARED];
    evk_model *m =
        open_model(published_path("shared_compact/shared_compact_model_25filters.keras"));
    const evk_model *const models[] = {m};
    evk_image_list *images = open_images("201025");
    int64_t *outputs;
    size_t count;
    struct evk_judge j;

    (void)state;
    assert_ok(evk_model_outputs(m, NULL, &outputs, &count, err));
    assert_ok(evk_judge_init(&j, m, outputs, count, images, &every_core, err));
    assert_ok(evk_predict_list(models, 1, images, false, &every_core, r, NULL, err));
    for (int64_t o = 0; o < SHARED; o++) {
        double sum = 0, squares = 0, percent = 0;

        for (int i = 0; i < IMAGES; i++) {
            struct evk_score s;

            evk_judge_score(&j, r + i * SHARED, o, &s);
            sum += s.z;
            squares += s.z * s.z;
            percent += s.percentile;
            assert_true(isfinite(s.selectivity));
        }
        assert_true(fabs(sum / IMAGES) < 1e-9);
        assert_true(fabs(sqrt(squares / (IMAGES - 1)) - 1) < 1e-9);
        assert_true(fabs(percent / IMAGES - 50) < 1e-9);
    }
    evk_judge_release(&j);
    free(outputs);
    evk_image_list_free(images);
    evk_model_free(m);
}

/* What an independent program (PyTorch, NumPy) says of photographs of the other session. */
static void other_session(void **state)
{
    static const int64_t outputs[] = {OUTPUT, 121};
    static const struct {
        size_t image;
        int64_t output;
        double z, percentile, selectivity;
    } known[] = {{0, 35, 0.81583, 80.3333, 0.81365},    {7, 35, 1.81106, 95.25, 1.13027},
                 {39, 35, -0.71604, 25.0833, -0.30495}, {0, 121, -0.65961, 29.3333, -0.71213},
                 {7, 121, 2.19808, 98, 1.73299},        {39, 121, -1.86974, 1, -1.78939}};
    evk_model *m = open_model(published_path("judges/vgg19_taught_100filters.keras"));
    evk_image_list *reference = open_images("201025"), *shown = open_images("190923");
    float responses[SHARED];
    evk_session *session;
    struct evk_judge j;

    (void)state;
    assert_ok(evk_judge_init(&j, m, outputs, 2, reference, &every_core, err));
    assert_ok(evk_session_new(&session, m, err));
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct evk_score s;
        evk_image *image;

        assert_ok(evk_image_list_read(shown, known[i].image, &image, err));
        evk_session_predict(session, image->values, responses);
        evk_image_free(image);
        evk_judge_score(&j, responses, known[i].output, &s);
        printf("%s, output %lld: z %.5f, percentile %.4f, selectivity %.5f\n",
               evk_image_list_name(shown, known[i].image), (long long)known[i].output, s.z,
               s.percentile, s.selectivity);
        assert_true(fabs(s.z - known[i].z) < 1e-4);
        assert_true(fabs(s.percentile - known[i].percentile) < 1e-3);
        assert_true(fabs(s.selectivity - known[i].selectivity) < 1e-4);
    }
    evk_session_free(session);
    evk_judge_release(&j);
    evk_image_list_free(reference);
    evk_image_list_free(shown);
    evk_model_free(m);
}

/*
 * Neuron 2 of session 201025 as a model of its own, and as output 33 + 2 of the
 * judges: two predictions of one neuron, over images that taught the first.
 */
static void agreement(void **state)
{
    static const struct {
        const char *judge;
        double correlation;
    } known[] = {{"vgg19", 0.75161}, {"cornets", 0.80514}};
    static float r[IMAGES * COLUMNS];
    evk_image_list *images = open_images("201025");
    evk_model *own = open_compact("201025", OUTPUT - 33);

    (void)state;
    for (int k = 0; k < 2; k++) {
        evk_model *judge =
            open_model(published_path("judges/%s_taught_100filters.keras", known[k].judge));
        const evk_model *const models[] = {judge, own};
        double found;

        assert_ok(evk_predict_list(models, 2, images, false, &every_core, r, NULL, err));
        found = pearson(r + OUTPUT, r + SHARED);
        printf("%s, output %d: r = %.5f with the neuron's own model\n", known[k].judge, OUTPUT,
               found);
        assert_true(fabs(found - known[k].correlation) < 1e-4);
        evk_model_free(judge);
    }
    evk_model_free(own);
    evk_image_list_free(images);
}

/* ---- which output is which neuron ------------------------------------------------------- */

enum { CLIMBED = 2, FIRST_OF_201025 = 33 };
static const int neurons[CLIMBED] = {2, 57};

static evk_status climb(const char *folder, evk_model *const *models, const evk_judge_model *judge,
                        evk_error *why)
{
    static const int64_t only = 0;
    const evk_target targets[CLIMBED] = {{models[0], &only, 1}, {models[1], &only, 1}};
    const evk_judges judges = {judge, 1, NULL};
    evk_recipe r = evk_recipe_default();
    evk_set_report *report = NULL;
    evk_status s;

    r.starts = 1;
    r.keep = 0;
    r.steps = 5;
    s = evk_maximize(folder, targets, CLIMBED, &r, &judges, &every_core, &report, why);
    evk_set_report_free(report);
    return s;
}

/* Images of two compact models, each scored by its own neuron in a shared model; in nine digits. */
static void pairs(void **state)
{
    static const int64_t outputs[CLIMBED] = {FIRST_OF_201025 + 2, FIRST_OF_201025 + 57};
    evk_model *judge = open_model(published_path("judges/vgg19_taught_100filters.keras"));
    evk_model *models[CLIMBED] = {open_compact("201025", neurons[0]),
                                  open_compact("201025", neurons[1])};
    const evk_judge_model silent = {judge, NULL, 0}, one = {judge, outputs, 1},
                          paired = {judge, outputs, CLIMBED};
    char *folder = scratch_folder("published_pairs");
    float responses[SHARED];
    evk_session *session;
    evk_set *set;

    (void)state;
    assert_fails(EVK_EINVAL, "no output of this judge is known to be neuron 0 of compact_model_",
                 climb(folder, models, &silent, err));
    assert_fails(EVK_EINVAL, "found 1 output of this judge for 2 neurons",
                 climb(folder, models, &one, err));
    assert_ok(climb(folder, models, &paired, err));
    assert_ok(evk_set_open(&set, folder, err));
    assert_int_equal(evk_set_count(set), CLIMBED);
    assert_ok(evk_session_new(&session, judge, err));
    for (int i = 0; i < CLIMBED; i++) {
        const double found = strtod(evk_set_cell(set, i, "judge_responses"), NULL);
        evk_image *image;

        assert_ok(evk_set_image(set, i, &image, err));
        evk_session_predict(session, image->values, responses);
        evk_image_free(image);
        printf("%s: %s, and output 0 says %.9g\n", evk_set_cell(set, i, "judges"),
               evk_set_cell(set, i, "judge_responses"), (double)responses[0]);
        assert_true(fabs(found - (double)responses[outputs[i]]) <= 6e-9 * fabs(found));
        assert_true(fabs(found - (double)responses[0]) > 6e-9 * fabs(found));
    }
    evk_session_free(session);
    evk_set_free(set);
    free(folder);
    evk_model_free(models[0]);
    evk_model_free(models[1]);
    evk_model_free(judge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(own_reference),
                                       cmocka_unit_test(other_session), cmocka_unit_test(agreement),
                                       cmocka_unit_test(pairs)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
