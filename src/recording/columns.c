/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns.c - what the columns of a table of responses are, by its first line */
#include "recording/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/named.h"
#include "base/num.h"
#include "base/str.h"
#include "recording/unit_names.h"

/* Columns that say what was shown: the code of a stimulus, or the name of an image. */
static const char *const codes[] = {"stim_code", NULL};
static const char *const images[] = {"image", "filename", NULL};

/* Columns that tables of trials have beside the units, in small letters; one of the endings may
   stand behind each. */
static const char *const others[] = {"trial",        "block",    "run",     "session",  "repeat",
                                     "presentation", "order",    "index",   "time",     "onset",
                                     "offset",       "duration", "date",    "position", "condition",
                                     "stimulus",     "type",     "correct", "animal",   "subject",
                                     "task",         NULL};
static const char *const endings[] = {"", "_s", "_ms", "_id", "_number", "_type", NULL};

static int64_t find_column(const struct evk_columns *c, const char *name)
{
    for (int64_t i = 0; i < c->count; i++)
        if (strcasecmp(c->name[i], name) == 0)
            return i;
    return -1;
}

static int64_t find_any(const struct evk_columns *c, const char *const names[])
{
    int64_t found = -1;

    for (size_t i = 0; names[i] && found < 0; i++)
        found = find_column(c, names[i]);
    return found;
}

/* Decides which column says what was shown.  Where images were given, their names come first. */
static evk_status choose_shown(struct evk_columns *c, bool list, evk_error *err)
{
    const int64_t code = find_any(c, codes), image = list ? find_any(c, images) : -1;

    c->code = image < 0;
    c->shown = image < 0 ? code : image;
    if (c->shown >= 0)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    list ? "has no column image, filename or stim_code, expected one that says "
                           "which image a line is about; its first column is '%.64s'"
                         : "has no column stim_code, expected it to say which stimulus a line is "
                           "about; its first column is '%.64s'",
                    c->name[0]);
}

/* Is this a word that no unit is called by, with one of the endings behind it? */
static bool is_other(const char *name)
{
    for (size_t i = 0; others[i]; i++)
        for (size_t k = 0; endings[k]; k++) {
            const size_t n = strlen(others[i]);

            if (strncasecmp(name, others[i], n) == 0 && strcasecmp(name + n, endings[k]) == 0)
                return true;
        }
    return !name[0] || strcasecmp(name, "image") == 0 || strcasecmp(name, "filename") == 0 ||
           strcasecmp(name, "stim_code") == 0;
}

/* Adds a unit, which a column of whole numbers' name calls "unit" and this number. */
static evk_status add_unit(struct evk_columns *c, int64_t column, struct evk_names *names,
                           evk_error *err)
{
    char text[64];
    int64_t number;
    const char *name = c->name[column];

    if (name[0] != '+' && evk_parse_int(name, &number) && number >= 0) {
        snprintf(text, sizeof(text), "unit%lld", (long long)number);
        name = text;
    }
    c->unit[c->units++] = column;
    return evk_names_add(names, name, err);
}

/* The units are the columns that were named, in the order of the names. */
static evk_status choose_named(struct evk_columns *c, struct evk_reading *g, evk_error *err)
{
    for (size_t i = 0; i < g->names.count; i++) {
        int64_t column = -1;

        for (int64_t k = 0; k < c->count && column < 0; k++)
            column = strcmp(c->name[k], g->names.names[i]) == 0 ? k : -1;
        if (column < 0)
            return evk_fail(err, EVK_EINVAL, "has no column '%.64s', which --names has",
                            g->names.names[i]);
        EVK_TRY(add_unit(c, column, &g->r->names, err));
    }
    return EVK_OK;
}

/* The units are all columns but those that are known to be none. */
static evk_status choose_all(struct evk_columns *c, struct evk_reading *g, evk_error *err)
{
    struct evk_str left = EVK_STR_INIT;
    evk_status s = EVK_OK;

    for (int64_t k = 0; k < c->count && !s; k++) {
        const bool other = is_other(c->name[k]);

        if (k != c->shown && !other)
            s = add_unit(c, k, &g->r->names, err);
        else if (k != c->shown)
            evk_str_printf(&left, "%s%s", left.size ? ", " : "",
                           c->name[k][0] ? c->name[k] : "one without a name");
    }
    if (!s)
        s = evk_str_check(&left, err);
    if (!s && left.size)
        s = evk_names_printf(&g->r->notes, err, "columns that are no units: %s", left.data);
    evk_str_release(&left);
    return s;
}

static evk_status check_units(const struct evk_columns *c, const struct evk_names *names,
                              evk_error *err)
{
    if (c->units < 1)
        return evk_fail(err, EVK_EFORMAT, "has no column of a unit, expected one for each unit");
    if (c->units > EVK_RECORDING_UNITS_MAX)
        return evk_fail(err, EVK_EFORMAT, "has %lld units, expected at most %d",
                        (long long)c->units, EVK_RECORDING_UNITS_MAX);
    return evk_unit_names_check(names, err);
}

static evk_status copy_names(struct evk_columns *c, const struct evk_cells *head, evk_error *err)
{
    EVK_TRY(evk_alloc(&c->name, head->count, sizeof(*c->name), "columns", err));
    for (c->count = 0; c->count < head->count; c->count++)
        EVK_TRY(evk_strdup(&c->name[c->count], head->cell[c->count], err));
    return EVK_OK;
}

static evk_status choose(struct evk_columns *c, const struct evk_cells *head, struct evk_reading *g,
                         evk_error *err)
{
    EVK_TRY(copy_names(c, head, err));
    EVK_TRY(
        evk_alloc(&c->unit, c->count + (int64_t)g->names.count, sizeof(*c->unit), "columns", err));
    EVK_TRY(choose_shown(c, g->r->list != NULL, err));
    EVK_TRY(g->names.count ? choose_named(c, g, err) : choose_all(c, g, err));
    return check_units(c, &g->r->names, err);
}

evk_status evk_columns_choose(struct evk_columns *out, const struct evk_cells *head,
                              struct evk_reading *g, evk_error *err)
{
    struct evk_columns c = {0};
    const evk_status s = choose(&c, head, g, err);

    if (s)
        evk_columns_close(&c);
    else
        *out = c;
    return s;
}

void evk_columns_close(struct evk_columns *c)
{
    for (int64_t i = 0; c->name && i < c->count; i++)
        free(c->name[i]);
    free(c->name);
    free(c->unit);
    *c = (struct evk_columns){0};
}
