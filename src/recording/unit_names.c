/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_names.c - names of units: from a file, and which names are allowed */
#include "recording/unit_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/cells.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/neuron_name.h"

#define NAMES_FILE_MAX ((size_t)1 << 24) /* bytes */

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static evk_status check_distinct(const struct evk_names *names, evk_error *err)
{
    const char **sorted;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&sorted, (int64_t)names->count, sizeof(*sorted), "names", err));
    for (size_t i = 0; i < names->count; i++)
        sorted[i] = names->names[i];
    if (names->count)
        qsort((void *)sorted, names->count, sizeof(*sorted), compare);
    for (size_t i = 1; i < names->count && !s; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            s = evk_fail(err, EVK_EFORMAT, "two units are both called '%.64s'", sorted[i]);
    free((void *)sorted);
    return s;
}

evk_status evk_unit_names_check(const struct evk_names *names, evk_error *err)
{
    for (size_t i = 0; i < names->count; i++)
        EVK_TRY(evk_neuron_check_name(names->names[i], err));
    return check_distinct(names, err);
}

/* Adds the names on the lines of a table that has one cell in a line. */
static evk_status add_lines(struct evk_names *out, struct evk_cells *t, evk_error *err)
{
    bool more;

    for (;;) {
        EVK_TRY(evk_cells_next(t, &more, err));
        if (!more)
            return EVK_OK;
        if (t->count != 1)
            return evk_fail(err, EVK_EFORMAT, "line %lld has %lld cells, expected a name",
                            (long long)t->line, (long long)t->count);
        EVK_TRY(evk_names_add(out, t->cell[0], err));
    }
}

static evk_status read_lines(struct evk_names *out, const char *path, evk_error *err)
{
    struct evk_bytes file;
    struct evk_cells t;
    evk_status s;

    EVK_TRY(evk_fs_read(&file, path, NAMES_FILE_MAX, err));
    s = evk_cells_open(&t, &file, '\t', err);
    evk_bytes_release(&file);
    if (!s) {
        s = add_lines(out, &t, err);
        evk_cells_close(&t);
    }
    if (!s)
        s = evk_unit_names_check(out, err);
    return s ? evk_wrap(err, s, "%s", path) : EVK_OK;
}

evk_status evk_unit_names_read(struct evk_names *out, const char *path, evk_error *err)
{
    const evk_status s = read_lines(out, path, err);

    if (s)
        evk_names_release(out);
    return s;
}
