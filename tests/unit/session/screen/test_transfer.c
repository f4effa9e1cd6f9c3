/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_transfer.c - transfer functions of screens: all ways to write them, and their inverse */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "base/str.h"
#include "session/screen/transfer.h"

/* Reads shown_as from JSON with ' in place of ". */
static evk_status read_text(struct evk_transfer *t, const char *text, evk_error *err)
{
    char *json = strdup(text);
    evk_json *root;
    evk_status s;

    assert_non_null(json);
    for (char *c = json; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    s = evk_json_parse(&root, json, strlen(json), err);
    free(json);
    assert_int_equal(s, EVK_OK);
    s = evk_transfer_read(t, root, err);
    evk_json_free(root);
    return s;
}

/* Fails unless every level of the inverse is as near as any: a search through all of them. */
static void check_inverse(const struct evk_transfer *t)
{
    for (int c = 0; c < 3; c++)
        for (int v = 0; v < 256; v++) {
            int best = 0;

            for (int i = 1; i < 256; i++)
                if (fabs(t->luminance[c][i] - v / 255.0) <
                    fabs(t->luminance[c][best] - v / 255.0) - 1e-15)
                    best = i;
            assert_int_equal(t->inverse[c][v], best);
        }
}

static void read_well(struct evk_transfer *t, const char *text, const char *name)
{
    assert_ok(read_text(t, text, err));
    assert_string_equal(t->name, name);
    for (int c = 0; c < 3; c++) {
        assert_true(t->luminance[c][0] == 0 && t->luminance[c][255] == 1);
        for (int v = 1; v < 256; v++)
            assert_true(t->luminance[c][v] >= t->luminance[c][v - 1]);
    }
    check_inverse(t);
}

static void formulas(void **state)
{
    struct evk_transfer t;

    (void)state;
    read_well(&t, "{}", "linear");
    assert_true(t.is_linear);
    assert_int_equal(evk_transfer_levels(&t), 256);
    read_well(&t, "{'shown_as': 'Linear'}", "linear");
    read_well(&t, "{'shown_as': 'sRGB'}", "sRGB");
    assert_false(t.is_linear);
    assert_true(fabs(t.luminance[1][10] - 10 / 255.0 / 12.92) < 1e-15);
    assert_true(fabs(t.luminance[1][100] - pow((100 / 255.0 + 0.055) / 1.055, 2.4)) < 1e-13);
    read_well(&t, "{'shown_as': 'gamma', 'gamma': 2.2}", "gamma 2.2");
    assert_int_equal(evk_transfer_levels(&t), 184);
    for (int v = 0; v < 256; v++)
        assert_true(fabs(t.luminance[2][v] - pow(v / 255.0, 2.2)) < 1e-13);
    read_well(&t, "{'shown_as': {'gamma': [2.1, 1, 2.3]}}", "gamma 2.1, 1, 2.3");
    assert_true(fabs(t.luminance[0][9] - pow(9 / 255.0, 2.1)) < 1e-13);
    assert_true(fabs(t.luminance[1][9] - 9 / 255.0) < 1e-15);
    assert_true(fabs(t.luminance[2][9] - pow(9 / 255.0, 2.3)) < 1e-13);
    read_well(&t, "{'shown_as': 'gamma', 'gamma': [1, 1, 1]}", "gamma 1");
    assert_true(t.is_linear);
}

/* Every spelling of one table, whose numbers are 0.5 + 2 (level / 51)^2, gives the same curve. */
static void spellings(void **state)
{
#define T "[0.5, 2.5, 8.5, 18.5, 32.5, 50.5]"
#define L "'levels': [0, 51, 102, 153, 204, 255]"
    static const char *const all[] = {
        "{'shown_as': " T "}",
        "{'shown_as': {'luminance': " T "}}",
        "{'shown_as': {" L ", 'luminance': " T ", 'notes': {'by': 'me'}}}",
        "{'shown_as': {'red': " T ", 'green': {" L ", 'luminance': " T "}, 'blue': " T "}}",
        "{'shown_as': {'luminance': {'red': " T ", 'green': " T ", 'blue': " T "}}}",
        "{'shown_as': {" L ", 'luminance': {'red': " T ", 'green': " T ", 'blue': " T "}}}",
    };
    struct evk_transfer t;

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        read_well(&t, all[i], i < 3 ? "a measured table" : "a measured table for each gun");
        for (int c = 0; c < 3; c++) {
            for (int k = 0; k < 6; k++)
                assert_true(fabs(t.luminance[c][51 * k] - k * k / 25.0) < 1e-12);
            assert_memory_equal(t.luminance[c], t.luminance[0], sizeof(t.luminance[0]));
        }
    }
    read_well(&t, "{'shown_as': {'red': " T ", 'green': [0, 1, 2], 'blue': [3, 3, 4, 4]}}",
              "a measured table for each gun");
    assert_true(fabs(t.luminance[1][85] - 1 / 3.0) < 1e-12); /* the same on a straight line */
    assert_true(t.luminance[2][85] == 0 && t.luminance[2][170] == 1); /* flat, and not falling */
    assert_int_equal(t.inverse[2][255], 170);
    assert_int_equal(t.inverse[2][0], 0);
#undef L
#undef T
}

/* Writes a table of n levels of a curve. */
/* A table as rows of a level and one luminance, or three, and as three arrays. */
static void rows(void **state)
{
    struct evk_transfer t, same;

    (void)state;
    read_well(&t, "{'shown_as': {'levels': [0, 100, 255], 'luminance': [1, 3, 11]}}",
              "a measured table");
    read_well(&same, "{'shown_as': [[0, 1], [100, 3], [255, 11]]}", "a measured table");
    assert_memory_equal(t.luminance, same.luminance, sizeof(t.luminance));
    read_well(&t,
              "{'shown_as': {'levels': [0, 255], 'red': [0, 1], 'green': [2, 4], 'blue': [0, 9]}}",
              "a measured table for each gun");
    read_well(&same, "{'shown_as': [[0, 0, 2, 0], [255, 1, 4, 9]]}",
              "a measured table for each gun");
    assert_memory_equal(t.luminance, same.luminance, sizeof(t.luminance));
    read_well(&t, "{'shown_as': [[0, 1, 5], [0, 2, 5], [0, 3, 5]]}",
              "a measured table for each gun");
    assert_true(t.luminance[0][128] < t.luminance[1][128] &&
                t.luminance[1][128] < t.luminance[2][128]);
}

static void table_of(struct evk_str *text, int n, double (*curve)(double))
{
    evk_str_puts(text, "{'shown_as': {'levels': [");
    for (int i = 0; i < n; i++)
        evk_str_printf(text, "%s%.17g", i ? ", " : "", i * 255.0 / (n - 1));
    evk_str_puts(text, "], 'luminance': [");
    for (int i = 0; i < n; i++)
        evk_str_printf(text, "%s%.17g", i ? ", " : "", curve((double)i / (n - 1)));
    evk_str_puts(text, "]}}");
}

static double gamma_22(double x)
{
    return 0.3 + 80 * pow(x, 2.2);
}

static double gamma_18(double x)
{
    return pow(x, 1.8);
}

static double gamma_25(double x)
{
    return 0.01 + pow(x, 2.5);
}

/* gain, offset and gamma of a cathode ray tube whose first levels are black */
static double tube(double x)
{
    return 1.1 * x < 0.1 ? 0 : 95 * pow(1.1 * x - 0.1, 2.2);
}

static double srgb(double x)
{
    return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

/* Returns how far the inverse of a measured curve is from that of the curve itself, in levels. */
static int worst(int n, double (*curve)(double))
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_transfer t;
    int most = 0;

    table_of(&text, n, curve);
    read_well(&t, text.data, "a measured table");
    for (int v = 0; v < 256; v++) {
        const double want = curve(0) + v / 255.0 * (curve(1) - curve(0));
        int best = 0;

        for (int i = 0; i < 256; i++)
            if (fabs(curve(i / 255.0) - want) < fabs(curve(best / 255.0) - want))
                best = i;
        most = abs(best - t.inverse[0][v]) > most ? abs(best - t.inverse[0][v]) : most;
    }
    evk_str_release(&text);
    return most;
}

/* From 16 measured levels on, the inverse is within one level; straight lines would be 2 or 3 off. */
static void measured(void **state)
{
    static const int levels[] = {16, 17, 18, 33, 52, 256, 1024};

    (void)state;
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        assert_true(worst(levels[i], gamma_22) <= 1);
        assert_true(worst(levels[i], gamma_18) <= 1);
        assert_true(worst(levels[i], gamma_25) <= 1);
        assert_true(worst(levels[i], tube) <= 1);
        assert_true(worst(levels[i], srgb) <= 1);
    }
    assert_int_equal(worst(256, gamma_22), 0);
}

/* Three luminances; v = 50 is halfway between the first two, and takes the lower one. */
static void ties(void **state)
{
    struct evk_transfer t;

    (void)state;
    read_well(&t,
              "{'shown_as': {'levels': [0, 100, 101, 200, 201, 255], 'luminance': "
              "[0, 0, 100, 100, 255, 255]}}",
              "a measured table");
    assert_int_equal(t.inverse[0][50], 0);
    assert_int_equal(t.inverse[0][51], 101);
    assert_int_equal(t.inverse[0][255], 201);
    assert_int_equal(evk_transfer_levels(&t), 3);
}

static void refused(void **state)
{
    static const struct {
        const char *text, *sentence;
    } bad[] = {
        {"{'shown_as': 'gamma'}", "expected a member gamma beside it; add \"gamma\": 2.2"},
        {"{'gamma': 2.2}", "has a member gamma, expected \"shown_as\": \"gamma\" beside it"},
        {"{'shown_as': 'srgb', 'gamma': 2.2}", "has a member gamma, expected"},
        {"{'shown_as': 'rec709'}", "shown_as is \"rec709\", expected linear, srgb, gamma, a table"},
        {"{'shown_as': 2.2}", "shown_as is 2.2, expected linear"},
        {"{'shown_as': null}", "shown_as is null, expected linear"},
        {"{'shown_as': {}}", "shown_as is {}, expected linear"},
        {"{'shown_as': 'gamma', 'gamma': 0.1}", "gamma is 0.1, expected a number from 0.2 to 10"},
        {"{'shown_as': 'gamma', 'gamma': [2, 2]}", "gamma is [2,2], expected a number, or three"},
        {"{'shown_as': 'gamma', 'gamma': [2, 2, 'a']}", "gamma is \"a\", expected a number"},
        {"{'shown_as': {'gamma': 2, 'gain': 1}}", "shown_as has a member 'gain', expected gamma"},
        {"{'shown_as': [2.1, 2.2, 2.3]}", "{\"gamma\": [R, G, B]} for three gammas"},
        {"{'shown_as': [1]}", "shown_as has 1 levels, expected 2 to 65536"},
        {"{'shown_as': []}", "shown_as has 0 levels, expected 2 to 65536"},
        {"{'shown_as': [0, 1, 'x', 3]}", "element 3 of luminance of shown_as is \"x\", expected"},
        {"{'shown_as': [-1, 1, 2, 3]}", "element 1 of luminance of shown_as is -1, expected"},
        {"{'shown_as': [0, 1, 1e10, 3]}", "is 1e+10, expected a number from 0 to 1e+09"},
        {"{'shown_as': [0, 1, 0.9, 3]}", "falls at level 170, from 1 to 0.9; expected luminance"},
        {"{'shown_as': [4, 4, 4, 4]}", "has luminance 4 at all levels, expected luminance that rises"},
        {"{'shown_as': {'levels': [0, 255]}}", "shown_as has no member luminance"},
        {"{'shown_as': {'luminance': 4}}", "shown_as is 4, expected an array of luminances"},
        {"{'shown_as': {'luminance': [1, 2], 'levels': 3}}", "expected an array of levels"},
        {"{'shown_as': {'levels': [0, 255], 'luminance': [0, 1, 2]}}",
         "shown_as has 2 levels and 3 luminances, expected as many"},
        {"{'shown_as': {'levels': [0, 100], 'luminance': [0, 1]}}",
         "shown_as has levels from 0 to 100, expected 0 to 255"},
        {"{'shown_as': {'levels': [0, 9, 9, 255], 'luminance': [0, 1, 2, 3]}}",
         "shown_as has level 9 after level 9, expected levels that rise"},
        {"{'shown_as': {'level': [0, 255], 'luminance': [0, 1]}}",
         "shown_as has a member 'level', expected levels, luminance, comment or notes; did you "
         "mean levels?"},
        {"{'shown_as': {'red': [0, 1, 2], 'green': [0, 1, 2]}}", "shown_as has no member blue"},
        {"{'shown_as': {'red': 4, 'green': [0, 1, 2], 'blue': [0, 1]}}",
         "red of shown_as is 4, expected a table of levels and luminance"},
        {"{'shown_as': {'luminance': {'red': [0, 1]}}}", "luminance of shown_as has no member"},
        {"{'shown_as': {'levels': [0, 255], 'luminance': {'red': [0, 1], 'green': [0, 1], 'blue': "
         "[0, 1, 2]}}}",
         "blue of luminance of shown_as has 2 levels and 3 luminances"},
        {"{'shown_as': 'linear', 'gamma': null}", "has a member gamma"},
    };
    struct evk_transfer t;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_fails(EVK_EFORMAT, bad[i].sentence, read_text(&t, bad[i].text, err));
}

static void many_levels(void **state)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_transfer t;

    (void)state;
    evk_str_puts(&text, "{'shown_as': [0");
    for (int i = 1; i < 65536; i++)
        evk_str_printf(&text, ",%d", i);
    evk_str_puts(&text, "]}");
    read_well(&t, text.data, "a measured table");
    assert_true(t.is_linear);
    text.size -= 2;
    evk_str_puts(&text, ",65536]}");
    assert_fails(EVK_EFORMAT, "has 65537 levels, expected 2 to 65536",
                 read_text(&t, text.data, err));
    evk_str_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),        cmocka_unit_test(formulas), cmocka_unit_test(spellings),
        cmocka_unit_test(measured),    cmocka_unit_test(ties),     cmocka_unit_test(refused),
        cmocka_unit_test(many_levels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
