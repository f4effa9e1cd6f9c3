/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.c - what a page shows, as JSON that can stand in HTML */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "base/shown.h"
#include "stimset/page/page.h"

/* ---- members --------------------------------------------------------------------------------- */

/* Put a text that may have any bytes, if there is one. */
static void put_text(struct evk_json_writer *w, evk_json *object, const char *key, const char *text)
{
    char shown[2048];

    if (text && text[0])
        evk_json_put_text(w, object, key, evk_show(text, shown, sizeof(shown)));
}

/* Put a text that may have any bytes into a list. */
static void add_text(struct evk_json_writer *w, evk_json *list, const char *text)
{
    char shown[2048];

    evk_json_put_text(w, list, NULL, evk_show(text, shown, sizeof(shown)));
}

static void put_real(struct evk_json_writer *w, evk_json *object, const char *key, double value)
{
    if (isfinite(value))
        evk_json_put_real(w, object, key, value);
}

static void put_index(struct evk_json_writer *w, evk_json *object, const char *key, int64_t i)
{
    if (i >= 0)
        evk_json_put_int(w, object, key, i);
}

/* ---- lists in cells -------------------------------------------------------------------------- */

/* Copy the part of a list before the next separator, or its end, and go behind it. */
static const char *next_part(const char **list, char separator, char *part, size_t size)
{
    const char *end = strchr(*list, separator);
    const size_t n = end ? (size_t)(end - *list) : strlen(*list);
    const size_t cut = n < size ? n : size - 1;

    memcpy(part, *list, cut);
    part[cut] = '\0';
    *list += n + (end != NULL);
    return part;
}

/* Put [name, role, z] for each judge of an image. */
static void put_judges(struct evk_json_writer *w, evk_json *item, const struct evk_row *row)
{
    const char *names = row->judges, *roles = row->judge_roles, *zs = row->judge_z;
    evk_json *judges;
    char part[EVK_JUDGES_TEXT];

    if (!names[0])
        return;
    judges = evk_json_put_array(w, item, "judges");
    while (*names) {
        evk_json *judge = evk_json_put_array(w, judges, NULL);
        double z;

        add_text(w, judge, next_part(&names, ';', part, sizeof(part)));
        add_text(w, judge, next_part(&roles, ';', part, sizeof(part)));
        if (evk_parse_real(next_part(&zs, ';', part, sizeof(part)), &z) && isfinite(z))
            evk_json_put_real(w, judge, NULL, z);
        else
            evk_json_put_null(w, judge, NULL);
    }
}

static void put_flags(struct evk_json_writer *w, evk_json *item, const struct evk_row *row)
{
    const char *names = row->flags;
    char part[sizeof(row->flags)];
    evk_json *flags = evk_json_put_array(w, item, "flags");

    while (*names)
        add_text(w, flags, next_part(&names, ',', part, sizeof(part)));
    if (row->duplicate_of[0])
        add_text(w, flags, "duplicate");
}

/* ---- images ---------------------------------------------------------------------------------- */

/* Put the kind of a control, and the factor of an image at another contrast. */
static void put_control(struct evk_json_writer *w, evk_json *item, const struct evk_row *row)
{
    char text[EVK_REAL_TEXT + 32], contrast[EVK_REAL_TEXT];

    snprintf(text, sizeof(text), "%scontrast %s", row->source_file ? "natural, " : "",
             evk_format_real(row->contrast, contrast));
    put_text(w, item, "control", evk_row_is_series(row) ? text : row->control);
}

static void put_item(struct evk_json_writer *w, evk_json *items, const struct evk_page *p,
                     const struct evk_page_item *item)
{
    const struct evk_row *row = item->row;
    const char *set = p->sets[item->set].name;
    const int64_t veto = evk_vetoes_find(&p->vetoes, set, row->stimulus_id);
    evk_json *o = evk_json_put_object(w, items, NULL);

    evk_json_put_int(w, o, "set", (int64_t)item->set);
    put_text(w, o, "id", row->stimulus_id);
    put_text(w, o, "type", row->set_type);
    put_text(w, o, "objective", row->objective);
    put_text(w, o, "neuron_model", row->target_model);
    put_text(w, o, "neuron_output", row->target_output);
    put_text(w, o, "about", row->description);
    put_text(w, o, "source", row->source_file);
    put_control(w, o, row);
    put_text(w, o, "control_of", row->control_of);
    put_text(w, o, "made_from", row->source_id);
    put_text(w, o, "duplicate_of", row->duplicate_of);
    put_real(w, o, "response", row->response_pred);
    put_real(w, o, "source_response", row->response_source);
    put_real(w, o, "z", row->heldout_z);
    put_real(w, o, "own_z", row->own_z);
    put_real(w, o, "natural_z", row->natural_z);
    put_real(w, o, "percentile", row->percentile_natural);
    put_real(w, o, "budget", row->budget);
    put_text(w, o, "norm", row->budget_norm);
    put_judges(w, o, row);
    put_flags(w, o, row);
    evk_json_put_int(w, o, "width", row->width_px);
    evk_json_put_int(w, o, "height", row->height_px);
    put_index(w, o, "of", item->of);
    put_index(w, o, "base", item->base);
    evk_json_put_int(w, o, "picture", item->picture);
    if (item->best)
        evk_json_put_bool(w, o, "best", true);
    if (veto >= 0)
        evk_json_put_text(w, o, "veto", evk_vetoes_reason(&p->vetoes, veto));
}

/* ---- rows and sets --------------------------------------------------------------------------- */

/* Are all images of the row of a set those that belong to no neuron, such as base images? */
static bool is_unasked(const struct evk_page *p, const struct evk_page_line *line)
{
    const char *unasked = p->sets[line->set].unasked;

    for (int64_t i = 0; i < line->count && unasked; i++)
        if (!evk_row_is(p->items[line->first + i].row, unasked))
            return false;
    return unasked != NULL;
}

static void put_line(struct evk_json_writer *w, evk_json *lines, const struct evk_page *p,
                     const struct evk_page_line *line)
{
    const struct evk_row *row = p->items[line->first].row;
    const struct evk_page_set *set = &p->sets[line->set];
    char neuron[512];
    evk_json *o = evk_json_put_object(w, lines, NULL);

    put_text(w, o, "name", line->unit ? line->unit : set->name);
    evk_json_put_bool(w, o, "unit", line->unit != NULL);
    snprintf(neuron, sizeof(neuron), "%s:%s", row->target_model ? row->target_model : "",
             row->target_output);
    if (!line->unit)
        put_text(w, o, "about", is_unasked(p, line) ? "Base images" : set->title);
    else if (row->target_model && strcmp(neuron, line->unit) != 0)
        put_text(w, o, "about", neuron);
    evk_json_put_int(w, o, "first", line->first);
    evk_json_put_int(w, o, "count", line->count);
}

static void put_set(struct evk_json_writer *w, evk_json *sets, const struct evk_page_set *set)
{
    evk_json *o = evk_json_put_object(w, sets, NULL);

    put_text(w, o, "name", set->name);
    put_text(w, o, "about", set->title);
}

static void put_page(struct evk_json_writer *w, const struct evk_page *p, int64_t side)
{
    evk_json *sets, *lines, *items;

    evk_json_put_text(w, w->root, "version", EVK_VERSION);
    evk_json_put_text(w, w->root, "key", p->key);
    if (side)
        evk_json_put_int(w, w->root, "reduced", side);
    sets = evk_json_put_array(w, w->root, "sets");
    for (size_t i = 0; i < p->set_count; i++)
        put_set(w, sets, &p->sets[i]);
    lines = evk_json_put_array(w, w->root, "rows");
    for (int64_t i = 0; i < p->line_count; i++)
        put_line(w, lines, p, &p->lines[i]);
    items = evk_json_put_array(w, w->root, "items");
    for (int64_t i = 0; i < p->count; i++)
        put_item(w, items, p, &p->items[i]);
}

evk_status evk_page_json(const struct evk_page *p, int64_t side, struct evk_str *out,
                         evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;
    evk_status s;

    evk_json_writer_init(&w);
    put_page(&w, p, side);
    s = evk_json_write_line(&w, &text, err);
    evk_json_writer_release(&w);
    /* outside of texts JSON has no <, so that each one is a character of a text */
    for (size_t i = 0; i < text.size && !s; i++)
        if (text.data[i] == '<')
            evk_str_puts(out, "\\u003c");
        else
            evk_str_add(out, &text.data[i], 1);
    evk_str_release(&text);
    return s ? s : evk_str_check(out, err);
}
