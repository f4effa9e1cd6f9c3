/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * monkeylogic.c - display_monkeylogic.txt: a conditions file of NIMH MonkeyLogic
 *
 * Condition k shows the image with stim_code k.  Its event code is k + 1000, since the program has
 * small codes of its own, such as 9 and 18 at both ends of a trial.  Info is the inside of MATLAB's
 * struct().  The timing file show_image.m is the user's.
 *
 * MonkeyLogic chooses among the conditions of the blocks that the user runs: images that remain are
 * in block 1, and those that a changed session does not show any more in block 2.
 */
#include <stdlib.h>

#include "export/format.h"
#include "export/rest.h"
#include "export/roles.h"
#include "export/where.h"

enum { EVENT_BEFORE = 1000, EVENT_MAX = 32767 };
enum { BLOCK_REMAINS = 1, BLOCK_GONE = 2 };

/* Appends a text as MATLAB writes it: in single quotes, those inside doubled. */
static void put_quoted(struct evk_str *out, const char *text)
{
    evk_str_puts(out, "'");
    for (const char *c = text; *c; c++)
        evk_str_printf(out, "%s%c", *c == '\'' ? "'" : "", *c);
    evk_str_puts(out, "'");
}

static evk_status put_info(struct evk_str *out, const struct evk_rig_session *s,
                           const struct evk_image_roles *roles, int64_t i, evk_error *err)
{
    const struct evk_rig_image *image = &s->image[i];
    struct evk_str unit = EVK_STR_INIT;
    evk_status status;

    evk_image_roles_join(roles, i, EVK_ROLE_UNIT, &unit);
    status = evk_str_check(&unit, err);
    if (!status) {
        evk_str_printf(out, "\t'stimulus_id','%s','stim_code',%lld,'event_code',%lld,'role','%s'",
                       image->stimulus_id, (long long)image->code,
                       (long long)image->code + EVENT_BEFORE, image->role);
        evk_str_puts(out, ",'unit',");
        put_quoted(out, unit.data);
    }
    evk_str_release(&unit);
    return status;
}

/* Appends two numbers of degrees, which MonkeyLogic turns into these pixels. */
static void put_point(struct evk_str *out, const struct evk_rig_session *s, struct evk_where at)
{
    const double pixels = evk_has_screen(s) ? evk_degree_monkeylogic(s) : 1;

    evk_str_fixed(out, at.right / pixels);
    evk_str_puts(out, ",");
    evk_str_fixed(out, at.up / pixels);
}

static evk_status put_condition(struct evk_str *out, const struct evk_rig_session *s,
                                const struct evk_image_roles *roles, bool remains, int64_t i,
                                evk_error *err)
{
    const struct evk_rig_image *image = &s->image[i];

    evk_str_printf(out, "%lld", (long long)image->code);
    EVK_TRY(put_info(out, s, roles, i, err));
    evk_str_printf(out, "\t1\t%d\tshow_image\tfix(", remains ? BLOCK_REMAINS : BLOCK_GONE);
    put_point(out, s, evk_where_fixation(s));
    evk_str_printf(out, ")\tpic(stimuli/%s,", image->filename);
    put_point(out, s, evk_where(s, image));
    evk_str_printf(out, ",%lld,%lld)\n", (long long)image->width_px, (long long)image->height_px);
    return EVK_OK;
}

static evk_status put_table(struct evk_str *out, const struct evk_rig_session *s,
                            const bool *remains, evk_error *err)
{
    struct evk_image_roles roles;
    evk_status status = evk_image_roles_find(&roles, s, err);

    if (status)
        return status;
    evk_str_puts(out, "Condition\tInfo\tFrequency\tBlock\tTiming File\tTaskObject#1\t"
                      "TaskObject#2\n");
    for (int64_t i = 0; i < s->images && !status; i++)
        status = put_condition(out, s, &roles, remains[i], i, err);
    evk_image_roles_release(&roles);
    return status;
}

evk_status evk_export_monkeylogic(const struct evk_rig_session *s, struct evk_export_files *out,
                                  evk_error *err)
{
    static const char name[] = "display_monkeylogic.txt";
    struct evk_str text = EVK_STR_INIT;
    evk_status status;
    bool *remains;

    if (s->images > EVENT_MAX - EVENT_BEFORE)
        return evk_fail(err, EVK_EINVAL,
                        "%s has an event code for each image, which goes up to %d, and can have "
                        "%d images, found %lld",
                        name, EVENT_MAX, EVENT_MAX - EVENT_BEFORE, (long long)s->images);
    EVK_TRY(evk_rest_images(&remains, s, err));
    status = put_table(&text, s, remains, err);
    free(remains);
    if (!status)
        return evk_export_take(out, name, &text, err);
    evk_str_release(&text);
    return status;
}
