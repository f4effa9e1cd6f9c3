/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_diverse.c - kept images that are far apart in the responses of all outputs */
#include "../../harness/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>
#include <evoke/set.h>

#include "../../harness/linear.h"

enum { OUTPUTS = 3, STARTS = 12, KEEP = 5 };

static char *folder;
static struct linear l;
static evk_model *model;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("diverse");
    linear_random(&l, path_in(folder, "model.keras"), OUTPUTS, 3);
    linear_save(&l);
    model = linear_open(&l);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_model_free(model);
    linear_release(&l);
    free(folder);
    return 0;
}

static evk_status make(const char *name, int64_t keep, const char *diverse, evk_error *why)
{
    static const int64_t output = 1;
    const evk_target target = {model, &output, 1};
    const evk_run run = {.threads = 2};
    evk_set_report *report;
    evk_recipe r;

    assert_ok(evk_recipe_of_method(&r, "published", err));
    r.start = "noise";
    r.start_contrast = 100;
    r.steps = 0;
    r.starts = STARTS;
    r.keep = keep;
    r.diverse = diverse;
    r.diverse_floor = 0;
    EVK_TRY(evk_maximize(path_in(folder, name), &target, 1, &r, NULL, &run, &report, why));
    evk_set_report_free(report);
    return EVK_OK;
}

/* What all outputs say of each start. */
static void responses_of(const char *name, double responses[STARTS][OUTPUTS])
{
    evk_set *set;

    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    for (int64_t i = 0; i < STARTS; i++) {
        evk_image *image;

        assert_ok(evk_set_image(set, i, &image, err));
        for (int64_t o = 0; o < OUTPUTS; o++)
            responses[i][o] = linear_response(&l, image->values, o);
        evk_image_free(image);
    }
    evk_set_free(set);
}

/* Of all that are not kept and drive output 1 enough, the one farthest from the nearest that is. */
static int64_t farthest(double r[STARTS][OUTPUTS], const bool *kept, double least)
{
    double most = -1;
    int64_t found = -1;

    for (int64_t i = 0; i < STARTS; i++) {
        double nearest = HUGE_VAL;

        for (int64_t k = 0; k < STARTS; k++) {
            double sum = 0;

            for (int64_t o = 0; o < OUTPUTS; o++)
                sum += (r[i][o] - r[k][o]) * (r[i][o] - r[k][o]);
            nearest = kept[k] ? fmin(nearest, sum) : nearest;
        }
        if (!kept[i] && r[i][1] >= least && nearest > most) {
            most = nearest;
            found = i;
        }
    }
    return found;
}

static void test_responses(void **state)
{
    double r[STARTS][OUTPUTS];
    bool kept[STARTS] = {false};
    int64_t best = 0;
    evk_set *set;

    (void)state;
    assert_ok(make("all", 0, "none", err));
    responses_of("all", r);
    for (int64_t i = 1; i < STARTS; i++)
        best = r[i][1] > r[best][1] ? i : best;
    kept[best] = true;
    for (int k = 1; k < KEEP; k++)
        kept[farthest(r, kept, r[best][1] - fabs(r[best][1]))] = true;
    assert_ok(make("some", KEEP, "responses", err));
    assert_ok(evk_set_open(&set, path_in(folder, "some"), err));
    for (int64_t i = 0; i < STARTS; i++)
        assert_string_equal(evk_set_cell(set, i, "dropped"), kept[i] ? "n/a" : "rank");
    evk_set_free(set);
}

static void test_refused(void **state)
{
    (void)state;
    assert_fails(EVK_EINVAL, "diverse is 'colours', expected none, pixels or responses",
                 make("x", 1, "colours", err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
