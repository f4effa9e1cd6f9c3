/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score.c - compare a set's best image of a cell with the cell's optimum */
#include "score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/num.h"
#include "parts.h"

enum { TABLE_MAX = 1 << 26, VALUES = PIXELS * PIXELS * 3 };

/* A value of which the derivative is below this fraction of the largest one counts as unseen. */
static const double SEEN = 0.02;

/* ---- stimuli.tsv ---- */

/* Copies field i of a line of tab-separated text; returns false past the last field. */
static bool field(const char *line, size_t i, struct evk_str *out)
{
    for (; i > 0; i--) {
        line += strcspn(line, "\t\n");
        if (*line != '\t')
            return false;
        line++;
    }
    evk_str_release(out);
    evk_str_add(out, line, strcspn(line, "\t\n"));
    return true;
}

static evk_status column(const char *table, const char *name, size_t *out, evk_error *err)
{
    struct evk_str s = EVK_STR_INIT;
    bool found = false;

    for (size_t i = 0; !found && field(table, i, &s); i++)
        if (strcmp(s.data, name) == 0) {
            *out = i;
            found = true;
        }
    evk_str_release(&s);
    return found ? EVK_OK : evk_fail(err, EVK_EFORMAT, "has no column '%s'", name);
}

static const char *next_line(const char *line)
{
    line += strcspn(line, "\n");
    return *line ? line + 1 : line;
}

static bool has(const char *line, size_t i, const char *text)
{
    struct evk_str s = EVK_STR_INIT;
    const bool same = field(line, i, &s) && strcmp(s.data, text) == 0;

    evk_str_release(&s);
    return same;
}

/* Finds, in a table, the image of a model with the largest response: its file name and response. */
static evk_status best_of(const char *table, const char *model, struct evk_str *file,
                          double *response, evk_error *err)
{
    size_t present, target, name, predicted;
    struct evk_str s = EVK_STR_INIT;

    EVK_TRY(column(table, "present", &present, err));
    EVK_TRY(column(table, "target_model", &target, err));
    EVK_TRY(column(table, "filename", &name, err));
    EVK_TRY(column(table, "response_pred", &predicted, err));
    *response = -HUGE_VAL;
    for (const char *line = next_line(table); *line; line = next_line(line)) {
        double r;

        if (!has(line, present, "true") || !has(line, target, model) ||
            !field(line, predicted, &s) || !evk_parse_real(s.data, &r) || r <= *response)
            continue;
        *response = r;
        field(line, name, file);
    }
    evk_str_release(&s);
    if (!isfinite(*response))
        return evk_fail(err, EVK_ENOTFOUND, "has no image of %s", model);
    return EVK_OK;
}

static evk_status find_best(const char *folder, const char *model, struct evk_str *file,
                            double *response, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT, table = EVK_STR_INIT;
    struct evk_bytes bytes = {NULL, 0};
    evk_status s;

    evk_str_printf(&path, "%s/stimuli.tsv", folder);
    s = evk_fs_read(&bytes, path.data, TABLE_MAX, err);
    if (!s) {
        evk_str_add(&table, bytes.data, bytes.size);
        s = best_of(table.data, model, file, response, err);
        if (s)
            evk_error_prepend(err, "%s", path.data);
    }
    evk_bytes_release(&bytes);
    evk_str_release(&table);
    evk_str_release(&path);
    return s;
}

/* ---- correlation ---- */

static double mean(const double *x)
{
    double sum = 0;

    for (int i = 0; i < VALUES; i++)
        sum += x[i];
    return sum / VALUES;
}

static double correlation(const struct picture *a, const struct picture *b)
{
    const double *x = &a->at[0][0][0], *y = &b->at[0][0][0];
    const double mx = mean(x), my = mean(y);
    double xx = 0, yy = 0, xy = 0;

    for (int i = 0; i < VALUES; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

static evk_status read_picture(struct picture *out, const char *folder, const char *name,
                               evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_image *image = NULL;
    evk_status s;

    evk_str_printf(&path, "%s/%s", folder, name);
    s = evk_image_read(&image, path.data, err);
    if (!s && (image->height != PIXELS || image->width != PIXELS || image->channels != 3))
        s = evk_fail(err, EVK_EFORMAT, "%s: is not 112 x 112 RGB", path.data);
    for (int i = 0; !s && i < VALUES; i++)
        (&out->at[0][0][0])[i] = (double)image->values[i];
    evk_image_free(image);
    evk_str_release(&path);
    return s;
}

/* ---- scores ---- */

struct work {
    struct compact model;
    struct picture best, optimum;
};

static evk_status score_compare(const struct cell *cell, struct work *w, struct score *out,
                                evk_error *err)
{
    cell->describe(cell->parameters, &w->model);
    for (int i = 0; i < cell->sketches; i++) {
        double paper, exact, seen;

        EVK_TRY(cell_optimum(cell, &w->model, i, &w->optimum, &paper, err));
        exact = correlation(&w->best, &w->optimum);
        EVK_TRY(paper_seen(&w->model, &w->optimum, SEEN, err));
        seen = correlation(&w->best, &w->optimum);
        if (i > 0 && seen <= out->seen)
            continue;
        out->correlation = exact;
        out->seen = seen;
        out->paper = paper;
    }
    return EVK_OK;
}

evk_status score_cell(const struct cell *cell, const char *set, struct score *out, evk_error *err)
{
    struct evk_str folder = EVK_STR_INIT, file = EVK_STR_INIT;
    struct work *w = NULL;
    evk_status s;

    *out = (struct score){.model = cell->name};
    evk_str_printf(&folder, "%s/stimuli", set);
    s = evk_alloc(&w, 1, sizeof(*w), "a score", err);
    if (!s)
        s = find_best(folder.data, cell->name, &file, &out->response, err);
    if (!s)
        s = read_picture(&w->best, folder.data, file.data, err);
    if (!s)
        s = score_compare(cell, w, out, err);
    free(w);
    evk_str_release(&file);
    evk_str_release(&folder);
    return s;
}

/* ---- phases ---- */

static void measure_phases(evk_session *session, const struct complex *c, double wavelength,
                           struct picture *image, float *values, double response[4])
{
    for (int p = 0; p < 4; p++) {
        float r;

        complex_grating(c, wavelength, p * PI / 2, image);
        for (int i = 0; i < VALUES; i++)
            values[i] = (float)(&image->at[0][0][0])[i];
        evk_session_predict(session, values, &r);
        response[p] = (double)r;
    }
}

evk_status score_phases(const struct complex *c, const char *model, struct phases *out,
                        evk_error *err)
{
    struct picture *image = NULL;
    evk_session *session = NULL;
    evk_model *m = NULL;
    float *values = NULL;
    double best = -HUGE_VAL;
    evk_status s = evk_model_open(&m, model, NULL, err);

    if (!s)
        s = evk_session_new(&session, m, err);
    if (!s)
        s = evk_alloc(&image, 1, sizeof(*image), "a grating", err);
    if (!s)
        s = evk_alloc_floats(&values, VALUES, "a grating", err);
    for (double wavelength = 10; !s && wavelength <= 40; wavelength += 0.5) {
        double r[4], sum;

        measure_phases(session, c, wavelength, image, values, r);
        sum = r[0] + r[1] + r[2] + r[3];
        if (sum <= best)
            continue;
        best = sum;
        out->wavelength = wavelength;
        memcpy(out->response, r, sizeof(r));
    }
    free(values);
    free(image);
    evk_session_free(session);
    evk_model_free(m);
    return s;
}
