/* SPDX-License-Identifier: GPL-3.0-or-later */
/* published.h - the published CSV tables, images and models */
#ifndef EVK_TESTS_PUBLISHED_H
#define EVK_TESTS_PUBLISHED_H

#include <string.h>

#include <evoke/evoke.h>

#include "test.h"

struct table {
    int rows, columns;
    char **cells; /* (rows, columns), row 0 is the header */
};

/* Read a CSV file that has no quotes; the test fails where it cannot be read. */
struct table table_read(const char *path);
void table_free(struct table *t);
const char *table_cell(const struct table *t, int row, int column);
double table_number(const struct table *t, int row, int column);

/* Returns a path below the published folder, in one of a few static buffers in turn. */
const char *published_path(const char *fmt, ...) EVK_PRINTF(1, 2);

/* published/compact/keras/compact_model_<session>_neuron<n>.keras */
evk_model *open_compact(const char *session, int neuron);

/* Open the images of a session, in the order of their names. */
evk_image_list *open_images(const char *session);

#endif /* EVK_TESTS_PUBLISHED_H */
