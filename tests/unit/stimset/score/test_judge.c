/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_judge.c - judges: z, percentile and selectivity where they are known on paper; threads */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/keras_file.h"
#include "format/codec.h"
#include "stimset/score/judge.h"
#include "stimset/score/reference.h"

enum { H = 3, W = 4, C = 3, N = H * W * C, WALSH = 8, FACTORS = 4, PHOTOS = 30, MANY = 43 };

/* Outputs as weights of the factors; what their signal correlation with BASE is. */
enum { BASE, NEAR, MIRROR, FAR, FAR_MIRROR, HALF, CONSTANT, ORTHOGONAL, ENDLESS, OUTPUTS };
static const float factors[OUTPUTS][FACTORS] = {
    [BASE] = {1, 0, 0, 0},         /* 1 */
    [NEAR] = {3, 4, 0, 0},         /* 0.6 */
    [MIRROR] = {-3, 4, 0, 0},      /* -0.6: apart only if the sign mattered */
    [FAR] = {5, 12, 0, 0},         /* 5/13 */
    [FAR_MIRROR] = {-5, 12, 0, 0}, /* -5/13 */
    [HALF] = {1, 1, 1, 1},         /* exactly 0.5, which is not below */
    [CONSTANT] = {0, 0, 0, 0},     /* undefined */
    [ORTHOGONAL] = {0, 0, 1, 0},   /* 0 */
    [ENDLESS] = {3e38f, 0, 0, 0},  /* not finite */
};

static char *folder;
static evk_image_list *walsh, *photos;

static void put_image(const char *name, const unsigned char values[N])
{
    struct evk_pixels p;
    struct evk_bytes file;

    assert_ok(evk_pixels_new(&p, H, W, C, err));
    memcpy(p.data, values, N);
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(path_in(folder, name), file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
}

/* The first value f of image i is 100 +- 10: Walsh functions, orthogonal to each other and to 1. */
static int walsh_sign(int f, int i)
{
    static const int code[FACTORS] = {1, 2, 4, 7};

    return __builtin_parity((unsigned)(code[f] & i)) ? -1 : 1;
}

static evk_image_list *open_list(const char *name)
{
    const char *path = path_in(folder, name);
    evk_image_list *list;

    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    return list;
}

static int set_up(void **state)
{
    unsigned char values[N] = {0};
    uint64_t seed = 7;
    char name[32];

    (void)state;
    folder = scratch_folder("judge");
    assert_ok(evk_fs_make_folder(path_in(folder, "walsh"), err));
    assert_ok(evk_fs_make_folder(path_in(folder, "photos"), err));
    for (int i = 0; i < WALSH; i++) {
        for (int f = 0; f < FACTORS; f++)
            values[f] = (unsigned char)(100 + 10 * walsh_sign(f, i));
        snprintf(name, sizeof(name), "walsh/%02d.png", i);
        put_image(name, values);
    }
    for (int i = 0; i < PHOTOS; i++) {
        for (int j = 0; j < N; j++)
            values[j] = (unsigned char)(127.5f + 127 * random_float(&seed));
        snprintf(name, sizeof(name), "photos/%02d.png", i);
        put_image(name, values);
    }
    walsh = open_list("walsh");
    photos = open_list("photos");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_image_list_free(walsh);
    evk_image_list_free(photos);
    free(folder);
    return 0;
}

/* A linear model: the given weights of the factors, or random ones of all values. */
static evk_model *linear(const float (*of_factors)[FACTORS], int64_t outputs)
{
    const char *path = path_in(folder, "linear.keras");
    uint64_t seed = 3;
    struct keras_file k;
    char config[64];
    evk_model *m;
    float *weights;

    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    snprintf(config, sizeof(config), "'units':%d,'use_bias':false", (int)outputs);
    keras_layer(&k, "Dense", "dense", config, NULL);
    weights = keras_array(&k, 2, (const int64_t[]){N, outputs});
    for (int64_t i = 0; i < N * outputs; i++)
        weights[i] = of_factors ? 0 : random_float(&seed);
    for (int64_t o = 0; of_factors && o < outputs; o++)
        for (int64_t f = 0; f < FACTORS; f++)
            weights[f * outputs + o] = of_factors[o][f];
    keras_save(&k, path, "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, NULL, err));
    return m;
}

static void near(double found, double want)
{
    if (!(fabs(found - want) <= 1e-12 * fmax(1, fabs(want))))
        fail_msg("found %.17g, expected %.17g", found, want);
}

static const evk_run one = {.threads = 1};
static const int64_t all[] = {BASE, NEAR,     MIRROR,     FAR,    FAR_MIRROR,
                              HALF, CONSTANT, ORTHOGONAL, ENDLESS};

/* An image whose factors are off 100 by these, times 10: its z is known. */
static const float image[N] = {130, 80, 150, 110};
static const double off[FACTORS] = {3, -2, 5, 1};

static double known_z(int output)
{
    double sum = 0, squares = 0;

    for (int f = 0; f < FACTORS; f++) {
        sum += off[f] * (double)factors[output][f];
        squares += (double)factors[output][f] * (double)factors[output][f];
    }
    return sum / sqrt(squares * WALSH / (WALSH - 1));
}

static struct evk_score score(const struct evk_judge *j, const float *responses, int64_t output)
{
    struct evk_score s;

    evk_judge_score(j, responses, output, &s);
    return s;
}

/* Sample SD; the neurons apart are those below one half in magnitude, and no others. */
static void test_known(void **state)
{
    evk_model *m = linear(factors, OUTPUTS);
    const double others = (known_z(FAR) + known_z(FAR_MIRROR) + known_z(ORTHOGONAL)) / 3;
    struct evk_judge j;
    struct evk_score s;
    evk_session *session;
    float r[OUTPUTS];

    (void)state;
    assert_ok(evk_judge_init(&j, m, all, OUTPUTS, walsh, &one, err));
    assert_ok(evk_session_new(&session, m, err));
    evk_session_predict(session, image, r);
    for (int o = 0; o < OUTPUTS; o++) {
        s = score(&j, r, o);
        assert_true(s.response == (double)r[o]);
        if (o == CONSTANT || o == ENDLESS)
            assert_true(isnan(s.z) && isnan(s.selectivity));
        else
            near(s.z, known_z(o));
    }
    near(score(&j, r, BASE).selectivity, known_z(BASE) - others);
    /* ORTHOGONAL is apart from all that vary but HALF: 1/2 again. */
    near(score(&j, r, ORTHOGONAL).selectivity,
         known_z(ORTHOGONAL) - (known_z(BASE) + known_z(NEAR) + known_z(MIRROR) + known_z(FAR) +
                                known_z(FAR_MIRROR)) /
                                   5);
    assert_true(score(&j, r, CONSTANT).percentile == 50);
    assert_true(isnan(score(&j, r, ENDLESS).percentile)); /* all are infinite */
    evk_session_free(session);
    evk_judge_release(&j);
    evk_model_free(m);
}

/* The reference images themselves: 90 and 110, four each. */
static void test_percentile(void **state)
{
    static const float x[] = {0, 90, 90.5f, 110, 111};
    static const double want[] = {0, 25, 50, 75, 100};
    static const float endless[] = {-INFINITY, INFINITY, NAN};
    evk_model *m = linear(factors, OUTPUTS);
    float r[OUTPUTS] = {0};
    struct evk_judge j;

    (void)state;
    assert_ok(evk_judge_init(&j, m, all, OUTPUTS, walsh, &one, err));
    for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
        r[BASE] = x[i];
        assert_true(score(&j, r, BASE).percentile == want[i]);
    }
    for (size_t i = 0; i < sizeof(endless) / sizeof(endless[0]); i++) {
        r[BASE] = endless[i];
        assert_true(isnan(score(&j, r, BASE).percentile));
    }
    /* 700 +- 30 +- 40: 630, 690, 710, 770, two each. */
    r[NEAR] = 690;
    assert_true(score(&j, r, NEAR).percentile == 37.5);
    r[NEAR] = 770;
    assert_true(score(&j, r, NEAR).percentile == 87.5);
    evk_judge_release(&j);
    evk_model_free(m);
}

/* What was not asked for at the start, and what has no reference, is missing. */
static void test_missing(void **state)
{
    evk_model *m = linear(factors, OUTPUTS), *lone = linear(factors, 1);
    const float r[OUTPUTS] = {120, 1, 2, 3, 4, 5, 6, 7, 8};
    struct evk_judge j;
    struct evk_score s;

    (void)state;
    assert_ok(evk_judge_init(&j, m, (const int64_t[]){FAR, FAR}, 2, walsh, &one, err));
    s = score(&j, r, BASE);
    near(s.z, 2 / sqrt(8 / 7.));
    assert_true(isnan(s.percentile) && isnan(s.selectivity));
    s = score(&j, r, FAR);
    assert_true(s.percentile == 0 && !isnan(s.selectivity));
    evk_judge_release(&j);

    assert_ok(evk_judge_init(&j, m, all, OUTPUTS, NULL, &one, err));
    s = score(&j, r, FAR);
    assert_true(s.response == 3 && isnan(s.z) && isnan(s.percentile) && isnan(s.selectivity));
    evk_judge_release(&j);

    assert_ok(evk_judge_init(&j, lone, all, 1, walsh, &one, err));
    s = score(&j, r, 0);
    near(s.z, 2 / sqrt(8 / 7.));
    assert_true(s.percentile == 100 && isnan(s.selectivity));
    evk_judge_release(&j);
    evk_model_free(lone);
    evk_model_free(m);
}

static void test_refused(void **state)
{
    evk_model *m = linear(factors, OUTPUTS);
    evk_image_list *single = open_list("walsh/03.png");
    struct evk_reference reference;
    struct evk_judge j;

    (void)state;
    assert_fails(EVK_EINVAL, "found 1 reference image, expected at least 2",
                 evk_judge_init(&j, m, all, OUTPUTS, single, &one, err));
    assert_fails(EVK_EINVAL, "found 1 reference image, expected at least 2",
                 evk_reference_read(&reference, m, single, &one, err));
    assert_fails(EVK_EINVAL, "linear.keras: found output 9, expected 0 to 8",
                 evk_judge_init(&j, m, (const int64_t[]){0, 9}, 2, NULL, &one, err));
    assert_fails(EVK_EINVAL, "found output -1, expected 0 to 8",
                 evk_judge_init(&j, m, (const int64_t[]){-1}, 1, walsh, &one, err));
    evk_image_list_free(single);
    evk_model_free(m);
}

static void oracle_moments(const float *r, int o, long double *mean, long double *squares)
{
    *mean = *squares = 0;
    for (int i = 0; i < PHOTOS; i++)
        *mean += (long double)r[i * MANY + o] / PHOTOS;
    for (int i = 0; i < PHOTOS; i++)
        *squares += ((long double)r[i * MANY + o] - *mean) * ((long double)r[i * MANY + o] - *mean);
}

static double oracle_correlation(const float *r, int a, int b)
{
    long double ma, mb, aa, bb, ab = 0;

    oracle_moments(r, a, &ma, &aa);
    oracle_moments(r, b, &mb, &bb);
    for (int i = 0; i < PHOTOS; i++)
        ab += ((long double)r[i * MANY + a] - ma) * ((long double)r[i * MANY + b] - mb);
    return (double)(ab / sqrtl(aa * bb));
}

/* Random neurons against naive sums of long doubles. */
static void test_oracle(void **state)
{
    static float r[PHOTOS * MANY];
    evk_model *m = linear(NULL, MANY);
    const evk_model *const models[] = {m};
    struct evk_reference reference;
    double z[MANY];
    int64_t outputs[MANY];
    struct evk_judge j;
    int counted = 0;

    (void)state;
    assert_ok(evk_predict_list(models, 1, photos, false, &one, r, NULL, err));
    assert_ok(evk_reference_read(&reference, m, photos, &one, err));
    for (int o = 0; o < MANY; o++) {
        long double want, squares;

        oracle_moments(r, o, &want, &squares);
        near(reference.mean[o], (double)want);
        near(reference.sd[o], (double)sqrtl(squares / (PHOTOS - 1)));
        z[o] = ((double)r[5 * MANY + o] - reference.mean[o]) / reference.sd[o];
        outputs[o] = MANY - 1 - o;
    }
    evk_reference_release(&reference);
    assert_ok(evk_judge_init(&j, m, outputs, MANY, photos, &one, err));
    for (int o = 0; o < MANY; o++) {
        double sum = 0;
        int n = 0, below = 0;

        for (int i = 0; i < PHOTOS; i++)
            below += 2 * (r[i * MANY + o] < r[5 * MANY + o]) + (r[i * MANY + o] == r[5 * MANY + o]);
        for (int b = 0; b < MANY; b++)
            if (b != o && fabs(oracle_correlation(r, o, b)) < 0.5) {
                sum += z[b];
                n++;
            }
        counted += n < MANY - 1;
        near(score(&j, r + 5 * MANY, o).z, z[o]);
        near(score(&j, r + 5 * MANY, o).selectivity, z[o] - sum / n);
        near(score(&j, r + 5 * MANY, o).percentile, 50. * below / PHOTOS);
    }
    assert_true(counted > 10); /* outputs with a neighbour that is not apart */
    evk_judge_release(&j);
    evk_model_free(m);
}

/* The same bits whatever the number of threads. */
static void test_threads(void **state)
{
    static const int threads[] = {1, 3, 0};
    evk_model *m = linear(NULL, MANY);
    struct evk_score first[MANY], s;
    int64_t *outputs;
    float r[MANY];
    uint64_t seed = 1;
    size_t count;

    (void)state;
    for (int o = 0; o < MANY; o++)
        r[o] = 200 * random_float(&seed);
    assert_ok(evk_model_outputs(m, NULL, &outputs, &count, err));
    for (int t = 0; t < 3; t++) {
        const evk_run run = {.threads = threads[t]};
        struct evk_judge j;

        assert_ok(evk_judge_init(&j, m, outputs, count, photos, &run, err));
        for (int o = 0; o < MANY; o++) {
            s = score(&j, r, o);
            if (t == 0)
                first[o] = s;
            assert_memory_equal(&s, &first[o], sizeof(s));
        }
        evk_judge_release(&j);
    }
    free(outputs);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),   cmocka_unit_test(test_percentile),
        cmocka_unit_test(test_missing), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_oracle),  cmocka_unit_test(test_threads)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
