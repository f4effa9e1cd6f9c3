/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer.c - the transfer function of a screen, from what its description says, and its inverse */
#include "session/screen/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/num.h"
#include "session/screen/curve.h"
#include "session/screen/members.h"

static const char expected[] =
    "linear, srgb, gamma, a table of levels and luminance, or the name of a .csv or .tsv file";
static const char *const guns[] = {"red", "green", "blue", NULL};
static const double GAMMA_LEAST = 0.2, GAMMA_MOST = 10;

/* ---- curves that a formula gives ------------------------------------------------------------- */

static void linear(struct evk_transfer *t)
{
    for (int c = 0; c < 3; c++)
        for (int v = 0; v < 256; v++)
            t->luminance[c][v] = v / 255.0;
    (void)snprintf(t->name, sizeof(t->name), "linear");
}

/* IEC 61966-2-1 */
static void srgb(struct evk_transfer *t)
{
    for (int v = 0; v < 256; v++) {
        const double x = v / 255.0;
        const double y = x <= 0.04045 ? x / 12.92 : evk_pow((x + 0.055) / 1.055, 2.4);

        for (int c = 0; c < 3; c++)
            t->luminance[c][v] = v < 255 ? y : 1;
    }
    (void)snprintf(t->name, sizeof(t->name), "sRGB");
}

static void name_gammas(struct evk_transfer *t, const double gamma[3])
{
    char a[EVK_REAL_TEXT], b[EVK_REAL_TEXT], c[EVK_REAL_TEXT];

    if (gamma[0] == gamma[1] && gamma[0] == gamma[2])
        (void)snprintf(t->name, sizeof(t->name), "gamma %.16s", evk_format_real(gamma[0], a));
    else
        (void)snprintf(t->name, sizeof(t->name), "gamma %.16s, %.16s, %.16s",
                       evk_format_real(gamma[0], a), evk_format_real(gamma[1], b),
                       evk_format_real(gamma[2], c));
}

static evk_status gammas(struct evk_transfer *t, const evk_json *value, const char *name,
                         evk_error *err)
{
    double gamma[3];

    if (evk_json_is_array(value) && evk_json_count(value) != 3)
        return evk_member_fail(value, name, "a number, or three for red, green and blue", err);
    for (size_t c = 0; c < 3; c++) {
        const evk_json *one = evk_json_is_array(value) ? evk_json_at(value, c) : value;

        EVK_TRY(evk_member_number(&gamma[c], one, name, GAMMA_LEAST, GAMMA_MOST, err));
        for (int v = 0; v < 256; v++)
            t->luminance[c][v] = evk_pow(v / 255.0, gamma[c]);
    }
    name_gammas(t, gamma);
    return EVK_OK;
}

/* ---- measured tables ------------------------------------------------------------------------- */

static evk_status get_numbers(double *to, const evk_json *array, const char *name, evk_error *err)
{
    const size_t n = evk_json_count(array);
    char one[96];

    for (size_t i = 0; i < n; i++) {
        (void)snprintf(one, sizeof(one), "element %zu of %s", i + 1, name);
        EVK_TRY(evk_member_number(&to[i], evk_json_at(array, i), one, 0, 1e9, err));
    }
    return EVK_OK;
}

/* Sets the levels and the luminances in both (2, n). */
static evk_status get_table(double *both, const evk_json *levels, const evk_json *luminance,
                            const char *name, evk_error *err)
{
    const size_t n = evk_json_count(luminance);
    char member[96];

    for (size_t i = 0; i < n && !levels; i++)
        both[i] = n > 1 ? (double)i * 255 / (double)(n - 1) : 0;
    if (levels) {
        (void)snprintf(member, sizeof(member), "levels of %s", name);
        EVK_TRY(get_numbers(both, levels, member, err));
    }
    (void)snprintf(member, sizeof(member), "luminance of %s", name);
    return get_numbers(both + n, luminance, member, err);
}

/* Fills one gun; levels NULL: they are equally spaced. */
static evk_status fill_gun(double out[256], const evk_json *levels, const evk_json *luminance,
                           const char *name, evk_error *err)
{
    const size_t n = evk_json_count(luminance);
    double *both;
    evk_status s;

    if (levels && !evk_json_is_array(levels))
        return evk_member_fail(levels, name, "an array of levels from 0 to 255", err);
    if (!evk_json_is_array(luminance))
        return evk_member_fail(luminance, name, "an array of luminances", err);
    if (levels && evk_json_count(levels) != n)
        return evk_fail(err, EVK_EFORMAT, "%s has %zu levels and %zu luminances, expected as many",
                        name, evk_json_count(levels), n);
    if (n < 2 || n > EVK_CURVE_MAX)
        return evk_fail(err, EVK_EFORMAT, "%s has %zu levels, expected 2 to %d", name, n,
                        EVK_CURVE_MAX);
    EVK_TRY(evk_alloc(&both, (int64_t)n * 2, sizeof(*both), "a table of luminance", err));
    s = get_table(both, levels, luminance, name, err);
    if (!s)
        s = evk_curve_fill(out, both, both + n, (int64_t)n, name, err);
    free(both);
    return s;
}

/* Fills one gun from a table: an array, or an object with levels and luminance. */
static evk_status fill_table(double out[256], const evk_json *table, const char *name,
                             evk_error *err)
{
    static const char *const members[] = {"levels", "luminance", NULL};

    if (evk_json_is_array(table))
        return fill_gun(out, NULL, table, name, err);
    if (!evk_json_key_after(table, NULL))
        return evk_member_fail(table, name, "a table of levels and luminance", err);
    EVK_TRY(evk_members_known(table, members, name, err));
    if (!evk_json_get(table, "luminance"))
        return evk_fail(err, EVK_EFORMAT,
                        "%s has no member luminance, expected an array of luminances", name);
    return fill_gun(out, evk_json_get(table, "levels"), evk_json_get(table, "luminance"), name,
                    err);
}

/* Fills the three guns from {"red": T, ...}, or, with levels, from arrays of luminance. */
static evk_status fill_guns(struct evk_transfer *t, const evk_json *three, const evk_json *levels,
                            const char *name, evk_error *err)
{
    char one[64];

    for (size_t c = 0; c < 3; c++) {
        const evk_json *table = evk_json_get(three, guns[c]);

        (void)snprintf(one, sizeof(one), "%s of %s", guns[c], name);
        if (!table)
            return evk_fail(err, EVK_EFORMAT, "%s has no member %s, expected red, green and blue",
                            name, guns[c]);
        if (levels)
            EVK_TRY(fill_gun(t->luminance[c], levels, table, one, err));
        else
            EVK_TRY(fill_table(t->luminance[c], table, one, err));
    }
    (void)snprintf(t->name, sizeof(t->name), "a measured table for each gun");
    return EVK_OK;
}

/* Is the value an array of arrays that all have so many elements?  0: any number. */
static bool is_rows(const evk_json *value, size_t cells)
{
    for (size_t i = 0; i < evk_json_count(value); i++)
        if (!evk_json_is_array(evk_json_at(value, i)) ||
            (cells && evk_json_count(evk_json_at(value, i)) != cells))
            return false;
    return evk_json_count(value) > 0;
}

/* Fills the guns from rows of a level and one luminance, or three. */
static evk_status fill_rows(struct evk_transfer *t, const evk_json *rows, size_t cells,
                            evk_error *err)
{
    struct evk_json_writer w;
    evk_status s = EVK_OK;

    evk_json_writer_init(&w);
    for (size_t c = 0; c < cells; c++) {
        evk_json *column = evk_json_put_array(&w, w.root, c ? guns[c - 1] : "levels");

        for (size_t i = 0; i < evk_json_count(rows); i++)
            evk_json_put_copy(&w, column, NULL, evk_json_at(evk_json_at(rows, i), c));
    }
    for (size_t c = 0; c < 3 && !s; c++)
        s = fill_gun(t->luminance[c], evk_json_get(w.root, "levels"),
                     evk_json_get(w.root, guns[cells == 4 ? c : 0]), "shown_as", err);
    evk_json_writer_release(&w);
    (void)snprintf(t->name, sizeof(t->name), "a measured table%s",
                   cells == 4 ? " for each gun" : "");
    return s;
}

/* Fills each gun from an array of luminances at equally spaced levels. */
static evk_status fill_three(struct evk_transfer *t, const evk_json *three, evk_error *err)
{
    for (size_t c = 0; c < 3; c++)
        EVK_TRY(fill_gun(t->luminance[c], NULL, evk_json_at(three, c), guns[c], err));
    (void)snprintf(t->name, sizeof(t->name), "a measured table for each gun");
    return EVK_OK;
}

static evk_status fill_all(struct evk_transfer *t, const evk_json *table, evk_error *err)
{
    for (size_t cells = 2; cells <= 4; cells += 2)
        if (is_rows(table, cells))
            return fill_rows(t, table, cells, err);
    if (is_rows(table, 0) && evk_json_count(table) == 3)
        return fill_three(t, table, err);
    if (evk_json_is_array(table) && evk_json_count(table) == 3)
        return evk_member_fail(table, "shown_as",
                               "{\"gamma\": [R, G, B]} for three gammas, or {\"levels\": [...], "
                               "\"luminance\": [...]} for a table",
                               err);
    EVK_TRY(fill_table(t->luminance[0], table, "shown_as", err));
    memcpy(t->luminance[1], t->luminance[0], sizeof(t->luminance[0]));
    memcpy(t->luminance[2], t->luminance[0], sizeof(t->luminance[0]));
    (void)snprintf(t->name, sizeof(t->name), "a measured table");
    return EVK_OK;
}

/* ---- which of them --------------------------------------------------------------------------- */

static evk_status read_object(struct evk_transfer *t, const evk_json *shown, evk_error *err)
{
    static const char *const of_gamma[] = {"gamma", NULL};
    static const char *const of_table[] = {"levels", "luminance", NULL};
    static const char *const of_guns[] = {"levels", "red", "green", "blue", NULL};
    const evk_json *luminance = evk_json_get(shown, "luminance");

    if (evk_json_get(shown, "gamma")) {
        EVK_TRY(evk_members_known(shown, of_gamma, "shown_as", err));
        return gammas(t, evk_json_get(shown, "gamma"), "gamma of shown_as", err);
    }
    for (size_t c = 0; c < 3; c++)
        if (evk_json_get(shown, guns[c])) {
            EVK_TRY(evk_members_known(shown, of_guns, "shown_as", err));
            return fill_guns(t, shown, evk_json_get(shown, "levels"), "shown_as", err);
        }
    if (evk_json_is_array(luminance) || !evk_json_key_after(luminance, NULL))
        return fill_all(t, shown, err);
    EVK_TRY(evk_members_known(shown, of_table, "shown_as", err));
    EVK_TRY(evk_members_known(luminance, guns, "luminance of shown_as", err));
    if (!evk_json_get(shown, "levels"))
        return fill_guns(t, luminance, NULL, "luminance of shown_as", err);
    return fill_guns(t, luminance, evk_json_get(shown, "levels"), "luminance of shown_as", err);
}

static evk_status read_text(struct evk_transfer *t, const char *text, const evk_json *display,
                            evk_error *err)
{
    const evk_json *gamma = evk_json_get(display, "gamma");

    if (strcasecmp(text, "gamma") == 0 && !gamma)
        return evk_fail(err, EVK_EFORMAT,
                        "shown_as is \"gamma\", expected a member gamma beside it; add "
                        "\"gamma\": 2.2, or three numbers for red, green and blue");
    if (strcasecmp(text, "gamma") == 0)
        return gammas(t, gamma, "gamma", err);
    if (strcasecmp(text, "linear") == 0)
        linear(t);
    else if (strcasecmp(text, "srgb") == 0)
        srgb(t);
    else
        return evk_member_fail(evk_json_get(display, "shown_as"), "shown_as", expected, err);
    return EVK_OK;
}

static evk_status read_shown(struct evk_transfer *t, const evk_json *display, evk_error *err)
{
    const evk_json *shown = evk_json_get(display, "shown_as"), *gamma;
    const char *text = evk_json_text(shown);

    gamma = evk_json_get(display, "gamma");
    if (gamma && !(text && strcasecmp(text, "gamma") == 0))
        return evk_fail(err, EVK_EFORMAT,
                        "has a member gamma, expected \"shown_as\": \"gamma\" beside it");
    if (!shown) {
        linear(t);
        return EVK_OK;
    }
    if (text)
        return read_text(t, text, display, err);
    if (evk_json_is_array(shown))
        return fill_all(t, shown, err);
    if (evk_json_key_after(shown, NULL))
        return read_object(t, shown, err);
    return evk_member_fail(shown, "shown_as", expected, err);
}

/* ---- the inverse ----------------------------------------------------------------------------- */

/*
 * The level rises with v, so that all are found in one walk.  Equal luminances are one level, the
 * lowest, so that the walk looks beyond levels of which nothing is nearer.
 */
static void invert(unsigned char inverse[256], const double luminance[256])
{
    for (int v = 0, at = 0, i = 0; v < 256; v++) {
        const double want = v / 255.0;

        for (i = at; i < 256 && luminance[i] <= want; i++)
            at = luminance[i] > luminance[at] ? i : at;
        if (i < 256 && luminance[i] - want < want - luminance[at])
            inverse[v] = (unsigned char)i;
        else
            inverse[v] = (unsigned char)at;
    }
}

evk_status evk_transfer_read(struct evk_transfer *out, const evk_json *display, evk_error *err)
{
    *out = (struct evk_transfer){.is_linear = true};
    EVK_TRY(read_shown(out, display, err));
    for (int c = 0; c < 3; c++) {
        invert(out->inverse[c], out->luminance[c]);
        for (int v = 0; v < 256; v++)
            out->is_linear = out->is_linear && out->inverse[c][v] == v;
    }
    return EVK_OK;
}

int64_t evk_transfer_levels(const struct evk_transfer *t)
{
    int64_t fewest = 256;

    for (int c = 0; c < 3; c++) {
        int64_t levels = 1;

        for (int v = 1; v < 256; v++)
            levels += t->inverse[c][v] != t->inverse[c][v - 1];
        fewest = levels < fewest ? levels : fewest;
    }
    return fewest;
}
