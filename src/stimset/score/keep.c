/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keep.c - by what the images of a neuron that are kept are chosen */
#include "stimset/score/keep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "stimset/folder/pairing.h"
#include "stimset/record/target.h"
#include "synth/settings.h"

const char evk_selection[] = "selection";

/* ---- the rule -------------------------------------------------------------------------------- */

static bool is_selection(const evk_judge_model *judge)
{
    return strcmp(evk_model_describe(judge->model)->name, evk_selection) == 0;
}

const char *evk_keep_by(const evk_recipe *recipe, const evk_judges *judges)
{
    if (strcmp(recipe->keep_by, "auto") != 0)
        return recipe->keep_by;
    for (size_t i = 0; judges && i < judges->count; i++)
        if (is_selection(&judges->list[i]))
            return evk_selection;
    return "objective";
}

evk_status evk_keep_rule_parse(struct evk_keep_rule *out, const char *text, evk_error *err)
{
    *out = (struct evk_keep_rule){.kind = EVK_KEEP_OBJECTIVE};
    if (strcmp(text, "objective") == 0 || strcmp(text, "auto") == 0)
        return EVK_OK;
    out->kind = strcmp(text, evk_selection) == 0 ? EVK_KEEP_SELECTION : EVK_KEEP_MEMBERS;
    return out->kind == EVK_KEEP_SELECTION ? EVK_OK
                                           : evk_objective_parse(&out->objective, text, err);
}

/* ---- can it choose? -------------------------------------------------------------------------- */

/* Count the judges that choose, for each neuron, which is one at most; chosen: (neurons) zeroed. */
static evk_status count_selections(int64_t *chosen, int64_t neurons, const evk_target *targets,
                                   size_t count, const evk_judges *judges, evk_error *err)
{
    for (size_t i = 0; judges && i < judges->count; i++) {
        int64_t *outputs;

        if (!is_selection(&judges->list[i]))
            continue;
        EVK_TRY(evk_pairing_decide(&judges->list[i], targets, count, &outputs, err));
        for (int64_t n = 0; n < neurons; n++)
            chosen[n] += outputs[n] >= 0;
        free(outputs);
    }
    return EVK_OK;
}

/* Fail for the first neuron that has no judge that chooses. */
static evk_status check_counts(const int64_t *chosen, const evk_target *targets, size_t count,
                               evk_error *err)
{
    int64_t n = 0;
    char neuron[EVK_NEURON_TEXT];

    for (size_t t = 0; t < count; t++)
        for (size_t o = 0; o < targets[t].count; o++, n++)
            if (chosen[n] == 0)
                return evk_fail(
                    err, EVK_EINVAL,
                    "neuron %s of %s has no judge that is called selection, expected one, as in "
                    "--judge selection=MODEL:OUTPUTS, or another --keep-by",
                    evk_model_neuron(targets[t].model, targets[t].outputs[o], neuron),
                    evk_model_describe(targets[t].model)->name);
    return EVK_OK;
}

static evk_status check_selection(const evk_target *targets, size_t count, const evk_judges *judges,
                                  evk_error *err)
{
    const int64_t neurons = evk_targets_neurons(targets, count);
    int64_t *chosen;
    evk_status s;

    EVK_TRY(evk_alloc(&chosen, neurons, sizeof(*chosen), "judges", err));
    s = count_selections(chosen, neurons, targets, count, judges, err);
    if (!s)
        s = check_counts(chosen, targets, count, err);
    free(chosen);
    return s;
}

evk_status evk_keep_check(const char *text, const evk_target *targets, size_t count,
                          const evk_judges *judges, evk_error *err)
{
    struct evk_keep_rule rule;

    EVK_TRY(evk_keep_rule_parse(&rule, text, err));
    for (size_t t = 0; t < count && rule.kind == EVK_KEEP_MEMBERS; t++) {
        const evk_model_info *info = evk_model_describe(targets[t].model);
        const evk_status s = evk_objective_check(&rule.objective, info->members, err);

        if (s)
            return evk_wrap(err, s, "keep-by %s: %s", text, info->path);
    }
    return rule.kind == EVK_KEEP_SELECTION ? check_selection(targets, count, judges, err) : EVK_OK;
}

/* ---- the value ------------------------------------------------------------------------------- */

/*
 * Read item i of a list with semicolons as a text of at most size - 1 bytes; false where the list
 * has no such item.
 */
static bool item_at(const char *list, size_t i, char *out, size_t size)
{
    for (; i > 0; i--) {
        list += strcspn(list, ";");
        if (!*list++)
            return false;
    }
    snprintf(out, size, "%.*s", (int)strcspn(list, ";"), list);
    return out[0] != '\0';
}

/* Read the responses of the members; a single model is one member.  Returns how many there are. */
static int64_t read_members(const struct evk_row *row, float r[EVK_MEMBERS_MAX])
{
    char text[EVK_REAL_TEXT];
    int64_t n = 0;
    double value;

    if (!row->response_members[0]) {
        r[0] = (float)row->response_pred;
        return isfinite(row->response_pred) ? 1 : 0;
    }
    while (n < EVK_MEMBERS_MAX && item_at(row->response_members, (size_t)n, text, sizeof(text))) {
        if (!evk_parse_real(text, &value))
            return 0;
        r[n++] = (float)value;
    }
    return n;
}

static double value_of_members(const struct evk_objective *o, const struct evk_row *row)
{
    float r[EVK_MEMBERS_MAX];
    const int64_t n = read_members(row, r);

    if (n == 0 || evk_objective_check(o, n, NULL))
        return (double)NAN;
    return evk_objective_value(o, n, r, NULL);
}

/* The largest response of a member; NaN: there is none. */
static double largest_member(const struct evk_row *row)
{
    double most = (double)NAN, r;
    char text[EVK_REAL_TEXT];

    for (size_t i = 0; item_at(row->response_members, i, text, sizeof(text)); i++)
        if (evk_parse_real(text, &r) && !(r <= most))
            most = r;
    return most;
}

static double value_of_objective(const evk_recipe *recipe, const struct evk_row *row)
{
    if (strcmp(recipe->objective, "mean") != 0 || evk_row_is_before_softmax(row))
        return row->objective_pred;
    if (!row->response_members[0])
        return row->response_pred;
    return recipe->minimize ? largest_member(row) : row->response_min;
}

/* The response of the judge that is called selection. */
static double value_of_selection(const struct evk_row *row)
{
    char name[EVK_JUDGES_TEXT], text[EVK_REAL_TEXT];
    const size_t n = strlen(evk_selection);
    double r = (double)NAN;

    for (size_t i = 0; item_at(row->judges, i, name, sizeof(name)); i++)
        if (strncmp(name, evk_selection, n) == 0 && name[n] == ':' &&
            item_at(row->judge_responses, i, text, sizeof(text)) && evk_parse_real(text, &r))
            return r;
    return (double)NAN;
}

double evk_keep_value(const struct evk_keep_rule *rule, const evk_recipe *recipe,
                      const struct evk_row *row)
{
    switch (rule->kind) {
    case EVK_KEEP_SELECTION:
        return value_of_selection(row);
    case EVK_KEEP_MEMBERS:
        return value_of_members(&rule->objective, row);
    case EVK_KEEP_OBJECTIVE:
        break;
    }
    return value_of_objective(recipe, row);
}
