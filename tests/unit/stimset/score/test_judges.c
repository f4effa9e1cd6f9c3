/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_judges.c - what judges say of a set: against sums on paper; roles, threads, stops, verify */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "synth/settings.h"

enum { PHOTOS = 24, IMAGES = 2, NEURON = 1, JUDGES = 3, CHOSEN = 2 };

static char *folder;
static struct linear a, b, many, lone; /* members of the ensemble; judges */
static evk_model *ensemble, *judges_open[JUDGES];
static evk_image_list *reference;
static float photos[PHOTOS * TINY_VALUES];

/* Who judges, and by which output. */
static const struct linear *const judge_of[JUDGES] = {&many, &lone, &a};
static const int64_t meant[JUDGES] = {NEURON, 0, CHOSEN};

/* Beside the neuron one that is much like it, its mirror image, and others. */
static void make_alike(struct linear *l)
{
    for (int64_t i = 0; i < TINY_VALUES; i++) {
        float *w = l->weights + i * l->outputs;

        w[2] = 3 * w[NEURON] + w[0];
        w[3] = w[4] - 3 * w[NEURON];
    }
}

static int set_up(void **state)
{
    char text[1024];

    (void)state;
    folder = scratch_folder("judging");
    linear_random(&a, path_in(folder, "a.keras"), 3, 1);
    linear_random(&b, path_in(folder, "b.keras"), 3, 2);
    linear_random(&many, path_in(folder, "many.keras"), 7, 3);
    linear_random(&lone, path_in(folder, "lone.keras"), 1, 4);
    make_alike(&many);
    linear_save(&a);
    linear_save(&b);
    linear_save(&many);
    linear_save(&lone);
    snprintf(text, sizeof(text), "both=%s,%s", a.path, b.path);
    assert_ok(evk_model_open_ensemble(&ensemble, text, NULL, err));
    for (int i = 0; i < JUDGES; i++)
        judges_open[i] = linear_open(judge_of[i]);
    reference = linear_photos(path_in(folder, "photos"), PHOTOS, photos);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < JUDGES; i++)
        evk_model_free(judges_open[i]);
    evk_model_free(ensemble);
    evk_image_list_free(reference);
    linear_release(&a);
    linear_release(&b);
    linear_release(&many);
    linear_release(&lone);
    free(folder);
    return 0;
}

static evk_status make(const char *name, const evk_run *run, evk_error *why)
{
    static const int64_t neuron = NEURON;
    const evk_target target = {ensemble, &neuron, 1};
    const evk_judge_model list[JUDGES] = {{judges_open[0], &meant[0], 1},
                                          {judges_open[1], &meant[1], 1},
                                          {judges_open[2], &meant[2], 1}};
    const evk_judges judges = {list, JUDGES, reference};
    const evk_recipe r = tiny_recipe();
    evk_set_report *report = NULL;
    evk_status s = evk_maximize(path_in(folder, name), &target, 1, &r, &judges, run, &report, why);

    evk_set_report_free(report);
    return s;
}

static evk_set *make_well(const char *name, int threads)
{
    const evk_run run = {.threads = threads};
    evk_set *set;

    assert_ok(make(name, &run, err));
    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    assert_int_equal(evk_set_count(set), IMAGES);
    return set;
}

/* ---- on paper ------------------------------------------------------------------------------- */

static double number(const char *text)
{
    return strncmp(text, "n/a", 3) == 0 ? (double)NAN : strtod(text, NULL);
}

static double cell(const evk_set *set, int64_t row, const char *column)
{
    return number(evk_set_cell(set, row, column));
}

/* Item i of a list with semicolons. */
static double item(const evk_set *set, int64_t row, const char *column, int i)
{
    const char *text = evk_set_cell(set, row, column);

    for (; i > 0; i--)
        text = strchr(text, ';') + 1;
    return number(text);
}

/* Nine digits. */
static void near(double found, double want)
{
    if (isnan(want) ? !isnan(found) : !(fabs(found - want) <= 6e-9 * fabs(want)))
        fail_msg("found %.12g, expected %.12g", found, want);
}

static double z_of(const struct linear *l, const float *image, int64_t output)
{
    double mean, sd;

    linear_moments(l, photos, PHOTOS, output, &mean, &sd);
    return (linear_response(l, image, output) - mean) / sd;
}

/* The smaller count, those equal half. */
static double percentile_of(const struct linear *l, const float *image, int64_t output)
{
    const double r = linear_response(l, image, output);
    double below = 0;

    for (int i = 0; i < PHOTOS; i++) {
        const double photo = linear_response(l, photos + i * TINY_VALUES, output);

        below += photo < r ? 1 : photo == r ? 0.5 : 0;
    }
    return 100 * below / PHOTOS;
}

static double correlation(const struct linear *l, int64_t x, int64_t y)
{
    double mx, my, sx, sy, sum = 0;

    linear_moments(l, photos, PHOTOS, x, &mx, &sx);
    linear_moments(l, photos, PHOTOS, y, &my, &sy);
    for (int i = 0; i < PHOTOS; i++)
        sum += (linear_response(l, photos + i * TINY_VALUES, x) - mx) *
               (linear_response(l, photos + i * TINY_VALUES, y) - my);
    return sum / (PHOTOS - 1) / sx / sy;
}

static double selectivity_of(const struct linear *l, const float *image, int64_t output)
{
    double sum = 0;
    int n = 0;

    for (int64_t o = 0; o < l->outputs; o++)
        if (o != output && fabs(correlation(l, output, o)) < 0.5) {
            sum += z_of(l, image, o);
            n++;
        }
    return n ? z_of(l, image, output) - sum / n : (double)NAN;
}

/* Each judge's columns, and their means over the two that did not steer. */
static void test_known(void **state)
{
    evk_set *set = make_well("known", 2);

    (void)state;
    assert_true(correlation(&many, NEURON, 2) > 0.5 && correlation(&many, NEURON, 3) < -0.5);
    assert_true(fabs(correlation(&many, NEURON, 5)) < 0.5);
    for (int64_t row = 0; row < IMAGES; row++) {
        evk_image *image;
        double z[JUDGES], percentile[JUDGES];

        assert_ok(evk_set_image(set, row, &image, err));
        for (int i = 0; i < JUDGES; i++) {
            const struct linear *l = judge_of[i];

            z[i] = z_of(l, image->values, meant[i]);
            percentile[i] = percentile_of(l, image->values, meant[i]);
            near(item(set, row, "judge_responses", i), linear_response(l, image->values, meant[i]));
            near(item(set, row, "judge_z", i), z[i]);
            near(item(set, row, "judge_percentile", i), percentile[i]);
            near(item(set, row, "judge_selectivity", i),
                 selectivity_of(l, image->values, meant[i]));
        }
        near(cell(set, row, "heldout_z"), (z[0] + z[1]) / 2);
        near(cell(set, row, "percentile_natural"), (percentile[0] + percentile[1]) / 2);
        near(cell(set, row, "selectivity"), selectivity_of(&many, image->values, NEURON));
        assert_string_equal(evk_set_cell(set, row, "judges"), "many:1;lone:0;a:2");
        assert_string_equal(evk_set_cell(set, row, "judge_roles"), "heldout;heldout;selection");
        evk_image_free(image);
    }
    evk_set_free(set);
}

/* Two models of one set, each judged by one of them: it is held out from the other's images. */
static void test_roles(void **state)
{
    static const int64_t neuron = NEURON;
    const evk_model *const climbed = judges_open[2];
    const evk_judge_model judge = {climbed, &neuron, 1};
    evk_model *other = linear_open(&b);
    const evk_target targets[] = {{climbed, &neuron, 1}, {other, &neuron, 1}};
    const evk_judges judges = {&judge, 1, NULL};
    const evk_run run = {.threads = 1};
    const evk_recipe r = tiny_recipe();
    evk_set_report *report;
    evk_set *set;

    (void)state;
    /* In two calls, of which the second knows of one model only. */
    for (int call = 0; call < 2; call++) {
        assert_ok(evk_maximize(path_in(folder, "roles"), targets + call, 1, &r, &judges, &run,
                               &report, err));
        evk_set_report_free(report);
    }
    assert_ok(evk_set_open(&set, path_in(folder, "roles"), err));
    for (int64_t row = 0; row < 2 * IMAGES; row++)
        assert_string_equal(evk_set_cell(set, row, "judge_roles"),
                            row < IMAGES ? "selection" : "heldout");
    evk_set_free(set);
    evk_model_free(other);
}

/* ---- threads and stops ------------------------------------------------------------------------ */

static void test_threads(void **state)
{
    struct evk_str one;

    (void)state;
    evk_set_free(make_well("one", 1));
    one = tiny_content(path_in(folder, "one"));
    evk_set_free(make_well("four", 4));
    assert_content(path_in(folder, "four"), &one);
    evk_str_release(&one);
}

struct patience {
    int64_t asked, most; /* so many times; -1: for ever */
};

static bool is_out(void *arg)
{
    struct patience *p = arg;

    p->asked++;
    return p->most >= 0 && p->asked > p->most;
}

/* Wherever it is stopped, the same call ends at the same bytes. */
static void test_stop(void **state)
{
    struct patience all = {0, -1};
    const evk_run patient = {.threads = 1, .stop = is_out, .arg = &all};
    struct evk_str whole;
    int unjudged = 0;

    (void)state;
    assert_ok(make("whole", &patient, err));
    whole = tiny_content(path_in(folder, "whole"));
    /* Of every image: its hash; then for each judge, its responses. */
    assert_true(all.asked > PHOTOS * (1 + JUDGES));
    for (int64_t most = 0; most < all.asked; most += 5) {
        struct patience some = {0, most};
        const evk_run run = {.threads = 1, .stop = is_out, .arg = &some};
        evk_error why = {EVK_OK, ""};

        remove_folder(path_in(folder, "torn"));
        assert_int_equal(make("torn", &run, &why), EVK_ESTOPPED);
        assert_non_null(strstr(why.msg, "interrupted"));
        assert_true(some.asked <= most + 1 + PHOTOS); /* the images of a chunk */
        if (strstr(why.msg, "not yet judged")) {
            unjudged++;
            assert_true(evk_fs_exists(path_in(folder, "torn/unfinished.tsv")));
            assert_false(evk_fs_exists(path_in(folder, "torn/manifest-sha256.txt")));
        }
        if (most < PHOTOS)
            assert_false(evk_fs_exists(path_in(folder, "torn")));
        evk_set_free(make_well("torn", 2));
        assert_content(path_in(folder, "torn"), &whole);
    }
    assert_true(unjudged > PHOTOS * JUDGES / 5 - 5);
    evk_str_release(&whole);
}

/* ---- verify ----------------------------------------------------------------------------------- */

static struct evk_str said;

static void note(void *arg, const char *sentence)
{
    (void)arg;
    evk_str_printf(&said, "%s\n", sentence);
}

static char remarked[512]; /* the last remark of a verification; "": there was none */

static void keep_remark(void *arg, const char *phrase)
{
    (void)arg;
    snprintf(remarked, sizeof(remarked), "%s", phrase);
}

/* With the first count of: a, b, many, lone. */
static evk_verified verify(size_t count, evk_image_list *images)
{
    const char *const files[] = {a.path, b.path, many.path, lone.path};
    const evk_verify how = {note, NULL, 2, NULL, images, keep_remark};
    evk_verified v;

    remarked[0] = '\0';
    said = (struct evk_str)EVK_STR_INIT;
    assert_ok(evk_set_verify(path_in(folder, "verified"), files, count, &how, &v, err));
    return v;
}

static void test_verify(void **state)
{
    evk_verified v;

    (void)state;
    evk_set_free(make_well("verified", 2));
    v = verify(4, reference);
    assert_true(v.findings == 0 && v.judged == IMAGES && v.responses == IMAGES);
    assert_true(v.other_models == 0 && !remarked[0]);
    v = verify(3, reference);
    assert_true(v.findings == 0 && v.judged == 0 && v.responses == IMAGES);
    assert_string_equal(remarked,
                        "columns of judges checked by hash only (judge lone is not given)");
    v = verify(4, NULL);
    assert_true(v.findings == 0 && v.judged == 0 && v.responses == IMAGES);
    assert_string_equal(
        remarked, "columns of judges checked by hash only (the reference images are not given)");
}

static void test_verify_refused(void **state)
{
    static float other[3 * TINY_VALUES];
    evk_image_list *wrong = linear_photos(path_in(folder, "wrong"), 3, other);
    const evk_verify how = {note, NULL, 1, NULL, wrong, NULL};
    evk_verified v;

    (void)state;
    assert_fails(EVK_EINVAL, "the reference images are not those of ",
                 evk_set_verify(path_in(folder, "verified"), NULL, 0, &how, &v, err));
    assert_fails(EVK_EINVAL, "roles: has no reference images, expected no --reference",
                 evk_set_verify(path_in(folder, "roles"), NULL, 0, &how, &v, err));
    evk_image_list_free(wrong);
}

/* Put another text into a column of the first row. */
static void forge(const char *column)
{
    const char *path = path_in(folder, "verified/stimuli/stimuli.tsv");
    struct evk_str table = tiny_read(path), out = EVK_STR_INIT;
    const char *head = table.data, *row = strchr(head, '\n') + 1;

    while (strncmp(head, column, strlen(column)) != 0 || head[strlen(column)] != '\t') {
        head = strchr(head, '\t') + 1;
        row = strchr(row, '\t') + 1;
    }
    evk_str_add(&out, table.data, (size_t)(row - table.data));
    evk_str_puts(&out, "7.5");
    evk_str_puts(&out, row + strcspn(row, "\t"));
    assert_ok(evk_fs_write(path, out.data, out.size, err));
    evk_str_release(&table);
    evk_str_release(&out);
}

static void test_forged(void **state)
{
    static const char *const columns[] = {"heldout_delta_z",  "heldout_z", "percentile_natural",
                                          "selectivity",      "judges",    "judge_roles",
                                          "judge_responses",  "judge_z",   "judge_percentile",
                                          "judge_selectivity"};

    (void)state;
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        char text[128];

        remove_folder(path_in(folder, "verified"));
        evk_set_free(make_well("verified", 2));
        forge(columns[i]);
        verify(4, reference);
        snprintf(text, sizeof(text), "%s of stim-max000001 is 7.5, expected", columns[i]);
        if (!strstr(said.data, text))
            fail_msg("%s may be forged: %s", columns[i], said.data);
        evk_str_release(&said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),   cmocka_unit_test(test_roles),
        cmocka_unit_test(test_threads), cmocka_unit_test(test_stop),
        cmocka_unit_test(test_verify),  cmocka_unit_test(test_verify_refused),
        cmocka_unit_test(test_forged),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
