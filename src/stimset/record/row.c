/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row.c - one stimulus as a row of stimuli.tsv: written, read, named and measured */
#include "stimset/record/row.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "stimset/record/kind.h"
#include "synth/settings.h"

enum kind { CHARS, TEXT, BOOL, INT, REAL };

struct column {
    const char *name;
    enum kind kind;
    size_t offset, size; /* of the field in struct evk_row, bytes */
    const char *long_name, *units, *description;
};

static const struct column columns[] = {
#define EVK_COLUMN(name, kind, long_name, units, description) \
    {#name,                                                   \
     kind,                                                    \
     offsetof(struct evk_row, name),                          \
     sizeof(((struct evk_row *)0)->name),                     \
     long_name,                                               \
     units,                                                   \
     description},
#include "stimset/record/columns.def"
#undef EVK_COLUMN
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

bool evk_row_is(const struct evk_row *row, const char *set_type)
{
    return row->set_type && strcmp(row->set_type, set_type) == 0;
}

bool evk_row_is_series(const struct evk_row *row)
{
    return row->control && strcmp(row->control, EVK_CONTROL_SERIES) == 0;
}

void evk_row_header(struct evk_str *tsv)
{
    for (size_t i = 0; i < COLUMNS; i++)
        evk_str_printf(tsv, "%s%s", i ? "\t" : "", columns[i].name);
    evk_str_puts(tsv, "\n");
}

static void write_text(const char *text, struct evk_str *tsv)
{
    evk_str_puts(tsv, text && text[0] ? text : "n/a");
}

static void write_cell(const struct column *c, const struct evk_row *row, struct evk_str *tsv)
{
    const char *field = (const char *)row + c->offset, *text;
    char number[EVK_REAL_TEXT];
    int64_t i;
    double r;
    bool b;

    switch (c->kind) {
    case CHARS:
        write_text(field, tsv);
        break;
    case TEXT:
        memcpy(&text, field, sizeof(text));
        write_text(text, tsv);
        break;
    case BOOL:
        memcpy(&b, field, sizeof(b));
        write_text(b ? "true" : "false", tsv);
        break;
    case INT:
        memcpy(&i, field, sizeof(i));
        if (i == EVK_INT_MISSING)
            write_text(NULL, tsv);
        else
            evk_str_printf(tsv, "%lld", (long long)i);
        break;
    case REAL:
        memcpy(&r, field, sizeof(r));
        write_text(evk_format_real(r, number), tsv);
        break;
    }
}

evk_status evk_row_write(const struct evk_row *row, struct evk_str *tsv, evk_error *err)
{
    const size_t begin = tsv->size;
    char hash[EVK_SHA256_TEXT];

    for (size_t i = 0; i + 1 < COLUMNS; i++) {
        if (i)
            evk_str_puts(tsv, "\t");
        write_cell(&columns[i], row, tsv);
    }
    EVK_TRY(evk_str_check(tsv, err));
    EVK_TRY(evk_sha256_text(tsv->data + begin, tsv->size - begin, hash, err));
    evk_str_printf(tsv, "\t%s\n", hash);
    return evk_str_check(tsv, err);
}

const char *evk_row_column(size_t i)
{
    return i < COLUMNS ? columns[i].name : NULL;
}

int evk_row_find_column(const char *name)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

void evk_row_cell(const struct evk_row *row, const char *column, struct evk_str *text)
{
    write_cell(&columns[evk_row_find_column(column)], row, text);
}

/*
 * Is the text n/a?  strcmp would take a tenth of the time of reading a table: most cells are n/a.
 */
static bool is_missing(const char *text)
{
    return text[0] == 'n' && text[1] == '/' && text[2] == 'a' && text[3] == '\0';
}

static evk_status read_chars(const struct column *c, char *field, const char *text, evk_error *err)
{
    const size_t size = strlen(text);

    if (size >= c->size)
        return evk_fail(err, EVK_EFORMAT, "%s has %zu bytes, expected at most %zu", c->name, size,
                        c->size - 1);
    memcpy(field, text, size + 1);
    return EVK_OK;
}

static evk_status read_bool(const struct column *c, char *field, const char *text, evk_error *err)
{
    const bool yes = strcmp(text, "true") == 0;

    if (!yes && strcmp(text, "false") != 0)
        return evk_fail(err, EVK_EFORMAT, "%s is '%s', expected true or false", c->name, text);
    memcpy(field, &yes, sizeof(yes));
    return EVK_OK;
}

static evk_status read_cell(const struct column *c, char *field, const char *text, evk_error *err)
{
    const bool missing = is_missing(text);
    int64_t i = EVK_INT_MISSING;
    double r = (double)NAN;

    switch (c->kind) {
    case CHARS:
        return read_chars(c, field, missing ? "" : text, err);
    case TEXT:
        if (missing)
            text = NULL;
        memcpy(field, &text, sizeof(text));
        break;
    case BOOL:
        return read_bool(c, field, text, err);
    case INT:
        if (!missing && !evk_parse_int(text, &i))
            return evk_fail(err, EVK_EFORMAT, "%s is '%s', expected a whole number", c->name, text);
        memcpy(field, &i, sizeof(i));
        break;
    case REAL:
        if (!missing && !evk_parse_real(text, &r))
            return evk_fail(err, EVK_EFORMAT, "%s is '%s', expected a number", c->name, text);
        memcpy(field, &r, sizeof(r));
        break;
    }
    return EVK_OK;
}

evk_status evk_row_read(struct evk_row *row, size_t i, const char *text, evk_error *err)
{
    return read_cell(&columns[i], (char *)row + columns[i].offset, text, err);
}

bool evk_row_is_spelt(size_t i, const char *text, struct evk_row *row, struct evk_str *spelt)
{
    if (read_cell(&columns[i], (char *)row + columns[i].offset, text, NULL))
        return true;
    spelt->size = 0;
    write_cell(&columns[i], row, spelt);
    return spelt->failed || strcmp(spelt->data, text) == 0;
}

struct evk_row evk_row_new(void)
{
    struct evk_row row = {0};

    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].kind == INT || columns[i].kind == REAL)
            (void)read_cell(&columns[i], (char *)&row + columns[i].offset, "n/a", NULL);
    return row;
}

void evk_row_round(struct evk_row *row)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        char *field = (char *)row + columns[i].offset, number[EVK_REAL_TEXT];
        double r;

        if (columns[i].kind != REAL)
            continue;
        memcpy(&r, field, sizeof(r));
        if (!evk_parse_real(evk_format_real(r, number), &r))
            r = (double)NAN;
        memcpy(field, &r, sizeof(r));
    }
}

/* The names of a row: "stim-max000001" and "stim-max000001_image.png". */
struct names {
    char id[sizeof(((struct evk_row *)0)->stimulus_id)];
    char file[sizeof(((struct evk_row *)0)->filename)];
};

static void make_names(const struct evk_row *row, int64_t code, struct names *out)
{
    static const char *const jpeg[] = {".jpg", NULL};
    const char *ending = evk_ends_in(row->filename, jpeg) ? "jpg" : "png";

    snprintf(out->id, sizeof(out->id), "stim-%s%06lld", row->set_type ? row->set_type : "",
             (long long)code);
    snprintf(out->file, sizeof(out->file), "%s_image.%s", out->id, ending);
}

void evk_row_give_code(struct evk_row *row, int64_t code)
{
    struct names names;

    make_names(row, code, &names);
    row->stim_code = code;
    memcpy(row->stimulus_id, names.id, sizeof(names.id));
    memcpy(row->filename, names.file, sizeof(names.file));
}

static evk_status check_set_type(const char *type, evk_error *err)
{
    struct evk_str known = EVK_STR_INIT;
    evk_status s;

    if (type && evk_is_row_type(type))
        return EVK_OK;
    evk_list_row_types(&known);
    s = evk_str_check(&known, err);
    if (!s)
        s = evk_fail(err, EVK_EFORMAT, "set_type is '%s', expected one of: %s", type ? type : "n/a",
                     known.data);
    evk_str_release(&known);
    return s;
}

static evk_status check_name(const char *column, const char *found, const char *expected,
                             evk_error *err)
{
    if (strcmp(found, expected) == 0)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "%s is '%s', expected '%s'", column, found[0] ? found : "n/a",
                    expected);
}

evk_status evk_row_check_names(const struct evk_row *row, evk_error *err)
{
    struct names names;

    if (row->stim_code < 1)
        return evk_fail(err, EVK_EFORMAT, "stim_code is missing or not a number from 1 on");
    EVK_TRY(check_set_type(row->set_type, err));
    make_names(row, row->stim_code, &names);
    EVK_TRY(check_name("stimulus_id", row->stimulus_id, names.id, err));
    return check_name("filename", row->filename, names.file, err);
}

evk_status evk_row_fail_code(int64_t i, int64_t found, const char *from, evk_error *err)
{
    if (found < 0)
        return evk_fail(err, EVK_EFORMAT, "%s: stim_code %lld is missing or damaged", from,
                        (long long)i + 1);
    return evk_fail(err, EVK_EFORMAT,
                    "%s: stim_code %lld is in row %lld, expected in row %lld: rows are out of "
                    "order",
                    from, (long long)i + 1, (long long)found + 1, (long long)i + 1);
}

void evk_row_key(const struct evk_row *row, struct evk_str *key)
{
    static const char *const part[] = {
        "set_type", "target_model", "model_sha256", "target_output", "objective", "method",
        "seed",     "start",        "source_file",  "budget",        "control",   "contrast"};

    for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
        evk_row_cell(row, part[i], key);
        evk_str_puts(key, "\t");
    }
}

const char evk_before_softmax[] = " before softmax";

bool evk_row_is_before_softmax(const struct evk_row *row)
{
    return strstr(row->objective, evk_before_softmax) != NULL;
}

void evk_row_set_objective(struct evk_row *row, const evk_recipe *recipe, bool before_softmax)
{
    const char *kind = recipe->minimize ? "min" : "max";
    const bool plain = strcmp(recipe->objective, "mean") == 0;

    row->set_type = kind;
    snprintf(row->objective, sizeof(row->objective), "%s%s%s%s", kind, plain ? "" : " ",
             plain ? "" : recipe->objective, before_softmax ? evk_before_softmax : "");
}

evk_status evk_row_sidecar(struct evk_str *json, evk_error *err)
{
    struct evk_json_writer w;
    evk_status s;

    evk_json_writer_init(&w);
    for (size_t i = 0; i < COLUMNS; i++) {
        evk_json *c = evk_json_put_object(&w, w.root, columns[i].name);

        evk_json_put_text(&w, c, "LongName", columns[i].long_name);
        evk_json_put_text(&w, c, "Description", columns[i].description);
        if (columns[i].units[0])
            evk_json_put_text(&w, c, "Units", columns[i].units);
    }
    s = evk_json_write(&w, json, err);
    evk_json_writer_release(&w);
    return s;
}

/* The gray value of pixel i, in display levels: Rec. 601 luma, or the only channel. */
static double gray(const struct evk_pixels *p, int64_t i)
{
    const unsigned char *v = p->data + i * p->channels;

    return p->channels == 3 ? (299.0 * v[0] + 587.0 * v[1] + 114.0 * v[2]) / 1000 : v[0];
}

/* Pixels and their weights. */
struct counted {
    const struct evk_pixels *p;
    const struct evk_image_window *window; /* has the weights; NULL: all are 1 */
    double n;                              /* the sum of weights */
};

/* Statistics of pixels; NAN where the weights are too few. */
struct levels {
    double gray_mean, gray_sd, rms_contrast, channel_sd, frac_clipped;
};

static double weight(const struct counted *c, int64_t i)
{
    return c->window ? (double)c->window->weight[i * c->window->channels] : 1;
}

/* The SD from a weighted sum of squared differences from the mean. */
static double sd(const struct counted *c, double squares)
{
    return c->n > 1 ? sqrt(squares / (c->n - 1)) : (double)NAN;
}

static void measure_gray(const struct counted *c, struct levels *out)
{
    const int64_t n = c->p->height * c->p->width;
    double sum = 0, squares = 0;

    for (int64_t i = 0; i < n; i++)
        sum += weight(c, i) * gray(c->p, i);
    out->gray_mean = c->n > 0 ? sum / c->n : (double)NAN;
    for (int64_t i = 0; i < n; i++) {
        const double d = gray(c->p, i) - out->gray_mean;

        squares += weight(c, i) * (d * d);
    }
    out->gray_sd = sd(c, squares);
    out->rms_contrast = out->gray_mean > 0 ? out->gray_sd / out->gray_mean : (double)NAN;
}

/*
 * Without a window all sums are of whole numbers, and exact: the mean and the SD of a channel do
 * not depend on the order of pixels.
 */
static void measure_channels(const struct counted *c, struct levels *out)
{
    const struct evk_pixels *p = c->p;
    double sds = 0, clipped = 0;

    for (int64_t channel = 0; channel < p->channels; channel++) {
        double sum = 0, squares = 0;

        for (int64_t i = 0; i < p->height * p->width; i++) {
            const int v = p->data[i * p->channels + channel];

            sum += weight(c, i) * v;
            squares += weight(c, i) * (v * v);
            clipped += v == 0 || v == 255 ? weight(c, i) : 0;
        }
        sds += sd(c, fmax(0, squares - sum * (sum / c->n)));
    }
    out->channel_sd = sds / (double)p->channels;
    out->frac_clipped = c->n > 0 ? clipped / (c->n * (double)p->channels) : (double)NAN;
}

static struct levels measure_levels(const struct evk_pixels *p,
                                    const struct evk_image_window *window)
{
    const struct counted c = {p, window, window ? window->total : (double)(p->height * p->width)};
    struct levels out;

    measure_gray(&c, &out);
    measure_channels(&c, &out);
    return out;
}

void evk_row_measure_pixels(struct evk_row *row, const struct evk_pixels *pixels)
{
    const struct levels l = measure_levels(pixels, NULL);

    row->width_px = pixels->width;
    row->height_px = pixels->height;
    row->gray_mean = l.gray_mean;
    row->gray_sd = l.gray_sd;
    row->rms_contrast = l.rms_contrast;
    row->channel_sd = l.channel_sd;
    row->frac_clipped = l.frac_clipped;
    row->saturated = l.frac_clipped > 0.5;
}

void evk_row_measure_window(struct evk_row *row, const struct evk_pixels *pixels,
                            const struct evk_image_window *window)
{
    const double none = (double)NAN;
    const struct levels l =
        window ? measure_levels(pixels, window) : (struct levels){none, none, none, none, none};

    row->gray_mean_window = l.gray_mean;
    row->rms_contrast_window = l.rms_contrast;
    row->channel_sd_window = l.channel_sd;
    row->frac_clipped_window = l.frac_clipped;
    if (window)
        row->saturated = l.frac_clipped > 0.5;
}

double evk_row_merit(const struct evk_row *row)
{
    return isnan(row->keep_value) ? row->objective_pred : row->keep_value;
}

double evk_row_seen_sd(const struct evk_row *row)
{
    return isnan(row->channel_sd_window) ? row->channel_sd : row->channel_sd_window;
}

evk_status evk_row_measure(struct evk_row *row, const struct evk_bytes *file,
                           const struct evk_pixels *pixels, evk_error *err)
{
    const int64_t values = pixels->height * pixels->width * pixels->channels;

    evk_row_measure_pixels(row, pixels);
    row->bytes = (int64_t)file->size;
    EVK_TRY(evk_sha256_text(file->data, file->size, row->sha256, err));
    EVK_TRY(evk_sha256_text(pixels->data, (size_t)values, row->pixel_sha256, err));
    return evk_sha1_text(file->data, file->size, row->sha1, err);
}
