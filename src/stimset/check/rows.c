/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.c - rows of stimuli.tsv compared with their files, and the order in which rows are verified
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stimset/check/verify.h"
#include "stimset/controls/windowed.h"
#include "stimset/folder/describe.h"
#include "stimset/make/duplicate.h"
#include "stimset/record/flags.h"
#include "stimset/record/set_file.h"
#include "synth/settings.h"

enum { CHUNK = 256 };

/* CHUNK rows whose files are measured side by side, so that memory does not grow with the set. */
struct measuring {
    const struct evk_verification *v;
    struct evk_row_line *lines; /* (threads) the row that each thread measures */
    const evk_recipe *recipe;   /* whose window images are seen through; or NULL */
    int64_t first;              /* the first row of the chunk */
    struct evk_row *measured;   /* (CHUNK) rows as measured on their files */
    evk_error *why;             /* (CHUNK) why a file could not be measured */
    evk_error *odd;             /* (CHUNK) what a file holds that evoke does not write */
};

/* Hashes the file of the full trace, where the row has one; "" where the file cannot be read. */
static void measure_trace(const struct evk_verification *v, struct evk_row *row)
{
    char name[EVK_IMAGE_NAME];

    evk_set_file_trace_name(row, name);
    if (row->trace_sha256[0] && evk_set_file_hash(v->folder, name, row->trace_sha256, NULL))
        row->trace_sha256[0] = '\0';
}

/*
 * Measures the pixels inside the window of the image.  Where the window is unknown, since the file
 * of its mask is lacking, the cells keep what the row says.
 */
static evk_status measure_window(const struct measuring *m, const struct evk_row *row,
                                 const struct evk_pixels *pixels, struct evk_row *measured,
                                 evk_error *err)
{
    const struct evk_row *of =
        row->control_of ? evk_stimuli_find(&m->v->all, row->control_of) : row;

    if (m->v->not_seen[0]) {
        measured->saturated = row->saturated;
        return EVK_OK;
    }
    evk_row_measure_window(measured, pixels, NULL);
    if (!m->recipe || !of)
        return EVK_OK;
    return evk_windowed_measure(m->recipe, of, pixels, measured, err);
}

static void measure_file(void *arg, int worker, int64_t i)
{
    struct measuring *m = arg;
    const struct evk_row *row = &m->lines[worker].row;
    struct evk_pixels pixels;
    struct evk_bytes file;

    m->why[i] = m->odd[i] = (evk_error){EVK_OK, ""};
    if (evk_set_rows_get(&m->v->rows, m->first + i, &m->lines[worker], &m->why[i]))
        return;
    m->measured[i] = *row;
    if (!row->present || evk_set_file_get_image(m->v->folder, row, &file, &pixels, &m->why[i]))
        return;
    if (evk_row_measure(&m->measured[i], &file, &pixels, &m->why[i]) ||
        measure_window(m, row, &pixels, &m->measured[i], &m->why[i]))
        m->why[i].code = EVK_EFORMAT;
    (void)evk_set_file_check_own(row, &file, &m->odd[i]);
    measure_trace(m->v, &m->measured[i]);
    evk_bytes_release(&file);
    evk_pixels_release(&pixels);
}

evk_status evk_verify_cell(struct evk_verification *v, const struct evk_row *row,
                           const struct evk_row *truth, const char *column, evk_error *err)
{
    struct evk_str a = EVK_STR_INIT, b = EVK_STR_INIT;
    evk_status s;

    evk_row_cell(row, column, &a);
    evk_row_cell(truth, column, &b);
    s = evk_str_check(&a, err);
    if (!s)
        s = evk_str_check(&b, err);
    if (!s && strcmp(a.data, b.data) != 0)
        evk_report_finding(v, "%s: %s of %s is %s, expected %s", EVK_SET_TABLE, column,
                           row->stimulus_id, a.data, b.data);
    evk_str_release(&a);
    evk_str_release(&b);
    return s;
}

evk_status evk_verify_cells(struct evk_verification *v, const struct evk_row *row,
                            const struct evk_row *truth, const char *const *columns, evk_error *err)
{
    for (; *columns; columns++)
        EVK_TRY(evk_verify_cell(v, row, truth, *columns, err));
    return EVK_OK;
}

evk_status evk_verify_copy(const struct evk_verification *v, struct evk_stimuli *out,
                           evk_error *err)
{
    EVK_TRY(evk_stimuli_grow(out, v->all.count, err));
    if (v->all.count)
        memcpy(out->list, v->all.list, (size_t)v->all.count * sizeof(*out->list));
    return EVK_OK;
}

bool evk_verify_has_images(const struct evk_verification *v)
{
    return v->sum.images == v->present;
}

static evk_status compare_image(struct evk_verification *v, const struct evk_row *row,
                                const struct evk_row *measured, const evk_error *why,
                                const evk_error *odd, evk_error *err)
{
    static const char *const columns[] = {
        "width_px",         "height_px",          "gray_mean",
        "gray_sd",          "channel_sd",         "rms_contrast",
        "frac_clipped",     "saturated",          "bytes",
        "sha256",           "pixel_sha256",       "sha1",
        "trace_sha256",     "channel_sd_window",  "frac_clipped_window",
        "gray_mean_window", "rms_contrast_window"};

    if (!row->present)
        return EVK_OK;
    v->present++;
    if (why->code) {
        evk_report_finding(v, "%s: the image of %s: %s", EVK_SET_TABLE, row->stimulus_id, why->msg);
        return EVK_OK;
    }
    v->sum.images++;
    if (odd->code)
        evk_report_finding(v, "stimuli/%s: %s", row->filename, odd->msg);
    for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
        EVK_TRY(evk_verify_cell(v, row, measured, columns[c], err));
    return EVK_OK;
}

static evk_status check_chunk(struct evk_verification *v, struct measuring *m, int threads,
                              struct evk_row_line *line, evk_error *err)
{
    const int64_t left = v->rows.count - m->first, n = left < CHUNK ? left : CHUNK;

    evk_parallel_for(evk_thread_count(threads, n), n, measure_file, m);
    for (int64_t i = 0; i < n; i++) {
        EVK_TRY(evk_set_rows_get(&v->rows, m->first + i, line, err));
        EVK_TRY(compare_image(v, &line->row, &m->measured[i], &m->why[i], &m->odd[i], err));
    }
    return EVK_OK;
}

/*
 * Reads the recipe whose window the images are seen through.  False: the set has no ascents, or the
 * file of a mask is lacking, which the summary then says.
 */
static bool has_windows(struct evk_verification *v, evk_recipe *recipe)
{
    evk_error why = {EVK_OK, ""};

    if (!v->kind->ascends || evk_description_recipe(v->description, recipe, NULL))
        return false;
    if (evk_description_check_paths(v->description, &why) ||
        evk_description_check_files(v->description, "mask", &why))
        snprintf(v->not_seen, sizeof(v->not_seen), "%.255s", why.msg);
    return !v->not_seen[0];
}

static evk_status measure_all(struct evk_verification *v, struct measuring *m, int threads,
                              evk_error *err)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    evk_status s;

    EVK_TRY(evk_alloc(&m->lines, threads, sizeof(*m->lines), "rows", err));
    EVK_TRY(evk_alloc(&m->measured, CHUNK, sizeof(*m->measured), "rows", err));
    EVK_TRY(evk_alloc(&m->why, CHUNK, sizeof(*m->why), "rows", err));
    s = evk_alloc(&m->odd, CHUNK, sizeof(*m->odd), "rows", err);
    for (; m->first < v->rows.count && !s; m->first += CHUNK)
        s = check_chunk(v, m, threads, &line, err);
    evk_row_line_release(&line);
    return s;
}

static evk_status check_images(struct evk_verification *v, evk_error *err)
{
    const int threads = evk_thread_count(v->how->threads, CHUNK);
    struct measuring m = {.v = v};
    evk_recipe recipe;
    evk_status s;

    if (has_windows(v, &recipe))
        m.recipe = &recipe;
    s = measure_all(v, &m, threads, err);
    for (int t = 0; t < threads && m.lines; t++)
        evk_row_line_release(&m.lines[t]);
    free(m.lines);
    free(m.measured);
    free(m.why);
    free(m.odd);
    return s;
}

bool evk_verify_is_of(const struct evk_described_model *m, const struct evk_row *row)
{
    return row->model_sha256 && row->target_model && strcmp(row->model_sha256, m->sha256) == 0 &&
           strcmp(row->target_model, m->name) == 0;
}

/*
 * Returns the name of the model in the description that has the row's model_sha256; NULL: there is
 * no such model.
 */
static const char *find_name(const struct evk_verification *v, const struct evk_row *row)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        if (evk_verify_is_of(&m, row))
            return m.name;
    return row->model_sha256 && evk_description_model(v->description, row->model_sha256, &m)
               ? m.name
               : NULL;
}

evk_status evk_verify_known(struct evk_verification *v, const struct evk_row *row,
                            struct evk_row *truth, const char *const *columns, evk_error *err)
{
    const char *name = find_name(v, row);

    evk_row_give_code(truth, row->stim_code);
    truth->type = "image";
    if (!name)
        evk_report_finding(v, "%s: model_sha256 of %s is of none of the models in %s",
                           EVK_SET_TABLE, row->stimulus_id, EVK_SET_DESCRIPTION);
    else
        truth->target_model = name;
    return evk_verify_cells(v, row, truth, columns, err);
}

/* Are the duplicates of all rows those that the rows have? */
static bool has_duplicates(const struct evk_stimuli *all, const struct evk_stimuli *again)
{
    bool same = true;

    for (int64_t i = 0; i < all->count; i++)
        same = same && strcmp(all->list[i].row.duplicate_of, again->list[i].row.duplicate_of) == 0;
    return same;
}

/* Versions before 0.8.0 left out controls and perturbed images. */
static evk_status find_duplicates(const struct evk_verification *v, const struct evk_stimuli *again,
                                  evk_error *err)
{
    const int threads = v->how->threads;

    EVK_TRY(evk_find_duplicates(v->folder, again, EVK_DUPLICATES_OF_ALL, threads, NULL, err));
    if (evk_verify_same_version(v) || has_duplicates(&v->all, again))
        return EVK_OK;
    return evk_find_duplicates(v->folder, again, EVK_DUPLICATES_OF_OTHERS, threads, NULL, err);
}

evk_status evk_verify_duplicates(struct evk_verification *v, evk_error *err)
{
    struct evk_stimuli again = {NULL, 0, NULL};
    evk_status s;

    if (!evk_verify_has_images(v))
        return EVK_OK; /* some image could not be read, which was reported */
    EVK_TRY(evk_verify_copy(v, &again, err));
    s = find_duplicates(v, &again, err);
    for (int64_t i = 0; i < v->all.count && !s; i++) {
        s = evk_verify_cell(v, &v->all.list[i].row, &again.list[i].row, "duplicate_of", err);
        if (!s)
            s = evk_verify_cell(v, &v->all.list[i].row, &again.list[i].row, "duplicate_rms", err);
    }
    evk_stimuli_release(&again);
    return s;
}

/*
 * Compares flags with those that follow from the other cells of the row (versions before 0.2.0
 * wrote no flags), and reports a response_start of an image that no ascent made.
 */
static evk_status check_flags(struct evk_verification *v, void *arg, const struct evk_row *row,
                              evk_error *err)
{
    struct evk_row truth = *row;

    (void)arg;
    if (!row->flags[0] && !evk_verify_same_version(v))
        return EVK_OK;
    evk_flags_set(&truth);
    if (!truth.flags[0])
        truth.response_start = (double)NAN;
    EVK_TRY(evk_verify_cell(v, row, &truth, "flags", err));
    return evk_verify_cell(v, row, &truth, "response_start", err);
}

evk_status evk_verify_caption(struct evk_verification *v, const struct evk_row *row,
                              const struct evk_row *truth, evk_error *err)
{
    if (!evk_verify_same_version(v) || !row->set_type)
        return EVK_OK;
    return evk_verify_cell(v, row, truth, "description", err);
}

evk_status evk_verify_rows(struct evk_verification *v, evk_error *err)
{
    EVK_TRY(check_images(v, err));
    EVK_TRY(evk_verify_neurons(v, err));
    EVK_TRY(evk_verify_absent(v, err));
    EVK_TRY(evk_verify_each(v, check_flags, NULL, err));
    return v->kind->verify_rows(v, err);
}
