/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_sheet.c - contact sheets: which pixels are where, how large, and that any text is welcome */
#include "../../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "stimset/sheet/grid.h"
#include "stimset/sheet/sheet.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("sheet");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

/* ---- synthetic sets --------------------------------------------------------------------------- */

enum { STEPS = 12, FAILING = 7 };

struct images {
    int64_t height, width;
    int64_t reads;
    bool fails; /* at image FAILING */
};

/* Image i, of one colour channel where i is odd; noise that no other image has. */
static evk_status read_image(void *arg, int64_t item, struct evk_pixels *out, evk_error *err)
{
    struct images *im = arg;
    uint64_t state = (uint64_t)item;

    im->reads++;
    if (im->fails && item == FAILING)
        return EVK_EFORMAT;
    EVK_TRY(evk_pixels_new(out, im->height, im->width, item % 2 ? 1 : 3, err));
    for (int64_t i = 0; i < im->height * im->width * out->channels; i++)
        out->data[i] = (unsigned char)(127.0f + 100.0f * random_float(&state));
    return EVK_OK;
}

struct set {
    struct evk_sheet sheet;
    struct evk_sheet_item *items;
    char (*texts)[48];
    double *traces;
    struct images images;
};

/* neurons with as many starts each; responses are 1, 2, 3, ... */
static struct set *new_set(int64_t neurons, int64_t starts, int64_t height, int64_t width)
{
    const int64_t n = neurons * starts;
    struct set *s = calloc(1, sizeof(*s));

    s->images = (struct images){height, width, 0, false};
    s->items = calloc((size_t)n + 1, sizeof(*s->items));
    s->texts = calloc(2 * (size_t)n + 1, sizeof(*s->texts));
    s->traces = calloc((size_t)n * STEPS + 1, sizeof(*s->traces));
    for (int64_t i = 0; i < n; i++) {
        double *trace = s->traces + i * STEPS;

        snprintf(s->texts[2 * i], sizeof(*s->texts), "stim-max%06d", (int)i + 1);
        snprintf(s->texts[2 * i + 1], sizeof(*s->texts), "201025_neuron%d:0", (int)(i / starts));
        for (int j = 0; j < STEPS; j++)
            trace[j] = (double)i * j / (STEPS - 1);
        s->items[i] = (struct evk_sheet_item){.id = s->texts[2 * i],
                                              .neuron = s->texts[2 * i + 1],
                                              .start = i % starts,
                                              .response = (double)i + 1,
                                              .trace = trace,
                                              .trace_count = STEPS,
                                              .present = true,
                                              .remark = i % 10 == 3 ? "saturated" : NULL};
    }
    s->sheet = (struct evk_sheet){
        .title = "a set", .items = s->items, .count = n, .read = read_image, .arg = &s->images};
    return s;
}

static void free_set(struct set *s)
{
    free(s->items);
    free(s->texts);
    free(s->traces);
    free(s);
}

static struct evk_pixels draw(const struct set *s)
{
    struct evk_bytes file;
    struct evk_pixels p;

    assert_ok(evk_sheet_png(&s->sheet, &file, err));
    assert_ok(evk_decode(&p, file.data, file.size, err));
    evk_bytes_release(&file);
    return p;
}

/* ---- where pixels are ------------------------------------------------------------------------- */

static bool is_at(const struct evk_pixels *page, const struct evk_pixels *p, int64_t scale,
                  int64_t left, int64_t top)
{
    for (int64_t y = 0; y < p->height * scale; y++)
        for (int64_t x = 0; x < p->width * scale; x++) {
            const unsigned char *want = p->data + (y / scale * p->width + x / scale) * p->channels;
            const unsigned char *v = page->data + ((top + y) * page->width + left + x) * 3;

            if (v[0] != want[0] || v[1] != want[p->channels / 2] || v[2] != want[p->channels - 1])
                return false;
        }
    return true;
}

struct spot {
    int64_t x, y;
};

/* Where image i is on the page, each pixel scale x scale; x is -1 where it is not. */
static struct spot find(const struct set *s, const struct evk_pixels *page, int64_t i,
                        int64_t scale)
{
    struct images images = s->images;
    struct evk_pixels p;
    struct spot found = {-1, -1};

    images.fails = false;
    assert_ok(read_image(&images, i, &p, err));
    for (int64_t y = 0; y + p.height * scale <= page->height; y++)
        for (int64_t x = 0; x + p.width * scale <= page->width; x++)
            if (is_at(page, &p, scale, x, y)) {
                assert_int_equal(found.x, -1);
                found = (struct spot){x, y};
            }
    evk_pixels_release(&p);
    return found;
}

/* Two neurons: a row each, best first, at even distances; every pixel as it was. */
static void test_order(void **state)
{
    (void)state;
    for (int descending = 0; descending < 2; descending++) {
        struct set *s = new_set(2, 3, 100, 70);
        struct evk_pixels page;
        struct spot spots[6];

        s->items[0].descending = s->items[1].descending = s->items[2].descending = descending;
        page = draw(s);
        for (int64_t i = 0; i < 6; i++) {
            spots[i] = find(s, &page, i, 1);
            assert_true(spots[i].x > 0);
        }
        assert_true(spots[0].y == spots[1].y && spots[1].y == spots[2].y);
        assert_true(spots[3].y == spots[4].y && spots[4].y == spots[5].y);
        assert_true(spots[0].y < spots[3].y || spots[0].x < spots[3].x);
        assert_true(spots[5].x < spots[4].x && spots[4].x < spots[3].x);
        assert_true((spots[0].x < spots[1].x) == descending);
        assert_true((spots[1].x < spots[2].x) == descending);
        assert_int_equal(spots[4].x - spots[5].x, spots[3].x - spots[4].x);
        evk_pixels_release(&page);
        free_set(s);
    }
}

/* Without a response after those with, without an image after all: that is never read. */
static void test_missing(void **state)
{
    struct set *s = new_set(1, 5, 90, 90);
    struct evk_pixels page;
    struct spot spots[5];

    (void)state;
    s->items[4].response = (double)NAN;
    s->items[3].present = false;
    s->items[3].trace = NULL;
    s->items[3].remark = "dead";
    page = draw(s);
    for (int64_t i = 0; i < 5; i++)
        spots[i] = find(s, &page, i, 1);
    assert_true(spots[2].x > 0 && spots[2].x < spots[1].x && spots[1].x < spots[0].x);
    assert_int_equal(spots[3].x, -1);
    assert_int_equal(spots[4].x - spots[0].x, 2 * (spots[0].x - spots[1].x));
    assert_int_equal(s->images.reads, 8); /* to measure, and to draw */
    evk_pixels_release(&page);
    free_set(s);
}

/* Small images grow by a whole number; of two sizes, each fills the box as far as it can. */
static void test_enlarged(void **state)
{
    struct set *s = new_set(1, 2, 32, 20);
    struct evk_pixels page = draw(s);

    (void)state;
    assert_true(find(s, &page, 0, 4).x > find(s, &page, 1, 4).x);
    assert_true(find(s, &page, 1, 4).x > 0);
    evk_pixels_release(&page);
    free_set(s);
}

/* ---- how large -------------------------------------------------------------------------------- */

static uint32_t big(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Whatever the shape of the set and of its images; captions up to 4,000 of the field's size. */
static void test_bounds(void **state)
{
    static const int64_t sets[][2] = {{0, 0},   {1, 1},     {4, 1},     {8, 3},    {219, 1},
                                      {1, 500}, {444, 9},   {4000, 1},  {1, 4000}, {3640, 9},
                                      {1, 900}, {32767, 1}, {1, 32767}, {300, 999}};
    static const int64_t sides[][2] = {{112, 112}, {32, 32},   {8, 8},      {1, 1},
                                       {40, 400},  {2000, 30}, {1000, 1000}};

    (void)state;
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
        for (size_t j = 0; j < sizeof(sides) / sizeof(sides[0]); j++) {
            const int64_t n = sets[i][0], starts = sets[i][1];
            int64_t *first = calloc((size_t)n + 1, sizeof(*first));
            const struct evk_sheet_order o = {
                .cell = first, .neurons = n, .longest = starts, .traces = true, .remarks = true};
            struct evk_sheet_grid g;

            for (int64_t k = 0; k <= n; k++)
                first[k] = k * starts;
            assert_ok(evk_sheet_grid_screen(&g, &o, sides[j], err));
            assert_true(g.page_w <= 30000 && g.page_h <= 30000 && g.page_w * g.page_h < 40e6);
            assert_true(g.columns * g.lines * g.per_line >= n * starts);
            assert_true(g.left + (double)g.columns * g.column_w < g.page_w + 100);
            assert_true(n * starts > 4500 || (g.text >= 9 && g.tiny >= 8 && g.trace_w > 20));
            assert_true(n * starts > 200 || sides[j][0] != 112 || g.image_w == 112);
            evk_sheet_grid_paper(&g, &o, sides[j]);
            assert_true(g.pages * g.columns * g.lines * g.per_line >= n * starts);
            assert_true(g.text >= 5 && g.image_w > 0 && g.image_h > 0);
            assert_true(g.top + (double)g.lines * g.cell_h < g.page_h);
            free(first);
        }
}

static void test_too_many(void **state)
{
    int64_t first[] = {0, 50000000};
    const struct evk_sheet_order o = {.cell = first, .neurons = 1, .longest = 50000000};
    struct evk_sheet_grid g;

    (void)state;
    assert_fails(EVK_EUNSUPPORTED, "50000000 stimuli are too many for one image",
                 evk_sheet_grid_screen(&g, &o, (const int64_t[]){112, 112}, err));
}

/* As large as sets become: as many as there are strobe codes. */
static void test_large(void **state)
{
    static const int64_t sets[][2] = {{444, 9}, {32767, 1}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct set *s = new_set(sets[i][0], sets[i][1], 16, 16);
        struct evk_bytes file;

        assert_ok(evk_sheet_png(&s->sheet, &file, err));
        assert_in_range(big(file.data + 16), 3000, 30000);
        assert_in_range(big(file.data + 20), 2000, 30000);
        assert_true((double)big(file.data + 16) * big(file.data + 20) < 40e6);
        assert_in_range(s->images.reads, s->sheet.count, s->sheet.count + 100);
        evk_bytes_release(&file);
        free_set(s);
    }
}

/* ---- files ------------------------------------------------------------------------------------ */

static struct evk_bytes written(const struct set *s, const char *name, const char *result)
{
    struct evk_bytes file;

    assert_ok(evk_sheet_write(&s->sheet, path_in(folder, name), err));
    assert_ok(evk_fs_read(&file, path_in(folder, result), 1 << 28, err));
    return file;
}

static bool holds(const struct evk_bytes *file, const char *text)
{
    const size_t n = strlen(text);

    for (size_t i = 0; i + n <= file->size; i++)
        if (memcmp(file->data + i, text, n) == 0)
            return true;
    return false;
}

static void test_same_bytes(void **state)
{
    static const char *const names[] = {"a.png", "a.PDF", "a.svg"};
    struct set *s = new_set(7, 3, 30, 40);

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct evk_bytes a = written(s, names[i], names[i]), b = written(s, names[i], names[i]);

        assert_int_equal(a.size, b.size);
        assert_memory_equal(a.data, b.data, a.size);
        evk_bytes_release(&a);
        evk_bytes_release(&b);
    }
    free_set(s);
}

/* As many pages as the grid says, in one PDF or in one SVG each. */
static void test_pages(void **state)
{
    struct set *s = new_set(40, 9, 10, 10);
    struct evk_sheet_order o;
    struct evk_sheet_grid g;
    struct evk_bytes file;
    char text[64];

    (void)state;
    assert_ok(evk_sheet_order_new(&o, &s->sheet, err));
    evk_sheet_grid_paper(&g, &o, (const int64_t[]){10, 10});
    assert_int_equal(g.per_line, 9);
    assert_in_range(g.pages, 4, 10);
    file = written(s, "pages.pdf", "pages.pdf");
    snprintf(text, sizeof(text), "/Count %d", (int)g.pages);
    assert_true(holds(&file, text));
    evk_bytes_release(&file);
    snprintf(text, sizeof(text), "pages-%03d.svg", (int)g.pages);
    file = written(s, "pages.svg", text);
    assert_true(holds(&file, "</svg>"));
    evk_bytes_release(&file);
    snprintf(text, sizeof(text), "pages-%03d.svg", (int)g.pages + 1);
    assert_false(evk_fs_exists(path_in(folder, text)));
    assert_false(evk_fs_exists(path_in(folder, "pages.svg")));
    evk_sheet_order_release(&o);
    free_set(s);
}

/* No stimulus, no image, no trace, traces of one point or none that is finite: still a sheet. */
static void test_little(void **state)
{
    static const char *const names[] = {"little.png", "little.pdf", "little.svg"};
    double odd[] = {(double)NAN, (double)INFINITY, -1e308, 1e308};

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct set *s = new_set(2, 3, 5, 5);
        struct evk_bytes file;

        s->items[0].trace = NULL;
        s->items[1].trace = odd;
        s->items[1].trace_count = 2;
        s->items[2].trace = odd;
        s->items[2].trace_count = 4;
        s->items[3].trace_count = 0;
        s->items[4].trace_count = 1;
        s->items[5].response = (double)INFINITY;
        s->items[5].start = -1;
        file = written(s, names[i], names[i]);
        evk_bytes_release(&file);
        for (int64_t j = 0; j < 6; j++)
            s->items[j] = (struct evk_sheet_item){.id = "", .neuron = "", .response = (double)NAN};
        file = written(s, names[i], names[i]);
        evk_bytes_release(&file);
        s->sheet.count = 0;
        file = written(s, names[i], names[i]);
        evk_bytes_release(&file);
        free_set(s);
    }
}

/* Two curves, of as many iterations as the item has a number. */
static evk_status read_curves(void *arg, int64_t item, struct evk_curves *out, evk_error *err)
{
    (void)arg;
    (void)err;
    *out = (struct evk_curves){2, {"response", "step"}, item + 1, item, {0}, {{0}}};
    for (int64_t i = 0; i <= item; i++) {
        out->step[i] = (double)i;
        out->value[0][i] = (double)(i * item);
        out->value[1][i] = i == item ? (double)NAN : 1;
    }
    return EVK_OK;
}

/* Plots of traced stimuli: below the images as they were, or on pages that come last. */
static void test_traced(void **state)
{
    struct set *s = new_set(20, 3, 100, 70);
    struct evk_bytes file;
    struct evk_pixels without = draw(s), with;
    struct evk_sheet_order o;
    struct evk_sheet_grid g;
    char text[64];

    (void)state;
    assert_ok(evk_sheet_order_new(&o, &s->sheet, err));
    evk_sheet_grid_paper(&g, &o, (const int64_t[]){100, 70});
    evk_sheet_order_release(&o);
    s->sheet.curves = read_curves;
    with = draw(s); /* none is traced */
    assert_int_equal(with.height, without.height);
    evk_pixels_release(&with);
    for (int64_t i = 0; i < 60; i++)
        s->items[i].traced = i % 3 == 0 && i != 6; /* 19 neurons */
    with = draw(s);
    assert_int_equal(with.width, without.width);
    assert_true(with.height > without.height + 19 / (with.width / 300 + 1) * 60);
    assert_memory_equal(with.data, without.data,
                        (size_t)(without.width * (without.height - 30) * 3));
    evk_pixels_release(&with);
    evk_pixels_release(&without);
    snprintf(text, sizeof(text), "traced-%03d.svg", (int)g.pages + 1);
    file = written(s, "traced.svg", text);
    evk_bytes_release(&file);
    file = written(s, "traced.pdf", "traced.pdf");
    evk_bytes_release(&file);
    free_set(s);
}

static void test_any_text(void **state)
{
    static const char *const names[] = {"text.png", "text.pdf", "text.svg"};
    struct set *s = new_set(3, 1, 20, 20);
    char giant[3000];

    (void)state;
    memset(giant, '\xc3', sizeof(giant));
    giant[sizeof(giant) - 1] = '\0';
    s->sheet.title = "t\xff\n\x01";
    s->items[0].neuron = "neuron\xe9\x1b[2J";
    s->items[0].remark = "\xef\xbf\xbf";
    s->items[1].neuron = s->items[1].id = s->items[1].remark = giant;
    s->items[2].neuron = "\xe7\xa5\x9e\xe7\xb5\x8c \xe2\x80\xae";
    for (int i = 0; i < 3; i++) {
        struct evk_bytes file = written(s, names[i], names[i]);

        evk_bytes_release(&file);
    }
    free_set(s);
}

static void test_refused(void **state)
{
    static const char *const names[] = {"none/a.png", "none/a.pdf", "none/a.svg"};
    static const char *const endings[] = {"a.gif", "a", "png", "a.pdf.gz"};
    struct set *s = new_set(2, 9, 20, 20);

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_fails(EVK_EINVAL, "ends in .png, .pdf or .svg",
                     evk_sheet_write(&s->sheet, path_in(folder, endings[i]), err));
    assert_int_equal(s->images.reads, 0);
    for (int i = 0; i < 3; i++) {
        assert_fails(EVK_EIO, "none/a", evk_sheet_write(&s->sheet, path_in(folder, names[i]), err));
        assert_fails(EVK_EIO, "No such file or directory",
                     evk_sheet_write(&s->sheet, path_in(folder, names[i]), err));
    }
    s->images.fails = true;
    for (int i = 0; i < 3; i++)
        assert_fails(EVK_EFORMAT, "",
                     evk_sheet_write(&s->sheet, path_in(folder, names[i] + 5), err));
    assert_false(evk_fs_exists(path_in(folder, "a.gif")));
    free_set(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),      cmocka_unit_test(test_missing),
        cmocka_unit_test(test_enlarged),   cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_too_many),   cmocka_unit_test(test_large),
        cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_pages),
        cmocka_unit_test(test_little),     cmocka_unit_test(test_traced),
        cmocka_unit_test(test_any_text),   cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
