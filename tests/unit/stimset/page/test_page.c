/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_page.c - pages of sets: which image is where, and pictures that are reduced to fit */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "base/mem.h"
#include "format/codec.h"
#include "stimset/page/base64.h"
#include "stimset/page/pictures.h"
#include "synth/settings.h"

enum { PHOTOS = 7, OUTPUTS = 2, SIDE = 64 };

static char *folder;
static struct linear weights;
static evk_model *model;
static evk_image_list *photos;
static float values[PHOTOS * TINY_VALUES];
static evk_set *set, *low; /* of all outputs, with controls and photographs; the same, lowered */

static void make(const char *name, bool minimize, evk_set **out)
{
    static const int64_t outputs[OUTPUTS] = {0, 1};
    const evk_target target = {model, outputs, OUTPUTS};
    const evk_judges judges = {.reference = photos};
    const evk_run run = {.threads = 2};
    evk_recipe r = tiny_recipe();
    evk_set_report *report;

    r.starts = 3;
    r.keep = 3;
    r.minimize = minimize;
    r.controls = "scrambled,natural,blank";
    assert_ok(evk_maximize(path_in(folder, name), &target, 1, &r, &judges, &run, &report, err));
    evk_set_report_free(report);
    assert_ok(evk_set_open(out, path_in(folder, name), err));
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("page");
    linear_random(&weights, path_in(folder, "tiny.keras"), OUTPUTS, 5);
    linear_save(&weights);
    model = linear_open(&weights);
    photos = linear_photos(path_in(folder, "photos"), PHOTOS, values);
    make("set", false, &set);
    make("low", true, &low);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_set_free(set);
    evk_set_free(low);
    evk_model_free(model);
    evk_image_list_free(photos);
    linear_release(&weights);
    free(folder);
    return 0;
}

/* ---- order ------------------------------------------------------------------------------------- */

static int64_t count_images(const evk_set *s)
{
    int64_t n = 0;

    for (int64_t i = 0; i < evk_set_count(s); i++)
        n += strcmp(evk_set_cell(s, i, "present"), "true") == 0;
    return n;
}

/*
 * The image that begins a row is the photograph with the largest response or, where the first set
 * lowers responses, the smallest.
 */
static void check_best(const struct evk_page *p, const struct evk_page_line *line)
{
    const struct evk_page_item *best = &p->items[line->first];
    const double sign = p->sets[0].set == low ? -1 : 1;

    assert_true(best->best);
    assert_int_equal(best->set, 0);
    for (int64_t i = 0; i < line->count; i++) {
        const struct evk_row *row = p->items[line->first + i].row;

        assert_true(p->items[line->first + i].best == (i == 0));
        if (row->control && strcmp(row->control, "natural") == 0 &&
            p->items[line->first + i].set == 0)
            assert_true(sign * row->response_pred <= sign * best->row->response_pred);
    }
}

/* What belongs together stands together, the best first. */
static void check_order(const struct evk_page *p, const struct evk_page_line *line)
{
    int64_t main = line->first;

    for (int64_t i = line->first + 1; i < line->first + line->count; i++) {
        const struct evk_page_item *item = &p->items[i], *before = &p->items[main];
        const double sign = item->set == 0 ? 1 : -1;

        assert_true(item->of == -1 || item->of == main);
        if (item->of == main) {
            assert_string_equal(item->row->control_of, before->row->stimulus_id);
            assert_int_equal(item->set, before->set);
            continue;
        }
        assert_true(before->best || before->set <= item->set);
        if (!before->best && before->set == item->set)
            assert_true(sign * before->row->objective_pred >= sign * item->row->objective_pred);
        main = i;
    }
}

static void order(void **state)
{
    const evk_set *const sets[] = {set, low};
    struct evk_page p;

    (void)state;
    assert_ok(evk_page_init(&p, sets, 2, NULL, err));
    assert_int_equal(p.line_count, 2);
    assert_string_equal(p.lines[0].unit, "tiny:0");
    assert_string_equal(p.lines[1].unit, "tiny:1");
    assert_int_equal(p.count, count_images(set) + count_images(low));
    assert_int_equal(p.lines[0].count + p.lines[1].count, p.count);
    for (int line = 0; line < 2; line++) {
        assert_int_equal(p.lines[line].first, line ? p.lines[0].count : 0);
        check_best(&p, &p.lines[line]);
        check_order(&p, &p.lines[line]);
    }
    evk_page_release(&p);
}

static void lowered(void **state)
{
    const evk_set *const sets[] = {low, set};
    struct evk_page p;

    (void)state;
    assert_ok(evk_page_init(&p, sets, 2, NULL, err));
    for (int line = 0; line < 2; line++)
        check_best(&p, &p.lines[line]);
    evk_page_release(&p);
}

/* The key that the browser remembers decisions by is another one for other sets or vetoes. */
static void keys(void **state)
{
    const evk_set *const sets[] = {set, low};
    static const char text[] = "set\tstimulus_id\treason\nset\tstim-max000001\tx\n";
    struct evk_page both, one, vetoed;
    const char *path = path_in(folder, "veto.tsv");

    (void)state;
    assert_ok(evk_fs_write(path, text, strlen(text), err));
    assert_ok(evk_page_init(&both, sets, 2, NULL, err));
    assert_ok(evk_page_init(&one, sets, 1, NULL, err));
    assert_ok(evk_page_init(&vetoed, sets, 1, path, err));
    assert_string_not_equal(both.key, one.key);
    assert_string_not_equal(vetoed.key, one.key);
    evk_page_release(&both);
    evk_page_release(&one);
    evk_page_release(&vetoed);
}

/* ---- pictures ---------------------------------------------------------------------------------- */

static void base64(void **state)
{
    static const char *const cases[][2] = {/* RFC 4648, section 10 */
                                           {"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"},
                                           {"\xff\xfb\xef", "//vv"}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct evk_str text = EVK_STR_INIT;
        const size_t n = strlen(cases[i][0]);

        evk_base64_add(&text, (const unsigned char *)cases[i][0], n);
        assert_string_equal(text.data, cases[i][1]);
        assert_int_equal(text.size, evk_base64_size((int64_t)n));
        evk_str_release(&text);
    }
}

static int64_t value_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(digits, c);

    assert_non_null(at);
    return at - digits;
}

/* Decode the picture at *html, and go behind it. */
static void next_picture(const char **html, struct evk_pixels *out)
{
    const char *at = strchr(*html, '>') + 1, *end = strchr(at, '<');
    unsigned char *bytes;
    size_t n = 0;

    assert_ok(evk_alloc(&bytes, end - at, 1, "a picture", err));
    for (; at + 4 <= end; at += 4) {
        int64_t b = 0;

        for (int k = 0; k < 4; k++)
            b = b * 64 + (at[k] == '=' ? 0 : value_of(at[k]));
        for (int k = 0; k < 3; k++)
            bytes[n++] = (unsigned char)(b >> (16 - 8 * k) & 255);
    }
    n -= (size_t)(end[-1] == '=') + (size_t)(end[-2] == '=');
    assert_ok(evk_decode(out, bytes, n, err));
    free(bytes);
    *html = strchr(end, '\n') + 1;
}

/* Pictures of at most `most` bytes of leaves; checks the size of each, and returns the side. */
static int64_t check_reduced(evk_set *leaves, int64_t most)
{
    const evk_set *const sets[] = {leaves};
    struct evk_str html = EVK_STR_INIT;
    struct evk_pictures pictures;
    struct evk_page p;
    const char *at;
    int64_t side;

    assert_ok(evk_page_init(&p, sets, 1, NULL, err));
    assert_ok(evk_pictures_init(&pictures, &p, err));
    assert_int_equal(pictures.count, p.count);
    assert_ok(evk_pictures_write(&pictures, &p, most, &html, err));
    assert_true(html.size <= (size_t)most);
    side = pictures.side ? pictures.side : SIDE;
    at = html.data;
    for (int64_t k = 0; k < p.count; k++) {
        struct evk_pixels pixels;

        next_picture(&at, &pixels);
        assert_int_equal(pixels.width, side);
        assert_int_equal(pixels.height, (SIDE / 2 * side + SIDE / 2) / SIDE);
        evk_pixels_release(&pixels);
    }
    assert_int_equal(*at, 0);
    side = pictures.side;
    evk_pictures_release(&pictures);
    evk_page_release(&p);
    evk_str_release(&html);
    return side;
}

/* Where the files do not fit, they are reduced as little as it takes, or refused. */
static void reduced(void **state)
{
    const evk_run run = {.threads = 2};
    const evk_set *sets[1];
    struct evk_str html = EVK_STR_INIT;
    struct evk_pictures pictures;
    struct evk_page p;
    evk_made made;
    evk_set *leaves;

    (void)state;
    assert_ok(evk_leaves_set(path_in(folder, "leaves"), 8, SIDE / 2, SIDE, 1, &run, &made, err));
    assert_ok(evk_set_open(&leaves, path_in(folder, "leaves"), err));
    assert_int_equal(check_reduced(leaves, 1000000), 0);
    assert_in_range(check_reduced(leaves, 50000), 40, SIDE - 1);
    assert_in_range(check_reduced(leaves, 20000), EVK_PAGE_SIDE_LEAST, 40);
    sets[0] = leaves;
    assert_ok(evk_page_init(&p, sets, 1, NULL, err));
    assert_ok(evk_pictures_init(&pictures, &p, err));
    assert_fails(EVK_EUNSUPPORTED, "8 images do not fit",
                 evk_pictures_write(&pictures, &p, 4000, &html, err));
    evk_pictures_release(&pictures);
    evk_page_release(&p);
    evk_str_release(&html);
    evk_set_free(leaves);
}

/* Equal files are one picture: a set and its copy have the same pictures. */
static void shared(void **state)
{
    const evk_set *sets[] = {set, NULL};
    struct evk_pictures pictures;
    struct evk_page p;
    evk_set *copy;

    (void)state;
    tiny_copy(path_in(folder, "set"), path_in(folder, "copy"));
    assert_ok(evk_set_open(&copy, path_in(folder, "copy"), err));
    sets[1] = copy;
    assert_ok(evk_page_init(&p, sets, 2, NULL, err));
    assert_ok(evk_pictures_init(&pictures, &p, err));
    assert_int_equal(2 * pictures.count, p.count);
    for (int64_t i = 0; i < p.count; i++) {
        const struct evk_page_item *first = &p.items[pictures.item[p.items[i].picture]];

        assert_string_equal(first->row->sha256, p.items[i].row->sha256);
    }
    evk_pictures_release(&pictures);
    evk_page_release(&p);
    evk_set_free(copy);
}

/* Where other parts leave no room, nothing fits; a table may claim files of any size. */
static void no_room(void **state)
{
    struct evk_page p;
    struct evk_pictures pictures;
    struct evk_str html = EVK_STR_INIT;
    const evk_set *sets[] = {set};
    struct evk_row huge;

    (void)state;
    assert_ok(evk_page_init(&p, sets, 1, NULL, err));
    assert_ok(evk_pictures_init(&pictures, &p, err));
    assert_fails(EVK_EUNSUPPORTED, "leave no room",
                 evk_pictures_write(&pictures, &p, 0, &html, err));
    assert_fails(EVK_EUNSUPPORTED, "leave no room",
                 evk_pictures_write(&pictures, &p, -1, &html, err));
    assert_int_equal(html.size, 0);
    huge = *p.items[pictures.item[0]].row;
    huge.bytes = huge.width_px = INT64_MAX; /* the file itself is as it was */
    p.items[pictures.item[0]].row = &huge;
    assert_ok(evk_pictures_write(&pictures, &p, EVK_PAGE_BYTES, &html, err));
    assert_in_range(pictures.side, EVK_PAGE_SIDE_LEAST, INT64_MAX);
    evk_str_release(&html);
    evk_pictures_release(&pictures);
    evk_page_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order),   cmocka_unit_test(lowered), cmocka_unit_test(keys),
        cmocka_unit_test(base64),  cmocka_unit_test(reduced), cmocka_unit_test(shared),
        cmocka_unit_test(no_room),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
