/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row.c - columns: as a line of text, and described in JSON */
#include "stimset/row.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"

enum kind { CHARS, TEXT, BOOL, INT, REAL };

struct column {
    const char *name;
    enum kind kind;
    size_t offset, size; /* of the field */
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
#include "stimset/columns.def"
#undef EVK_COLUMN
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

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

/* The last column holds the hash of the others. */
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

static const struct column *find(const char *name)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}

void evk_row_cell(const struct evk_row *row, const char *column, struct evk_str *text)
{
    write_cell(find(column), row, text);
}

static evk_status read_cell(const struct column *c, char *field, const char *text, evk_error *err)
{
    const bool missing = strcmp(text, "n/a") == 0, yes = strcmp(text, "true") == 0;
    int64_t i = EVK_INT_MISSING;
    double r = (double)NAN;

    switch (c->kind) {
    case CHARS:
        if (strlen(text) >= c->size)
            return evk_fail(err, EVK_EFORMAT, "%s has %zu bytes, expected at most %zu", c->name,
                            strlen(text), c->size - 1);
        snprintf(field, c->size, "%s", missing ? "" : text);
        break;
    case TEXT:
        if (missing)
            text = NULL;
        memcpy(field, &text, sizeof(text));
        break;
    case BOOL:
        if (!yes && strcmp(text, "false") != 0)
            return evk_fail(err, EVK_EFORMAT, "%s is '%s', expected true or false", c->name, text);
        memcpy(field, &yes, sizeof(yes));
        break;
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

evk_status evk_row_read(struct evk_row *row, const char *column, const char *text, evk_error *err)
{
    const struct column *c = find(column);

    return c ? read_cell(c, (char *)row + c->offset, text, err) : EVK_OK;
}

struct evk_row evk_row_new(void)
{
    struct evk_row row = {0};

    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].kind == INT || columns[i].kind == REAL)
            (void)read_cell(&columns[i], (char *)&row + columns[i].offset, "n/a", NULL);
    return row;
}

void evk_row_settle(struct evk_row *row)
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

void evk_row_give_code(struct evk_row *row, int64_t code)
{
    static const char *const jpeg[] = {".jpg", NULL};
    const char *ending = evk_ends_in(row->filename, jpeg) ? "jpg" : "png";

    row->stim_code = code;
    snprintf(row->stimulus_id, sizeof(row->stimulus_id), "stim-%s%06lld",
             row->set_type ? row->set_type : "", (long long)code);
    snprintf(row->filename, sizeof(row->filename), "%s_image.%s", row->stimulus_id, ending);
}

void evk_row_key(const struct evk_row *row, struct evk_str *key)
{
    static const char *const part[] = {
        "set_type", "target_model", "model_sha256", "target_output", "objective", "method",
        "seed",     "start",        "source_file",  "budget",        "control"};

    for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
        evk_row_cell(row, part[i], key);
        evk_str_puts(key, "\t");
    }
}

void evk_row_set_objective(struct evk_row *row, const evk_recipe *recipe)
{
    const char *kind = recipe->minimize ? "min" : "max";
    const bool plain = strcmp(recipe->objective, "mean") == 0;

    row->set_type = kind;
    snprintf(row->objective, sizeof(row->objective), "%s%s%s", kind, plain ? "" : " ",
             plain ? "" : recipe->objective);
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

/* Rec. 601 luma of pixel i, display levels. */
static double gray(const struct evk_pixels *p, int64_t i)
{
    const unsigned char *v = p->data + i * p->channels;

    return p->channels == 3 ? (299.0 * v[0] + 587.0 * v[1] + 114.0 * v[2]) / 1000 : v[0];
}

static void measure_gray(struct evk_row *row, const struct evk_pixels *p)
{
    const int64_t n = p->height * p->width;
    double sum = 0, squares = 0;

    for (int64_t i = 0; i < n; i++)
        sum += gray(p, i);
    row->gray_mean = sum / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += (gray(p, i) - row->gray_mean) * (gray(p, i) - row->gray_mean);
    row->gray_sd = n > 1 ? sqrt(squares / (double)(n - 1)) : (double)NAN;
    row->rms_contrast = row->gray_mean > 0 ? row->gray_sd / row->gray_mean : (double)NAN;
}

/* Sums of whole numbers, all exact, then one rounding each. */
static double channel_sd(const struct evk_pixels *p)
{
    const double n = (double)(p->height * p->width);
    double sds = 0;

    for (int64_t c = 0; c < p->channels; c++) {
        double sum = 0, squares = 0;

        for (int64_t i = c; i < p->height * p->width * p->channels; i += p->channels) {
            sum += p->data[i];
            squares += p->data[i] * p->data[i];
        }
        sds += sqrt(fmax(0, squares - sum * (sum / n)) / (n - 1));
    }
    return sds / (double)p->channels;
}

void evk_row_measure_pixels(struct evk_row *row, const struct evk_pixels *pixels)
{
    const int64_t values = pixels->height * pixels->width * pixels->channels;
    int64_t clipped = 0;

    for (int64_t i = 0; i < values; i++)
        clipped += pixels->data[i] == 0 || pixels->data[i] == 255;
    row->frac_clipped = (double)clipped / (double)values;
    row->saturated = 2 * clipped > values;
    row->width_px = pixels->width;
    row->height_px = pixels->height;
    measure_gray(row, pixels);
    row->channel_sd = values > pixels->channels ? channel_sd(pixels) : (double)NAN;
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
