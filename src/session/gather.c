/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gather.c - which stimuli of which sets a session shows */
#include "session/gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/shown.h"
#include "session/vetoed.h"
#include "stimset/finished/set.h"
#include "stimset/record/set_file.h"
#include "stimset/record/set_names.h"

/* What a row of a set is, as far as it matters for what takes part. */
enum part { ABSENT, TAKES_PART, VETOED, LEFT_OUT };

/* One set while its rows are gone through. */
struct gathering_set {
    struct evk_gathering *g;
    const evk_set *set;
    int64_t number;
    const struct evk_gather_ask *ask;
    enum part *part; /* (rows) */
    int64_t *of[2];  /* (rows) the row that it is a control of, was made from; -1: none */
    const struct evk_vetoed *vetoed;
    struct evk_row_line line;
};

/* ---- units ----------------------------------------------------------------------------------- */

/* Returns the name of the unit of a neuron; NULL: no unit has it. */
static const char *named_unit(const struct evk_names *units, const char *model, const char *output)
{
    const size_t m = strlen(model), n = strlen(output);

    for (size_t i = 0; i < units->count; i++) {
        const char *one = units->names[i];

        if (strncmp(one, model, m) == 0 && one[m] == ':' && strncmp(one + m + 1, output, n) == 0 &&
            one[m + 1 + n] == '\t')
            return one + m + 2 + n;
    }
    return NULL;
}

/* Is there a unit of this name? */
static bool has_unit(const struct evk_names *units, const char *name)
{
    for (size_t i = 0; i < units->count; i++)
        if (strcmp(strchr(units->names[i], '\t') + 1, name) == 0)
            return true;
    return false;
}

/*
 * Returns the name that another set has for the neuron of a row, by the file of its model; NULL: none
 * has one.
 */
static const char *known_unit(const struct evk_names *known, const struct evk_row *row)
{
    const size_t n = strlen(row->target_output);

    for (size_t i = 0; row->model_sha256 && i < known->count; i++) {
        const char *one = known->names[i];

        if (strncmp(one, row->model_sha256, EVK_SHA256_TEXT - 1) == 0 &&
            strncmp(one + EVK_SHA256_TEXT, row->target_output, n) == 0 &&
            one[EVK_SHA256_TEXT + n] == '\t')
            return one + EVK_SHA256_TEXT + n + 1;
    }
    return NULL;
}

/* Notes the name of the unit of a row, as "model_sha256:output\tname", unless it is noted. */
static evk_status note_unit(struct evk_gathering *g, const evk_set *set, const struct evk_row *row,
                            evk_error *err)
{
    const char *name = row->target_model && row->target_output[0]
                           ? evk_set_unit(set, row->target_model, row->target_output)
                           : NULL;

    if (!name || !row->model_sha256 || strlen(row->model_sha256) != EVK_SHA256_TEXT - 1 ||
        known_unit(&g->known, row))
        return EVK_OK;
    return evk_names_printf(&g->known, err, "%s:%s\t%s", row->model_sha256, row->target_output,
                            name);
}

/* Notes the names of units of all sets that have them. */
static evk_status note_units(struct evk_gathering *g, evk_error *err)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    evk_status s = EVK_OK;

    for (size_t i = 0; i < g->set_count && !s; i++) {
        const struct evk_set_rows *rows = &g->sets[i]->rows;

        for (int64_t r = 0; r < rows->count && !s && g->sets[i]->units.lines.count; r++) {
            s = evk_set_rows_get(rows, r, &line, err);
            if (!s)
                s = note_unit(g, g->sets[i], &line.row, err);
        }
        evk_row_line_release(&line);
        line = (struct evk_row_line){.line = {.cells = NULL}};
    }
    return s;
}

/* ---- the unit of a row ----------------------------------------------------------------------- */

/* Notes a unit that the table of units leaves out, once. */
static evk_status note_left(struct evk_gathering *g, const char *unit, evk_error *err)
{
    for (size_t i = 0; i < g->left_units.count; i++)
        if (strcmp(g->left_units.names[i], unit) == 0)
            return EVK_OK;
    return evk_names_add(&g->left_units, unit, err);
}

/*
 * Sets *name to the name of the unit of a row, NULL where it has none; *out: is the unit left out?
 */
static evk_status unit_of(struct gathering_set *s, const struct evk_row *row, const char **name,
                          bool *out, evk_error *err)
{
    struct evk_names *texts = &s->g->texts;
    const char *own;

    *name = NULL;
    *out = false;
    if (!row->target_model || !row->target_output[0])
        return EVK_OK;
    own = evk_set_unit(s->set, row->target_model, row->target_output);
    if (!own)
        own = known_unit(&s->g->known, row);
    if (s->ask->units && !own)
        own = named_unit(s->ask->units, row->target_model, row->target_output);
    if (s->ask->units && own && !has_unit(s->ask->units, own) &&
        named_unit(s->ask->units, row->target_model, row->target_output))
        own = named_unit(s->ask->units, row->target_model, row->target_output);
    *out = s->ask->units && (!own || !has_unit(s->ask->units, own));
    if (own)
        EVK_TRY(evk_names_add(texts, own, err));
    else
        EVK_TRY(evk_names_printf(texts, err, "%s:%s", row->target_model, row->target_output));
    *name = texts->names[texts->count - 1];
    return *out ? note_left(s->g, *name, err) : EVK_OK;
}

/* ---- the rows of one set --------------------------------------------------------------------- */

static evk_status keep_text(struct evk_gathering *g, const char *text, const char **out,
                            evk_error *err)
{
    *out = NULL;
    if (!text || !text[0])
        return EVK_OK;
    EVK_TRY(evk_names_add(&g->texts, text, err));
    *out = g->texts.names[g->texts.count - 1];
    return EVK_OK;
}

static evk_status fill(struct gathering_set *s, int64_t i, const char *unit,
                       struct evk_rig_stimulus *out, evk_error *err)
{
    const struct evk_row *row = &s->line.row;

    *out = (struct evk_rig_stimulus){.set = s->number,
                                     .row = i,
                                     .unit = unit,
                                     .has_model = row->target_model && row->model_sha256 &&
                                                  row->target_output[0],
                                     .is_perturbed = row->linf_delta != EVK_INT_MISSING,
                                     .contrast = row->contrast,
                                     .response_pred = row->response_pred,
                                     .linf_delta = row->linf_delta,
                                     .rms_delta = row->rms_delta,
                                     .own_z = row->own_z,
                                     .heldout_z = row->heldout_z,
                                     .response_shown = (double)NAN,
                                     .linf_shown = EVK_INT_MISSING,
                                     .rms_shown = (double)NAN};
    EVK_TRY(keep_text(s->g, row->stimulus_id, &out->id, err));
    /* a perturbed image that is also the control of another one stays a perturbed image */
    EVK_TRY(keep_text(
        s->g, row->control && !evk_row_is(row, "adversarial") ? row->control : row->set_type,
        &out->role, err));
    EVK_TRY(keep_text(s->g, row->control_of, &out->control_of, err));
    EVK_TRY(keep_text(s->g, row->judges, &out->judges, err));
    EVK_TRY(keep_text(s->g, row->judge_roles, &out->judge_roles, err));
    EVK_TRY(keep_text(s->g, row->judge_z, &out->judge_z, err));
    EVK_TRY(keep_text(s->g, row->flags, &out->flags, err));
    return keep_text(s->g, row->source_id, &out->source_id, err);
}

/* Reads row i into the list, and says what it is before the rows that it belongs to are known. */
static evk_status read_row(struct gathering_set *s, int64_t i, struct evk_rig_stimulus *out,
                           evk_error *err)
{
    const char *unit;
    bool is_out;

    EVK_TRY(evk_set_rows_get(&s->set->rows, i, &s->line, err));
    s->of[0][i] = s->of[1][i] = -1;
    if (!s->line.row.present)
        return EVK_OK;
    EVK_TRY(unit_of(s, &s->line.row, &unit, &is_out, err));
    EVK_TRY(fill(s, i, unit, out, err));
    s->part[i] = is_out ? LEFT_OUT : TAKES_PART;
    if (evk_vetoed_has(s->vetoed, s->line.row.pixel_sha256))
        s->part[i] = VETOED;
    s->of[0][i] = evk_set_rows_find(&s->set->rows, out->control_of);
    s->of[1][i] = evk_set_rows_find(&s->set->rows, out->source_id);
    return EVK_OK;
}

static bool is_out(enum part p)
{
    return p == VETOED || p == LEFT_OUT;
}

/*
 * The rows that belong to each row, and those still to be looked at.  Row j belongs to row i as link
 * 2 j where it is a control of i, and as link 2 j + 1 where it was made from i.
 */
struct following {
    int64_t *first; /* (rows) a link to the row, plus 1; 0: there is none */
    int64_t *next;  /* (2 rows) the next link to the same row, plus 1 */
    int64_t *queue; /* (rows) rows that are left out, of which each is in it once */
    int64_t count;
};

static void link_rows(struct following *f, const struct gathering_set *s, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        for (int k = 0; k < 2; k++) {
            const int64_t of = s->of[k][i];

            if (of < 0)
                continue;
            f->next[2 * i + k] = f->first[of];
            f->first[of] = 2 * i + k + 1;
        }
        if (is_out(s->part[i]))
            f->queue[f->count++] = i;
    }
}

/*
 * Leaves out what belongs to something that is left out, and what belongs to that.  A row is looked
 * at once, however long its chain is, and whether or not the chain ends.
 */
static evk_status follow(struct gathering_set *s, int64_t n, evk_error *err)
{
    struct following f = {.count = 0};

    EVK_TRY(evk_alloc(&f.first, 4 * n, sizeof(*f.first), "a session", err));
    f.next = f.first + n;
    f.queue = f.next + 2 * n;
    link_rows(&f, s, n);
    for (int64_t at = 0; at < f.count; at++)
        for (int64_t link = f.first[f.queue[at]]; link; link = f.next[link - 1]) {
            const int64_t row = (link - 1) / 2;

            if (s->part[row] != TAKES_PART)
                continue;
            s->part[row] = LEFT_OUT;
            f.queue[f.count++] = row;
        }
    free(f.first);
    return EVK_OK;
}

/* Leaves out what has no unit and from which only images were made that are left out. */
static evk_status leave_bases(struct gathering_set *s, const struct evk_rig_stimulus *rows,
                              int64_t n, evk_error *err)
{
    int64_t *made, *used; /* (n) images made from each, and how many of them take part */

    EVK_TRY(evk_alloc(&made, 2 * n, sizeof(*made), "a session", err));
    used = made + n;
    for (int64_t i = 0; i < n; i++)
        if (s->part[i] != ABSENT && s->of[1][i] >= 0) {
            made[s->of[1][i]]++;
            used[s->of[1][i]] += s->part[i] == TAKES_PART;
        }
    for (int64_t i = 0; i < n; i++)
        if (s->part[i] == TAKES_PART && !rows[i].unit && made[i] && !used[i])
            s->part[i] = LEFT_OUT;
    free(made);
    return EVK_OK;
}

/* Adds the rows that take part to the list. */
static evk_status take(struct gathering_set *s, const struct evk_rig_stimulus *rows, int64_t n,
                       evk_error *err)
{
    struct evk_gathering *g = s->g;
    struct evk_rig_stimulus *list = realloc(g->list, (size_t)(g->count + n) * sizeof(*list) + 1);

    if (!list)
        return evk_fail(err, EVK_ENOMEM, "out of memory for the stimuli of a session");
    g->list = list;
    for (int64_t i = 0; i < n; i++) {
        g->vetoed += s->part[i] == VETOED;
        g->left_out += s->part[i] == LEFT_OUT;
        if (s->part[i] == TAKES_PART)
            g->list[g->count++] = rows[i];
    }
    return EVK_OK;
}

static evk_status gather_rows(struct gathering_set *s, struct evk_rig_stimulus *rows, int64_t n,
                              evk_error *err)
{
    for (int64_t i = 0; i < n; i++)
        EVK_TRY(read_row(s, i, &rows[i], err));
    EVK_TRY(follow(s, n, err));
    EVK_TRY(leave_bases(s, rows, n, err));
    return take(s, rows, n, err);
}

static evk_status gather_set(struct gathering_set *s, evk_error *err)
{
    const int64_t n = s->set->rows.count;
    struct evk_rig_stimulus *rows = NULL;
    evk_status status;

    if (n > EVK_STREAM_MAX)
        return evk_fail(err, EVK_EINVAL, "%s: has %lld stimuli, expected at most %d",
                        s->set->folder.path, (long long)n, EVK_STREAM_MAX);
    status = evk_alloc(&rows, n, sizeof(*rows), "a session", err);
    if (!status)
        status = evk_alloc(&s->part, n, sizeof(*s->part), "a session", err);
    for (int k = 0; k < 2 && !status; k++)
        status = evk_alloc(&s->of[k], n, sizeof(*s->of[k]), "a session", err);
    if (!status)
        status = gather_rows(s, rows, n, err);
    evk_row_line_release(&s->line);
    free(s->part);
    free(s->of[0]);
    free(s->of[1]);
    free(rows);
    return status;
}

/* ---- all sets -------------------------------------------------------------------------------- */

static evk_status open_sets(struct evk_gathering *g, const struct evk_gather_ask *ask,
                            evk_error *err)
{
    char hash[EVK_SHA256_TEXT];

    if (ask->names)
        for (size_t i = 0; i < ask->count; i++)
            EVK_TRY(evk_names_add(&g->names, ask->names->names[i], err));
    else
        EVK_TRY(evk_set_names(&g->names, ask->sets, ask->count, err));
    for (size_t i = 0; i < ask->count; i++)
        if (!evk_fits_table(g->names.names[i]))
            return evk_fail(err, EVK_EINVAL,
                            "%s: the name of the folder begins with a quote, or has a control or "
                            "invisible character; expected a name that a table can have",
                            ask->sets[i]);
    EVK_TRY(evk_alloc(&g->sets, (int64_t)ask->count, sizeof(evk_set *), "sets", err));
    for (; g->set_count < ask->count; g->set_count++) {
        EVK_TRY(evk_set_open(&g->sets[g->set_count], ask->sets[g->set_count], err));
        EVK_TRY(evk_set_file_hash(&g->sets[g->set_count]->folder, EVK_SET_MANIFEST, hash, err));
        EVK_TRY(evk_names_add(&g->hashes, hash, err));
    }
    return EVK_OK;
}

evk_status evk_gather(struct evk_gathering *out, const struct evk_gather_ask *ask, evk_error *err)
{
    struct evk_vetoed vetoed;
    evk_status s = EVK_OK;

    *out = (struct evk_gathering){.list = NULL};
    EVK_TRY(open_sets(out, ask, err));
    EVK_TRY(note_units(out, err));
    EVK_TRY(evk_vetoed_find(&vetoed, ask->vetoes, out->sets, &out->names, err));
    for (size_t i = 0; i < ask->count && !s; i++) {
        struct gathering_set one = {
            .g = out, .set = out->sets[i], .number = (int64_t)i, .ask = ask, .vetoed = &vetoed};

        s = gather_set(&one, err);
    }
    evk_vetoed_release(&vetoed);
    EVK_TRY(s);
    if (out->count == 0)
        return evk_fail(err, EVK_EINVAL,
                        "no stimulus takes part: %lld are vetoed, and %lld are left out with their "
                        "units or with what they belong to",
                        (long long)out->vetoed, (long long)out->left_out);
    return EVK_OK;
}

void evk_gathering_release(struct evk_gathering *g)
{
    for (size_t i = 0; i < g->set_count; i++)
        evk_set_free(g->sets[i]);
    free(g->sets);
    free(g->list);
    evk_names_release(&g->names);
    evk_names_release(&g->hashes);
    evk_names_release(&g->texts);
    evk_names_release(&g->known);
    evk_names_release(&g->left_units);
    *g = (struct evk_gathering){.list = NULL};
}
