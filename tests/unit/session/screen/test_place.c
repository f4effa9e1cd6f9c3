/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_place.c - where an image is on the screen: the formula in double, by libm; what is refused */
#include <math.h>
#include <string.h>

#include "../../../harness/test.h"
#include "session/screen/place.h"

static const double RADIANS = 3.14159265358979323846 / 180;

static struct evk_display screen(int64_t width, int64_t height, double cm, double distance)
{
    return (struct evk_display){
        .width_px = width, .height_px = height, .width_cm = cm, .distance_cm = distance};
}

static double centre(double fixation, int64_t side)
{
    return isnan(fixation) ? (double)side / 2 : fixation;
}

/* Checks every number of a place against the formulas of place.h. */
static void check(const struct evk_display *d, const struct evk_place_ask *ask, int64_t h,
                  int64_t w, const struct evk_place *p)
{
    const double distance = d->distance_cm * (double)d->width_px / d->width_cm;
    const double width = 2 * distance * tan(ask->degrees / 2 * RADIANS);
    const double fx = centre(ask->fixation[0], d->width_px);
    const double fy = centre(ask->fixation[1], d->height_px);
    const double x = (double)p->left + (double)p->width / 2;
    const double y = (double)p->top + (double)p->height / 2;

    assert_true(fabs((double)p->width - width) <= 0.5 + 1e-9);
    assert_true(fabs((double)p->height - fmax(1, width * (double)h / (double)w)) <= 0.5 + 1e-9);
    assert_true(fabs(x - fx - distance * tan(ask->x_deg * RADIANS)) <= 0.5 + 1e-9);
    assert_true(fabs(fy - y - distance * tan(ask->y_deg * RADIANS)) <= 0.5 + 1e-9);
    assert_true(fabs(2 * distance * tan(p->size_deg / 2 * RADIANS) - (double)p->width) < 1e-9);
    assert_true(fabs(distance * tan(p->x_deg * RADIANS) - (x - fx)) < 1e-9);
    assert_true(fabs(distance * tan(p->y_deg * RADIANS) - (fy - y)) < 1e-9);
    assert_true(fabs(p->px_per_deg - (double)p->width / p->size_deg) < 1e-9);
    assert_true(p->px_per_cm == (double)d->width_px / d->width_cm);
    assert_true(p->left >= 0 && p->left + p->width <= d->width_px);
    assert_true(p->top >= 0 && p->top + p->height <= d->height_px);
}

/* The screen of facts about display programs: 8 degrees are 226.1 pixels. */
static void known(void **state)
{
    const struct evk_display d = screen(1920, 1080, 1920 / 27.40, 59);
    const struct evk_place_ask ask = {8, 0, 0, {(double)NAN, (double)NAN}};
    struct evk_place p;

    (void)state;
    assert_ok(evk_place_find(&p, &d, &ask, 112, 112, err));
    assert_int_equal(p.width, 226);
    assert_int_equal(p.height, 226);
    assert_int_equal(p.left, 960 - 113);
    assert_int_equal(p.top, 540 - 113);
    assert_true(p.x_deg == 0 && p.y_deg == 0 && fabs(p.size_deg - 7.9969) < 1e-4);
}

static void random_places(void **state)
{
    uint64_t seed = 9;
    int found = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        const struct evk_display d = screen(
            800 + (int64_t)(400 * random_float(&seed)), 600 + (int64_t)(300 * random_float(&seed)),
            40 + 20 * (double)random_float(&seed), 60 + 30 * (double)random_float(&seed));
        const double middle = i % 3 ? (double)NAN : 300 + 100 * (double)random_float(&seed);
        const struct evk_place_ask ask = {10 + 9.4 * (double)random_float(&seed),
                                          12 * (double)random_float(&seed),
                                          9 * (double)random_float(&seed),
                                          {middle, i % 2 ? (double)NAN : 251.5}};
        const int64_t h = 112 + (int64_t)(99 * random_float(&seed)), w = i % 2 ? h : 130;
        evk_error err = {EVK_OK, ""};
        struct evk_place p;

        if (evk_place_find(&p, &d, &ask, h, w, &err)) {
            assert_non_null(strstr(err.msg, "is off the screen of"));
            continue;
        }
        check(&d, &ask, h, w, &p);
        found++;
    }
    assert_true(found > 8000);
}

/* An even or odd number of pixels about a centre on an edge or in the middle of a pixel. */
static void halves(void **state)
{
    static const struct {
        double fixation, cm;
        int64_t width, left;
    } cases[] = {
        {50, 10, 10, 45},   {50, 11, 11, 45},   {50.5, 10, 10, 46},
        {50.5, 11, 11, 45}, {50.4, 10, 10, 45}, {50.25, 11, 11, 45},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct evk_display d = screen(100, 100, 100, 1000); /* a pixel is a centimetre */
        const struct evk_place_ask ask = {
            2 * atan(cases[i].cm / 2000) / RADIANS, 0, 0, {cases[i].fixation, cases[i].fixation}};
        struct evk_place p;

        assert_ok(evk_place_find(&p, &d, &ask, 1, 1, err));
        assert_int_equal(p.width, cases[i].width);
        assert_int_equal(p.left, cases[i].left);
        assert_int_equal(p.top, cases[i].left);
        check(&d, &ask, 1, 1, &p);
    }
}

static void refuse(const struct evk_display *d, double degrees, double x, double y, double fixation,
                   const char *sentence)
{
    const struct evk_place_ask ask = {degrees, x, y, {fixation, (double)NAN}};
    struct evk_place p;

    assert_fails(EVK_EINVAL, sentence, evk_place_find(&p, d, &ask, 112, 112, err));
}

static void refused(void **state)
{
    const struct evk_display d = screen(1000, 800, 50, 57.3); /* 20.0 pixels a degree */
    const double none = (double)NAN;

    (void)state;
    refuse(&d, 4, 23, 0, none,
           "an image of 80 x 80 pixels is off the screen of 1000 x 800 pixels: "
           "26 pixels on the right");
    refuse(&d, 4, -25, 20, none, "74 pixels on the left, 57 pixels at the top");
    refuse(&d, 4, 0, -20, none, "800 pixels: 57 pixels at the bottom");
    refuse(&d, 4, 0, 0, 39, "800 pixels: 1 pixel on the left");
    refuse(&d, 60, 0, 0, none,
           "161 pixels on the left, 162 pixels on the right, 261 pixels at the ");
    refuse(&d, 0, 0, 0, none, "the width of an image is 0 degrees, expected more than 0");
    refuse(&d, 180, 0, 0, none, "the width of an image is 180 degrees");
    refuse(&d, none, 0, 0, none, "the width of an image is n/a degrees");
    refuse(&d, 179.99999999, 0, 0, none, "off the screen by more than a million pixels");
    refuse(&d, 0.04, 0, 0, none, "an image of 0.04 degrees is 0.8000");
    refuse(&d, 4, 90, 0, none, "is at (90, 0) degrees from fixation, expected angles");
    refuse(&d, 4, 0, none, none, "is at (0, n/a) degrees from fixation");
    refuse(&d, 4, 89.9999999, 0, none, "off the screen by more than a million pixels");
    refuse(&d, 4, 0, 0, 1001, "the fixation point (1001, 400) is not on the screen of 1000 x 800");
    refuse(&d, 4, 0, 0, -1, "the fixation point (-1, 400) is not on the screen");
    refuse(&d, 4, 0, 0, (double)INFINITY, "the fixation point");
}

static void coarse(void **state)
{
    const struct evk_display d = screen(100, 100, 120, 57.3);

    (void)state;
    refuse(&d, 20, 0, 0, (double)NAN, "a degree is 0.833");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known),   cmocka_unit_test(random_places), cmocka_unit_test(halves),
        cmocka_unit_test(refused), cmocka_unit_test(coarse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
