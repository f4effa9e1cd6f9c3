/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cores.c - published cores with readouts: formula inputs, and a shifter, with and without */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "base/fs.h"
#include "base/json.h"
#include "format/torch.h"
#include "model/core/core.h"
#include "model/load.h"
#include "model/model.h"

enum { SIDE = 93, ROWS = 36, COLUMNS = 64, VALUES = 93 * 93, OUTPUTS_MAX = 8000, FIRST = 8 };

static evk_json *expected;
static float input[VALUES], responses[OUTPUTS_MAX];

static int set_up(void **state)
{
    struct evk_bytes file = {NULL, 0};

    (void)state;
    assert_ok(evk_fs_read(&file, published_path("expected/formula_inputs.json"), 1 << 24, err));
    assert_ok(evk_json_parse(&expected, file.data, file.size, err));
    evk_bytes_release(&file);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_json_free(expected);
    return 0;
}

/* "macaque_v1_formula_input" */
static void fill_macaque(void)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            input[y * SIDE + x] =
                (float)(1.2 * sin(0.21 * (x + 1) + 0.13 * (y + 1)) *
                        exp(-(double)((x - 46) * (x - 46) + (y - 46) * (y - 46)) / 900));
}

/* "mouse_v1_formula_input" */
static void fill_mouse(void)
{
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++)
            input[y * COLUMNS + x] = (float)(1.1 * sin(0.31 * (x + 1)) * cos(0.27 * (y + 1)));
}

static evk_model *open_core(const char *path, const struct evk_core_options *core, int height,
                            int width)
{
    const struct evk_load_options o = {.height = height, .width = width, .core = core};
    evk_model *m = NULL;

    assert_ok(evk_model_open_with(&m, published_path("%s", path), &o, err));
    assert_true(evk_model_describe(m)->outputs <= OUTPUTS_MAX);
    return m;
}

static void respond(const evk_model *m)
{
    evk_session *s = NULL;

    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, input, responses);
    evk_session_free(s);
}

static double relative(double found, double want)
{
    return fabs(found - want) / fabs(want);
}

static const struct evk_population *population(const evk_model *m, const char *key)
{
    for (int64_t i = 0; i < m->network.population_count; i++)
        if (strcmp(m->network.populations[i].key, key) == 0)
            return &m->network.populations[i];
    fail_msg("no data key %s", key);
    return NULL;
}

/* The note "assumed" must have this text. */
static void assumes(const evk_model *m, const char *text)
{
    evk_model_note note;
    size_t i = 0;

    while (evk_model_noted(m, i, &note) && strcmp(note.what, "assumed") != 0)
        i++;
    if (!evk_model_noted(m, i, &note) || !strstr(note.text, text))
        fail_msg("no note has '%s'", text);
}

static void macaque(void **state)
{
    static const char key[] = "3639406161189";
    struct evk_core_options o = evk_core_options_default;
    const evk_json *members = evk_json_get(expected, "macaque_v1");
    double worst = 0;

    (void)state;
    o.hidden_dilation = 2;
    o.stack = "last";
    fill_macaque();
    for (int n = 0; n < 3; n++) {
        static const char *const files[] = {"monkey_model3.pt", "monkey_model10.pt",
                                            "monkey_model12.pt"};
        const evk_json *want = evk_json_get(evk_json_get(members, files[n]), key);
        char path[64];
        evk_model *m;

        snprintf(path, sizeof(path), "macaque_v1/%s", files[n]);
        m = open_core(path, &o, SIDE, SIDE);
        assert_int_equal(evk_model_describe(m)->outputs, 458);
        assert_int_equal(m->network.population_count, 32);
        assumes(m, "by the card hidden-dilation 2, stack \"last\"; all other core options at their "
                   "defaults, as batch-norm-epsilon 1e-05");
        assert_int_equal(population(m, key)->count, evk_json_count(want));
        respond(m);
        for (size_t i = 0; i < evk_json_count(want); i++) {
            double value;

            assert_true(evk_json_real(evk_json_at(want, i), &value));
            worst = fmax(
                worst, relative((double)responses[population(m, key)->first + (int64_t)i], value));
        }
        evk_model_free(m);
    }
    printf("macaque V1: largest relative difference %.2g\n", worst);
    assert_true(worst <= 1e-4);
}

static void mouse(void **state)
{
    static const char file[] = "sensorium_sota_model.pth";
    struct evk_core_options o = evk_core_options_default;
    const evk_json *want = evk_json_get(evk_json_get(expected, "mouse_v1"), file);
    double worst = 0, mean = 0, value;
    evk_model *m;

    (void)state;
    o.stack = "last";
    fill_mouse();
    m = open_core("mouse_v1/sensorium_sota_model.pth", &o, ROWS, COLUMNS);
    assert_int_equal(evk_model_describe(m)->outputs, 7776);
    assert_int_equal(population(m, "26872-17-20")->count, 7776);
    respond(m);
    for (int i = 0; i < FIRST; i++) {
        assert_true(evk_json_real(evk_json_at(evk_json_get(want, "first8"), (size_t)i), &value));
        worst = fmax(worst, relative((double)responses[i], value));
    }
    for (int i = 0; i < 7776; i++)
        mean += (double)responses[i] / 7776;
    assert_true(evk_json_real(evk_json_get(want, "mean"), &value));
    worst = fmax(worst, relative(mean, value));
    printf("mouse V1: largest relative difference %.2g\n", worst);
    assert_true(worst <= 1e-4);
    evk_model_free(m);
}

/* ---- the shifter ------------------------------------------------------------------------ */

/* Dense layers by hand, from the file's own numbers. */
static void dense(const struct evk_tensors *t, const char *name, int rows, int columns,
                  const double *x, double *y)
{
    const struct evk_tensor *w = NULL, *b = NULL;
    char weight[80], bias[80];

    snprintf(weight, sizeof(weight), "shifter.27204-5-13.mlp.%s.weight", name);
    snprintf(bias, sizeof(bias), "shifter.27204-5-13.mlp.%s.bias", name);
    for (int64_t i = 0; i < t->count; i++) {
        w = strcmp(t->tensors[i].name, weight) == 0 ? &t->tensors[i].values : w;
        b = strcmp(t->tensors[i].name, bias) == 0 ? &t->tensors[i].values : b;
    }
    assert_non_null(w);
    assert_non_null(b);
    for (int i = 0; i < rows; i++) {
        y[i] = (double)b->data[i];
        for (int j = 0; j < columns; j++)
            y[i] += (double)w->data[i * columns + j] * x[j];
        y[i] = tanh(y[i]);
    }
}

/* tanh of dense layers of 5, 5 and 2 */
static void shift_of(const double pupil[2], double shift[2])
{
    struct evk_bytes file = {NULL, 0};
    struct evk_tensors t = {0};
    double a[5], b[5];

    assert_ok(
        evk_fs_read(&file, published_path("mouse_v1/sensorium_p_sota_model.pth"), 1 << 24, err));
    assert_ok(evk_torch_read(&t, file.data, file.size, err));
    dense(&t, "0", 5, 2, pupil, a);
    dense(&t, "2", 5, 5, a, b);
    dense(&t, "4", 2, 5, b, shift);
    evk_tensors_release(&t);
    evk_bytes_release(&file);
}

static void keep(const struct evk_core_options *o, float *out)
{
    evk_model *m = open_core("mouse_v1/sensorium_p_sota_model.pth", o, ROWS, COLUMNS);

    assert_int_equal(evk_model_describe(m)->channels, 1);
    assert_int_equal(evk_model_describe(m)->outputs, 7538);
    respond(m);
    memcpy(out, responses, sizeof(responses));
    evk_model_free(m);
}

static double distance(const float *a, const float *b)
{
    double d = 0;

    for (int i = 0; i < 7538; i++)
        d = fmax(d, fabs((double)a[i] - (double)b[i]));
    return d;
}

/* A pupil is the shift that the shifter makes of it; and a shift changes responses. */
static void shifter(void **state)
{
    static float still[OUTPUTS_MAX], looking[OUTPUTS_MAX], shifted[OUTPUTS_MAX];
    static const double pupil[2] = {0.3, -0.2};
    struct evk_core_options o = evk_core_options_default;
    char text[80];
    double shift[2];

    (void)state;
    fill_mouse();
    o.stack = "last";
    o.behavior = "0,0,0";
    keep(&o, still);
    o.pupil = "0.3,-0.2";
    keep(&o, looking);
    shift_of(pupil, shift);
    snprintf(text, sizeof(text), "%.17g,%.17g", shift[0], shift[1]);
    o.pupil = "";
    o.shift = text;
    keep(&o, shifted);
    printf("shift %s: pupil against shift %.2g, without %.2g\n", text, distance(looking, shifted),
           distance(looking, still));
    assert_true(distance(looking, shifted) <= 1e-6);
    assert_true(distance(looking, still) > 1e-2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(macaque), cmocka_unit_test(mouse),
                                       cmocka_unit_test(shifter)};

    published();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
