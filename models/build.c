/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * build.c - the program that writes the embedded models, and their optima
 *
 *   build write FOLDER        writes the models
 *   build optima FOLDER       writes the optima of the cells as PNG
 *   build score FOLDER SET    compares a stimulus set, made from the models in FOLDER, with the
 *                             optima
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "format/codec.h"
#include "score.h"

typedef evk_status write_fn(const char *folder, const struct cell *cell, evk_error *err);

/* Writes the path of a cell's model file, FOLDER/NAME.keras. */
static void path_of(struct evk_str *path, const char *folder, const struct cell *cell)
{
    evk_str_printf(path, "%s/%s.keras", folder, cell->name);
}

static evk_status write_cell(const char *folder, const struct cell *cell, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    struct compact *c;
    evk_status s;

    EVK_TRY(evk_alloc(&c, 1, sizeof(*c), "a model", err));
    cell->describe(cell->parameters, c);
    path_of(&path, folder, cell);
    s = evk_str_check(&path, err);
    if (!s)
        s = compact_write(path.data, c, err);
    evk_str_release(&path);
    free(c);
    return s;
}

static evk_status write_png(const char *path, const struct picture *image, evk_error *err)
{
    struct evk_pixels pixels;
    struct evk_bytes file = {NULL, 0};
    evk_status s;

    EVK_TRY(evk_pixels_new(&pixels, PIXELS, PIXELS, 3, err));
    for (size_t i = 0; i < sizeof(*image) / sizeof(double); i++)
        pixels.data[i] = (unsigned char)(&image->at[0][0][0])[i];
    s = evk_png_encode(&file, &pixels, NULL, err);
    if (!s)
        s = evk_fs_write(path, file.data, file.size, err);
    evk_bytes_release(&file);
    evk_pixels_release(&pixels);
    return s;
}

/* Writes optimum 0 of a cell as a PNG; others, if there are any, drive the cell alike. */
static evk_status write_optimum(const char *folder, const struct cell *cell, evk_error *err)
{
    struct {
        struct compact model;
        struct picture image;
    } * work;
    struct evk_str path = EVK_STR_INIT;
    double response;
    evk_status s;

    EVK_TRY(evk_alloc(&work, 1, sizeof(*work), "an optimum", err));
    cell->describe(cell->parameters, &work->model);
    evk_str_printf(&path, "%s/%s.png", folder, cell->name);
    s = evk_str_check(&path, err);
    if (!s)
        s = cell_optimum(cell, &work->model, 0, &work->image, &response, err);
    if (!s)
        s = write_png(path.data, &work->image, err);
    evk_str_release(&path);
    free(work);
    return s;
}

static evk_status write_all(const char *folder, write_fn *write, evk_error *err)
{
    EVK_TRY(evk_fs_make_folder(folder, err));
    for (size_t i = 0; i < cells_count; i++)
        EVK_TRY(write(folder, &cells[i], err));
    return EVK_OK;
}

static evk_status print_phases(const char *folder, const struct cell *cell, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    double least = HUGE_VAL, most = -HUGE_VAL;
    struct phases p;
    evk_status s;

    path_of(&path, folder, cell);
    s = score_phases(cell->parameters, path.data, &p, err);
    evk_str_release(&path);
    if (s)
        return s;
    printf("%s, gratings of wavelength %.1f, phases 0, 90, 180, 270 degrees:", cell->name,
           p.wavelength);
    for (int i = 0; i < 4; i++) {
        printf(" %.4f", p.response[i]);
        least = fmin(least, p.response[i]);
        most = fmax(most, p.response[i]);
    }
    printf("; within %.2f %%\n", 100 * (most - least) / most);
    return EVK_OK;
}

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts the cells' responses, as parts of those on paper; prints their range and their median. */
static void print_parts(double *parts)
{
    const size_t n = cells_count;

    qsort(parts, n, sizeof(*parts), compare_numbers);
    printf("responses: %.0f to %.0f %% of those on paper, %.0f %% in the median of %zu cells\n",
           100 * parts[0], 100 * parts[n - 1], 50 * (parts[(n - 1) / 2] + parts[n / 2]), n);
}

static evk_status score_each(const char *set, double *parts, evk_error *err)
{
    printf("%-14s  %-11s  %-5s  %-8s  %s\n", "model", "correlation", "seen", "response",
           "on paper");
    for (size_t i = 0; i < cells_count; i++) {
        struct score score;

        EVK_TRY(score_cell(&cells[i], set, &score, err));
        printf("%-14s  %11.3f  %5.3f  %8.4f  %8.4f\n", score.model, score.correlation, score.seen,
               score.response, score.paper);
        parts[i] = score.response / score.paper;
    }
    print_parts(parts);
    return EVK_OK;
}

static evk_status score_all(const char *folder, const char *set, evk_error *err)
{
    double *parts;
    evk_status s;

    EVK_TRY(evk_alloc(&parts, cells_count, sizeof(*parts), "scores", err));
    s = score_each(set, parts, err);
    free(parts);
    if (s)
        return s;
    for (size_t i = 0; i < cells_count; i++)
        if (cells[i].describe == complex_describe)
            EVK_TRY(print_phases(folder, &cells[i], err));
    return EVK_OK;
}

int main(int argc, char **argv)
{
    evk_error err;
    evk_status s;

    if (argc == 3 && strcmp(argv[1], "write") == 0) {
        s = write_all(argv[2], write_cell, &err);
    } else if (argc == 3 && strcmp(argv[1], "optima") == 0) {
        s = write_all(argv[2], write_optimum, &err);
    } else if (argc == 4 && strcmp(argv[1], "score") == 0) {
        s = score_all(argv[2], argv[3], &err);
    } else {
        fputs("usage: build write FOLDER\n       build optima FOLDER\n       build score FOLDER "
              "SET\n",
              stderr);
        return 2;
    }
    if (s)
        fprintf(stderr, "build: %s\n", err.msg);
    return s ? EXIT_FAILURE : EXIT_SUCCESS;
}
