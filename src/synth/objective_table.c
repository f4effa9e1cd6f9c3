/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * objective_table.c - the table of the objectives, from objectives.def, and the texts that name
 * them
 */
#include <string.h>

#include "base/limits.h"
#include "base/near.h"
#include "base/num.h"
#include "base/str.h"
#include "synth/objective.h"

#define EVK_OBJECTIVE(name) extern const struct evk_objective_type evk_objective_##name;
#include "synth/objectives.def"
#undef EVK_OBJECTIVE

static const struct evk_objective_type *const table[] = {
#define EVK_OBJECTIVE(name) &evk_objective_##name,
#include "synth/objectives.def"
#undef EVK_OBJECTIVE
};

#define OBJECTIVES ((int)(sizeof(table) / sizeof(table[0])))

bool evk_objective_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= OBJECTIVES)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary, ""};
    return true;
}

/*
 * *k = the number, with its sign, in a text such as "mean-0.5*sd".  Returns false for other texts.
 */
static bool parse_weighted(const char *text, double *k)
{
    static const char begin[] = "mean", end[] = "*sd";
    const size_t n = strlen(text), before = sizeof(begin) - 1, behind = sizeof(end) - 1;
    char number[32];

    if (n <= before + behind || n - before - behind >= sizeof(number) ||
        memcmp(text, begin, before) != 0 || strcmp(text + n - behind, end) != 0 ||
        !strchr("+-", text[before]))
        return false;
    memcpy(number, text + before, n - before - behind);
    number[n - before - behind] = '\0';
    return evk_parse_real(number, k);
}

static evk_status unknown(const char *text, evk_error *err)
{
    struct evk_near near = evk_near_begin(text, strlen(text));
    struct evk_str known = EVK_STR_INIT;
    char hint[EVK_NEAR_HINT];
    evk_status s;

    for (int i = 0; i < OBJECTIVES; i++) {
        evk_str_printf(&known, "%s%s", i ? ", " : "", table[i]->name);
        /* A name with a '*' stands for many texts, and is none itself. */
        if (!strchr(table[i]->name, '*'))
            evk_near_offer(&near, table[i]->name);
    }
    s = evk_fail(err, EVK_ENOTFOUND,
                 "objective is '%s', expected one of: %s (k a number, as in mean-0.5*sd)%s", text,
                 known.data, evk_near_hint(&near, "", hint));
    evk_str_release(&known);
    return s;
}

evk_status evk_objective_parse(struct evk_objective *out, const char *text, evk_error *err)
{
    double k = 0;
    const bool weighted = parse_weighted(text, &k);
    const char *name = weighted ? "mean+k*sd" : text;

    for (int i = 0; i < OBJECTIVES; i++)
        /* The text "mean+k*sd" itself names nothing, since its k is no number. */
        if (strcmp(table[i]->name, name) == 0 && (weighted || !strchr(name, '*'))) {
            *out = (struct evk_objective){table[i], k};
            return EVK_OK;
        }
    return unknown(text, err);
}

evk_status evk_objective_check(const struct evk_objective *o, int64_t members, evk_error *err)
{
    const struct evk_objective_type *t = o->type;

    if (members > EVK_MEMBERS_MAX)
        return evk_fail(err, EVK_EINVAL, "found %lld members, expected at most %d",
                        (long long)members, EVK_MEMBERS_MAX);
    if (members < t->members_least)
        return evk_fail(err, EVK_EINVAL, "objective '%s' needs at least %lld member%s, found %lld",
                        t->name, (long long)t->members_least, t->members_least == 1 ? "" : "s",
                        (long long)members);
    return EVK_OK;
}

double evk_objective_value(const struct evk_objective *o, int64_t members, const float *r,
                           float *slopes)
{
    return o->type->value(o->k, members, r, slopes);
}

struct evk_member_summary evk_member_summarise(int64_t members, const float *r)
{
    const bool several = members > 1;

    return (struct evk_member_summary){
        .mean = evk_objective_mean.value(0, members, r, NULL),
        .sd = several ? evk_objective_sd.value(0, members, r, NULL) : 0,
        .min = evk_objective_min.value(0, members, r, NULL),
        .median = evk_objective_median.value(0, members, r, NULL),
        .disagreement = several ? evk_objective_disagreement.value(0, members, r, NULL) : 0,
    };
}
