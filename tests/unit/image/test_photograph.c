/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_photograph.c - from files to pixels: turned, cropped, padded, in gray and in colour */
#include "../../harness/png_file.h"
#include "../../harness/test.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "image/layout.h"
#include "image/photograph.h"
#include "image/resample.h"

struct picture {
    int64_t h, w, c;
    unsigned char *data;
};

static struct picture make_picture(int64_t h, int64_t w, int64_t c)
{
    struct picture p = {h, w, c, malloc((size_t)(h * w * c))};
    uint64_t state = 21;

    assert_non_null(p.data);
    for (int64_t i = 0; i < h * w * c; i++)
        p.data[i] = (unsigned char)(128.0f + 127.9f * random_float(&state));
    return p;
}

/* Returns a PNG whose rows are those of p, with this EXIF orientation. */
static struct evk_str to_png(const struct picture *p, int orientation, int interlace)
{
    const struct png_spec s = {
        (int)p->w, (int)p->h, 8, p->c == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
        interlace, 0,         0};
    struct evk_str file = png_make(&s, p->data);
    unsigned char block[EXIF_BYTES];

    exif_block(block, orientation);
    png_insert(&file, "IDAT", "eXIf", block, sizeof(block));
    return file;
}

/* Returns the picture p as a file with this orientation stores it, by the rule of format/exif.h. */
static struct picture stored(const struct picture *p, int orientation)
{
    static const bool bottom[] = {0, 0, 1, 1, 0, 0, 1, 1}, right[] = {0, 1, 1, 0, 0, 1, 1, 0};
    const bool swapped = orientation >= 5;
    struct picture s = make_picture(swapped ? p->w : p->h, swapped ? p->h : p->w, p->c);

    for (int64_t y = 0; y < p->h; y++)
        for (int64_t x = 0; x < p->w; x++) {
            const int64_t down = bottom[orientation - 1] ? p->h - 1 - y : y;
            const int64_t across = right[orientation - 1] ? p->w - 1 - x : x;
            const int64_t to = swapped ? across * s.w + down : down * s.w + across;

            memcpy(s.data + to * p->c, p->data + (y * p->w + x) * p->c, (size_t)p->c);
        }
    return s;
}

static struct evk_pixels decode(const struct evk_str *file, const struct evk_wanted *wanted,
                                struct evk_changes *did)
{
    struct evk_pixels p;

    assert_ok(
        evk_photograph_decode(&p, (const unsigned char *)file->data, file->size, wanted, did, err));
    return p;
}

/* Returns what evk_photograph_decode makes of a PNG of p. */
static struct evk_pixels convert(const struct picture *p, const struct evk_wanted *wanted,
                                 struct evk_changes *did)
{
    struct evk_str file = to_png(p, 1, 0);
    struct evk_pixels y = decode(&file, wanted, did);

    evk_str_release(&file);
    return y;
}

/* ---- orientation ------------------------------------------------------------------ */

static void check_turned(const struct picture *p, const struct evk_wanted *wanted)
{
    struct evk_pixels upright = convert(p, wanted, NULL);

    for (int orientation = 1; orientation <= 8; orientation++) {
        struct picture s = stored(p, orientation);
        struct evk_str file = to_png(&s, orientation, orientation % 3 == 0);
        struct evk_changes did;
        struct evk_pixels y = decode(&file, wanted, &did);

        assert_int_equal(did.orientation, orientation);
        assert_int_equal(did.height, p->h);
        assert_int_equal(did.width, p->w);
        assert_int_equal(y.height, upright.height);
        assert_int_equal(y.width, upright.width);
        assert_int_equal(y.channels, upright.channels);
        assert_memory_equal(y.data, upright.data, (size_t)(y.height * y.width * y.channels));
        evk_pixels_release(&y);
        evk_str_release(&file);
        free(s.data);
    }
    evk_pixels_release(&upright);
}

/*
 * Sizes differ by odd and even numbers: where the difference is odd, a centred part is nearer to
 * one side, and must be so in the turned picture.
 */
static void test_turned(void **state)
{
    static const int64_t sizes[][2] = {{40, 61}, {61, 40}, {33, 34}, {1, 9}, {20, 20}};
    static const int64_t wanted[][2] = {{0, 0}, {11, 11}, {8, 13}, {20, 20}, {70, 30}, {1, 1}};

    (void)state;
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 6; k++)
            for (int shape = EVK_SHAPE_CROP; shape <= EVK_SHAPE_PAD; shape++) {
                struct picture p = make_picture(sizes[i][0], sizes[i][1], i % 2 ? 1 : 3);

                check_turned(&p, &(struct evk_wanted){wanted[k][0],
                                                      wanted[k][1],
                                                      shape == 1 ? 3 : 1,
                                                      {(enum evk_shaping)shape, {3, 100, 200}}});
                free(p.data);
            }
}

/*
 * The test above turns pictures by its own rule; this one has the results for six pixels by hand.
 */
static void test_turned_by_hand(void **state)
{
    static const char *const expected[] = {"abcdef", "cbafed", "fedcba", "defabc",
                                           "adbecf", "daebfc", "fcebda", "cfbead"};
    static const struct evk_wanted own = {.height = 0};
    struct picture p = {2, 3, 1, NULL};
    unsigned char letters[] = "abcdef";

    (void)state;
    p.data = letters;
    for (int orientation = 1; orientation <= 8; orientation++) {
        struct evk_str file = to_png(&p, orientation, 0);
        struct evk_pixels y = decode(&file, &own, NULL);

        assert_int_equal(y.height, orientation < 5 ? 2 : 3);
        assert_memory_equal(y.data, expected[orientation - 1], 6);
        evk_pixels_release(&y);
        evk_str_release(&file);
    }
}

/* ---- channels --------------------------------------------------------------------- */

static void test_channels(void **state)
{
    const struct evk_wanted own1 = {.channels = 1}, own3 = {.channels = 3};
    struct picture colour = make_picture(9, 7, 3), gray = make_picture(9, 7, 1);
    struct evk_changes did;
    struct evk_pixels y = convert(&colour, &own1, &did);

    (void)state;
    assert_true(did.luma && !did.repeated);
    assert_int_equal(y.channels, 1);
    for (int i = 0; i < 9 * 7; i++) {
        const unsigned char *p = colour.data + 3 * i;

        assert_int_equal(y.data[i], (19595 * p[0] + 38470 * p[1] + 7471 * p[2] + 32768) / 65536);
    }
    evk_pixels_release(&y);
    y = convert(&gray, &own3, &did);
    assert_true(!did.luma && did.repeated);
    for (int i = 0; i < 9 * 7 * 3; i++)
        assert_int_equal(y.data[i], gray.data[i / 3]);
    evk_pixels_release(&y);
    y = convert(&gray, &own1, &did);
    assert_true(!did.luma && !did.repeated);
    assert_memory_equal(y.data, gray.data, 9 * 7);
    evk_pixels_release(&y);
    free(colour.data);
    free(gray.data);
}

/* Luma is computed and rounded before resampling: the result is as if the file had been gray. */
static void test_luma_first(void **state)
{
    const struct evk_wanted small = {5, 8, 1, {EVK_SHAPE_SQUASH, {0, 0, 0}}};
    struct picture colour = make_picture(31, 29, 3), gray = make_picture(31, 29, 1);
    struct evk_pixels a, b;

    (void)state;
    for (int i = 0; i < 31 * 29; i++)
        gray.data[i] =
            (unsigned char)((19595 * colour.data[3 * i] + 38470 * colour.data[3 * i + 1] +
                             7471 * colour.data[3 * i + 2] + 32768) >>
                            16);
    a = convert(&colour, &small, NULL);
    b = convert(&gray, &small, NULL);
    assert_memory_equal(a.data, b.data, 5 * 8);
    evk_pixels_release(&a);
    evk_pixels_release(&b);
    free(colour.data);
    free(gray.data);
}

static void test_bits(void **state)
{
    const struct png_spec deep = {2, 1, 16, PNG_COLOR_TYPE_GRAY, 0, 0, 0};
    const struct png_spec shallow = {2, 1, 4, PNG_COLOR_TYPE_GRAY, 0, 0, 0};
    const unsigned char rows[] = {0, 128, 0, 129}, nibbles[] = {0x3f}; /* 128 / 257 is below 1/2 */
    const struct evk_wanted own = {.height = 0};
    struct evk_str file = png_make(&deep, rows);
    struct evk_changes did;
    struct evk_pixels y = decode(&file, &own, &did);

    (void)state;
    assert_int_equal(did.bits, 16);
    assert_true(y.data[0] == 0 && y.data[1] == 1);
    evk_pixels_release(&y);
    evk_str_release(&file);
    file = png_make(&shallow, nibbles);
    y = decode(&file, &own, &did);
    assert_int_equal(did.bits, 8);
    assert_true(y.data[0] == 51 && y.data[1] == 255);
    evk_pixels_release(&y);
    evk_str_release(&file);
}

/* ---- shape ------------------------------------------------------------------------ */

/*
 * From 7 x 10 to 7 x 7, columns 1 to 7 are copied; padded to 10 x 10, the picture is in rows 1 to
 * 7.
 */
static void test_moved(void **state)
{
    const struct evk_wanted crop = {7, 7, 0, {EVK_SHAPE_CROP, {0, 0, 0}}};
    const struct evk_wanted pad = {10, 10, 0, {EVK_SHAPE_PAD, {9, 90, 250}}};
    struct picture p = make_picture(7, 10, 3);
    struct evk_changes did;
    struct evk_pixels y = convert(&p, &crop, &did);

    (void)state;
    assert_true(did.shaped);
    for (int i = 0; i < 7; i++)
        assert_memory_equal(y.data + 21 * i, p.data + 30 * i + 3, 21);
    evk_pixels_release(&y);
    y = convert(&p, &pad, &did);
    assert_true(did.shaped);
    for (int i = 0; i < 100; i++) {
        const int row = i / 10 - 1;

        assert_memory_equal(
            y.data + 3 * i,
            row >= 0 && row < 7 ? p.data + 3 * (10 * row + i % 10) : pad.frame.ground, 3);
    }
    evk_pixels_release(&y);
    free(p.data);
}

/* The ground of a gray image is the luma of the ground's colour. */
static void test_gray_ground(void **state)
{
    const struct evk_wanted pad = {3, 1, 1, {EVK_SHAPE_PAD, {9, 90, 250}}};
    struct picture p = make_picture(1, 1, 1);
    struct evk_pixels y = convert(&p, &pad, NULL);

    (void)state;
    assert_int_equal(y.data[0], 84); /* (19595 * 9 + 38470 * 90 + 7471 * 250 + 32768) / 65536 */
    assert_int_equal(y.data[1], p.data[0]);
    assert_int_equal(y.data[2], 84);
    evk_pixels_release(&y);
    free(p.data);
}

static void test_squashed(void **state)
{
    const struct evk_wanted small = {6, 5, 0, {EVK_SHAPE_SQUASH, {0, 0, 0}}};
    const struct evk_resampling how = {{23, 6, false}, {41, 5, false}, false, 3};
    struct picture p = make_picture(23, 41, 3);
    struct evk_pixels y = convert(&p, &small, NULL);
    const unsigned char *row, *expected = y.data;
    struct evk_resampler *r;

    (void)state;
    assert_ok(evk_resampler_new(&r, &how, err));
    for (int i = 0; i < 23; i++) {
        evk_resampler_push(r, p.data + 41 * 3 * i);
        while ((row = evk_resampler_pull(r))) {
            assert_memory_equal(row, expected, 15);
            expected += 15;
        }
    }
    assert_ptr_equal(expected, y.data + 6 * 15);
    evk_resampler_free(r);
    evk_pixels_release(&y);
    free(p.data);
}

static void check_box(const struct evk_rectangle *b, int64_t top, int64_t left, int64_t h,
                      int64_t w)
{
    assert_int_equal(b->top, top);
    assert_int_equal(b->left, left);
    assert_int_equal(b->height, h);
    assert_int_equal(b->width, w);
}

static void test_layout(void **state)
{
    static const struct {
        int64_t h, w, wanted_h, wanted_w;
        enum evk_shaping shape;
        int scale_max, scale;
        int64_t part[4], place[4];
    } cases[] = {
        {4000, 6000, 112, 112, EVK_SHAPE_CROP, 8, 8, {0, 125, 500, 500}, {0, 0, 112, 112}},
        {4000, 6000, 112, 112, EVK_SHAPE_CROP, 1, 1, {0, 1000, 4000, 4000}, {0, 0, 112, 112}},
        {4000, 6000, 112, 112, EVK_SHAPE_SQUASH, 8, 8, {0, 0, 500, 750}, {0, 0, 112, 112}},
        /* The picture that is padded shrinks to 75 rows. */
        {1200, 1800, 112, 112, EVK_SHAPE_PAD, 8, 8, {0, 0, 150, 225}, {18, 0, 75, 112}},
        {1199, 1800, 112, 112, EVK_SHAPE_PAD, 8, 4, {0, 0, 300, 450}, {18, 0, 75, 112}},
        {448, 448, 112, 112, EVK_SHAPE_CROP, 8, 2, {0, 0, 224, 224}, {0, 0, 112, 112}},
        {447, 448, 112, 112, EVK_SHAPE_SQUASH, 8, 1, {0, 0, 447, 448}, {0, 0, 112, 112}},
        {1793, 1793, 112, 112, EVK_SHAPE_CROP, 8, 8, {0, 0, 225, 225}, {0, 0, 112, 112}},
        /*
         * 1000 x 1500 has the shape 2:3; its eighth, 125 x 188, has not quite, and is not cropped.
         */
        {1000, 1500, 2, 3, EVK_SHAPE_CROP, 8, 8, {0, 0, 125, 188}, {0, 0, 2, 3}},
        {100, 200, 0, 0, EVK_SHAPE_CROP, 8, 1, {0, 0, 100, 200}, {0, 0, 100, 200}},
        {100, 200, 100, 200, EVK_SHAPE_PAD, 8, 1, {0, 0, 100, 200}, {0, 0, 100, 200}},
        {1, 1000, 9, 9, EVK_SHAPE_CROP, 1, 1, {0, 499, 1, 1}, {0, 0, 9, 9}},
        {1, 1000, 9, 9, EVK_SHAPE_PAD, 1, 1, {0, 0, 1, 1000}, {4, 0, 1, 9}},
        {10, 7, 4, 3, EVK_SHAPE_CROP, 1, 1, {0, 0, 9, 7}, {0, 0, 4, 3}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const int64_t *part = cases[i].part, *place = cases[i].place;
        const struct evk_wanted wanted = {
            cases[i].wanted_h, cases[i].wanted_w, 0, {cases[i].shape, {0, 0, 0}}};
        const struct evk_layout l =
            evk_layout_of(cases[i].h, cases[i].w, cases[i].scale_max, &wanted);

        assert_int_equal(l.scale, cases[i].scale);
        check_box(&l.part, part[0], part[1], part[2], part[3]);
        check_box(&l.place, place[0], place[1], place[2], place[3]);
    }
}

/* ---- failures --------------------------------------------------------------------- */

/* Rows that are cropped away are read too, so that damage there is found. */
static void test_cut_off(void **state)
{
    const struct evk_wanted crop = {4, 4, 1, {EVK_SHAPE_CROP, {0, 0, 0}}};
    struct picture p = make_picture(40, 4, 3);
    struct evk_str file = to_png(&p, 1, 0);
    struct evk_pixels y = {0, 0, 0, NULL};

    (void)state;
    for (size_t n = 0; n < file.size; n++) {
        unsigned char *part = malloc(n ? n : 1);

        assert_non_null(part);
        memcpy(part, file.data, n);
        assert_fails(EVK_EFORMAT,
                     n == 0  ? "is empty, expected an image"
                     : n < 8 ? "unknown image format"
                             : "PNG is cut off after",
                     evk_photograph_decode(&y, part, n, &crop, NULL, err));
        assert_null(y.data);
        free(part);
    }
    evk_str_release(&file);
    free(p.data);
}

static void test_frame_of(void **state)
{
    evk_framing framing;

    evk_framing_default(&framing);
    struct evk_photograph_frame frame;

    (void)state;
    assert_ok(evk_frame_of(&frame, &framing, err));
    assert_int_equal(frame.shape, EVK_SHAPE_CROP);
    framing.pad = 7;
    assert_fails(EVK_EINVAL, "--pad needs --shape pad, but the shape is crop",
                 evk_frame_of(&frame, &framing, err));
    framing.shape = "pad";
    assert_ok(evk_frame_of(&frame, &framing, err));
    assert_int_equal(frame.shape, EVK_SHAPE_PAD);
    assert_memory_equal(frame.ground, "\7\7\7", 3);
    framing.shape = "stretch";
    assert_fails(EVK_EINVAL, "shape is 'stretch', expected crop, squash or pad",
                 evk_frame_of(&frame, &framing, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turned),      cmocka_unit_test(test_turned_by_hand),
        cmocka_unit_test(test_channels),    cmocka_unit_test(test_luma_first),
        cmocka_unit_test(test_bits),        cmocka_unit_test(test_moved),
        cmocka_unit_test(test_gray_ground), cmocka_unit_test(test_squashed),
        cmocka_unit_test(test_layout),      cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_frame_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
