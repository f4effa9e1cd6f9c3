/* SPDX-License-Identifier: GPL-3.0-or-later */
/* published.c - reading the published tables, images and models */
#include "published.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct table table_read(const char *path)
{
    struct table t = {0};
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;

    if (!f)
        fail_msg("%s cannot be opened", path);
    while (getline(&line, &room, f) > 0) {
        char *save, *cell;
        int column = 0;

        line[strcspn(line, "\r\n")] = '\0';
        for (cell = strtok_r(line, ",", &save); cell; cell = strtok_r(NULL, ",", &save)) {
            t.cells = realloc(t.cells, (size_t)(t.rows * t.columns + column + 1) * sizeof(char *));
            assert_non_null(t.cells);
            t.cells[t.rows * t.columns + column++] = strdup(cell);
        }
        if (t.rows == 0)
            t.columns = column;
        assert_int_equal(column, t.columns);
        t.rows++;
    }
    free(line);
    fclose(f);
    return t;
}

void table_free(struct table *t)
{
    for (int i = 0; i < t->rows * t->columns; i++)
        free(t->cells[i]);
    free(t->cells);
}

const char *table_cell(const struct table *t, int row, int column)
{
    assert_in_range(row, 0, t->rows - 1);
    assert_in_range(column, 0, t->columns - 1);
    return t->cells[row * t->columns + column];
}

double table_number(const struct table *t, int row, int column)
{
    char *end;
    const double v = strtod(table_cell(t, row, column), &end);

    assert_int_equal(*end, '\0');
    return v;
}

const char *published_path(const char *fmt, ...)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    const int n = snprintf(path, sizeof(paths[0]), "%s/", published());
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(path + n, sizeof(paths[0]) - (size_t)n, fmt, ap);
    va_end(ap);
    return path;
}

evk_model *open_compact(const char *session, int neuron)
{
    evk_model *m = NULL;

    assert_ok(evk_model_open(
        &m, published_path("compact/keras/compact_model_%s_neuron%d.keras", session, neuron), NULL,
        err));
    return m;
}

evk_image_list *open_images(const char *session)
{
    const char *path = published_path("images/images_%s.zip", session);
    evk_image_list *list = NULL;

    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    return list;
}
