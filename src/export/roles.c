/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roles.c - which stimuli of which sets an image of a session is, as cells of a table */
#include "export/roles.h"

#include <stdlib.h>

#include "base/mem.h"

evk_status evk_image_roles_find(struct evk_image_roles *out, const struct evk_rig_session *s,
                                evk_error *err)
{
    evk_status status;

    *out = (struct evk_image_roles){.session = s};
    status = evk_alloc(&out->first, s->images, sizeof(*out->first), "rows of images", err);
    if (!status)
        status = evk_alloc(&out->next, s->role_count, sizeof(*out->next), "rows of images", err);
    if (status) {
        evk_image_roles_release(out);
        return status;
    }
    for (int64_t i = 0; i < s->images; i++)
        out->first[i] = -1;
    /* from the last row to the first, so that each chain has the order of the table */
    for (int64_t i = s->role_count - 1; i >= 0; i--) {
        int64_t *first = &out->first[s->role[i].code - 1];

        out->next[i] = *first;
        *first = i;
    }
    return EVK_OK;
}

void evk_image_roles_release(struct evk_image_roles *r)
{
    free(r->first);
    free(r->next);
    *r = (struct evk_image_roles){NULL, NULL, NULL};
}

static const char *cell(const struct evk_rig_role *row, enum evk_role_column column)
{
    switch (column) {
    case EVK_ROLE_SET:
        return row->set;
    case EVK_ROLE_STIMULUS_ID:
        return row->stimulus_id;
    case EVK_ROLE_ROLE:
        return row->role;
    case EVK_ROLE_UNIT:
        return row->unit;
    }
    return "n/a";
}

/* Appends a name, whose semicolons would be taken for those between names. */
static void put_part(struct evk_str *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == ';' || *c == '%')
            evk_str_puts(out, *c == ';' ? "%3B" : "%25");
        else
            evk_str_add(out, c, 1);
    }
}

void evk_image_roles_join(const struct evk_image_roles *r, int64_t image,
                          enum evk_role_column column, struct evk_str *out)
{
    if (r->first[image] < 0)
        evk_str_puts(out, "n/a");
    for (int64_t i = r->first[image]; i >= 0; i = r->next[i]) {
        evk_str_puts(out, i == r->first[image] ? "" : ";");
        put_part(out, cell(&r->session->role[i], column));
    }
}
