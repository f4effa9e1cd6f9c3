/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_show.c - images as screens show them: where a disc comes to lie, windows and backgrounds to
 * the byte, the inverse after everything else
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "session/screen/show.h"

static const double RADIANS = 3.14159265358979323846 / 180;

/* ---- five rigs ------------------------------------------------------------------------------- */

static const struct {
    struct evk_display d; /* width, height, cm, distance */
    struct evk_place_ask ask;
} rigs[] = {
    {{.width_px = 1920, .height_px = 1080, .width_cm = 53.1, .distance_cm = 57},
     {4, 2, -3, {NAN, NAN}}},
    {{.width_px = 1024, .height_px = 768, .width_cm = 36.5, .distance_cm = 36},
     {8.3, -6.2, 4.1, {NAN, NAN}}},
    {{.width_px = 2560, .height_px = 1440, .width_cm = 59.67, .distance_cm = 100},
     {2.5, 0, 0, {1280.5, 700}}},
    {{.width_px = 1280, .height_px = 1024, .width_cm = 37.7, .distance_cm = 25},
     {20, 15, -5, {500, 512}}},
    {{.width_px = 1366, .height_px = 768, .width_cm = 34.4, .distance_cm = 45.5},
     {3, -1.7, 0.6, {NAN, NAN}}},
};

/* Returns a disc without any soft edge, of this diameter in the middle of side x side pixels. */
static struct evk_pixels disc(int64_t side, double diameter)
{
    struct evk_pixels p;

    assert_ok(evk_pixels_new(&p, side, side, 1, err));
    for (int64_t i = 0; i < side * side; i++) {
        const double x = (double)(i % side) + 0.5 - (double)side / 2;
        const double y = (double)(i / side) + 0.5 - (double)side / 2;

        p.data[i] = x * x + y * y < diameter * diameter / 4 ? 200 : 100;
    }
    return p;
}

/* Finds the centre and the diameter of what is brighter than the background. */
static void measure(const struct evk_pixels *p, double centre[2], double *diameter)
{
    double sum = 0, x = 0, y = 0;

    for (int64_t i = 0; i < p->height * p->width; i++) {
        const double v = p->data[3 * i] - 100;

        sum += v;
        x += v * ((double)(i % p->width) + 0.5);
        y += v * ((double)(i / p->width) + 0.5);
    }
    centre[0] = x / sum;
    centre[1] = y / sum;
    *diameter = 2 * sqrt(sum / 100 / 3.14159265358979323846);
}

static void check_disc(size_t rig, enum evk_resize_kind kind, int64_t side, double part)
{
    const struct evk_display *d = &rigs[rig].d;
    const struct evk_place_ask *ask = &rigs[rig].ask;
    const struct evk_show how = {
        .display = d, .resize = kind, .full = true, .background = {100, 100, 100}};
    const double distance = d->distance_cm * (double)d->width_px / d->width_cm;
    const double fx = isnan(ask->fixation[0]) ? (double)d->width_px / 2 : ask->fixation[0];
    const double fy = isnan(ask->fixation[1]) ? (double)d->height_px / 2 : ask->fixation[1];
    struct evk_pixels p = disc(side, part * (double)side), out;
    double centre[2], diameter;
    struct evk_place place;

    assert_ok(evk_place_find(&place, d, ask, side, side, err));
    assert_ok(evk_show_image(&how, &place, &p, NULL, &out, NULL, err));
    assert_true(out.height == d->height_px && out.width == d->width_px && out.channels == 3);
    measure(&out, centre, &diameter);
    assert_true(fabs(centre[0] - fx - distance * tan(ask->x_deg * RADIANS)) <= 0.5);
    assert_true(fabs(fy - centre[1] - distance * tan(ask->y_deg * RADIANS)) <= 0.5);
    assert_true(fabs(diameter - part * 2 * distance * tan(ask->degrees / 2 * RADIANS)) <= 0.5);
    evk_pixels_release(&p);
    evk_pixels_release(&out);
}

static void discs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rigs) / sizeof(rigs[0]); i++) {
        check_disc(i, EVK_RESIZE_BICUBIC, 112, 1);
        check_disc(i, EVK_RESIZE_BICUBIC, 447, 0.5);
        check_disc(i, EVK_RESIZE_NEAREST, 448, 1);
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

static struct evk_pixels noise(int64_t h, int64_t w, int64_t c, uint64_t seed)
{
    struct evk_pixels p;

    assert_ok(evk_pixels_new(&p, h, w, c, err));
    for (int64_t i = 0; i < h * w * c; i++)
        p.data[i] = (unsigned char)(127.9f + 127.9f * random_float(&seed));
    return p;
}

/* A screen of 40 x 30 pixels with a gamma for each gun, and a place of 10 x 12 of them. */
static struct evk_display small_screen(void)
{
    struct evk_display d = {.width_px = 40, .height_px = 30, .width_cm = 40, .distance_cm = 60};
    evk_json *j;
    static const char text[] = "{\"shown_as\": \"gamma\", \"gamma\": [2.2, 1, 0.5]}";

    assert_ok(evk_json_parse(&j, text, sizeof(text) - 1, err));
    assert_ok(evk_transfer_read(&d.transfer, j, err));
    evk_json_free(j);
    return d;
}

static const struct evk_place small = {
    .left = 7, .top = 9, .width = 12, .height = 10, .size_deg = 12, .px_per_deg = 1};

/* Returns whether a pixel of the screen is in the place. */
static bool inside(int64_t y, int64_t x)
{
    return y >= small.top && y < small.top + small.height && x >= small.left &&
           x < small.left + small.width;
}

/* Checks a whole screen: seen in its place, the background elsewhere, the white corner. */
static void check_screen(const struct evk_show *how, const struct evk_pixels *out,
                         const struct evk_pixels *seen)
{
    const bool right = how->photodiode == EVK_TOP_RIGHT || how->photodiode == EVK_BOTTOM_RIGHT;
    const bool bottom = how->photodiode == EVK_BOTTOM_LEFT || how->photodiode == EVK_BOTTOM_RIGHT;

    assert_true(out->height == 30 && out->width == 40);
    for (int64_t y = 0; y < 30; y++)
        for (int64_t x = 0; x < 40; x++)
            for (int c = 0; c < 3; c++) {
                unsigned char v = how->background[c];

                if (seen && inside(y, x))
                    v = seen->data[3 * ((y - 9) * 12 + x - 7) + c];
                if (how->linearise)
                    v = how->display->transfer.inverse[c][v];
                if (how->photodiode && (right ? x >= 35 : x < 5) && (bottom ? y >= 25 : y < 5))
                    v = 255;
                assert_int_equal(out->data[3 * (y * 40 + x) + c], v);
            }
}

static void screens(void **state)
{
    const struct evk_display d = small_screen();
    struct evk_pixels p = noise(20, 24, 3, 3);

    (void)state;
    for (int corner = EVK_CORNER_NONE; corner <= EVK_BOTTOM_RIGHT; corner++)
        for (int linearise = 0; linearise < 2; linearise++) {
            const struct evk_show how = {.display = &d,
                                         .full = true,
                                         .linearise = linearise,
                                         .photodiode = (enum evk_corner)corner,
                                         .photodiode_px = 5,
                                         .background = {90, 128, 200}};
            struct evk_pixels out, seen, back;

            assert_ok(evk_show_image(&how, &small, &p, NULL, &out, &seen, err));
            assert_ok(evk_scale(&back, &p, 10, 12, EVK_RESIZE_BICUBIC, err));
            assert_memory_equal(seen.data, back.data, 3 * 10 * 12);
            check_screen(&how, &out, &seen);
            evk_pixels_release(&out);
            assert_ok(evk_show_blank(&how, &small, 1, 1, &out, err));
            check_screen(&how, &out, NULL);
            evk_pixels_release(&out);
            evk_pixels_release(&seen);
            evk_pixels_release(&back);
        }
    evk_pixels_release(&p);
}

/* The image alone, gray in three channels; the inverse comes last. */
static void patches(void **state)
{
    const struct evk_display d = small_screen();
    struct evk_show how = {.display = &d, .background = {9, 8, 7}, .resize = EVK_RESIZE_NEAREST};
    struct evk_pixels p = noise(10, 12, 1, 3), out, seen;

    (void)state;
    assert_ok(evk_show_image(&how, &small, &p, NULL, &out, &seen, err));
    assert_true(out.height == 10 && out.width == 12 && out.channels == 3);
    for (int i = 0; i < 360; i++)
        assert_true(out.data[i] == p.data[i / 3] && seen.data[i] == p.data[i / 3]);
    evk_pixels_release(&out);
    evk_pixels_release(&seen);
    how.linearise = true;
    assert_ok(evk_show_image(&how, &small, &p, NULL, &out, &seen, err));
    for (int i = 0; i < 360; i++)
        assert_true(out.data[i] == d.transfer.inverse[i % 3][p.data[i / 3]] &&
                    seen.data[i] == p.data[i / 3]);
    evk_pixels_release(&out);
    assert_ok(evk_show_blank(&how, &small, 1, 1, &out, err));
    assert_true(out.height == 10 && out.width == 12);
    for (int i = 0; i < 360; i++)
        assert_int_equal(out.data[i], d.transfer.inverse[i % 3][how.background[i % 3]]);
    evk_pixels_release(&out);
    evk_pixels_release(&seen);
    evk_pixels_release(&p);
}

/* Without a screen, nothing changes. */
static void none(void **state)
{
    const struct evk_show how = {.background = {9, 8, 7}};
    struct evk_pixels p = noise(10, 12, 3, 3), out, seen;

    (void)state;
    assert_ok(evk_show_image(&how, NULL, &p, NULL, &out, &seen, err));
    assert_memory_equal(out.data, p.data, 360);
    assert_memory_equal(seen.data, p.data, 360);
    evk_pixels_release(&out);
    evk_pixels_release(&seen);
    assert_ok(evk_show_blank(&how, NULL, 2, 3, &out, err));
    assert_true(out.height == 2 && out.width == 3);
    assert_memory_equal(out.data, "\11\10\7\11\10\7\11\10\7\11\10\7\11\10\7\11\10\7", 18);
    evk_pixels_release(&out);
    evk_pixels_release(&p);
}

/* ---- windows --------------------------------------------------------------------------------- */

/* A round window of side x side pixels, and an image that is seen through it on a ground. */
static void windowed(int64_t side, int ground, float *weight, struct evk_pixels *p)
{
    *p = noise(side, side, 3, 8);
    for (int64_t i = 0; i < side * side; i++) {
        const double x = (double)(i % side) + 0.5 - (double)side / 2;
        const double y = (double)(i / side) + 0.5 - (double)side / 2;
        const double r = sqrt(x * x + y * y) / (double)side;

        weight[i] = (float)(r < 0.3 ? 1 : r > 0.45 ? 0 : (0.45 - r) / 0.15);
        for (int c = 0; c < 3; c++) {
            unsigned char *v = &p->data[3 * i + c];

            *v = (unsigned char)(ground + (double)weight[i] * (*v - ground) + 0.5);
        }
    }
}

/*
 * An image on one ground becomes the same image on another one: outside its window to the byte, and
 * in its soft edge within the rounding of the weights.
 */
static void grounds(void **state)
{
    enum { SIDE = 40 };
    const struct evk_display d = small_screen();
    const struct evk_place place = {.width = 30, .height = 30, .px_per_deg = 1, .size_deg = 30};
    const struct evk_place as_is = {.width = SIDE, .height = SIDE, .px_per_deg = 1};
    struct evk_show how = {.display = &d, .background = {60, 60, 60}, .edge_deg = 3};
    float weight[SIDE * SIDE];
    const struct evk_shown_window window = {weight, {128, 128, 128}};
    struct evk_pixels on_128, on_60, out, want;

    (void)state;
    windowed(SIDE, 60, weight, &on_60);
    windowed(SIDE, 128, weight, &on_128);
    assert_ok(evk_show_image(&how, &as_is, &on_128, &window, &out, NULL, err));
    for (int i = 0; i < 3 * SIDE * SIDE; i++) {
        assert_true(abs(out.data[i] - on_60.data[i]) <= 1);
        if (weight[i / 3] == 0)
            assert_int_equal(out.data[i], 60);
        if (weight[i / 3] == 1)
            assert_int_equal(out.data[i], on_60.data[i]);
    }
    evk_pixels_release(&out);
    assert_ok(evk_show_image(&how, &place, &on_128, &window, &out, NULL, err));
    assert_ok(evk_scale(&want, &on_60, 30, 30, EVK_RESIZE_BICUBIC, err));
    for (int i = 0; i < 3 * 30 * 30; i++)
        assert_true(abs(out.data[i] - want.data[i]) <= 2);
    for (int i = 0; i < 6; i++)
        assert_int_equal(out.data[i], 60);
    evk_pixels_release(&out);
    evk_pixels_release(&want);
    /* the same ground and background: nothing changes, and the edge is not for such images */
    memset(how.background, 128, 3);
    assert_ok(evk_show_image(&how, &as_is, &on_128, &window, &out, NULL, err));
    assert_memory_equal(out.data, on_128.data, 3 * SIDE * SIDE);
    evk_pixels_release(&out);
    evk_pixels_release(&on_60);
    evk_pixels_release(&on_128);
}

/* An image without a window gets one, in degrees of the place. */
static void edges(void **state)
{
    const struct evk_display d = small_screen();
    const struct evk_place place = {.width = 20, .height = 20, .px_per_deg = 2.5, .size_deg = 8};
    const struct evk_show how = {.display = &d, .background = {10, 20, 30}, .edge_deg = 2};
    struct evk_pixels p, out;

    (void)state;
    assert_ok(evk_pixels_new(&p, 20, 20, 3, err));
    memset(p.data, 210, 3 * 20 * 20);
    assert_ok(evk_show_image(&how, &place, &p, NULL, &out, NULL, err));
    assert_memory_equal(out.data, how.background, 3);
    assert_int_equal(out.data[3 * (10 * 20 + 10)], 210);
    /* the pixel in row 10, column 17: r is sqrt(0.5^2 + 7.5^2) of 10, and the edge has 5 */
    assert_int_equal(
        out.data[3 * (10 * 20 + 17)],
        (int)floor(10 + (1 + cos((sqrt(56.5) - 5) / 5 * 180 * RADIANS)) / 2 * 200 + 0.5));
    evk_pixels_release(&out);
    evk_pixels_release(&p);
}

/* ---- back ------------------------------------------------------------------------------------ */

static void back(void **state)
{
    const struct evk_show how = {.resize = EVK_RESIZE_BICUBIC};
    struct evk_pixels gray = noise(24, 24, 1, 1), p, seen, again;
    const struct evk_display d = small_screen();
    const struct evk_show on = {.display = &d, .linearise = true};
    const struct evk_place place = {.width = 24, .height = 24, .px_per_deg = 1};

    (void)state;
    assert_ok(evk_show_image(&on, &place, &gray, NULL, &p, &seen, err));
    assert_ok(evk_show_back(&how, &seen, 24, 24, 1, &again, err));
    assert_int_equal(again.channels, 1);
    assert_memory_equal(again.data, gray.data, 24 * 24);
    evk_pixels_release(&again);
    assert_ok(evk_show_back(&how, &seen, 12, 10, 3, &again, err));
    assert_true(again.height == 12 && again.width == 10 && again.channels == 3);
    evk_pixels_release(&again);
    assert_fails(EVK_EINVAL, "images of 4 channels are not shown, expected 1 or 3",
                 evk_show_back(&how, &seen, 12, 10, 4, &again, err));
    evk_pixels_release(&gray);
    evk_pixels_release(&p);
    evk_pixels_release(&seen);
}

static void refused(void **state)
{
    const struct evk_display d = small_screen();
    struct evk_show how = {.display = &d, .photodiode = EVK_TOP_LEFT, .photodiode_px = 5};
    struct evk_place place = small;

    (void)state;
    assert_fails(EVK_EINVAL, "expected a canvas that is full", evk_show_check(&how, &place, err));
    how.full = true;
    assert_ok(evk_show_check(&how, &place, err));
    how.photodiode_px = 31;
    assert_fails(EVK_EINVAL, "a photodiode patch of 31 pixels does not fit the screen of 40 x 30",
                 evk_show_check(&how, &place, err));
    how.photodiode_px = 0;
    assert_fails(EVK_EINVAL, "does not fit", evk_show_check(&how, &place, err));
    how.photodiode_px = 10;
    assert_fails(EVK_EINVAL, "the photodiode patch of 10 pixels is where images are",
                 evk_show_check(&how, &place, err));
    how.photodiode = EVK_BOTTOM_RIGHT;
    how.edge_deg = 5;
    assert_ok(evk_show_check(&how, &place, err));
    how.edge_deg = 5.1;
    assert_fails(EVK_EINVAL, "the soft edge is 5.1 degrees, expected 0 to 5, which is the radius",
                 evk_show_check(&how, &place, err));
    how.edge_deg = (double)NAN;
    assert_fails(EVK_EINVAL, "the soft edge is n/a degrees", evk_show_check(&how, &place, err));
    how = (struct evk_show){.linearise = true};
    assert_fails(EVK_EINVAL, "need the description of a screen", evk_show_check(&how, NULL, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(discs), cmocka_unit_test(screens), cmocka_unit_test(patches),
        cmocka_unit_test(none),  cmocka_unit_test(grounds), cmocka_unit_test(edges),
        cmocka_unit_test(back),  cmocka_unit_test(refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
