/* SPDX-License-Identifier: GPL-3.0-or-later */
/* caption.c - what an image is, in words */
#include "stimset/record/caption.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "stimset/record/aim.h"
#include "synth/settings.h"

/* Bytes of a file name that fit into the description of each kind of image. */
enum { NATURAL_ROOM = 120, SOURCE_ROOM = 200, BASE_ROOM = 100 };

/* Texts that made rows always have may be NULL in rows that were read from a table. */
static const char *text(const char *s)
{
    return s ? s : "n/a";
}

static const char *tail(const char *s, size_t most)
{
    return evk_utf8_tail(text(s), most);
}

void evk_caption_ascent(struct evk_row *r, const evk_recipe *recipe)
{
    snprintf(r->description, sizeof(r->description), "%s the %s of output %s of %s, start %lld",
             recipe->minimize ? "minimizes" : "maximizes",
             strcmp(recipe->objective, "mean") == 0 ? "response" : recipe->objective,
             r->target_output, text(r->target_model), (long long)r->start);
}

void evk_caption_control(struct evk_row *r)
{
    snprintf(r->description, sizeof(r->description), "control %s of %s, output %s of %s",
             text(r->control), text(r->control_of), r->target_output, text(r->target_model));
}

void evk_caption_series(struct evk_row *r)
{
    char contrast[EVK_REAL_TEXT];

    snprintf(r->description, sizeof(r->description), "contrast %s of %s, output %s of %s",
             evk_format_real(r->contrast, contrast), text(r->source_id), r->target_output,
             text(r->target_model));
}

void evk_caption_natural(struct evk_row *r)
{
    snprintf(r->description, sizeof(r->description),
             "natural image %s, number %lld from the %s response of output %s of %s",
             tail(r->source_file, NATURAL_ROOM), (long long)r->rank,
             strcmp(r->objective, "min") == 0 ? "smallest" : "largest", r->target_output,
             text(r->target_model));
}

void evk_caption_leaves(struct evk_row *r, int64_t number)
{
    snprintf(r->description, sizeof(r->description), "dead leaves, number %lld of seed %lld",
             (long long)number, (long long)r->seed);
}

void evk_caption_transformed(struct evk_row *r, const char *transform, bool original)
{
    r->description[0] = '\0';
    if (r->source_file)
        snprintf(r->description, sizeof(r->description), "%s%s%s", original ? "" : transform,
                 original ? "original " : " of ", tail(r->source_file, SOURCE_ROOM));
}

void evk_caption_matched(struct evk_row *r, const char *what)
{
    snprintf(r->description, sizeof(r->description), "%s, matched in %s",
             tail(r->source_file, SOURCE_ROOM), what);
}

/* ---- perturbed images ---------------------------------------------------------------------- */

/* What a perturbation was to do to the response. */
static const char *verb(const struct evk_row *r)
{
    static const char *const verbs[EVK_AIMS] = {"raise", "lower", "set"};

    return verbs[evk_row_aim(r)];
}

void evk_caption_adversarial(struct evk_row *r)
{
    const char *name = tail(r->source_file, BASE_ROOM);

    if (evk_row_is(r, "natural"))
        snprintf(r->description, sizeof(r->description), "image %s, a base of others", name);
    else if (evk_row_is(r, "blank"))
        snprintf(r->description, sizeof(r->description), "gray, for output %s of %s",
                 r->target_output, text(r->target_model));
    else if (evk_row_is(r, "control"))
        snprintf(r->description, sizeof(r->description),
                 "control %s of image %s for output %s of %s, within %g (%s)", text(r->control),
                 name, r->target_output, text(r->target_model), r->budget, text(r->budget_norm));
    else
        snprintf(r->description, sizeof(r->description),
                 "image %s changed by at most %g (%s) to %s the predicted response of output %s "
                 "of %s",
                 name, r->budget, text(r->budget_norm), verb(r), r->target_output,
                 text(r->target_model));
}
