/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_canvas.c - drawing on an image, a PDF and an SVG, also of texts that might break these */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "draw/canvas.h"

enum { W = 60, H = 40, WHITE = 0xFFFFFF, INK = 0x102030 };

static struct evk_canvas *open_canvas(enum evk_canvas_kind kind)
{
    struct evk_canvas *c;

    assert_ok(evk_canvas_new(&c, kind, W, H, "title", err));
    return c;
}

static struct evk_bytes finish(struct evk_canvas *c)
{
    struct evk_bytes file;

    assert_ok(evk_canvas_finish(c, &file, err));
    evk_canvas_free(c);
    return file;
}

static struct evk_pixels finish_image(struct evk_canvas *c)
{
    struct evk_bytes file = finish(c);
    struct evk_pixels p;

    assert_ok(evk_decode(&p, file.data, file.size, err));
    assert_true(p.width == W && p.height == H && p.channels == 3);
    evk_bytes_release(&file);
    return p;
}

static uint32_t at(const struct evk_pixels *p, int64_t x, int64_t y)
{
    const unsigned char *v = p->data + (y * p->width + x) * p->channels;

    return p->channels == 1 ? v[0] * 0x10101u : (uint32_t)v[0] << 16 | (uint32_t)v[1] << 8 | v[2];
}

static struct evk_pixels random_pixels(int64_t height, int64_t width, int64_t channels)
{
    uint64_t state = 3;
    struct evk_pixels p;

    assert_ok(evk_pixels_new(&p, height, width, channels, err));
    for (int64_t i = 0; i < height * width * channels; i++)
        p.data[i] = (unsigned char)(127.0f + 127.0f * random_float(&state));
    return p;
}

/*
 * ---- images -----------------------------------------------------------------------------------
 */

/*
 * Images are drawn at their size, three times as large, and beyond the edge; the rest stays white.
 */
static void test_pixels(void **state)
{
    (void)state;
    for (int64_t channels = 1; channels < 4; channels += 2) {
        struct evk_pixels p = random_pixels(7, 5, channels), q;
        struct evk_canvas *c = open_canvas(EVK_CANVAS_IMAGE);

        evk_canvas_image(c, &p, 3, 4, 5, 7);
        evk_canvas_image(c, &p, 20, 10, 15, 21);
        evk_canvas_image(c, &p, W - 2, -3, 5, 7);
        q = finish_image(c);
        for (int64_t y = 0; y < H; y++)
            for (int64_t x = 0; x < W; x++) {
                uint32_t want = WHITE;

                if (x >= 3 && x < 8 && y >= 4 && y < 11)
                    want = at(&p, x - 3, y - 4);
                else if (x >= 20 && x < 35 && y >= 10 && y < 31)
                    want = at(&p, (x - 20) / 3, (y - 10) / 3);
                else if (x >= W - 2 && y < 4)
                    want = at(&p, x - W + 2, y + 3);
                assert_int_equal(at(&q, x, y), want);
            }
        evk_pixels_release(&p);
        evk_pixels_release(&q);
    }
}

/* An image shrunk by 2 has the means of four pixels, halves rounded up. */
static void test_shrunk(void **state)
{
    struct evk_pixels p = random_pixels(8, 6, 1), q;
    struct evk_canvas *c = open_canvas(EVK_CANVAS_IMAGE);

    (void)state;
    evk_canvas_image(c, &p, 1, 1, 3, 4);
    evk_canvas_image(c, &p, 10, 10, 0.1, 0.1); /* a pixel at least: the mean of all */
    q = finish_image(c);
    for (int64_t y = 0; y < 4; y++)
        for (int64_t x = 0; x < 3; x++) {
            const unsigned char *v = p.data + 12 * y + 2 * x;

            assert_int_equal(at(&q, 1 + x, 1 + y) & 0xFF, (v[0] + v[1] + v[6] + v[7] + 2) / 4);
        }
    assert_int_not_equal(at(&q, 10, 10), WHITE);
    assert_int_equal(at(&q, 11, 10), WHITE);
    evk_pixels_release(&p);
    evk_pixels_release(&q);
}

static void test_shapes(void **state)
{
    struct evk_canvas *c = open_canvas(EVK_CANVAS_IMAGE);
    const double frame[] = {30.5, 10.5, 40.5, 10.5, 40.5, 20};
    struct evk_pixels q;

    (void)state;
    evk_canvas_rect(c, 5, 6, 10, 3, INK);
    evk_canvas_line(c, frame, 3, 1, INK);
    evk_canvas_line(c, frame, 0, 1, INK);
    evk_canvas_disc(c, 20, 30, 3, INK);
    q = finish_image(c);
    for (int64_t y = 0; y < 10; y++)
        for (int64_t x = 0; x < 25; x++)
            assert_int_equal(at(&q, x, y), x >= 5 && x < 15 && y >= 6 && y < 9 ? INK : WHITE);
    assert_int_equal(at(&q, 35, 10), INK);
    assert_int_equal(at(&q, 40, 15), INK);
    assert_int_equal(at(&q, 35, 15), WHITE);
    assert_int_equal(at(&q, 20, 30), INK);
    assert_int_equal(at(&q, 24, 30), WHITE);
    evk_pixels_release(&q);
}

/*
 * ---- text -------------------------------------------------------------------------------------
 */

/* Find the first and the last column that is not white. */
static void ink(const struct evk_pixels *p, int64_t *first, int64_t *last)
{
    *first = *last = -1;
    for (int64_t x = 0; x < W; x++)
        for (int64_t y = 0; y < H; y++)
            if (at(p, x, y) != WHITE) {
                *first = *first < 0 ? x : *first;
                *last = x;
            }
}

static void test_alignment(void **state)
{
    static const double where[] = {5, 30, 55};
    double width = 0;

    (void)state;
    for (int align = EVK_LEFT; align <= EVK_RIGHT; align++) {
        const struct evk_text_style style = {.size = 12, .align = (enum evk_align)align};
        struct evk_canvas *c = open_canvas(EVK_CANVAS_IMAGE);
        struct evk_pixels q;
        int64_t first, last;

        width = evk_canvas_text_width(c, "HIH", &style);
        assert_true(evk_canvas_text(c, where[align], 20, "HIH", &style) == width);
        q = finish_image(c);
        ink(&q, &first, &last);
        assert_true(first >= 0 && (double)(last - first) < width && width < 40);
        assert_true(fabs((double)first - (where[align] - align * width / 2)) < 3);
        evk_pixels_release(&q);
    }
}

/* Text never exceeds the given width, and is drawn whole as soon as it fits. */
static void test_shortened(void **state)
{
    const char *text = "a name of a file.png";

    (void)state;
    for (int cut = EVK_CUT_END; cut <= EVK_CUT_MIDDLE; cut++) {
        struct evk_canvas *c = open_canvas(EVK_CANVAS_IMAGE);
        struct evk_text_style style = {.size = 10, .bold = true, .cut = (enum evk_text_cut)cut};
        const double full = evk_canvas_text_width(c, text, &style);
        double before = 0;

        for (style.width = 1; style.width <= full + 2; style.width++) {
            const double width = evk_canvas_text(c, 0, 20, text, &style);

            assert_true(width <= style.width);
            assert_true(width + 1 >= before || cut == EVK_CUT_MIDDLE);
            before = width;
        }
        assert_true(before == full);
        evk_canvas_free(c);
    }
}

static const char *const hostile[] = {"",
                                      "line\nbreak\ttab\x01\x7f",
                                      "\xff\xfe broken",
                                      "half \xc3",
                                      "na\xc3\xafve \xce\xb1\xce\xb2 \xe6\x97\xa5\xe6\x9c\xac",
                                      "\xf0\x9f\x90\x92",
                                      "\xef\xbf\xbe \xef\xbf\xbf \xef\xb7\x90 \xf4\x8f\xbf\xbf",
                                      "\xe2\x80\xae tfel\xe2\x80\x8b\xef\xbb\xbf",
                                      "\xc2\x80\xc2\x9f\xc2\xad"};

static void draw_hostile(enum evk_canvas_kind kind, const char *text, const char *giant)
{
    struct evk_canvas *c;
    struct evk_bytes file;

    assert_ok(evk_canvas_new(&c, kind, W, H, text, err));
    for (int width = 0; width < 40; width += 13) {
        const struct evk_text_style style = {
            .size = 9, .width = width, .cut = (enum evk_text_cut)(width % 2)};

        evk_canvas_text(c, 0, 9, text, &style);
        evk_canvas_text(c, 0, 9, giant, &style);
    }
    file = finish(c);
    assert_true(file.size > 60);
    evk_bytes_release(&file);
}

static void test_hostile_text(void **state)
{
    char giant[5000];

    (void)state;
    memset(giant, 'W', sizeof(giant) - 1);
    giant[sizeof(giant) - 1] = '\0';
    for (int kind = EVK_CANVAS_IMAGE; kind <= EVK_CANVAS_SVG; kind++)
        for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
            draw_hostile((enum evk_canvas_kind)kind, hostile[i], giant);
}

/*
 * ---- documents --------------------------------------------------------------------------------
 */

static struct evk_bytes draw_all(enum evk_canvas_kind kind)
{
    struct evk_pixels p = random_pixels(6, 4, 3), large = random_pixels(300, 200, 1);
    struct evk_canvas *c = open_canvas(kind);
    const double line[] = {1, 1, 5, 7, 9, 2};

    for (int page = 0; page < 3; page++) {
        const struct evk_text_style style = {.size = 8 + page, .bold = page % 2, .colour = INK};

        if (page > 0 && kind == EVK_CANVAS_PDF)
            evk_canvas_next_page(c);
        evk_canvas_text(c, 2, 10, "Some text", &style);
        evk_canvas_image(c, &p, 3 * page, 9, 8, 12);
        evk_canvas_image(c, &large, 30, 9, 10, 15);
        evk_canvas_line(c, line, 3, 0.5, INK);
        evk_canvas_disc(c, 40, 30, 2, INK);
    }
    evk_pixels_release(&p);
    evk_pixels_release(&large);
    return finish(c);
}

static void test_same_bytes(void **state)
{
    (void)state;
    for (int kind = EVK_CANVAS_IMAGE; kind <= EVK_CANVAS_SVG; kind++) {
        struct evk_bytes a = draw_all((enum evk_canvas_kind)kind);
        struct evk_bytes b = draw_all((enum evk_canvas_kind)kind);

        assert_int_equal(a.size, b.size);
        assert_memory_equal(a.data, b.data, a.size);
        evk_bytes_release(&a);
        evk_bytes_release(&b);
    }
}

/* A document as text; zero bytes in it become spaces. */
static struct evk_str as_text(enum evk_canvas_kind kind)
{
    struct evk_bytes file = draw_all(kind);
    struct evk_str text = EVK_STR_INIT;

    for (size_t i = 0; i < file.size; i++)
        file.data[i] = file.data[i] ? file.data[i] : ' ';
    evk_str_add(&text, file.data, file.size);
    evk_bytes_release(&file);
    return text;
}

static void test_pdf(void **state)
{
    struct evk_str text = as_text(EVK_CANVAS_PDF);

    (void)state;
    assert_int_equal(strncmp(text.data, "%PDF-1.4", 8), 0);
    assert_non_null(strstr(text.data, "/Count 3"));
    assert_non_null(strstr(text.data, "/Title (title)"));
    assert_null(strstr(text.data, "Date"));
    evk_str_release(&text);
}

/* In an SVG, ids are numbered and unique, and each reference has an id. */
static void test_svg(void **state)
{
    struct evk_str text = as_text(EVK_CANVAS_SVG);
    int ids = 0;

    (void)state;
    for (const char *s = text.data; (s = strstr(s, " id=\"")); s += 5) {
        char want[32];

        snprintf(want, sizeof(want), " id=\"n%d\"", ++ids);
        assert_int_equal(strncmp(s, want, strlen(want)), 0);
    }
    assert_true(ids > 5);
    for (const char *s = text.data; (s = strchr(s, '#')); s++) {
        int id = 0;

        assert_int_equal(sscanf(s, "#n%d\"", &id), 1);
        assert_in_range(id, 1, ids);
    }
    evk_str_release(&text);
}

static void test_refused(void **state)
{
    static const double sizes[][2] = {{0, 5}, {5, 0}, {30001, 1}, {20000, 20000}, {(double)NAN, 5}};
    struct evk_canvas *c;

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        assert_fails(EVK_EINVAL, "pixels, expected 1 to 30000 a side",
                     evk_canvas_new(&c, EVK_CANVAS_IMAGE, sizes[i][0], sizes[i][1], "", err));
    evk_canvas_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pixels),     cmocka_unit_test(test_shrunk),
        cmocka_unit_test(test_shapes),     cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_shortened),  cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_pdf),
        cmocka_unit_test(test_svg),        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
