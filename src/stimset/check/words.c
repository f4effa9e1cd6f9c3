/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c - cells that hold one of few words, or a hash, or what only a row without an image has */
#include <stdio.h>
#include <string.h>

#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/inputs/frame.h"
#include "stimset/score/start_image.h"
#include "stimset/check/verify.h"

/* ---- why there is no image --------------------------------------------------------------------- */

static bool is_reason(const struct evk_verification *v, const char *dropped)
{
    static const char *const words[] = {"rank", "weak", EVK_DROPPED_LATE};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(dropped, words[i]) == 0)
            return true;
    return strncmp(dropped, "like ", 5) == 0 && evk_stimuli_find(&v->all, dropped + 5);
}

static void check_gone(struct evk_verification *v, const struct evk_row *row)
{
    if (row->present && row->dead)
        evk_report_finding(v, "%s: dead of %s is true, but there is an image of it", EVK_SET_TABLE,
                 row->stimulus_id);
    if (row->present && row->dropped[0])
        evk_report_finding(v, "%s: dropped of %s is %s, but there is an image of it", EVK_SET_TABLE,
                 row->stimulus_id, row->dropped);
    else if (row->dropped[0] && !is_reason(v, row->dropped))
        evk_report_finding(v, "%s: dropped of %s is %s, which is no reason that evoke has", EVK_SET_TABLE,
                 row->stimulus_id, row->dropped);
}

/* ---- what was done to a photograph --------------------------------------------------------------- */

/* One of the words at the text, then a comma or the end; *at moves beyond. */
static bool take(const char **at, const char *word)
{
    const size_t n = strlen(word);

    if (strncmp(*at, word, n) != 0 || ((*at)[n] && (*at)[n] != ','))
        return false;
    *at += n + ((*at)[n] == ',' && (*at)[n + 1]);
    return true;
}

/* Words of columns.def, each at most once, in the order in which they are written. */
static bool are_changes(const char *text, const char *shape)
{
    const char *at = text;
    char word[32];

    for (int i = 2; i <= 8; i++) {
        snprintf(word, sizeof(word), "orientation%d", i);
        if (take(&at, word))
            break;
    }
    (void)take(&at, "bits16");
    (void)(take(&at, "luma") || take(&at, "repeated"));
    (void)take(&at, shape);
    (void)(take(&at, "scale1/2") || take(&at, "scale1/4") || take(&at, "scale1/8"));
    return *at == '\0';
}

static void check_changes(struct evk_verification *v, const struct evk_row *row, const char *shape)
{
    if (!row->source_changes[0])
        return;
    if (!are_changes(row->source_changes, shape))
        evk_report_finding(v,
                 "%s: source_changes of %s is %s, which is nothing that evoke does to a photograph",
                 EVK_SET_TABLE, row->stimulus_id, row->source_changes);
    else if (!row->source_file && !row->start_image)
        evk_report_finding(v,
                 "%s: source_changes of %s is %s, but it has neither source_file nor start_image",
                 EVK_SET_TABLE, row->stimulus_id, row->source_changes);
}

/* ---- where an ascent began ------------------------------------------------------------------------ */

/* What the options say of it. */
struct origin {
    bool is_ascents; /* the set's images are ascents', and the options can be read */
    enum evk_start_image_kind kind;
    const char *name; /* NULL where they are not */
};

bool evk_verify_is_hash(const char *text)
{
    return strlen(text) == EVK_SHA256_TEXT - 1 &&
           strspn(text, "0123456789abcdef") == EVK_SHA256_TEXT - 1;
}

static void check_start(struct evk_verification *v, const struct evk_row *row,
                        const struct origin *origin)
{
    const bool noise = origin->kind == EVK_START_NOISE;
    const char *hash = row->start_sha256;

    if (hash[0] && !evk_verify_is_hash(hash))
        evk_report_finding(v, "%s: start_sha256 of %s is %s, expected a SHA-256 or n/a", EVK_SET_TABLE,
                 row->stimulus_id, hash);
    else if (noise && (hash[0] || row->start_image))
        evk_report_finding(v, "%s: start_image of %s is %s, with SHA-256 %s, but starts of the set are noise",
                 EVK_SET_TABLE, row->stimulus_id, row->start_image ? row->start_image : "n/a",
                 hash[0] ? hash : "n/a");
    else if (origin->is_ascents && !noise && row->present && !row->control &&
             (!row->start_image || !hash[0] ||
              (origin->kind == EVK_START_FILE && strcmp(row->start_image, origin->name) != 0)))
        evk_report_finding(v, "%s: start_image of %s is %s, but starts of the set are %s", EVK_SET_TABLE,
                 row->stimulus_id, row->start_image ? row->start_image : "n/a", origin->name);
}

/* ---- the set ---------------------------------------------------------------------------------------- */

static void read_origin(const struct evk_verification *v, struct origin *out)
{
    const enum evk_set_kind kind = evk_description_kind(v->description);
    evk_recipe recipe;

    *out = (struct origin){.kind = EVK_START_NATURAL};
    if ((kind != EVK_KIND_MAX && kind != EVK_KIND_MIN) ||
        evk_description_recipe(v->description, &recipe, NULL))
        return;
    *out = (struct origin){true, evk_start_image_kind(&recipe), recipe.start};
}

void evk_verify_words(struct evk_verification *v)
{
    struct evk_photograph_frame frame;
    struct origin origin;

    if (evk_frame_of_set(&frame, v->description, NULL))
        return; /* found already */
    read_origin(v, &origin);
    for (int64_t i = 0; i < v->all.count; i++) {
        const struct evk_row *row = &v->all.list[i].row;

        check_gone(v, row);
        check_changes(v, row, evk_shaping_name(frame.shape));
        check_start(v, row, &origin);
    }
}
