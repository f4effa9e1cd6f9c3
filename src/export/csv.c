/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * csv.c - display_trials.csv: each presentation in order, with all that an analysis asks of its image
 *
 * An image that is a stimulus of several sets has one row a presentation all the same: set,
 * set_stimulus_id, set_role and unit then have parts with ';' between them, in the same order.  The
 * table has the whole session, also what was shown before units left it.
 * Numbers of the screen are n/a where the session has none.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "export/format.h"
#include "export/roles.h"
#include "export/where.h"

/* Appends a comma and a text, in quotes where a reader needs them. */
static void put_cell(struct evk_str *out, const char *text)
{
    evk_str_puts(out, ",");
    if (!text[strcspn(text, ",\"\r\n")]) {
        evk_str_puts(out, text);
        return;
    }
    evk_str_puts(out, "\"");
    for (const char *c = text; *c; c++) {
        evk_str_add(out, c, 1);
        if (*c == '"')
            evk_str_puts(out, "\"");
    }
    evk_str_puts(out, "\"");
}

static evk_status put_roles(struct evk_str *out, const struct evk_image_roles *roles, int64_t image,
                            evk_error *err)
{
    static const enum evk_role_column columns[] = {EVK_ROLE_SET, EVK_ROLE_STIMULUS_ID,
                                                   EVK_ROLE_ROLE, EVK_ROLE_UNIT};
    evk_status s = EVK_OK;

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]) && !s; i++) {
        struct evk_str text = EVK_STR_INIT;

        evk_image_roles_join(roles, image, columns[i], &text);
        s = evk_str_check(&text, err);
        if (!s)
            put_cell(out, text.data);
        evk_str_release(&text);
    }
    return s;
}

static void put_place(struct evk_str *out, const struct evk_rig_session *s,
                      const struct evk_rig_image *image)
{
    const double degrees[] = {image->size_deg, image->x_deg, image->y_deg};
    char number[EVK_REAL_TEXT];
    int64_t left, top;

    evk_edges(s, image, &left, &top);
    for (int i = 0; i < 3; i++)
        evk_str_printf(out, ",%s", evk_format_real(degrees[i], number));
    if (evk_has_screen(s))
        evk_str_printf(out, ",%lld,%lld", (long long)left, (long long)top);
    else
        evk_str_puts(out, ",n/a,n/a");
    evk_str_printf(out, ",%lld,%lld\n", (long long)image->width_px, (long long)image->height_px);
}

/* Appends what a row says of an image: everything behind the presentation. */
static evk_status put_image(struct evk_str *out, const struct evk_rig_session *s,
                            const struct evk_image_roles *roles, int64_t i, evk_error *err)
{
    const struct evk_rig_image *image = &s->image[i];

    evk_str_printf(out, ",%lld,%s,stimuli/%s,%s,%s", (long long)image->code, image->stimulus_id,
                   image->filename, image->sha256, image->role);
    EVK_TRY(put_roles(out, roles, i, err));
    put_place(out, s, image);
    return evk_str_check(out, err);
}

/* Appends the table.  texts: (images) what rows say of each image. */
static void put_table(struct evk_str *out, const struct evk_rig_session *s,
                      const struct evk_str *texts)
{
    evk_str_puts(out, "block,trial,position,onset_s,duration_s,is_blank,is_catch,stim_code,"
                      "stimulus_id,file,sha256,role,set,set_stimulus_id,set_role,unit,size_deg,"
                      "x_deg,y_deg,left_px,top_px,width_px,height_px\n");
    for (int64_t i = 0; i < s->trials; i++) {
        const struct evk_rig_trial *t = &s->trial[i];
        const struct evk_str *text = &texts[t->code - 1];

        evk_str_printf(out, "%lld,%lld,%lld,%.6f,%.6f,%s,%s", (long long)t->block,
                       (long long)t->trial, (long long)t->position, t->onset_s, t->duration_s,
                       t->is_blank ? "true" : "false", t->is_catch ? "true" : "false");
        evk_str_add(out, text->data, text->size);
    }
}

static evk_status fill(struct evk_str *out, const struct evk_rig_session *s, struct evk_str *texts,
                       evk_error *err)
{
    struct evk_image_roles roles;
    evk_status status = evk_image_roles_find(&roles, s, err);

    if (status)
        return status;
    for (int64_t i = 0; i < s->images && !status; i++)
        status = put_image(&texts[i], s, &roles, i, err);
    if (!status)
        put_table(out, s, texts);
    evk_image_roles_release(&roles);
    return status;
}

evk_status evk_export_csv(const struct evk_rig_session *s, struct evk_export_files *out,
                          evk_error *err)
{
    struct evk_str table = EVK_STR_INIT, *texts;
    evk_status status;

    EVK_TRY(evk_alloc(&texts, s->images, sizeof(*texts), "rows of images", err));
    for (int64_t i = 0; i < s->images; i++)
        texts[i] = (struct evk_str)EVK_STR_INIT;
    status = fill(&table, s, texts, err);
    for (int64_t i = 0; i < s->images; i++)
        evk_str_release(&texts[i]);
    free(texts);
    if (!status)
        return evk_export_take(out, "display_trials.csv", &table, err);
    evk_str_release(&table);
    return status;
}
