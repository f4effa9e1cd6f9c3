/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * words.c - cells that hold one of a few words: why an image was dropped, what was done to a
 * photograph
 */
#include <stdio.h>
#include <string.h>

#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/inputs/frame.h"
#include "stimset/record/set_file.h"

/* ---- why there is no image ------------------------------------------------------------------- */

static bool is_reason(const struct evk_verification *v, const char *dropped)
{
    static const char *const words[] = {"rank", "weak", EVK_DROPPED_LATE};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(dropped, words[i]) == 0)
            return true;
    return strncmp(dropped, "like ", 5) == 0 && evk_set_rows_find(&v->rows, dropped + 5) >= 0;
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
        evk_report_finding(v, "%s: dropped of %s is %s, which is no reason that evoke has",
                           EVK_SET_TABLE, row->stimulus_id, row->dropped);
}

/* ---- what was done to a photograph ----------------------------------------------------------- */

/*
 * Does the text at *at begin with the word, followed by a comma or the end?  If so, *at moves
 * beyond the comma.
 */
static bool take(const char **at, const char *word)
{
    const size_t n = strlen(word);

    if (strncmp(*at, word, n) != 0 || ((*at)[n] && (*at)[n] != ','))
        return false;
    *at += n + ((*at)[n] == ',' && (*at)[n + 1]);
    return true;
}

/*
 * Is the text a list of the changes that the column source_changes knows, each at most once, in
 * their order?
 */
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
        evk_report_finding(
            v, "%s: source_changes of %s is %s, which is nothing that evoke does to a photograph",
            EVK_SET_TABLE, row->stimulus_id, row->source_changes);
    else if (!row->source_file && !row->start_image)
        evk_report_finding(
            v, "%s: source_changes of %s is %s, but it has neither source_file nor start_image",
            EVK_SET_TABLE, row->stimulus_id, row->source_changes);
}

/* ---- the set --------------------------------------------------------------------------------- */

bool evk_verify_is_hash(const char *text)
{
    return strlen(text) == EVK_SHA256_TEXT - 1 &&
           strspn(text, "0123456789abcdef") == EVK_SHA256_TEXT - 1;
}

static evk_status words_check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                                  evk_error *err)
{
    const struct evk_photograph_frame *frame = arg;

    (void)err;
    check_gone(v, row);
    check_changes(v, row, evk_shaping_name(frame->shape));
    return EVK_OK;
}

evk_status evk_verify_words(struct evk_verification *v, evk_error *err)
{
    struct evk_photograph_frame frame;

    if (evk_frame_of_set(&frame, v->description, NULL))
        return EVK_OK; /* description.c has reported why */
    return evk_verify_each(v, words_check_row, &frame, err);
}
