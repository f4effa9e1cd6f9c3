/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tables.c - the tables of a session as texts: images, roles, trials, and what their columns mean */
#include "session/tables.h"

#include <math.h>

#include "base/num.h"

static const struct {
    enum evk_rig_table table;
    const char *name, *units, *description;
} columns[] = {
#define EVK_RIG_COLUMN(table, name, units, description) \
    {EVK_RIG_##table##_TABLE, name, units, description},
#include "session/columns.def"
#undef EVK_RIG_COLUMN
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

void evk_rig_header(struct evk_str *out, enum evk_rig_table table)
{
    const char *before = "";

    for (int i = 0; i < COLUMNS; i++)
        if (columns[i].table == table) {
            evk_str_printf(out, "%s%s", before, columns[i].name);
            before = "\t";
        }
    evk_str_puts(out, "\n");
}

evk_status evk_rig_sidecar(struct evk_str *out, enum evk_rig_table table, evk_error *err)
{
    struct evk_json_writer w;
    evk_status s;

    evk_json_writer_init(&w);
    for (int i = 0; i < COLUMNS; i++) {
        evk_json *one;

        if (columns[i].table != table)
            continue;
        one = evk_json_put_object(&w, w.root, columns[i].name);
        evk_json_put_text(&w, one, "Description", columns[i].description);
        if (columns[i].units[0])
            evk_json_put_text(&w, one, "Units", columns[i].units);
    }
    s = evk_json_write(&w, out, err);
    evk_json_writer_release(&w);
    return s;
}

static void cell(struct evk_str *out, const char *text)
{
    evk_str_printf(out, "\t%s", text ? text : "n/a");
}

static void whole(struct evk_str *out, int64_t value)
{
    if (value == EVK_INT_MISSING)
        cell(out, NULL);
    else
        evk_str_printf(out, "\t%lld", (long long)value);
}

static void yes_no(struct evk_str *out, bool value)
{
    cell(out, value ? "true" : "false");
}

/* ---- images ---------------------------------------------------------------------------------- */

static void stimuli_line(struct evk_str *out, const struct evk_rig_made *m, int64_t code)
{
    char name[EVK_RIG_NAME];

    evk_rig_image_base_name(code, name);
    evk_str_printf(out, "stim-%06lld\timage\t%s", (long long)code, name);
    cell(out, m->description);
    whole(out, code);
    cell(out, m->role);
    yes_no(out, m->is_blank);
    whole(out, m->width_px);
    whole(out, m->height_px);
    evk_str_cell(out, m->size_deg);
    evk_str_cell(out, m->x_deg);
    evk_str_cell(out, m->y_deg);
    evk_str_cell(out, m->gray_mean);
    evk_str_cell(out, m->gray_sd);
    evk_str_cell(out, m->rms_contrast);
    whole(out, m->bytes);
    cell(out, m->sha256);
    cell(out, m->pixel_sha256);
    cell(out, m->sha1);
    evk_str_puts(out, "\n");
}

void evk_rig_stimuli_lines(struct evk_str *out, const struct evk_rig_images *images, int64_t from)
{
    for (int64_t i = from; i < images->count; i++)
        stimuli_line(out, &images->list[i], i + 1);
}

/* ---- roles ----------------------------------------------------------------------------------- */

static void role_line(struct evk_str *out, const char *set, const struct evk_rig_stimulus *s)
{
    evk_str_printf(out, "%lld", (long long)s->code);
    cell(out, set);
    cell(out, s->id);
    cell(out, s->role);
    cell(out, s->unit);
    cell(out, s->control_of);
    cell(out, s->source_id);
    evk_str_cell(out, s->contrast);
    evk_str_cell(out, s->response_pred);
    evk_str_cell(out, s->response_shown);
    evk_str_cell(out, s->own_z);
    evk_str_cell(out, s->heldout_z);
    cell(out, s->judges);
    cell(out, s->judge_roles);
    cell(out, s->judge_z);
    cell(out, s->flags);
    whole(out, s->is_perturbed ? s->linf_delta : EVK_INT_MISSING);
    evk_str_cell(out, s->is_perturbed ? s->rms_delta : (double)NAN);
    whole(out, s->linf_shown);
    evk_str_cell(out, s->rms_shown);
    evk_str_puts(out, "\n");
}

void evk_rig_roles_lines(struct evk_str *out, const struct evk_gathering *g,
                         const struct evk_rig_images *images, bool own)
{
    struct evk_rig_stimulus s = {.contrast = (double)NAN,
                                 .response_pred = (double)NAN,
                                 .response_shown = (double)NAN,
                                 .own_z = (double)NAN,
                                 .heldout_z = (double)NAN,
                                 .linf_shown = EVK_INT_MISSING,
                                 .rms_shown = (double)NAN};

    for (int64_t i = 0; i < g->count; i++)
        role_line(out, g->names.names[g->list[i].set], &g->list[i]);
    if (own && images->own_blank) {
        s.code = images->blank + 1;
        s.role = "blank";
        role_line(out, NULL, &s);
    }
    if (own && images->catch_image >= 0) {
        s.code = images->catch_image + 1;
        s.role = "catch";
        role_line(out, NULL, &s);
    }
}

/* ---- trials ---------------------------------------------------------------------------------- */

void evk_rig_trials_lines(struct evk_str *out, const struct evk_order *o,
                          const struct evk_rig_codes *codes, const struct evk_trial_clock *clock,
                          int64_t begin)
{
    for (int64_t i = 0; i < o->count; i++) {
        const struct evk_presentation *p = &o->list[i];
        const bool is_blank = p->image == EVK_ORDER_BLANK;
        const int64_t code = is_blank                      ? codes->blank
                             : p->image == EVK_ORDER_CATCH ? codes->catch_image
                                                           : codes->code[p->image];
        const int64_t onset = begin + evk_trial_clock_onset(clock, o, i);

        char name[EVK_RIG_NAME];

        evk_rig_image_base_name(code, name);
        evk_str_printf(out, "%lld\t%lld\t%lld\t%lld\t%s", (long long)p->block, (long long)p->trial,
                       (long long)p->position, (long long)code, name);
        evk_str_cell(out, (double)onset / clock->rate);
        evk_str_cell(out, (double)clock->on / clock->rate);
        yes_no(out, is_blank);
        yes_no(out, p->is_catch);
        evk_str_puts(out, "\n");
    }
}
