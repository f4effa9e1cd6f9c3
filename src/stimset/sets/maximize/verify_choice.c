/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_choice.c - verify by what images were chosen, and that the better ones were kept */
#include <math.h>
#include <string.h>

#include "stimset/record/set_file.h"
#include "stimset/score/diverse.h"
#include "stimset/score/judges.h"
#include "stimset/score/keep.h"
#include "stimset/score/select.h"
#include "stimset/sets/maximize/verify.h"
#include "synth/recipe.h"

static bool is_chosen_by_judge(const evk_recipe *recipe)
{
    return strcmp(recipe->keep_by, evk_selection) == 0;
}

evk_status evk_maximize_verify_choice(struct evk_verification *v, const struct evk_row *row,
                                      const evk_recipe *recipe, evk_error *err)
{
    static const char *const judged[] = {"judges",
                                         "judge_roles",
                                         "judge_responses",
                                         "judge_z",
                                         "judge_percentile",
                                         "judge_selectivity",
                                         "heldout_z",
                                         "percentile_natural",
                                         "selectivity",
                                         "heldout_delta_z",
                                         NULL};
    struct evk_row truth = *row;
    struct evk_keep_rule rule;

    if (!evk_verify_same_version(v) || evk_keep_rule_parse(&rule, recipe->keep_by, NULL))
        return EVK_OK;
    truth.keep_value = evk_keep_value(&rule, recipe, row);
    evk_row_round(&truth);
    EVK_TRY(evk_verify_cell(v, row, &truth, "keep_value", err));
    if (row->present || is_chosen_by_judge(recipe))
        return EVK_OK;
    evk_judges_clear(&truth);
    return evk_verify_cells(v, row, &truth, judged, err);
}

/* ---- the order ------------------------------------------------------------------------------- */

/* The images of a neuron. */
struct images {
    const struct evk_verification *v;
    const evk_recipe *recipe;
    const int64_t *rows; /* (count) */
    int64_t count;
};

static const struct evk_row *row_at(const struct images *m, int64_t i)
{
    return m->rows[i] < m->v->all.count ? &m->v->all.list[m->rows[i]].row : NULL;
}

/* Is the image a better than b?  Of equal ones, and of those without a value, the earlier is. */
static bool is_before(const struct images *m, const struct evk_row *a, const struct evk_row *b)
{
    const bool minimize = m->recipe->minimize;

    if (isnan(a->keep_value) != isnan(b->keep_value))
        return isnan(b->keep_value);
    if (!isnan(a->keep_value) && evk_is_better(minimize, a->keep_value, b->keep_value))
        return true;
    return !(evk_is_better(minimize, b->keep_value, a->keep_value) && !isnan(a->keep_value)) &&
           a->stim_code < b->stim_code;
}

/*
 * Count the images that are better than one that was dropped by its rank, and are kept, or were
 * kept until an image of a later call came that they are like.
 */
static int64_t count_better(const struct images *m, const struct evk_row *than)
{
    int64_t better = 0;

    for (int64_t i = 0; i < m->count; i++) {
        const struct evk_row *row = row_at(m, i);

        better += row && (row->present || strncmp(row->dropped, "like ", 5) == 0) &&
                  is_before(m, row, than);
    }
    return better;
}

static void check_rank(struct evk_verification *v, const struct images *m,
                       const struct evk_row *row, int64_t keep)
{
    const int64_t better = count_better(m, row);

    if (better < keep)
        evk_report_finding(v,
                           "%s: %s was dropped by its rank, but the images of its neuron that "
                           "are better by %s are %lld, expected %lld or more",
                           EVK_SET_TABLE, row->stimulus_id, m->recipe->keep_by, (long long)better,
                           (long long)keep);
}

static void check_like(struct evk_verification *v, const struct images *m,
                       const struct evk_row *row)
{
    const struct evk_row *of = evk_stimuli_find(&v->all, row->dropped + strlen("like "));

    if (of && !is_before(m, of, row))
        evk_report_finding(v, "%s: %s was dropped as %s, which is not better by %s", EVK_SET_TABLE,
                           row->stimulus_id, row->dropped, m->recipe->keep_by);
}

void evk_maximize_verify_order(struct evk_verification *v, const evk_recipe *recipe,
                               const int64_t *rows, int64_t count, int64_t keep)
{
    const struct images m = {v, recipe, rows, count};

    if (!evk_verify_same_version(v) || evk_recipe_diversity(recipe) != EVK_DIVERSE_NONE)
        return;
    for (int64_t i = 0; i < count; i++) {
        const struct evk_row *row = row_at(&m, i);

        if (row && strcmp(row->dropped, "rank") == 0)
            check_rank(v, &m, row, keep);
        else if (row && strncmp(row->dropped, "like ", 5) == 0)
            check_like(v, &m, row);
    }
}
