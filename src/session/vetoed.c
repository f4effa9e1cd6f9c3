/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vetoed.c - the pictures that are vetoed, by their pixels */
#include "session/vetoed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "stimset/finished/set.h"

void evk_vetoed_release(struct evk_vetoed *v)
{
    free(v->pixels);
    *v = (struct evk_vetoed){NULL, 0};
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Adds the picture of a stimulus, which may have none. */
static evk_status add(struct evk_vetoed *v, const evk_set *set, const char *id, evk_error *err)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    const int64_t row = evk_set_find(set, id);
    evk_status s = row < 0 ? EVK_OK : evk_set_rows_get(&set->rows, row, &line, err);

    if (!s && row >= 0 && line.row.present)
        memcpy(v->pixels[v->count++], line.row.pixel_sha256, EVK_SHA256_TEXT);
    evk_row_line_release(&line);
    return s;
}

/* Adds the picture of one veto. */
static evk_status add_veto(struct evk_vetoed *v, const char *veto, evk_set *const *sets,
                           const struct evk_names *names, evk_error *err)
{
    const size_t n = strcspn(veto, "\t");
    struct evk_str id = EVK_STR_INIT;
    evk_status s;

    evk_str_add(&id, veto + n + 1, veto[n] ? strcspn(veto + n + 1, "\t") : 0);
    s = evk_str_check(&id, err);
    for (size_t i = 0; i < names->count && !s; i++)
        if (strlen(names->names[i]) == n && memcmp(names->names[i], veto, n) == 0)
            s = add(v, sets[i], id.data, err);
    evk_str_release(&id);
    return s;
}

evk_status evk_vetoed_find(struct evk_vetoed *out, const struct evk_names *vetoes,
                           evk_set *const *sets, const struct evk_names *names, evk_error *err)
{
    *out = (struct evk_vetoed){NULL, 0};
    if (!vetoes || vetoes->count == 0)
        return EVK_OK;
    EVK_TRY(evk_alloc(&out->pixels, (int64_t)vetoes->count, sizeof(*out->pixels), "vetoes", err));
    for (size_t i = 0; i < vetoes->count; i++) {
        const evk_status s = add_veto(out, vetoes->names[i], sets, names, err);

        if (s) {
            evk_vetoed_release(out);
            return s;
        }
    }
    qsort(out->pixels, (size_t)out->count, sizeof(*out->pixels), by_text);
    return EVK_OK;
}

bool evk_vetoed_has(const struct evk_vetoed *v, const char *pixel_sha256)
{
    return v->count &&
           bsearch(pixel_sha256, v->pixels, (size_t)v->count, sizeof(*v->pixels), by_text) != NULL;
}
