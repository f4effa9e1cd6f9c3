/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - responses in a text table, a line for each presentation of an image */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "image/list.h"
#include "recording/columns.h"
#include "recording/lookup.h"

/* A line of the table. */
struct presentation {
    int64_t key;    /* index in the list of the image that was shown, or its stim_code */
    double *values; /* (units) owned */
};

/* A table that is being read. */
struct table {
    struct evk_reading *g;
    struct evk_cells cells;
    struct evk_columns columns;
    struct evk_lookup lookup;
    struct presentation *shown; /* (count) in the order of the lines; owned */
    int64_t count, room;
    evk_error *err;
};

/* An image that was shown, by its key. */
struct place {
    int64_t key;
    int64_t position; /* among the images that take part; -1: it does not */
    int64_t lines;    /* lines about it so far */
};

/* ---- lines ---------------------------------------------------------------------------------- */

/* Reads a response; a cell that says that there is none is NaN. */
static bool read_response(const char *cell, double *out)
{
    static const char *const none[] = {"", "n/a", "na", "nan", NULL};

    *out = NAN;
    for (size_t i = 0; none[i]; i++)
        if (strcasecmp(cell, none[i]) == 0)
            return true;
    return evk_parse_real(cell, out);
}

static evk_status no_image(const struct table *t, const char *cell)
{
    const evk_image_list *list = t->g->r->list;

    return evk_fail(t->err, EVK_EINVAL,
                    "line %lld is about image '%.200s', but --images has none of this name among "
                    "its %zu, the first of which is '%.200s'",
                    (long long)t->cells.line, cell, list->count,
                    list->count ? list->items[0].name : "");
}

/* Reads a code, which counts the images of the list from 1 where there is one. */
static evk_status read_code(const struct table *t, const char *cell, int64_t *key)
{
    const evk_image_list *list = t->g->r->list;
    int64_t code;

    if (!evk_parse_int(cell, &code) || code < 1)
        return evk_fail(t->err, EVK_EFORMAT,
                        "line %lld has the stim_code '%.64s', expected a number from 1",
                        (long long)t->cells.line, cell);
    if (list && code > (int64_t)list->count)
        return evk_fail(t->err, EVK_EINVAL,
                        "line %lld has the stim_code %lld, but --images has %zu images",
                        (long long)t->cells.line, (long long)code, list->count);
    *key = list ? code - 1 : code;
    return EVK_OK;
}

static evk_status read_key(const struct table *t, int64_t *key)
{
    const char *cell = t->cells.cell[t->columns.shown];

    if (t->columns.code)
        return read_code(t, cell, key);
    *key = evk_lookup_find(&t->lookup, cell);
    return *key < 0 ? no_image(t, cell) : EVK_OK;
}

static evk_status read_values(const struct table *t, double *values)
{
    for (int64_t u = 0; u < t->columns.units; u++) {
        const int64_t column = t->columns.unit[u];

        if (!read_response(t->cells.cell[column], &values[u]))
            return evk_fail(t->err, EVK_EFORMAT,
                            "line %lld has '%.64s' in the column '%.64s', expected a number or "
                            "n/a; if this column is no unit, delete it, or list the columns that "
                            "are units in a file for --names",
                            (long long)t->cells.line, t->cells.cell[column],
                            t->columns.name[column]);
    }
    return EVK_OK;
}

static evk_status make_room(struct table *t)
{
    const int64_t room = t->room ? 2 * t->room : 1024;
    struct presentation *more;

    if (t->count < t->room)
        return EVK_OK;
    more = realloc(t->shown, (size_t)room * sizeof(*more));
    if (!more)
        return evk_fail(t->err, EVK_ENOMEM, "out of memory for %lld lines", (long long)room);
    t->shown = more;
    t->room = room;
    return EVK_OK;
}

/* Adds the line that was read last. */
static evk_status add_line(struct table *t)
{
    struct presentation p = {0, NULL};
    evk_status s;

    if (t->cells.count != t->columns.count)
        return evk_fail(t->err, EVK_EFORMAT, "line %lld has %lld cells, expected %lld",
                        (long long)t->cells.line, (long long)t->cells.count,
                        (long long)t->columns.count);
    if ((t->count + 1) * t->columns.units > EVK_RECORDING_VALUES_MAX)
        return evk_fail(t->err, EVK_EFORMAT, "has more than %lld responses",
                        (long long)EVK_RECORDING_VALUES_MAX);
    EVK_TRY(make_room(t));
    EVK_TRY(read_key(t, &p.key));
    EVK_TRY(evk_alloc(&p.values, t->columns.units, sizeof(*p.values), "responses", t->err));
    s = read_values(t, p.values);
    if (s)
        free(p.values);
    else
        t->shown[t->count++] = p;
    return s;
}

static evk_status read_lines(struct table *t)
{
    bool more;

    EVK_TRY(evk_cells_next(&t->cells, &more, t->err));
    if (!more)
        return evk_fail(t->err, EVK_EFORMAT, "is empty, expected a table of responses");
    EVK_TRY(evk_columns_choose(&t->columns, &t->cells, t->g, t->err));
    t->g->counted = t->columns.code;
    for (;;) {
        EVK_TRY(evk_cells_next(&t->cells, &more, t->err));
        if (!more)
            break;
        EVK_TRY(add_line(t));
    }
    if (t->count == 0)
        return evk_fail(t->err, EVK_EFORMAT, "has no line of responses");
    return EVK_OK;
}

/* ---- images --------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    const int64_t x = ((const struct place *)a)->key, y = ((const struct place *)b)->key;

    return (x > y) - (x < y);
}

/* Makes *out the keys that were shown, each once and in ascending order. */
static evk_status shown_keys(const struct table *t, struct place **out, int64_t *count)
{
    struct place *p;

    EVK_TRY(evk_alloc(&p, t->count, sizeof(*p), "images", t->err));
    for (int64_t i = 0; i < t->count; i++)
        p[i].key = t->shown[i].key;
    qsort(p, (size_t)t->count, sizeof(*p), by_key);
    *count = 0;
    for (int64_t i = 0; i < t->count; i++)
        if (i == 0 || p[i].key != p[i - 1].key)
            p[(*count)++].key = p[i].key;
    *out = p;
    return EVK_OK;
}

static struct place *find_place(struct place *places, int64_t count, int64_t key)
{
    const struct place wanted = {.key = key};

    return bsearch(&wanted, places, (size_t)count, sizeof(wanted), by_key);
}

/* Decides the positions of the images that were shown: -1 where an image does not take part. */
static void place_images(const struct table *t, struct place *places, int64_t count)
{
    evk_recording *r = t->g->r;

    for (int64_t i = 0; i < count; i++)
        places[i].position = r->list ? -1 : r->images++;
    for (int64_t i = 0; r->list && i < t->g->taken; i++) {
        struct place *p = find_place(places, count, t->g->take[i]);

        if (p)
            p->position = r->images++;
    }
}

static void count_repeats(const struct table *t, struct place *places, int64_t count)
{
    evk_recording *r = t->g->r;

    for (int64_t i = 0; i < t->count; i++) {
        struct place *p = find_place(places, count, t->shown[i].key);

        if (p->position >= 0 && ++p->lines > r->repeats)
            r->repeats = p->lines;
    }
}

/* Puts a line of the table behind the earlier presentations of its image. */
static void put_line(evk_recording *r, struct place *p, int64_t line, const double *values)
{
    const int64_t repeat = p->lines++;

    r->line[p->position * r->repeats + repeat] = line;
    for (int64_t u = 0; u < r->units; u++)
        r->values[(u * r->images + p->position) * r->repeats + repeat] = values[u];
}

static void put_lines(const struct table *t, struct place *places, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        places[i].lines = 0;
        if (places[i].position >= 0)
            t->g->r->image[places[i].position] = places[i].key;
    }
    for (int64_t i = 0; i < t->count; i++) {
        struct place *p = find_place(places, count, t->shown[i].key);

        if (p->position >= 0)
            put_line(t->g->r, p, i, t->shown[i].values);
    }
}

static evk_status arrange_at(const struct table *t, struct place *places, int64_t count)
{
    evk_recording *r = t->g->r;

    place_images(t, places, count);
    if (r->images == 0)
        return evk_fail(t->err, EVK_EINVAL, "has no response to an image of rows '%.200s'",
                        r->rows);
    count_repeats(t, places, count);
    EVK_TRY(evk_recording_allocate(r, true, t->err));
    put_lines(t, places, count);
    if (r->list && r->images < t->g->taken)
        return evk_names_printf(&r->notes, t->err, "%lld of %lld images are not in the table",
                                (long long)(t->g->taken - r->images), (long long)t->g->taken);
    return EVK_OK;
}

/* Makes the recording of the lines. */
static evk_status arrange(const struct table *t)
{
    struct place *places;
    int64_t count;
    evk_status s;

    t->g->r->units = t->columns.units;
    EVK_TRY(shown_keys(t, &places, &count));
    s = arrange_at(t, places, count);
    free(places);
    return s;
}

/* ---- the table ------------------------------------------------------------------------------ */

static void close_table(struct table *t)
{
    for (int64_t i = 0; i < t->count; i++)
        free(t->shown[i].values);
    free(t->shown);
    evk_columns_close(&t->columns);
    evk_lookup_close(&t->lookup);
    evk_cells_close(&t->cells);
}

evk_status evk_recording_read_table(struct evk_reading *g, evk_error *err)
{
    static const char *const tsv[] = {".tsv", NULL};
    struct table t = {.g = g, .err = err};
    evk_status s =
        evk_cells_open(&t.cells, g->file, evk_ends_in(g->r->path, tsv) ? '\t' : '\0', err);

    if (!s && g->r->list)
        s = evk_lookup_open(&t.lookup, g->r->list, err);
    if (!s)
        s = read_lines(&t);
    if (!s)
        s = arrange(&t);
    close_table(&t);
    return s;
}
