/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_steps.c - five steps of each method against a second program, in double, from definitions
 *
 * The same model, the same start and nothing random: after each step the images are the same within
 * a thousandth of a display level.  The model is linear, or curved: softplus of convolutions, read
 * out by random weights.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/test.h"
#include "../../harness/unit.h"
#include "../../oracle/picture.h"
#include "synth/settings.h"

enum { N = UNIT_VALUES, PIXELS = UNIT_H * UNIT_W, STEPS = 5 };

static const int64_t size[3] = {UNIT_H, UNIT_W, UNIT_C};
static char *folder;

/* ---- what methods share ---------------------------------------------------------------------- */

static void add(double a, const double *d, double *x)
{
    for (int i = 0; i < N; i++)
        x[i] += a * d[i];
}

static void divide(double by, double *g)
{
    for (int i = 0; i < N; i++)
        g[i] /= by;
}

static void gradient_of_rms_1(const struct unit *u, const double *x, double *g)
{
    unit_gradient(u, x, g);
    divide(picture_rms(size, g), g);
}

/* Kingma & Ba 2015: number counts from 1. */
static void adam(int number, double *g, double *mean, double *square)
{
    for (int i = 0; i < N; i++) {
        mean[i] = 0.9 * mean[i] + 0.1 * g[i];
        square[i] = 0.999 * square[i] + 0.001 * g[i] * g[i];
        g[i] =
            mean[i] / (1 - pow(0.9, number)) / (sqrt(square[i] / (1 - pow(0.999, number))) + 1e-8);
    }
}

/* A step of the first to the last length, linear in between. */
static double length(double first, double last, int step)
{
    return first + (last - first) * step / (STEPS - 1);
}

/* ---- the methods ------------------------------------------------------------------------------- */

/* An ascent under way: x is climbed, shown is what of it is the image. */
struct course {
    const struct unit *unit;
    double x[N], shown[N], mean[N], square[N], power[PIXELS];
};

/* Begin at the start in c->x; make step number of 0 up. */
typedef void begin(struct course *c);
typedef void make_step(struct course *c, int step);

static void show(struct course *c)
{
    memcpy(c->shown, c->x, sizeof(c->x));
}

/* Script 6: the gradient over its RMS + 1e-5, blurred by 1, times 10. */
static void published_step(struct course *c, int step)
{
    double g[N];

    (void)step;
    unit_gradient(c->unit, c->x, g);
    divide(picture_rms(size, g) + 1e-5, g);
    picture_blur(size, 1, g);
    add(10, g, c->x);
    picture_box(size, c->x);
    show(c);
}

/* Every second step, counted from 0, blurs once the response is taken, but not the last. */
static void published_blurred(struct course *c, int step)
{
    if (step - 1 > 0 && (step - 1) % 2 == 0)
        picture_blur(size, 1, c->x);
    published_step(c, step);
}

static void in_natural_limits(struct course *c)
{
    picture_chroma(size, 1.6, c->x);
    picture_channel_sd(size, 0.999 * 57, false, c->x);
    picture_clipped(size, 0.05, c->x);
    picture_box(size, c->x);
    show(c);
}

/*
 * The power of the gradient over its mean, added up over the steps and blurred by 4: where it is r
 * times its mean, r / (r + 0.01) of a step is made.
 */
static void receptive_field(struct course *c, const double *g, double *part)
{
    static const int64_t plane[3] = {UNIT_H, UNIT_W, 1};
    double blurred[PIXELS], mean = 0;

    for (int i = 0; i < N; i++)
        c->power[i / UNIT_C] += g[i] * g[i] / (pow(picture_rms(size, g), 2) * UNIT_C);
    memcpy(blurred, c->power, sizeof(blurred));
    picture_blur(plane, 4, blurred);
    for (int i = 0; i < PIXELS; i++)
        mean += blurred[i] / PIXELS;
    for (int i = 0; i < PIXELS; i++)
        part[i] = blurred[i] / mean / (blurred[i] / mean + 0.01);
}

static void robust_step(struct course *c, int step)
{
    double g[N], slope[N], part[PIXELS];

    gradient_of_rms_1(c->unit, c->x, g);
    receptive_field(c, g, part);
    picture_variation(size, 1, c->x, slope);
    add(-0.3 / picture_rms(size, slope), slope, g);
    picture_power_law(size, 0.6, g);
    for (int i = 0; i < N; i++)
        g[i] *= part[i / UNIT_C];
    add(length(25, 0.8, step), g, c->x);
    in_natural_limits(c);
}

static void mei_step(struct course *c, int step)
{
    double g[N];

    gradient_of_rms_1(c->unit, c->x, g);
    picture_power_law(size, 0.2, g);
    add(length(0.0898, 0.00374, step), g, c->x);
    picture_box(size, c->x);
    picture_blur(size, length(1.5, 0, step), c->x);
    if (step == STEPS - 1) {
        picture_mean(size, 111, c->x);
        picture_channel_sd(size, 16, true, c->x);
        picture_box(size, c->x);
    }
    show(c);
}

static void v4_limits(struct course *c)
{
    picture_norm(size, 1757, c->x);
    picture_box(size, c->x);
    show(c);
}

static void v4_begin(struct course *c)
{
    picture_mean(size, 128, c->x);
    v4_limits(c);
}

static void v4_step(struct course *c, int step)
{
    double g[N];

    gradient_of_rms_1(c->unit, c->x, g);
    picture_blur(size, 1, g);
    adam(step + 1, g, c->mean, c->square);
    add(703, g, c->x);
    v4_limits(c);
}

/* Gray in the box, where what is beyond it counts as its end. */
static void npc_limits(struct course *c)
{
    picture_box(size, c->x);
    picture_gray(size, c->x);
    show(c);
}

static void npc_begin(struct course *c)
{
    npc_limits(c);
    picture_mean(size, 128, c->x);
    picture_box(size, c->x);
    show(c);
}

/* The RMS is that of the gray gradient, so the step is as long as it says. */
static void npc_step(struct course *c, int step)
{
    double g[N], slope[N];

    (void)step;
    unit_gradient(c->unit, c->x, g);
    picture_gray(size, g);
    divide(picture_rms(size, g), g);
    picture_variation_squared(size, c->x, slope);
    add(-0.1 / picture_rms(size, slope), slope, g);
    add(1.27, g, c->x);
    npc_limits(c);
}

static void lucid_show(struct course *c)
{
    for (int i = 0; i < N; i++)
        c->shown[i] = 255 / (1 + exp(-4 * (c->x[i] - 127.5) / 255));
}

/* Values of a photograph at an end are as good as half a level before it. */
static void lucid_begin(struct course *c)
{
    for (int i = 0; i < N; i++) {
        const double y = fmin(fmax(c->x[i], 0.5), 254.5);

        c->x[i] = 127.5 + 255.0 / 4 * log(y / (255 - y));
    }
    lucid_show(c);
}

/* Its colour correlation, its mean square variance 1; transposed: back. */
static void mix(bool transposed, double *x)
{
    static const double d[3][3] = {{0.26, 0.09, 0.02}, {0.27, 0.00, -0.05}, {0.27, -0.09, 0.03}};
    double squares = 0;

    for (int i = 0; i < 9; i++)
        squares += d[i / 3][i % 3] * d[i / 3][i % 3];
    for (int i = 0; i < N; i += 3) {
        const double v[3] = {x[i], x[i + 1], x[i + 2]};

        for (int j = 0; j < 3; j++) {
            x[i + j] = 0;
            for (int k = 0; k < 3; k++)
                x[i + j] += (transposed ? d[k][j] : d[j][k]) / sqrt(squares / 3) * v[k];
        }
    }
}

static void lucid_step(struct course *c, int step)
{
    double g[N];

    unit_gradient(c->unit, c->shown, g);
    for (int i = 0; i < N; i++)
        g[i] *= 4 * c->shown[i] / 255 * (1 - c->shown[i] / 255);
    divide(picture_rms(size, g), g);
    mix(true, g);
    picture_hartley(size, g);
    picture_scale_coefficients(size, g);
    adam(step + 1, g, c->mean, c->square);
    picture_scale_coefficients(size, g);
    picture_hartley(size, g);
    mix(false, g);
    add(3.75, g, c->x);
    lucid_show(c);
}

/* ---- the comparison ---------------------------------------------------------------------------- */

struct method {
    const char *name, *off[4]; /* priors that are random */
    int64_t blur_every;        /* of published, in place of 50 */
    begin *begin;
    make_step *step;
};

static const struct method methods[] = {
    {"published", {NULL}, 0, show, published_step},
    {"published", {NULL}, 2, show, published_blurred},
    {"robust",
     {"rotate:off", "jitter:off", "colour-jitter:off"},
     0,
     in_natural_limits,
     robust_step},
    {"mei", {NULL}, 0, show, mei_step},
    {"v4-mei", {NULL}, 0, v4_begin, v4_step},
    {"npc", {"jitter:off"}, 0, npc_begin, npc_step},
    {"lucid", {"scale:off", "rotate:off", "jitter:off"}, 0, lucid_begin, lucid_step},
};

enum { METHODS = (int)(sizeof(methods) / sizeof(methods[0])) };

/* What the program shows is compared with the course, which then goes on. */
struct comparison {
    const struct method *method;
    struct course course;
    double apart[STEPS + 1]; /* the largest difference after each step, levels */
};

static bool compare(void *arg, const evk_step *now)
{
    struct comparison *c = arg;

    for (int i = 0; i < N; i++)
        c->apart[now->step] =
            fmax(c->apart[now->step], fabs((double)now->image[i] - c->course.shown[i]));
    if (now->step < STEPS)
        c->method->step(&c->course, (int)now->step);
    return true;
}

static evk_recipe recipe_of(const struct method *m)
{
    evk_recipe r;

    assert_ok(evk_recipe_of_method(&r, m->name, err));
    r.steps = STEPS;
    for (int i = 0; i < 4 && m->off[i]; i++)
        r.priors.text[r.priors.count++] = m->off[i];
    if (m->blur_every)
        r.image_blur_every = m->blur_every;
    return r;
}

static double worst_of(const char *name, const double apart[STEPS + 1])
{
    double worst = 0;

    printf("%s:", name);
    for (int i = 0; i <= STEPS; i++) {
        printf(" %.2g", apart[i]);
        worst = fmax(worst, apart[i]);
    }
    printf("\n");
    return worst;
}

/* The largest difference of both programs. */
static double climb_beside(const evk_model *model, const struct unit *u, const struct method *m,
                           const float *from)
{
    struct comparison c = {.method = m, .course = {.unit = u}};
    const evk_watch watch = {compare, &c, false};
    const evk_recipe r = recipe_of(m);
    evk_session *s;
    evk_ascent out;
    float image[N];

    for (int i = 0; i < N; i++)
        c.course.x[i] = (double)from[i];
    m->begin(&c.course);
    assert_ok(evk_session_new_for(&s, model, 0, err));
    assert_ok(evk_synthesize(s, &r, 0, &(evk_given){.from = from}, &watch, image, &out, err));
    evk_session_free(s);
    return worst_of(m->name, c.apart);
}

static void assert_all(bool curved, float gain)
{
    struct unit u;
    evk_model *model;
    float from[N];
    double worst = 0;

    unit_init(&u, curved, 5, gain);
    model = unit_open(&u, path_in(folder, "unit.keras"));
    unit_start(from);
    for (int i = 0; i < METHODS; i++)
        worst = fmax(worst, climb_beside(model, &u, &methods[i], from));
    evk_model_free(model);
    assert_true(worst <= 1e-3);
}

static void test_linear(void **state)
{
    (void)state;
    assert_all(false, 1);
}

static void test_curved(void **state)
{
    (void)state;
    assert_all(true, 1);
}

/* So weak that published's 1e-5 is about the RMS of the gradient. */
static void test_weak(void **state)
{
    (void)state;
    assert_all(true, 1e-3F);
    assert_all(false, 2e-5F);
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("steps");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_curved),
        cmocka_unit_test(test_weak),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
