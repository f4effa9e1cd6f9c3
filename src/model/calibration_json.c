/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calibration_json.c - the key "calibration" of a card (schema: models/README.md) */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/calibration.h"
#include "model/card_file.h"

#define MAGNITUDE 1e30 /* of no number is the magnitude larger, so that no sum overflows */

static const struct column {
    const char *key;
    size_t at;
} columns[] = {
    {"images", offsetof(struct evk_calibration, images)},
    {"mean", offsetof(struct evk_calibration, mean)},
    {"sd", offsetof(struct evk_calibration, sd)},
    {"lowest", offsetof(struct evk_calibration, lowest)},
    {"prediction", offsetof(struct evk_calibration, prediction)},
    {"smallest", offsetof(struct evk_calibration, smallest)},
    {"largest", offsetof(struct evk_calibration, largest)},
    {"slope", offsetof(struct evk_calibration, slope)},
    {"residual", offsetof(struct evk_calibration, residual)},
    {"low", offsetof(struct evk_calibration, low)},
    {"high", offsetof(struct evk_calibration, high)},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static double get(const struct evk_calibration *c, size_t column)
{
    double value;

    memcpy(&value, (const char *)c + columns[column].at, sizeof(value));
    return value;
}

static void set(struct evk_calibration *c, size_t column, double value)
{
    memcpy((char *)c + columns[column].at, &value, sizeof(value));
}

/* ---- writing -------------------------------------------------------------------------------- */

void evk_calibration_put(struct evk_json_writer *w, evk_json *card,
                         const struct evk_calibration *units, int64_t count)
{
    evk_json *all, *list;
    bool any = false;

    for (int64_t i = 0; i < count; i++)
        any |= units[i].images > 0;
    if (!any)
        return;
    all = evk_json_put_object(w, card, "calibration");
    for (size_t k = 0; k < COLUMNS; k++) {
        list = evk_json_put_array(w, all, columns[k].key);
        for (int64_t i = 0; i < count; i++) {
            if (units[i].images > 0)
                evk_json_put_real(w, list, NULL, get(&units[i], k));
            else
                evk_json_put_null(w, list, NULL);
        }
    }
}

/* ---- reading -------------------------------------------------------------------------------- */

/* Reads one number of all neurons; null leaves a neuron as one of which nothing is known. */
static evk_status read_column(struct evk_calibration *units, bool *unknown, size_t k,
                              const evk_json *list, int64_t count, evk_error *err)
{
    char found[EVK_JSON_BRIEF];
    double value;

    if (!evk_json_is_array(list) || (int64_t)evk_json_count(list) != count)
        return evk_fail(err, EVK_EFORMAT,
                        "%s of its calibration is %s, expected a list of %lld, one for each neuron",
                        columns[k].key, evk_json_brief(list, found), (long long)count);
    for (int64_t i = 0; i < count; i++) {
        const evk_json *v = evk_json_at(list, (size_t)i);

        if (evk_json_is_null(v)) {
            unknown[i] = true;
            continue;
        }
        if (!evk_json_real(v, &value) || !(fabs(value) <= MAGNITUDE))
            return evk_fail(err, EVK_EFORMAT,
                            "%s of neuron %lld in its calibration is %s, expected a number up to "
                            "%g, or null",
                            columns[k].key, (long long)i, evk_json_brief(v, found), MAGNITUDE);
        set(&units[i], k, value);
    }
    return EVK_OK;
}

/* Returns what is wrong with the numbers of a unit; NULL: nothing. */
static const char *wrong(const struct evk_calibration *c)
{
    if (!(c->images >= EVK_CALIBRATION_IMAGES))
        return "images is below 20";
    if (!(c->sd >= EVK_CALIBRATION_SD))
        return "sd is below 1e-30";
    if (!(c->lowest <= c->mean))
        return "lowest is above mean";
    if (!(c->smallest <= c->prediction && c->prediction <= c->largest))
        return "prediction is not between smallest and largest";
    if (!(c->slope >= 0 && c->slope <= 100))
        return "slope is not between 0 and 100";
    if (!(c->residual >= 0))
        return "residual is below 0";
    return c->low < 0 && c->high > 0 ? NULL : "low is not below 0, or high is not above 0";
}

static evk_status read_units(struct evk_calibration *units, bool *unknown, const evk_json *json,
                             int64_t count, evk_error *err)
{
    for (size_t k = 0; k < COLUMNS; k++)
        EVK_TRY(read_column(units, unknown, k, evk_json_get(json, columns[k].key), count, err));
    for (int64_t i = 0; i < count; i++) {
        const char *why = unknown[i] ? NULL : wrong(&units[i]);

        if (unknown[i])
            units[i].images = 0;
        if (why)
            return evk_fail(err, EVK_EFORMAT, "in its calibration of neuron %lld, %s", (long long)i,
                            why);
    }
    return EVK_OK;
}

evk_status evk_calibration_read(struct evk_calibration **out, const evk_json *json, int64_t count,
                                evk_error *err)
{
    const char *known[COLUMNS + 1] = {NULL};
    char found[EVK_JSON_BRIEF];
    struct evk_calibration *units = NULL;
    bool *unknown = NULL;
    evk_status s;

    *out = NULL;
    if (!json)
        return EVK_OK;
    if (!evk_json_key_after(json, NULL))
        return evk_fail(err, EVK_EFORMAT,
                        "calibration is %s, expected an object with a list for each number",
                        evk_json_brief(json, found));
    for (size_t k = 0; k < COLUMNS; k++)
        known[k] = columns[k].key;
    s = evk_card_check_keys(json, "its calibration", known, err);
    if (!s)
        s = evk_alloc(&units, count, sizeof(*units), "a calibration", err);
    if (!s)
        s = evk_alloc(&unknown, count, sizeof(*unknown), "a calibration", err);
    if (!s)
        s = read_units(units, unknown, json, count, err);
    free(unknown);
    if (s)
        free(units);
    else
        *out = units;
    return s;
}
