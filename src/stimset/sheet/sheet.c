/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet.c - draws contact sheets: pages, and the files that hold them */
#include "stimset/sheet/sheet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stimset/sheet/cell.h"
#include "stimset/sheet/curves.h"

enum { MEASURED = 64 }; /* about how many images are read to find the largest size of an image */

/* A sheet while it is drawn. */
struct job {
    const struct evk_sheet *sheet;
    struct evk_sheet_order order;
    struct evk_sheet_grid grid;
    struct evk_sheet_section section;
    struct evk_canvas *canvas;
    int64_t page; /* the page that is on the canvas, from 0 */
    /* End the page on the canvas, and begin the next one; NULL: there is only one page. */
    evk_status (*turn)(struct job *j, evk_error *err);
    const char *path;    /* of the file to write; NULL: the caller writes it */
    bool shortens;       /* names of neurons are shown without what all have in common */
    struct evk_str name; /* of the neuron that is drawn */
};

/* A neuron. */
struct row {
    const int64_t *items;         /* (count) indices of its items, the best first */
    int64_t count, large, cells;  /* items; those with a cell each, which come first; cells */
    struct evk_sheet_range range; /* of its response traces */
};

/* ---- measuring ------------------------------------------------------------------------------- */

/*
 * Find the largest height and width of some images, which are spread over the sheet; those of a
 * square where there are no images.
 */
static evk_status measure_images(const struct evk_sheet *s, int64_t sides[2], evk_error *err)
{
    const int64_t step = s->count > MEASURED ? s->count / MEASURED : 1;

    sides[0] = sides[1] = 0;
    for (int64_t i = 0; i < s->count; i += step) {
        struct evk_pixels p;

        if (!s->items[i].present)
            continue;
        EVK_TRY(s->read(s->arg, i, &p, err));
        sides[0] = p.height > sides[0] ? p.height : sides[0];
        sides[1] = p.width > sides[1] ? p.width : sides[1];
        evk_pixels_release(&p);
    }
    if (sides[0] == 0)
        sides[0] = sides[1] = 112;
    return EVK_OK;
}

static evk_status begin_sheet(struct job *j, int64_t sides[2], evk_error *err)
{
    EVK_TRY(measure_images(j->sheet, sides, err));
    EVK_TRY(evk_sheet_order_new(&j->order, j->sheet, err));
    return evk_sheet_section_new(&j->section, j->sheet, &j->order, err);
}

static void end_sheet(struct job *j)
{
    evk_canvas_free(j->canvas);
    evk_sheet_section_release(&j->section);
    evk_sheet_order_release(&j->order);
    evk_str_release(&j->name);
}

/* ---- names ------------------------------------------------------------------------------------ */

/*
 * Names lose what all have in common where one of them is wider than its cell, and would be cut in
 * the middle, which may be all that differs.
 */
static void decide_names(struct job *j)
{
    const struct evk_text_style style = {.size = j->grid.text};

    j->shortens = false;
    for (int64_t k = 0; k < j->order.neurons && j->grid.text > 0 && !j->shortens; k++)
        j->shortens = evk_canvas_text_width(j->canvas, j->sheet->items[j->order.first[k]].neuron,
                                            &style) > j->grid.inner_w;
}

/* Set the name of the neuron that is drawn from the one that its items have. */
static evk_status set_name(struct job *j, const char *neuron, evk_error *err)
{
    const size_t head = j->shortens ? j->order.common_head : 0;
    const size_t tail = j->shortens ? j->order.common_tail : 0;

    j->name.size = 0;
    evk_str_add(&j->name, neuron + head, strlen(neuron) - head - tail);
    return evk_str_check(&j->name, err);
}

/* ---- a page ---------------------------------------------------------------------------------- */

/* Append a number with its noun: "1,234 images", "1 image". */
static void count_of(struct evk_str *out, int64_t n, const char *what)
{
    if (n >= 1000)
        evk_str_printf(out, "%lld,%03lld %ss", (long long)(n / 1000), (long long)(n % 1000), what);
    else
        evk_str_printf(out, "%lld %s%s", (long long)n, what, n == 1 ? "" : "s");
}

/* Returns the length of a neuron's name without " most" or " least", which names of rows end in. */
static size_t unit_length(const char *name)
{
    static const char *const words[] = {" most", " least"};
    const size_t n = strlen(name);

    for (int i = 0; i < 2; i++)
        if (evk_ends_in(name, (const char *const[]){words[i], NULL}))
            return n - strlen(words[i]);
    return n;
}

/* Returns the number of neurons: one may have several rows, with its highest and lowest responses. */
static int64_t count_neurons(const struct job *j)
{
    const struct evk_sheet_item *items = j->sheet->items;
    int64_t neurons = 0;

    for (int64_t k = 0; k < j->order.neurons; k++) {
        const char *name = items[j->order.first[k]].neuron;
        const size_t n = unit_length(name);
        bool is_new = true;

        for (int64_t i = 0; i < k && is_new; i++) {
            const char *other = items[j->order.first[i]].neuron;

            is_new = unit_length(other) != n || memcmp(name, other, n) != 0;
        }
        neurons += is_new;
    }
    return neurons;
}

/* Append what names of neurons are shown without. */
static void explain_names(const struct job *j, struct evk_str *out)
{
    const char *name = j->order.neurons ? j->sheet->items[0].neuron : "";
    const int head = (int)j->order.common_head;

    if (j->shortens && (j->order.common_head || j->order.common_tail))
        evk_str_printf(out, "; all names: %.*s\xE2\x80\xA6%s", head, name,
                       name + strlen(name) - j->order.common_tail);
}

/* Append the line below the title, which says what the page shows. */
static evk_status explain(const struct job *j, struct evk_str *out, evk_error *err)
{
    int64_t images = 0;

    if (j->section.neurons && j->turn && j->page >= j->section.first_page) {
        evk_str_puts(out, evk_sheet_section_text);
        return evk_str_check(out, err);
    }
    if (j->sheet->about) {
        evk_str_puts(out, j->sheet->about);
        explain_names(j, out);
        return evk_str_check(out, err);
    }
    for (int64_t i = 0; i < j->sheet->count; i++)
        images += j->sheet->items[i].present && !j->sheet->items[i].label;
    count_of(out, count_neurons(j), "neuron");
    evk_str_puts(out, ", ");
    count_of(out, images, "image");
    if (j->order.longest > 1 && !j->sheet->as_listed)
        evk_str_puts(out, "; a neuron's best start first");
    if (j->grid.trace_w > 0)
        evk_str_puts(out, "; beside an image, the response along its ascent, one scale a neuron");
    explain_names(j, out);
    return evk_str_check(out, err);
}

/* Write what the colours of lines mean, from x on at the baseline y. */
static void draw_keys(struct job *j, double x, double y)
{
    const struct evk_sheet_grid *g = &j->grid;
    const struct evk_text_style style = {.size = g->title * 0.65, .colour = EVK_SHEET_DARK};
    const double size = style.size;

    for (int64_t i = 0; i < j->sheet->key_count; i++) {
        const struct evk_sheet_key *key = &j->sheet->keys[i];
        const double middle = y - size * 0.35, end = x + 1.6 * size;

        evk_canvas_line(j->canvas, (const double[]){x, middle, end, middle}, 2, 3 * g->hair,
                        evk_sheet_line_colour(&key->line));
        x = end + 0.5 * size;
        x += evk_canvas_text(j->canvas, x, y, key->text, &style) + 1.5 * size;
    }
}

static evk_status draw_head(struct job *j, evk_error *err)
{
    const struct evk_sheet_grid *g = &j->grid;
    const double wide = g->page_w - 2 * g->left, y = g->left + g->title;
    const struct evk_text_style number = {
        .size = g->title * 0.65, .colour = EVK_SHEET_GREY, .align = EVK_RIGHT};
    struct evk_text_style style = {
        .size = g->title, .bold = true, .colour = EVK_SHEET_DARK, .width = wide * 0.85};
    struct evk_str text = EVK_STR_INIT;
    const int64_t page = j->page + 1;
    char pages[64];
    evk_status s = explain(j, &text, err);

    if (!s) {
        draw_keys(j,
                  g->left + 1.5 * g->title +
                      evk_canvas_text(j->canvas, g->left, y, j->sheet->title, &style),
                  y);
        style = (struct evk_text_style){
            .size = g->title * 0.65, .colour = EVK_SHEET_GREY, .width = wide};
        evk_canvas_text(j->canvas, g->left, y + 1.35 * g->title, text.data, &style);
        snprintf(pages, sizeof(pages), "page %lld of %lld", (long long)page, (long long)g->pages);
        if (g->pages > 1)
            evk_canvas_text(j->canvas, g->page_w - g->left, y, pages, &number);
    }
    evk_str_release(&text);
    return s;
}

/* Draw a hairline over all cells of a neuron, where a line has several cells. */
static void draw_rule(const struct job *j, double x, double y)
{
    const struct evk_sheet_grid *g = &j->grid;
    const double width = (double)g->per_line * g->cell_w - (g->cell_w - g->inner_w);

    if (g->per_line > 1 && g->text > 0)
        evk_canvas_rect(j->canvas, x, y - g->rule, width, g->hair, EVK_SHEET_LIGHT);
}

static evk_status draw_item(struct job *j, struct evk_sheet_cell *cell, int64_t item, bool lower,
                            evk_error *err)
{
    struct evk_pixels p = {0, 0, 0, NULL};

    cell->item = &j->sheet->items[item];
    if (cell->item->present)
        EVK_TRY(j->sheet->read(j->sheet->arg, item, &p, err));
    cell->pixels = cell->item->present ? &p : NULL;
    if (cell->item->label)
        evk_sheet_draw_small(j->canvas, &j->grid, cell, lower);
    else
        evk_sheet_draw_cell(j->canvas, &j->grid, cell);
    cell->pixels = NULL;
    evk_pixels_release(&p);
    return EVK_OK;
}

/* Draw a cell of a neuron: an item, or two that have labels. */
static evk_status draw_cell(struct job *j, struct evk_sheet_cell *cell, const struct row *row,
                            int64_t number, evk_error *err)
{
    const int64_t upper = row->large + 2 * (number - row->large);

    if (number < row->large)
        return draw_item(j, cell, row->items[number], false, err);
    EVK_TRY(draw_item(j, cell, row->items[upper], false, err));
    return upper + 1 < row->count ? draw_item(j, cell, row->items[upper + 1], true, err) : EVK_OK;
}

/* Draw one line of cells of a neuron, which begins with its cell number `at`. */
static evk_status draw_line(struct job *j, struct evk_sheet_place where, const struct row *row,
                            int64_t at, evk_error *err)
{
    const struct evk_sheet_grid *g = &j->grid;
    const double left = g->left + (double)(where.column % g->columns) * g->column_w;
    struct evk_sheet_cell cell = {.y = g->top + (double)where.line * g->cell_h,
                                  .range = row->range};

    while (where.column / g->columns > j->page)
        EVK_TRY(j->turn(j, err));
    if (at == 0)
        draw_rule(j, left, cell.y);
    for (int64_t i = 0; i < g->per_line && at + i < row->cells; i++) {
        cell.x = left + (double)i * g->cell_w;
        cell.best = at + i == 0;
        cell.labelled = i == 0;
        cell.name = j->name.data;
        EVK_TRY(draw_cell(j, &cell, row, at + i, err));
    }
    return EVK_OK;
}

/*
 * Draw the plots of full traces: below the images where there is one page, else on pages after
 * them.
 */
static evk_status draw_section(struct job *j, evk_error *err)
{
    const struct evk_sheet_section *s = &j->section;
    const int64_t pages = j->turn ? j->grid.pages - s->first_page : 1;

    for (int64_t i = 0; i < pages && s->neurons; i++) {
        while (j->turn && j->page < s->first_page + i)
            EVK_TRY(j->turn(j, err));
        EVK_TRY(evk_sheet_section_draw(&j->section, j->canvas, &j->grid, i, err));
    }
    return EVK_OK;
}

/* Returns how many items of a neuron have no label. */
static int64_t large_items(const struct job *j, const int64_t *items, int64_t count)
{
    int64_t large = 0;

    for (int64_t i = 0; i < count; i++)
        large += j->sheet->items[items[i]].label == NULL;
    return large;
}

/* Draw all pages; the last one stays on the canvas. */
static evk_status draw_pages(struct job *j, evk_error *err)
{
    const int64_t per_line = j->grid.per_line, lines = j->grid.lines;
    struct evk_sheet_place place = {0, 0};

    decide_names(j);
    EVK_TRY(draw_head(j, err));
    for (int64_t k = 0; k < j->order.neurons; k++) {
        const int64_t first = j->order.first[k], count = j->order.first[k + 1] - first;
        const int64_t *items = j->order.item + first;
        const int64_t cells = j->order.cell[k + 1] - j->order.cell[k];
        const struct row row = {items, count, large_items(j, items, count), cells,
                                evk_sheet_range(j->sheet, items, count)};

        EVK_TRY(set_name(j, j->sheet->items[first].neuron, err));
        evk_sheet_begin(&place, (cells + per_line - 1) / per_line, lines);
        for (int64_t at = 0; at < cells; at += per_line)
            EVK_TRY(draw_line(j, evk_sheet_next(&place, lines), &row, at, err));
    }
    return draw_section(j, err);
}

/* ---- files ----------------------------------------------------------------------------------- */

static evk_status write_canvas(struct job *j, const char *path, evk_error *err)
{
    struct evk_bytes file;
    evk_status s = evk_canvas_finish(j->canvas, &file, err);

    if (!s) {
        s = evk_fs_write(path, file.data, file.size, err);
        evk_bytes_release(&file);
    }
    return s;
}

static evk_status open_canvas(struct job *j, enum evk_canvas_kind kind, evk_error *err)
{
    return evk_canvas_new(&j->canvas, kind, j->grid.page_w, j->grid.page_h, j->sheet->title, err);
}

static evk_status draw_png(struct job *j, struct evk_bytes *out, evk_error *err)
{
    int64_t sides[2];

    EVK_TRY(begin_sheet(j, sides, err));
    EVK_TRY(evk_sheet_grid_screen(&j->grid, &j->order, sides, err));
    evk_sheet_section_screen(&j->section, &j->grid);
    EVK_TRY(open_canvas(j, EVK_CANVAS_IMAGE, err));
    EVK_TRY(draw_pages(j, err));
    return evk_canvas_finish(j->canvas, out, err);
}

evk_status evk_sheet_check(evk_error *err)
{
    return evk_canvas_check(err);
}

void evk_sheet_prepare(void)
{
    evk_canvas_prepare();
}

evk_status evk_sheet_png(const struct evk_sheet *s, struct evk_bytes *out, evk_error *err)
{
    struct job j = {.sheet = s, .name = EVK_STR_INIT};
    evk_status status = draw_png(&j, out, err);

    end_sheet(&j);
    return status;
}

static evk_status write_png(const struct evk_sheet *s, const char *path, evk_error *err)
{
    struct evk_bytes file;
    evk_status status;

    EVK_TRY(evk_sheet_png(s, &file, err));
    status = evk_fs_write(path, file.data, file.size, err);
    evk_bytes_release(&file);
    return status;
}

static evk_status turn_pdf(struct job *j, evk_error *err)
{
    evk_canvas_next_page(j->canvas);
    j->page++;
    return draw_head(j, err);
}

static evk_status write_pdf(struct job *j, evk_error *err)
{
    int64_t sides[2];

    EVK_TRY(begin_sheet(j, sides, err));
    evk_sheet_grid_paper(&j->grid, &j->order, sides);
    evk_sheet_section_paper(&j->section, &j->grid);
    EVK_TRY(open_canvas(j, EVK_CANVAS_PDF, err));
    j->turn = turn_pdf;
    EVK_TRY(draw_pages(j, err));
    return write_canvas(j, j->path, err);
}

/* Write the page on the canvas: as "path-003.svg" for the third of several pages of "path.svg". */
static evk_status write_svg_page(struct job *j, evk_error *err)
{
    const int stem = (int)strlen(j->path) - 4;
    const int64_t page = j->page + 1;
    struct evk_str path = EVK_STR_INIT;
    evk_status s;

    if (j->grid.pages > 1)
        evk_str_printf(&path, "%.*s-%03lld%s", stem, j->path, (long long)page, j->path + stem);
    else
        evk_str_puts(&path, j->path);
    s = evk_str_check(&path, err);
    if (!s)
        s = write_canvas(j, path.data, err);
    evk_str_release(&path);
    return s;
}

static evk_status turn_svg(struct job *j, evk_error *err)
{
    EVK_TRY(write_svg_page(j, err));
    evk_canvas_free(j->canvas);
    j->canvas = NULL;
    j->page++;
    EVK_TRY(open_canvas(j, EVK_CANVAS_SVG, err));
    return draw_head(j, err);
}

static evk_status write_svg(struct job *j, evk_error *err)
{
    int64_t sides[2];

    EVK_TRY(begin_sheet(j, sides, err));
    evk_sheet_grid_paper(&j->grid, &j->order, sides);
    evk_sheet_section_paper(&j->section, &j->grid);
    EVK_TRY(open_canvas(j, EVK_CANVAS_SVG, err));
    j->turn = turn_svg;
    EVK_TRY(draw_pages(j, err));
    return write_svg_page(j, err);
}

evk_status evk_sheet_write(const struct evk_sheet *s, const char *path, evk_error *err)
{
    struct job j = {.sheet = s, .path = path, .name = EVK_STR_INIT};
    evk_status status;

    if (evk_ends_in(path, (const char *const[]){".png", NULL}))
        return write_png(s, path, err);
    if (evk_ends_in(path, (const char *const[]){".pdf", NULL}))
        status = write_pdf(&j, err);
    else if (evk_ends_in(path, (const char *const[]){".svg", NULL}))
        status = write_svg(&j, err);
    else
        return evk_fail(err, EVK_EINVAL,
                        "%s: the name of a contact sheet ends in .png, .pdf or .svg", path);
    end_sheet(&j);
    return status;
}
