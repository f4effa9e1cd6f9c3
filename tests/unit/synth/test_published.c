/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_published.c - the published ascent: exact optima, fixed faults, and a second implementation
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/keras_file.h"
#include "../../harness/net.h"
#include "../../harness/recipe.h"
#include "model/model.h"
#include "synth/settings.h"
#include "synth/start.h"

enum { H = 6, W = 7, C = 3, N = H * W * C };

static char *folder;
static uint64_t seed = 1;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("published");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/*
 * ---- models: y = output(hidden(x A + a) B + b) ------------------------------------------------
 */

static void add_dense(struct keras_file *k, const char *name, int64_t inputs, int64_t units,
                      const char *activation, const float *w, const float *bias)
{
    char config[96];

    snprintf(config, sizeof(config), "'units':%d,'activation':'%s'", (int)units, activation);
    keras_layer(k, "Dense", name, config, NULL);
    memcpy(keras_array(k, 2, (const int64_t[]){inputs, units}), w,
           (size_t)(inputs * units) * sizeof(*w));
    memcpy(keras_array(k, 1, &units), bias, (size_t)units * sizeof(*bias));
}

static evk_model *finish(struct keras_file *k, const char *output)
{
    char path[256];
    evk_model *m;

    snprintf(path, sizeof(path), "%s/model.keras", folder);
    keras_save(k, path, output);
    keras_release(k);
    assert_ok(evk_model_open(&m, path, NULL, err));
    return m;
}

/* One neuron on the image: activation(w x + bias). */
static evk_model *one_layer(const float *w, float bias, const char *activation)
{
    struct keras_file k;

    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    add_dense(&k, "neuron", N, 1, activation, w, &bias);
    return finish(&k, "neuron");
}

/* Weights of both signs, none near 0. */
static void fill(float w[N])
{
    for (int i = 0; i < N; i++) {
        w[i] = random_float(&seed);
        w[i] += w[i] < 0 ? -0.25f : 0.25f;
    }
}

static double dot(const float w[N], const float *x)
{
    return inner(N, w, x);
}

static void start_of(const evk_model *m, const evk_recipe *recipe, int64_t start, int64_t attempt,
                     float x[N])
{
    const struct evk_start which = {m->digest, 0, start, attempt};
    const struct evk_shape shape = {H, W, C, false};

    assert_ok(evk_start_noise(recipe, &which, evk_model_kernels(m), &shape, x, err));
}

static evk_status synthesize(const evk_model *m, const evk_recipe *recipe, int64_t start,
                             float x[N], evk_ascent *out, evk_error *why)
{
    evk_session *session;
    evk_status s;

    assert_ok(evk_session_new_for(&session, m, 0, NULL));
    s = evk_synthesize(session, recipe, start, NULL, NULL, x, out, why);
    evk_session_free(session);
    return s;
}

/* Returns a recipe whose steps are so large that values reach 0 or 255 at once. */
static evk_recipe leap(void)
{
    evk_recipe r = published_recipe();

    r.steps = 2;
    r.step_size = 1e6;
    r.gradient_blur = 0;
    r.image_blur = 0;
    return r;
}

/*
 * ---- tests
 * ---------------------------------------------------------------------------------------
 */

/* The best image of a linear neuron is 255 where its weight is positive and 0 elsewhere. */
static void test_box_optimum(void **state)
{
    evk_recipe recipe = leap();
    float w[N], x[N];
    evk_ascent a;
    evk_model *m;

    (void)state;
    fill(w);
    m = one_layer(w, 10, "linear");
    for (int minimize = 0; minimize < 2; minimize++) {
        double magnitude = 10, want = 10;

        recipe.minimize = minimize;
        assert_ok(synthesize(m, &recipe, 0, x, &a, err));
        for (int i = 0; i < N; i++) {
            const float best = (w[i] > 0) != minimize ? 255 : 0;

            assert_true(x[i] == best);
            want += (double)w[i] * (double)best;
            magnitude += fabs((double)w[i] * (double)best);
        }
        assert_true(fabs(a.response - want) <= sum_bound(N + 1, magnitude));
        assert_int_equal(a.restarts, 0);
        start_of(m, &recipe, 0, 0, x);
        magnitude = 10;
        for (int i = 0; i < N; i++)
            magnitude += fabs((double)w[i] * (double)x[i]);
        assert_true(fabs(a.objective_start - (dot(w, x) + 10)) <= sum_bound(N + 1, magnitude));
    }
    evk_model_free(m);
}

/* Grayscale: the sign of a pixel's weights together decides; channels are equal. */
static void test_grayscale(void **state)
{
    evk_recipe recipe = published_recipe();
    float w[N], x[N];
    evk_ascent a;
    evk_model *m;

    (void)state;
    fill(w);
    for (int i = 0; i < N; i += C) /* the pixel's channels agree: its optimum is a corner */
        w[i + 1] = w[i + 2] = w[i];
    m = one_layer(w, 0, "linear");
    recipe.grayscale = true;
    assert_ok(synthesize(m, &recipe, 0, x, &a, err));
    for (int i = 0; i < N; i += C)
        assert_true(x[i] == x[i + 1] && x[i] == x[i + 2]);
    recipe = leap();
    recipe.grayscale = true;
    assert_ok(synthesize(m, &recipe, 0, x, &a, err));
    for (int i = 0; i < N; i++)
        assert_true(x[i] == (w[i] > 0 ? 255 : 0));
    evk_model_free(m);
}

/* The published script began with a best response of 0 and so returned the start, and 0. */
static void test_negative_neuron(void **state)
{
    evk_recipe recipe = published_recipe();
    float w[N], x[N], start[N];
    evk_ascent a;
    evk_model *m;

    (void)state;
    fill(w);
    m = one_layer(w, -1e6f, "linear");
    recipe.steps = 20;
    for (int minimize = 0; minimize < 2; minimize++) {
        recipe.minimize = minimize;
        assert_ok(synthesize(m, &recipe, 2, x, &a, err));
        start_of(m, &recipe, 2, 0, start);
        assert_true(a.response < -9e5);
        assert_true(fabs(a.response - (dot(w, x) - 1e6)) <= sum_bound(N + 1, 1.1e6));
        assert_true(minimize ? dot(w, x) < dot(w, start) - 1000 : dot(w, x) > dot(w, start) + 1000);
    }
    evk_model_free(m);
}

static void test_no_steps(void **state)
{
    evk_recipe recipe = published_recipe();
    float w[N], x[N], start[N], response;
    evk_session *session;
    evk_ascent a;
    evk_model *m;

    (void)state;
    fill(w);
    m = one_layer(w, 0, "elu");
    recipe.steps = 0;
    assert_ok(synthesize(m, &recipe, 4, x, &a, err));
    start_of(m, &recipe, 4, 0, start);
    assert_memory_equal(x, start, sizeof(x));
    assert_ok(evk_session_new(&session, m, err));
    evk_session_predict(session, x, &response);
    assert_true(a.response == (double)response);
    assert_int_equal(a.restarts, 0);
    evk_session_free(session);
    evk_model_free(m);
}

static void test_dead(void **state)
{
    const evk_recipe recipe = published_recipe();
    evk_ascent a = {7, 7, 7, 7, NULL, 7};
    float w[N], x[N];
    evk_model *m;

    (void)state;
    fill(w);
    m = one_layer(w, -1e9f, "relu");
    assert_fails(EVK_EDEAD, "gradient is zero", synthesize(m, &recipe, 0, x, &a, err));
    assert_true(a.response == 7 && a.restarts == 7);
    evk_model_free(m);
}

/* A neuron that only every other noise image drives: a dead start is replaced by the next key. */
static void test_revived(void **state)
{
    const evk_recipe recipe = published_recipe();
    int64_t restarts = 0;
    float w[N], x[N];
    double mean = 0;
    evk_model *m;

    (void)state;
    fill(w);
    for (int i = 0; i < N; i++)
        mean += 153 * (double)w[i];
    m = one_layer(w, (float)-mean, "relu");
    for (int64_t start = 0; start < 20; start++) {
        int64_t attempt = -1;
        evk_ascent a;

        do
            start_of(m, &recipe, start, ++attempt, x);
        while (attempt < 10 && dot(w, x) - (double)(float)mean <= 0);
        if (attempt == 10)
            continue;
        assert_ok(synthesize(m, &recipe, start, x, &a, err));
        assert_int_equal(a.restarts, attempt);
        restarts += attempt;
    }
    assert_true(restarts > 0);
    evk_model_free(m);
}

static void test_refused(void **state)
{
    evk_recipe recipe = published_recipe();
    evk_session *session;
    float w[N], x[N];
    evk_ascent a;
    evk_model *m;

    (void)state;
    fill(w);
    m = one_layer(w, 0, "linear");
    assert_fails(EVK_EINVAL, "neuron 1 is out of range, expected 0 to 0",
                 evk_session_new_for(&session, m, 1, err));
    assert_ok(evk_session_new(&session, m, err));
    assert_fails(EVK_EINVAL, "expected a session for one output",
                 evk_synthesize(session, &recipe, 0, NULL, NULL, x, &a, err));
    evk_session_free(session);
    assert_ok(evk_session_new_for(&session, m, 0, err));
    recipe.objective = "sd";
    assert_fails(EVK_EINVAL, "needs at least 2 members",
                 evk_synthesize(session, &recipe, 0, NULL, NULL, x, &a, err));
    recipe.method = "guessing";
    assert_fails(EVK_ENOTFOUND, "method is 'guessing', expected one of: robust, published",
                 evk_synthesize(session, &recipe, 0, NULL, NULL, x, &a, err));
    recipe = published_recipe();
    recipe.steps = -1;
    assert_fails(EVK_EINVAL, "steps", evk_synthesize(session, &recipe, 0, NULL, NULL, x, &a, err));
    evk_session_free(session);
    evk_model_free(m);
}

/*
 * ---- the pseudo-code again, in double ----------------------------------------------------------
 */

enum { HIDDEN = 4 };

/* sum over k of b_k softplus(A_k x + a_k): smooth, and its gradient is a formula. */
struct smooth {
    float a[N][HIDDEN], bias[HIDDEN], b[HIDDEN];
};

static evk_model *smooth_model(struct smooth *s)
{
    const float zero = 0;
    struct keras_file k;

    for (int i = 0; i < N; i++)
        for (int j = 0; j < HIDDEN; j++)
            s->a[i][j] = 0.005f * random_float(&seed);
    for (int j = 0; j < HIDDEN; j++) {
        s->bias[j] = random_float(&seed);
        s->b[j] = random_float(&seed);
    }
    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    add_dense(&k, "hidden", N, HIDDEN, "softplus", &s->a[0][0], s->bias);
    add_dense(&k, "neuron", HIDDEN, 1, "linear", s->b, &zero);
    return finish(&k, "neuron");
}

static double respond(const struct smooth *s, const double x[N], double g[N])
{
    double y = 0;

    memset(g, 0, N * sizeof(*g));
    for (int j = 0; j < HIDDEN; j++) {
        double z = (double)s->bias[j];

        for (int i = 0; i < N; i++)
            z += (double)s->a[i][j] * x[i];
        y += (double)s->b[j] * log1p(exp(z));
        for (int i = 0; i < N; i++)
            g[i] += (double)s->b[j] / (1 + exp(-z)) * (double)s->a[i][j];
    }
    return y;
}

/* Mirrored with the edge repeated: d c b a | a b c d. */
static int mirror(int i, int n)
{
    while (i < 0 || i >= n)
        i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
}

/* SD 1, radius 4, along rows and columns at once. */
static void blur(double x[N])
{
    double y[N], total = 0;

    for (int d = -4; d <= 4; d++)
        total += exp(-0.5 * d * d);
    for (int i = 0; i < N; i++) {
        const int row = i / (W * C), column = i / C % W;

        y[i] = 0;
        for (int r = -4; r <= 4; r++)
            for (int s = -4; s <= 4; s++)
                y[i] += exp(-0.5 * (r * r + s * s)) / (total * total) *
                        x[(mirror(row + r, H) * W + mirror(column + s, W)) * C + i % C];
    }
    memcpy(x, y, sizeof(y));
}

/* The published script: normalise, blur, step, clip, compare, blur the image. */
static double climb(const struct smooth *s, const evk_recipe *recipe, double x[N], double best_x[N])
{
    const double sign = recipe->minimize ? -1 : 1;
    double g[N], unused[N], best = sign * respond(s, x, g);

    memcpy(best_x, x, N * sizeof(*x));
    for (int64_t i = 0; i < recipe->steps; i++) {
        double squares = 0, r;

        respond(s, x, g);
        for (int j = 0; j < N; j++)
            squares += g[j] * g[j];
        for (int j = 0; j < N; j++)
            g[j] /= sqrt(squares / N) + 1e-5;
        blur(g);
        for (int j = 0; j < N; j++)
            x[j] = fmin(fmax(x[j] + sign * recipe->step_size * g[j], 0), 255);
        for (int j = 0; j < N && recipe->grayscale; j += C)
            x[j] = x[j + 1] = x[j + 2] = (x[j] + x[j + 1] + x[j + 2]) / 3;
        r = sign * respond(s, x, unused);
        if (r > best) {
            best = r;
            memcpy(best_x, x, N * sizeof(*x));
        }
        if (i % recipe->image_blur_every == 0 && i > 0)
            blur(x);
    }
    return sign * best;
}

/*
 * Float against double: a step rounds an image of up to 255 (to 2^-17) and a
 * normalised gradient whose sums of N terms are good to 1e-5 at worst, times
 * the step size; errors add up over the steps.
 */
static void compare(const evk_recipe *recipe)
{
    const double bound =
        (double)recipe->steps * (0x1p-16 + recipe->step_size * sum_bound(2 * N, 1));
    double x[N], want[N], response, gap = 0;
    static struct smooth s;
    float start[N], got[N];
    evk_ascent a;
    evk_model *m = smooth_model(&s);

    start_of(m, recipe, 1, 0, start);
    for (int i = 0; i < N; i++)
        x[i] = (double)start[i];
    response = climb(&s, recipe, x, want);
    assert_ok(synthesize(m, recipe, 1, got, &a, err));
    for (int i = 0; i < N; i++)
        gap = fmax(gap, fabs((double)got[i] - want[i]));
    printf("%d steps: images differ by up to %.3g, allowed %.3g; response %.6f, %.6f\n",
           (int)recipe->steps, gap, bound, a.response, response);
    assert_true(gap <= bound);
    assert_true(fabs(a.response - response) <= 1e-4 * fabs(response));
    evk_model_free(m);
}

static void test_second_implementation(void **state)
{
    evk_recipe recipe = published_recipe();

    (void)state;
    recipe.step_size = 2; /* so that blurs come before the box is full */
    for (int flags = 0; flags < 4; flags++) {
        recipe.minimize = flags & 1;
        recipe.grayscale = flags & 2;
        recipe.steps = 60;
        recipe.image_blur_every = 25;
        compare(&recipe);
        recipe.steps = 51; /* a blur falls due at the very end */
        compare(&recipe);
        recipe.steps = 1;
        compare(&recipe);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_box_optimum),
        cmocka_unit_test(test_grayscale),
        cmocka_unit_test(test_negative_neuron),
        cmocka_unit_test(test_no_steps),
        cmocka_unit_test(test_dead),
        cmocka_unit_test(test_revived),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_second_implementation),
    };

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
