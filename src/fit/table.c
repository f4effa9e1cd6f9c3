/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - NAME.tsv: a line for each unit that was fitted, as --units reads it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/shown.h"
#include "fit/fit.h"

/* ---- the files of teachers ------------------------------------------------------------------- */

/* Can a path or a name be one of several in a cell of the table? */
static bool fits_list(const char *text)
{
    const size_t n = strlen(text);

    return n && !strchr(text, ';') && text[0] != ' ' && text[n - 1] != ' ' && evk_fits_table(text);
}

static evk_status name_file(struct evk_fit_work *w, const char *path, evk_error *err)
{
    evk_status s;
    char *way;

    if (!evk_fs_exists(path))
        return evk_names_add(&w->teacher_files, "", err);
    EVK_TRY(path[0] == '/' ? evk_strdup(&way, path, err) : evk_fit_way(w->name, path, &way, err));
    s = fits_list(way)
            ? evk_names_add(&w->teacher_files, way, err)
            : evk_fail(err, EVK_EINVAL,
                       "%s: has a path that a table of units cannot hold, with a "
                       "semicolon, a space at an end, a quote, or a control or invisible "
                       "character",
                       path);
    free(way);
    return s;
}

evk_status evk_fit_name_teachers(struct evk_fit_work *w, evk_error *err)
{
    for (size_t i = 0; i < w->teacher_count; i++)
        EVK_TRY(name_file(w, evk_model_describe(w->teachers[i])->path, err));
    return EVK_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Appends an output of a teacher, by its name or, where no list can hold that, its number. */
static void put_output(struct evk_str *text, const evk_model *teacher, int64_t output)
{
    char name[EVK_NEURON_TEXT];

    if (fits_list(evk_model_neuron(teacher, output, name)))
        evk_str_puts(text, name);
    else
        evk_str_printf(text, "%lld", (long long)output);
}

/* Does a teacher take images of the size of the cores, so that it can be climbed with them? */
static bool is_of_size(const evk_model *teacher, const struct evk_size *size)
{
    const evk_model_info *info = evk_model_describe(teacher);

    return info->height == size->height && info->width == size->width &&
           info->channels == size->channels;
}

/* Appends the cells model and output: the card, and before it the teacher of the unit. */
static void put_model(const struct evk_fit_work *w, int64_t unit, struct evk_str *text)
{
    const struct evk_taught *t = w->units.taught ? &w->units.taught[unit] : NULL;
    const bool together = t && is_of_size(w->teachers[t->teacher], &w->shown.size);
    const char *file = together ? w->teacher_files.names[t->teacher] : "";
    const char *name = w->report->units[unit].name;

    if (file[0])
        evk_str_printf(text, "%s;", file);
    evk_str_printf(text, "%s.json\t", evk_base_name(w->name));
    if (file[0]) {
        put_output(text, w->teachers[t->teacher], t->output);
        evk_str_puts(text, ";");
    }
    evk_str_puts(text, name);
}

void evk_fit_table(const struct evk_fit_work *w, struct evk_str *text)
{
    evk_str_puts(text, "unit\tmodel\toutput\timages\tjudge\tjudge_output\tkeep\tn\tr_cv\tr_low\t"
                       "r_high\tr2_er\tceiling\n");
    for (int64_t k = 0; k < w->units.usable; k++) {
        const evk_fit_unit *u = &w->report->units[w->units.unit[k]];

        evk_str_printf(text, "%s\t", u->name);
        put_model(w, w->units.unit[k], text);
        evk_str_printf(text, "\tn/a\tn/a\tn/a\t%s\t%lld", u->keep ? "true" : "false",
                       (long long)u->images);
        evk_str_cell(text, u->r);
        evk_str_cell(text, u->low);
        evk_str_cell(text, u->high);
        evk_str_cell(text, u->r2_er);
        evk_str_cell(text, u->ceiling);
        evk_str_puts(text, "\n");
    }
}
